"""Probabilities in place of a teacher, and weights of classes."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold, cross_validate
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_sample_weight

from skdistill import DistilledClassifier, SoftmaxMLPClassifier
from skdistill.probability import soften
from skdistill.teachers._precomputed import Precomputed, read_precomputed


@pytest.fixture
def answers(iris):
    """What naive Bayes says, by way of example."""
    X, y = iris
    return GaussianNB().fit(X, y).predict_proba(X)


def distiller(teacher=None, student=None, **settings):
    """One with nothing but the teacher's own answers about the rows."""
    settings = {"synthesizer": None, "committee": None, **settings}
    return DistilledClassifier(teacher, student, **settings)


def student():
    return LogisticRegression(max_iter=10_000, tol=1e-8)


class TestGivenProba:
    @pytest.mark.parametrize("alpha", [0.5, 1.0])
    def test_is_a_frozen_teacher_that_is_not_there(self, iris, answers, alpha):
        X, y = iris
        names = np.array(["a", "b", "c"])[y]
        teacher = FrozenEstimator(GaussianNB().fit(X, names))
        expected = distiller(teacher, student(), alpha=alpha).fit(X, names)
        model = distiller(student=student(), alpha=alpha)
        model.fit(X, names, teacher_proba=answers)
        assert model.target_source_ == "precomputed"
        assert_array_equal(model.classes_, ["a", "b", "c"])
        assert_allclose(model.predict_proba(X), expected.predict_proba(X))
        assert not hasattr(model, "teacher_")

    def test_no_teacher_is_fitted(self, iris, answers, monkeypatch):
        monkeypatch.setattr(RandomForestClassifier, "fit", None)
        model = distiller(student=student(), keep_teacher=True)
        model.fit(*iris, teacher_proba=answers.tolist())
        assert model.score(*iris) > 0.9
        assert not hasattr(model, "teacher_")

    @pytest.mark.parametrize("library", ["pandas", "polars"])
    def test_frame_names_its_classes(self, iris, answers, library):
        X, y = iris
        names = np.array(["b", "c", "x"])[y]
        # In another order, and with a class that no row has.
        columns = {"x": answers[:, 2], "a": np.zeros(150), "b": answers[:, 0]}
        columns["c"] = answers[:, 1]
        frame = pytest.importorskip(library).DataFrame(columns)
        model = distiller(student=student(), alpha=1.0)
        model.fit(X, names, teacher_proba=frame)
        assert_array_equal(model.classes_, ["a", "b", "c", "x"])
        assert model.score(X, names) > 0.9
        plain = distiller(student=student(), alpha=1.0)
        plain.fit(X, names, teacher_proba=answers)
        found = model.predict_proba(X)
        assert_allclose(found[:, 1:], plain.predict_proba(X), atol=0.01)

    def test_rows_of_frames_are_those_of_the_samples(self, iris, answers):
        order = np.random.RandomState(0).permutation(150)
        X = pd.DataFrame(iris[0]).iloc[order]
        y, proba = iris[1][order], pd.DataFrame(answers)
        # Numbered rows have no labels: they are read in their order.
        numbered = proba.iloc[order].reset_index(drop=True)
        for rows in (answers[order], proba.iloc[order], numbered):
            predictions = read_precomputed(Precomputed(rows), X, y)[1]
            found = predictions.raw.argmax(axis=1)
            assert_array_equal(found, answers[order].argmax(axis=1))
        with pytest.raises(ValueError, match=r"Pass teacher_proba\.loc\[X\.index\]"):
            read_precomputed(Precomputed(proba.iloc[order[::-1]]), X, y)
        both = Precomputed(numbered, proba.iloc[:5][::-1])
        with pytest.raises(ValueError, match=r"unlabeled_proba\.loc\[X_unlabeled\.i"):
            read_precomputed(both, X, y, X.iloc[:5])

    def test_numbers_as_names_of_columns(self):
        pl = pytest.importorskip("polars")
        frame = pl.DataFrame({"10": [0.1, 0.2], "9": [0.9, 0.8]})
        X = np.zeros((2, 1))
        data, predictions = read_precomputed(Precomputed(frame), X, [9, 10])
        assert_array_equal(data.targets.classes, [9, 10])
        assert_array_equal(data.encoded, [0, 1])
        assert_allclose(soften(predictions.raw), [[0.9, 0.1], [0.8, 0.2]])

    @pytest.mark.filterwarnings("ignore:The teacher has hardly any weight")
    def test_the_committee_judges_where_there_are_predictions(self, iris, answers):
        X, y = iris
        some = np.where(np.arange(150)[:, None] % 3, answers, np.nan)
        wrong = np.where(np.isnan(some), np.eye(3)[(y + 1) % 3], answers)
        whole, gaps, worse = (
            distiller(student=student(), committee="auto", random_state=0)
            .fit(X, y, teacher_proba=proba)
            .committee_weights_["teacher"]
            for proba in (answers, some, wrong)
        )
        assert gaps > 0.6 * whole
        assert worse < 0.3 * whole

    def test_without_committee_such_samples_have_their_labels(self, iris, answers):
        X, y = iris
        gaps = np.arange(150) % 3 == 0
        model = distiller(student=student(), alpha=1.0)
        model.fit(X, y, teacher_proba=np.where(gaps[:, None], np.nan, answers))
        smoothed = np.full((150, 3), 0.001 / 1.002) + np.eye(3)[y] * (0.999 / 1.002)
        expected = distiller(student=student(), alpha=1.0)
        filled = np.where(gaps[:, None], smoothed, answers)
        expected.fit(X, y, teacher_proba=filled / filled.sum(axis=1, keepdims=True))
        assert_allclose(
            model.predict_proba(X), expected.predict_proba(X), rtol=1e-3, atol=1e-6
        )

    @pytest.mark.parametrize("as_frame", [False, True])
    def test_for_unlabeled_samples(self, iris, answers, as_frame):
        X, y = iris
        proba = pd.DataFrame(answers)[[2, 0, 1]] if as_frame else answers
        take = (lambda rows: proba.iloc[rows]) if as_frame else answers.__getitem__
        some, others = np.arange(0, 150, 2), np.arange(1, 150, 2)
        model = distiller(student=student(), alpha=1.0)
        model.fit(
            X[some],
            y[some],
            teacher_proba=take(some),
            X_unlabeled=X[others],
            unlabeled_proba=take(others),
        )
        expected = distiller(student=student(), alpha=1.0)
        expected.fit(X, y, teacher_proba=answers)
        assert_allclose(model.predict_proba(X), expected.predict_proba(X), atol=1e-4)

    def test_unlabeled_samples_without_prediction_are_left_out(self, iris, answers):
        X, y = iris
        known = np.where(np.arange(150)[:, None] < 40, answers, np.nan)
        models = [
            distiller(student=student()).fit(
                X, y, teacher_proba=answers, X_unlabeled=U, unlabeled_proba=P
            )
            for U, P in ((X[::-1], known[::-1]), (X[39::-1], answers[39::-1]))
        ]
        assert_array_equal(*(model.predict_proba(X) for model in models))

    def test_refusals(self, iris, answers):
        X, y = iris
        model = distiller(student=student())
        with pytest.raises(ValueError, match="teacher_proba needs teacher=None"):
            distiller(GaussianNB()).fit(X, y, teacher_proba=answers)
        with pytest.raises(
            ValueError, match="teacher_proba has 149 rows, but there are 150"
        ):
            model.fit(X, y, teacher_proba=answers[1:])
        with pytest.raises(ValueError, match="teacher_proba must have one column for"):
            model.fit(X, y, teacher_proba=answers[:, :2])
        with pytest.raises(ValueError, match=r"teacher_proba .*must hold class prob"):
            model.fit(X, y, teacher_proba=answers * 2)
        with pytest.raises(ValueError, match=r"each of the 3 classes.* shape \(150,\)"):
            model.fit(X, y, teacher_proba=answers[:, 0])
        with pytest.raises(ValueError, match=r"3 columns, but y has 2 .* a DataFrame"):
            model.fit(X[:100], y[:100], teacher_proba=answers[:100])
        with pytest.raises(ValueError, match="groups needs a splitter of groups"):
            model.fit(X, y, teacher_proba=answers, groups=y)
        with pytest.raises(TypeError, match=r"no teacher is fitted.*\['option'\]"):
            model.fit(X, y, teacher_proba=answers, option=y)
        with pytest.raises(ValueError, match=r"teacher_proba .*percentages: divide"):
            model.fit(X, y, teacher_proba=100 * answers)
        with pytest.raises(ValueError, match="unlabeled_proba needs X_unlabeled"):
            model.fit(X, y, teacher_proba=answers, unlabeled_proba=answers)
        with pytest.raises(ValueError, match="unlabeled_proba needs teacher_proba"):
            model.fit(X, y, X_unlabeled=X, unlabeled_proba=answers)
        with pytest.raises(ValueError, match="unlabeled_proba has 150 rows, but"):
            model.fit(
                X, y, teacher_proba=answers, X_unlabeled=X[1:], unlabeled_proba=answers
            )
        with pytest.raises(ValueError, match="teacher_proba is NaN everywhere"):
            model.fit(X, y, teacher_proba=np.full((150, 3), np.nan))
        frame = pd.DataFrame(answers, columns=[0, 1, 7])
        with pytest.raises(ValueError, match=r"not among the known classes: \[2\]"):
            model.fit(X, y, teacher_proba=frame)

    @pytest.mark.parametrize("routing", [False, True])
    def test_search_slices_it(self, iris, answers, routing):
        X, y = iris
        cv = KFold(3, shuffle=True, random_state=0)
        with sklearn.config_context(enable_metadata_routing=routing):
            model = distiller(student=student())
            if routing:
                model.set_fit_request(teacher_proba=True)
            grid = {"alpha": [0.0, 1.0]}
            search = GridSearchCV(model, grid, cv=cv, scoring="neg_log_loss")
            search.fit(X, y, teacher_proba=answers)
            scores = cross_validate(
                model.set_params(alpha=1.0),
                X,
                y,
                cv=cv,
                params={"teacher_proba": answers},
                return_estimator=True,
            )
        for fold, (train, test) in enumerate(cv.split(X)):
            expected = distiller(student=student(), alpha=1.0)
            expected.fit(X[train], y[train], teacher_proba=answers[train])
            proba = expected.predict_proba(X[test])
            log_loss = -np.log(proba[np.arange(50), y[test]]).mean()
            found = search.cv_results_[f"split{fold}_test_score"][1]
            assert_allclose(found, -log_loss, rtol=1e-4)
            assert_array_equal(scores["estimator"][fold].predict_proba(X[test]), proba)
            # With the answers about other rows it would be another model.
            expected.fit(X[train], y[train], teacher_proba=answers[train - 1])
            assert np.abs(expected.predict_proba(X[test]) - proba).max() > 0.01

    @pytest.mark.parametrize("library", ["pandas", "polars"])
    def test_frames_are_sliced_also_where_a_fold_lacks_a_class(
        self, iris, answers, library
    ):
        frames = pytest.importorskip(library)
        columns = dict(zip("abc", answers.T, strict=True))
        cv = KFold(3)  # the rows are sorted by class
        found = cross_validate(
            distiller(student=student(), alpha=1.0),
            iris[0],
            np.array(["a", "b", "c"])[iris[1]],
            cv=cv,
            params={"teacher_proba": frames.DataFrame(columns)},
            return_estimator=True,
        )["estimator"]
        for model, (train, _) in zip(found, cv.split(iris[0]), strict=True):
            assert_array_equal(model.classes_, ["a", "b", "c"])
            learned = model.student_.predict_proba(iris[0][train]).mean(axis=0)
            assert_allclose(learned, answers[train].mean(axis=0), atol=0.01)

    def test_groups_reach_the_committee(self, iris, answers):
        X, y = iris
        groups = np.arange(150) % 5
        network = SoftmaxMLPClassifier((4,), max_iter=5, random_state=0)
        model = DistilledClassifier(student=network, cv=GroupKFold(5), random_state=0)
        by_hand = clone(model).set_params(cv=list(model.cv.split(X, y, groups)))
        by_hand.fit(X, y, teacher_proba=answers)
        with sklearn.config_context(enable_metadata_routing=True):
            model.fit(X, y, teacher_proba=answers, groups=groups)
            with pytest.raises(TypeError, match="tail"):
                clone(model).fit(X, y, teacher_proba=answers, tail=groups)
        assert_array_equal(model.predict_proba(X), by_hand.predict_proba(X))
        assert_allclose(
            model.committee_weights_["student"], by_hand.committee_weights_["student"]
        )

    def test_routed_through_a_pipeline(self, iris, answers):
        with sklearn.config_context(enable_metadata_routing=True):
            model = distiller(student=student())
            model.set_fit_request(teacher_proba=True)
            pipeline = make_pipeline(StandardScaler(), model)
            pipeline.fit(*iris, teacher_proba=answers)
        assert pipeline[-1].target_source_ == "precomputed"


