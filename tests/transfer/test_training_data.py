"""Rows that the teacher was not fitted on, and the committee."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, clone
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skdistill import DistillationLoss, DistilledClassifier, SoftmaxMLPClassifier
from skdistill.distillation._defaults import MEMBERS
from skdistill.exceptions import CommitteeWarning, DistillationFallbackWarning
from skdistill.probability import proba_to_logits
from skdistill.synthesis import NeighborSwap, auto_n_samples
from skdistill.tables import TableEncoder


class Recorder(BaseEstimator):
    """A student that keeps what it was given."""

    def fit(self, X, y, sample_weight=None):
        self.model_ = GaussianNB().fit(X, y, sample_weight)
        self.classes_ = self.model_.classes_
        return self

    def fit_distill(self, transfer, loss):
        self.transfer_ = transfer
        rows = transfer.labeled
        return self.fit(transfer.X[rows], transfer.classes[transfer.y[rows]])

    def predict(self, X):
        return self.model_.predict(X)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)


class Shifted(BaseEstimator):
    """A sampler of rows that are easy to recognize."""

    def fit(self, X):
        return self

    def sample(self, X, n_samples):
        return np.full((n_samples, X.shape[1]), 9.0)


def distil(X, y, X_unlabeled=None, **parameters):
    parameters = {"teacher": GaussianNB(), "committee": None} | parameters
    model = DistilledClassifier(student=Recorder(), keep_teacher=True, **parameters)
    return model.fit(X, y, X_unlabeled=X_unlabeled)


def test_synthetic_rows_are_the_default(iris):
    X, y = iris
    model = distil(X, y, random_state=0)
    transfer = model.student_.transfer_
    n_synthetic = auto_n_samples(150)
    assert_array_equal(transfer.y[:150], y)
    assert_array_equal(transfer.labeled, np.arange(150 + n_synthetic) < 150)
    assert_array_equal(transfer.X[:150], X)
    expected = proba_to_logits(model.teacher_.predict_proba(transfer.X[150:]))
    assert_allclose(transfer.raw_predictions[150:], expected)
    again = distil(X, y, random_state=0).student_.transfer_
    assert_array_equal(again.X, transfer.X)


def test_no_synthetic_rows(iris):
    assert len(distil(*iris, synthesizer=None).student_.transfer_.X) == 150


def test_any_sampler(iris):
    X = distil(*iris, synthesizer=Shifted()).student_.transfer_.X
    assert (X[150:] == 9).all()
    swapped = distil(*iris, synthesizer=NeighborSwap(random_state=0))
    assert len(swapped.student_.transfer_.X) > 150


class PlainSampler:
    """No estimator, and its `fit` returns nothing."""

    def fit(self, X):
        self.shift = X.std(axis=0)

    def sample(self, X, n_samples):
        return X[:7] + self.shift


def test_a_sampler_may_be_any_object(iris):
    student = Recorder()
    sampler = PlainSampler()
    model = DistilledClassifier(
        GaussianNB(), student, synthesizer=sampler, committee=None, random_state=0
    ).fit(*iris)
    assert len(model.student_.transfer_.X) == 157
    assert not hasattr(sampler, "shift")


def test_sampler_that_finds_nothing(iris):
    class Empty(Shifted):
        def sample(self, X, n_samples):
            return X[:0]

    assert len(distil(*iris, synthesizer=Empty()).student_.transfer_.X) == 150


def test_unlabeled_rows_take_the_place_of_synthetic_ones(iris):
    X, y = iris
    unlabeled = np.full((500, 4), 2.0)
    transfer = distil(X, y, unlabeled, synthesizer=Shifted()).student_.transfer_
    assert_array_equal(transfer.X[150:650], unlabeled)
    assert (transfer.X[650:] == 9).all()
    assert len(transfer.X) == 150 + auto_n_samples(150)
    many = np.full((5000, 4), 2.0)
    transfer = distil(X, y, many).student_.transfer_
    assert_array_equal(transfer.X[150:], many)


def test_unseen_rows_weigh_as_much_as_others(iris):
    X, y = iris
    weights = np.linspace(0, 4, 150)
    model = DistilledClassifier(GaussianNB(), Recorder(), committee=None)
    transfer = model.fit(X, y, weights).student_.transfer_
    assert_array_equal(transfer.sample_weight[:150], weights)
    assert_allclose(transfer.sample_weight[150:], 2.0)


def test_frames_and_texts():
    random_state = np.random.RandomState(0)
    frame = pd.DataFrame(
        {"n": random_state.normal(size=80), "s": random_state.choice(["a", "b"], 80)}
    )
    y = (frame["n"] > 0).to_numpy()
    model = DistilledClassifier(random_state=0, committee=None)
    model.fit(frame[:60], y[:60], X_unlabeled=frame[60:])
    assert model.score(frame, y) > 0.9
    texts = ["good day", "bad night", "good night", "bad day"] * 10
    text_model = DistilledClassifier(
        make_pipeline(TfidfVectorizer(), LogisticRegression()), random_state=0
    )
    text_model.fit(texts, [1, 0, 1, 0] * 10, X_unlabeled=["good", "bad"])
    assert text_model.predict(["good"])[0] == 1


def test_no_unseen_rows_without_soft_targets(iris):
    X, y = iris
    assert len(distil(X, y, X, alpha=0.0).student_.transfer_.X) == 150


def test_unlabeled_rows_of_another_form(iris):
    X, y = iris
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = DistilledClassifier(
        GaussianNB(), GaussianNB(), committee=None, random_state=0
    )
    with pytest.raises(ValueError, match="X_unlabeled: X has 3 features, but"):
        model.fit(X, y, X_unlabeled=X[:, :3])
    with pytest.raises(TypeError, match="X_unlabeled must be a pandas DataFrame"):
        model.fit(frame, y, X_unlabeled=X)
    with pytest.raises(ValueError, match=r"X_unlabeled: The feature names"):
        model.fit(frame, y, X_unlabeled=frame[list("bacd")])
    expected = model.fit(X, y, X_unlabeled=X).student_.estimator_.theta_
    for same in (frame, X.tolist()):
        assert_array_equal(
            model.fit(X, y, X_unlabeled=same).student_.estimator_.theta_, expected
        )


def test_no_unlabeled_rows_are_like_none(iris):
    X, y = iris
    expected = distil(X, y, random_state=0).student_.transfer_.X
    found = distil(X, y, X[:0], random_state=0).student_.transfer_.X
    assert_array_equal(found, expected)


def test_sparse_unlabeled_rows_of_dense_ones_are_refused(iris):
    X, y = iris
    with pytest.raises(TypeError, match="X_unlabeled must be dense"):
        DistilledClassifier().fit(X, y, X_unlabeled=scipy.sparse.csr_array(X))


@pytest.mark.parametrize("as_frame", [False, True])
def test_unlabeled_rows_with_gaps_that_the_others_lack(iris, as_frame):
    X, y = iris
    gaps = X.copy()
    gaps[::3, 1] = np.nan
    if as_frame:
        X, gaps = pd.DataFrame(X), pd.DataFrame(gaps)
        X.columns = gaps.columns = list("abcd")
    model = DistilledClassifier(random_state=0).fit(X, y, X_unlabeled=gaps)
    assert model.score(gaps, y) > 0.9
    assert (
        model.committee_weights_["additive"] + model.committee_weights_["trees"] > 0
    )  # they could read it


def test_one_label_of_each_class(iris):
    X, y = iris
    teacher = FrozenEstimator(GaussianNB().fit(X[1::2], y[1::2]))
    first = np.array([0, 50, 100])
    model = DistilledClassifier(teacher, random_state=0)
    model.fit(X[first], y[first], X_unlabeled=X[::2])
    assert model.committee_weights_["teacher"] == 1
    assert model.score(X, y) > 0.9


def test_unlabeled_rows_need_a_teacher(iris):
    X, y = iris
    model = DistilledClassifier(student=Recorder())
    with pytest.raises(
        ValueError, match="X_unlabeled needs a teacher that predicts it, or unl"
    ):
        model.fit(X, y, teacher_proba=np.full((150, 3), 1 / 3), X_unlabeled=X)


def test_source_teacher_and_unlabeled_rows_beat_few_labels():
    X, y = make_classification(3000, 10, n_informative=6, n_classes=3, random_state=0)
    source = SoftmaxMLPClassifier(random_state=0).fit(X[:1500], y[:1500])
    few, pool, test = slice(1500, 1550), slice(1550, 2500), slice(2500, None)
    scratch = SoftmaxMLPClassifier(random_state=0).fit(X[few], y[few])
    model = DistilledClassifier(FrozenEstimator(source), alpha=1.0, random_state=0)
    model.fit(X[few], y[few], X_unlabeled=X[pool])
    gain = model.score(X[test], y[test]) - scratch.score(X[test], y[test])
    assert gain > 0.05


class TestRouting:
    @pytest.fixture(autouse=True)
    def enabled(self):
        with sklearn.config_context(enable_metadata_routing=True):
            yield

    def pipeline(self):
        model = DistilledClassifier(
            GaussianNB(), Recorder(), committee=None, synthesizer=None
        ).set_fit_request(X_unlabeled=True)
        steps = [("scale", StandardScaler()), ("student", model)]
        return Pipeline(steps, transform_input=["X_unlabeled"])

    def check(self, pipeline, X, unlabeled):
        scaled = StandardScaler().fit(X).transform(unlabeled)
        assert np.abs(scaled - unlabeled).min() > 1
        transfer = pipeline[-1].student_.transfer_
        assert_allclose(transfer.X[len(X) :], scaled)
        assert not transfer.labeled[len(X) :].any()

    def test_unlabeled_rows_pass_through_a_pipeline(self, iris):
        X, y = iris
        unlabeled = X[:40] + 50
        pipeline = self.pipeline().fit(X, y, X_unlabeled=unlabeled)
        self.check(pipeline, X, unlabeled)

    def test_unlabeled_rows_pass_through_a_search(self, iris):
        X, y = iris
        unlabeled = X[:40] + 50
        search = GridSearchCV(self.pipeline(), {"student__alpha": [0.3, 0.6]}, cv=3)
        search.fit(X, y, X_unlabeled=unlabeled)
        assert search.best_score_ > 0.9
        self.check(search.best_estimator_, X, unlabeled)


class TestCommittee:
    def test_replaces_a_teacher_that_knows_nothing(self, iris):
        X, y = iris
        with pytest.warns(CommitteeWarning, match="predictions are unrelated to y"):
            model = distil(X, y, teacher=DummyClassifier(), committee="auto")
        assert model.committee_weights_["teacher"] < 0.05
        assert sum(model.committee_weights_.values()) == pytest.approx(1)
        transfer = model.student_.transfer_
        right = transfer.raw_predictions[:150].argmax(axis=1) == y
        assert right.mean() > 0.9
        seen = GaussianNB().fit(X, y)
        agreement = transfer.raw_predictions[150:].argmax(axis=1) == seen.predict(
            transfer.X[150:]
        )
        assert agreement.mean() > 0.9

    def test_leaves_a_good_teacher_alone(self, iris):
        _, y = iris

        class Knowing(DummyClassifier):
            def predict_proba(self, X):
                return 0.01 / 3 + 0.99 * np.eye(3)[X[:, -1].astype(int)]

        known = np.column_stack([np.random.RandomState(0).normal(size=(150, 3)), y])

        class Blind(Recorder):
            def fit(self, X, y, sample_weight=None):
                return super().fit(X[:, :3], y, sample_weight)

            def predict_proba(self, X):
                return super().predict_proba(X[:, :3])

        model = DistilledClassifier(Knowing(), Blind(), synthesizer=None).fit(known, y)
        assert model.committee_weights_["student"] < 0.05

    def test_a_student_worse_than_scratch_learns_from_labels_alone(self, iris):
        class Gullible(Recorder):
            """Believes rows without labels, of which the sampler's are wrong."""

            def fit_distill(self, transfer, loss):
                super().fit_distill(transfer, loss)
                self.taught_ = transfer, loss
                self.believes_ = (~transfer.labeled).any()
                return self

            def predict_proba(self, X):
                proba = super().predict_proba(X)
                believes = getattr(self, "believes_", False)
                return np.full_like(proba, 1 / 3) if believes else proba

        X, y = iris
        settings = {"temperature": 2.0, "alpha": 0.5, "synthesizer": Shifted()}
        model = DistilledClassifier(GaussianNB(), Gullible(), **settings)
        weights = np.linspace(1, 2, 150)
        with pytest.warns(DistillationFallbackWarning, match="student=Gullible is re"):
            model.fit(X, y, sample_weight=weights)
        expected = dict.fromkeys(MEMBERS, 0.0) | {"student": 1.0}
        assert model.committee_weights_ == expected
        assert model.score(X, y) > 0.9
        transfer, loss = model.student_.taught_
        assert_array_equal(transfer.X, X)
        assert_array_equal(transfer.y, y)
        assert_allclose(transfer.sample_weight, np.linspace(1, 2, 150))
        assert loss == DistillationLoss(temperature=1.0, alpha=0.0)
        # Nor is a stream without labels that could make it worse.
        assert not model._pool.weights[0].any()
        # Unless that is what the user wants.
        kept = clone(model).set_params(fallback=False).fit(X, y, weights)
        assert kept.predict_proba(X).max() < 0.4
        assert kept.committee_weights_["student"] < 1
        # Nobody knows what it would be worth where there is no committee.
        believer = model.set_params(committee=None).fit(X, y)
        assert believer.committee_weights_["teacher"] == 1
        assert believer.predict_proba(X).max() < 0.4

    @pytest.mark.parametrize(("alpha", "only"), [(0.0, "student"), (1.0, "teacher")])
    def test_meets_only_where_labels_and_teacher_both_count(self, iris, alpha, only):
        # A member that failed would be told by a warning.
        committee = [("fails", GaussianNB(priors=[2.0]))]
        model = distil(*iris, committee=committee, alpha=alpha)
        assert model.committee_weights_ == {only: 1.0}

    def test_does_not_meet_where_a_fold_has_one_class(self):
        X, y = np.arange(4.0)[:, None], [0, 0, 0, 1]
        model = distil(X, y, teacher=LogisticRegression(), target_source="train", cv=2)
        assert model.committee_weights_ == {"teacher": 1.0}

    @pytest.mark.parametrize("values", [[0.5, 2.0], ["low", "high"]])
    def test_reads_records(self, iris, values):
        records = [{"x": x, "v": values[x > 1]} for x in iris[0][:, 2].tolist()]
        teacher = make_pipeline(TableEncoder(), GaussianNB())
        model = DistilledClassifier(teacher, random_state=0).fit(records, iris[1])
        assert tuple(model.committee_weights_) == MEMBERS
        assert model.score(records, iris[1]) > 0.9

    def test_is_cached_over_a_search(self, iris, tmp_path, monkeypatch):
        fits = []
        original = Recorder.fit

        def counting(self, X, y, sample_weight=None):
            fits.append(len(y))
            return original(self, X, y, sample_weight)

        monkeypatch.setattr(Recorder, "fit", counting)
        X, y = iris
        model = DistilledClassifier(
            GaussianNB(), Recorder(), memory=str(tmp_path), cv=3, random_state=0
        )
        grid = {"temperature": [1.0, 2.0, 4.0]}
        GridSearchCV(model, grid, cv=2, refit=False).fit(X, y)
        # Three folds of the committee for each of two, and one student a candidate.
        assert len(fits) == 2 * (3 + 3)

    def test_does_not_depend_on_n_jobs(self, iris):
        X, y = iris
        one, two = (
            DistilledClassifier(
                GaussianNB(),
                LogisticRegression(max_iter=1000),
                n_jobs=n,
                random_state=0,
            )
            .fit(X, y)
            .predict_proba(X)
            for n in (1, 2)
        )
        assert_array_equal(one, two)