class TestClassWeight:
    @pytest.mark.parametrize("class_weight", ["balanced", {0: 1, 1: 5, 2: 0.5}])
    @pytest.mark.parametrize("weighted", [False, True])
    def test_is_a_weight_of_each_row(self, iris, rng, class_weight, weighted):
        X, y = iris
        keep = np.flatnonzero((y == 0) | (np.arange(150) % 5 == 0))
        X, y = X[keep], y[keep]
        weights = rng.uniform(0.5, 2, size=len(y)) if weighted else None
        model = distiller(
            GaussianNB(), student(), class_weight=class_weight, keep_teacher=True
        ).fit(X, y, sample_weight=weights)
        by_hand = compute_sample_weight(class_weight, y)
        by_hand = by_hand * weights if weighted else by_hand
        expected = distiller(GaussianNB(), student(), keep_teacher=True)
        expected.fit(X, y, sample_weight=by_hand)
        assert_allclose(model.predict_proba(X), expected.predict_proba(X))
        assert_allclose(model.teacher_.class_prior_, expected.teacher_.class_prior_)
        plain = distiller(GaussianNB(), student()).fit(X, y, weights)
        assert np.abs(model.predict_proba(X) - plain.predict_proba(X)).max() > 0.01

    def test_with_the_default_teacher_and_routing(self, iris):
        with sklearn.config_context(enable_metadata_routing=True):
            model = distiller(student=student(), class_weight="balanced")
            model.set_params(keep_teacher=True, random_state=0)
            assert model.fit(*iris).score(*iris) > 0.9

    def test_unknown(self, iris):
        with pytest.raises(ValueError, match="'class_weight' parameter"):
            distiller(class_weight="fair").fit(*iris)
