"""SubtaskEnsembleClassifier: all its kinds, as a student, and its manners."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from checks import parametrize_estimator_checks
from joblib import parallel_backend
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from scipy.special import log_softmax
from sklearn.base import clone
from sklearn.cluster import DBSCAN, KMeans
from sklearn.datasets import make_classification, make_moons
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import ShuffleSplit
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import get_tags
from subtask_models import (
    COMBINATIONS,
    PARTITIONS,
    Splits,
    ensemble,
    every_kind,
    partly_labeled,
    tuned,
)

from skdistill import (
    DistillationLoss,
    DistilledClassifier,
    SoftmaxMLPClassifier,
    SubtaskEnsembleClassifier,
    TransferSet,
)
from skdistill.probability import sharpen
from skdistill.subtasks import Gate, Subtask
from skdistill.subtasks._squashing import squash
from skdistill.subtasks._tuning import LOCAL_C_FACTORS

DENSE = "check_sample_weight_equivalence_on_dense_data"
SPARSE = "check_sample_weight_equivalence_on_sparse_data"
FOLDS = "Folds are drawn from the samples, however much they weigh."


def expected_failures(estimator):
    """Names of the checks that an ensemble fails, and why."""
    return {} if estimator.estimator else {DENSE: FOLDS, SPARSE: FOLDS}


# Some checks have fewer distinct samples than there are subtasks.
@pytest.mark.filterwarnings("ignore:There are only")
@pytest.mark.filterwarnings("ignore:Number of distinct clusters")
@parametrize_estimator_checks(
    # The first is the default. Each partition and each combination is there once, and
    # fewer subtasks save time.
    [SubtaskEnsembleClassifier()]
    + [
        SubtaskEnsembleClassifier(n_subtasks=2, partition=partition, combine=combine)
        for partition, combine in (
            ("random", "mean"),
            ("features", "stack"),
            ("classes", "vote"),
        )
    ]
    + [ensemble("classes"), ensemble("features", "mean")],
    expected_failures,
)
def test_estimator_checks(estimator, check):
    check(estimator)


class TestEveryKind:
    @every_kind
    def test_learns_strings(self, partition, combine, iris):
        X, y = iris[0], np.array(["x", "y", "zz"])[iris[1]]
        model = ensemble(partition, combine).fit(X, y)
        assert model.score(X, y) > 0.85
        assert_array_equal(model.classes_, ["x", "y", "zz"])
        assert_allclose(model.predict_proba(X).sum(axis=1), 1)

    @every_kind
    def test_learns_from_a_teacher(self, partition, combine, rng):
        """The teacher predicts other classes than the labels; members follow it."""
        labels = np.arange(90) % 3
        taught = (labels + 1) % 3
        X = 0.3 * rng.randn(90, 4) + 3 * taught[:, None]
        transfer = TransferSet(X, 2 * np.eye(3)[taught], labels, np.arange(3))
        model = ensemble(partition, combine, LogisticRegression(C=100.0))
        model.fit_distill(transfer, DistillationLoss(alpha=1.0))
        assert model.score(X, taught) > 0.95

    @every_kind
    def test_rare_class(self, partition, combine, rng):
        """Classes keep their columns where a fold or a subtask lacks the first one."""
        y = np.repeat([0, 1, 2], [1, 20, 19])
        X = 0.3 * rng.randn(40, 4) + np.array([-6.0, 2.0, -2.0])[y, None]
        model = ensemble(partition, combine).fit(X, y)
        proba = model.predict_proba(X)
        if combine == "stack":
            # Samples alone in their class are never held out, so it is not known.
            assert_array_equal(proba[:, 0], 0)
        else:
            assert proba[0, 0] == proba[:, 0].max() > 0
        assert_array_equal(proba[1:].argmax(axis=1), y[1:])

    @every_kind
    def test_bitwise_the_same_in_parallel(self, partition, combine, rng):
        X, y = rng.randn(100, 4), rng.randint(0, 3, size=100)
        # Trees whose seeds matter.
        tree = DecisionTreeClassifier(max_features=1, max_depth=3)
        model = ensemble(partition, combine, tree)
        expected = clone(model).fit(X, y).predict_proba(X)
        with parallel_backend("threading"):
            threads = clone(model).set_params(n_jobs=2).fit(X, y)
        assert_array_equal(threads.predict_proba(X), expected)
        other = clone(model).set_params(random_state=1).fit(X, y)
        assert not np.array_equal(other.predict_proba(X), expected)

    @every_kind
    def test_sparse(self, partition, combine, iris):
        X, y = iris
        dense = ensemble(partition, combine).fit(X, y)
        sparse = ensemble(partition, combine).fit(csr_array(X), y)
        expected = dense.predict_proba(X)
        assert_allclose(sparse.predict_proba(csr_array(X)), expected, atol=1e-6)

    @every_kind
    def test_pickle(self, partition, combine, iris):
        X, y = iris
        model = ensemble(partition, combine).fit(X, y)
        again = pickle.loads(pickle.dumps(model))
        assert_array_equal(again.predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize("partition", PARTITIONS)
def test_bitwise_the_same_in_processes(partition, iris):
    X, y = iris
    model = ensemble(partition, "stack", DecisionTreeClassifier(max_features=1))
    one = clone(model).fit(X, y).predict_proba(X)
    several = clone(model).set_params(n_jobs=2).fit(X, y).predict_proba(X)
    assert_array_equal(several, one)


def test_fits_in_threads_leave_no_filters_of_warnings(moons):
    X, y = moons
    expected = tuned().fit(X, y).predict_proba(X)
    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as threads:
        models = list(threads.map(lambda _: tuned().fit(X, y), range(8)))
    assert warnings.filters == before
    for model in models:
        assert_array_equal(model.predict_proba(X), expected)


def test_regressions_in_processes(digits):
    """Too large for Newton's method, or small enough."""
    X, y = digits
    for n_features in (64, 8):
        member = LogisticRegression(C=0.1, max_iter=1000)
        model = ensemble(estimator=member, n_subtasks=2)
        rows = X[:100, -n_features:]
        one = clone(model).fit(rows, y[:100]).predict_proba(rows)
        several = clone(model).set_params(n_jobs=2).fit(rows, y[:100])
        assert_array_equal(several.predict_proba(rows), one)


class TestDefault:
    def test_curved_boundary(self, moons):
        X, y = moons
        X_test, y_test = make_moons(1000, noise=0.2, random_state=1)
        model = SubtaskEnsembleClassifier(random_state=0).fit(X, y)
        single = LogisticRegression().fit(X, y).score(X_test, y_test)
        assert model.score(X_test, y_test) > single + 0.03

    def test_penalty_is_chosen(self, rng):
        """Little of a signal in much noise needs a strong penalty."""
        X = rng.randn(60, 30)
        noise = rng.randint(0, 2, size=60)
        model = SubtaskEnsembleClassifier(random_state=0)
        assert model.fit(X, noise).generalist_.C < 0.1
        X[:, 0] = 3 * noise + 0.1 * X[:, 0]
        assert model.fit(X, noise).generalist_.C > 1

    def test_share_is_chosen(self, moons, cancer, rng):
        X, y = moons
        model = SubtaskEnsembleClassifier(random_state=0).fit(X, y)
        assert model.generalist_weight_ == 0.25
        X = rng.randn(60, 2)
        y = (X[:, 0] + 0.5 * rng.randn(60) > 0).astype(int)
        assert model.fit(X, y).generalist_weight_ > 0.25

    def test_probas_are_as_sure_as_they_are_right(self, rng):
        """Where a third of the labels is noise, nothing is certain."""
        X = rng.randn(120, 8)
        y = np.where(rng.rand(120) < 0.33, rng.randint(0, 2, 120), X[:, 0] > 0)
        model = SubtaskEnsembleClassifier(random_state=0).fit(X, y)
        probas = model.predict_proba(X)
        assert model.inverse_temperature_ != 1
        power, model.inverse_temperature_ = model.inverse_temperature_, 1.0
        assert_allclose(sharpen(model.predict_proba(X), power), probas)
        # A member of the user's is taken as it is, and votes are counted.
        for other in (ensemble(), SubtaskEnsembleClassifier(combine="vote")):
            assert other.fit(X, y).inverse_temperature_ == 1

    def test_members(self, iris):
        X, y = iris
        model = SubtaskEnsembleClassifier(random_state=0).fit(X, y)
        # Members have what was chosen, which is near the generalist's.
        (C,) = {member.C for member in model.estimators_}
        assert np.isclose(C, model.generalist_.C * LOCAL_C_FACTORS).any()
        assert C != LogisticRegression().C
        assert len(model.estimators_) == 5
        assert all(type(m) is LogisticRegression for m in model.estimators_)
        assert type(model.gate_) is Gate
        assert model.gate_.centers.shape == (5, 4)
        assert model.subtasks_ == [Subtask()] * 5

    def test_keeps_no_rows(self, digits):
        X, y = digits
        few = ensemble().fit(X[:200], y[:200])
        many = ensemble().fit(X, y)
        assert len(pickle.dumps(many)) < 1.05 * len(pickle.dumps(few))


class TestPartition:
    def test_random(self, iris):
        X, y = iris
        knn = KNeighborsClassifier(1)  # takes no weights
        model = ensemble("random", "mean", knn, subtask_size=30).fit(X, y)
        assert [m.n_samples_fit_ for m in model.estimators_] == [30] * 3
        model.set_params(subtask_size=0.1).fit(X, y)
        assert [m.n_samples_fit_ for m in model.estimators_] == [15] * 3
        assert model.generalist_ is None

    def test_features(self, iris):
        X, y = iris
        model = ensemble("features", subtask_size=0.5).fit(X, y)
        assert [m.n_features_in_ for m in model.estimators_] == [2] * 3
        model.set_params(subtask_size=100).fit(X, y)
        assert [m.n_features_in_ for m in model.estimators_] == [4] * 3
        # All features and all rows: as one model.
        single = LogisticRegression(tol=1e-8, max_iter=1000).fit(X, y)
        assert_allclose(model.predict_proba(X), single.predict_proba(X), atol=1e-4)

    def test_classes(self, digits):
        X, y = digits
        model = ensemble("classes", estimator=LogisticRegression(max_iter=1000))
        model.fit(X, y)
        groups = [set(part.classes) for part in model.subtasks_]
        assert all(len(group) > 1 for group in groups)
        assert all(a.isdisjoint(b) for a in groups for b in groups if a is not b)
        for member, group in zip(model.estimators_, groups, strict=True):
            others = len(group) < 10
            assert_array_equal(member.classes_, np.arange(len(group) + others))

    def test_classes_that_a_teacher_confuses(self, rng):
        X, y = rng.randn(80, 3), np.tile([0, 1, 2, 3], 20)
        confused = np.eye(4)[y] * 0.6 + np.eye(4)[(y + 2) % 4] * 0.4
        transfer = TransferSet(X, np.log(confused + 1e-9), y, np.arange(4))
        model = ensemble("classes", n_subtasks=2)
        model.fit_distill(transfer, DistillationLoss(temperature=1.0, alpha=0.5))
        groups = sorted(tuple(part.classes) for part in model.subtasks_)
        assert groups == [(0, 2), (1, 3)]

    def test_clusterer(self, moons):
        X, y = moons
        own = ensemble(KMeans(3, n_init=3, random_state=0)).fit(X, y)
        assert own.gate_.centers.shape == (3, 2)
        assert own.generalist_ is not None
        noise = ensemble(DBSCAN(eps=0.2, min_samples=8)).fit(X, y)
        assert noise.score(X, y) > 0.8

    def test_splitter(self, iris):
        X, y = iris
        splitter = ShuffleSplit(4, train_size=20, random_state=0)
        knn = KNeighborsClassifier(1)
        model = ensemble(splitter, "vote", knn).fit(X, y)
        assert [m.n_samples_fit_ for m in model.estimators_] == [20] * 4

    def test_own_clusterer_is_seeded(self, moons):
        """By the ensemble's seed where it has none, and never in place."""
        X, y = moons
        clusterer = KMeans(5, n_init=1, init="random", max_iter=1)
        proba = [
            ensemble(clusterer, random_state=seed).fit(X, y).predict_proba(X)
            for seed in (0, 0, 1)
        ]
        assert_array_equal(proba[0], proba[1])
        assert not np.array_equal(proba[0], proba[2])
        assert clusterer.random_state is None
        fixed = clone(clusterer).set_params(random_state=7)
        proba = [
            ensemble(fixed, random_state=seed).fit(X, y).predict_proba(X)
            for seed in (0, 1)
        ]
        assert_array_equal(*proba)

    def test_nobody_is_at_home_anywhere(self, iris):
        X, y = iris
        everything_is_noise = DBSCAN(eps=1e-9, min_samples=10)
        for partition in (everything_is_noise, Splits([]), Splits([np.arange(0)])):
            with pytest.raises(ValueError, match="no sample in any subtask"):
                ensemble(partition).fit(X, y)

    def test_empty_splits_are_left_out(self, iris):
        X, y = iris
        model = ensemble(Splits([np.arange(0), np.arange(150)])).fit(X, y)
        assert len(model.estimators_) == 1

    @pytest.mark.parametrize("combine", COMBINATIONS)
    @pytest.mark.parametrize("partition", ["random", "features", "classes"])
    def test_fewer_rows_than_members(self, partition, combine, iris):
        X, y = iris
        rows = [0, 1, 50, 100]
        model = ensemble(partition, combine, n_subtasks=9).fit(X[rows], y[rows])
        assert_allclose(model.predict_proba(X).sum(axis=1), 1)

    def test_fewer_samples_than_subtasks(self):
        """The warning points here, not into the package."""
        X, y = np.array([[0.0], [1.0], [5.0]]), np.array([0, 1, 1])
        model = SubtaskEnsembleClassifier(n_subtasks=5, random_state=0)
        with pytest.warns(UserWarning, match="only 3 subtasks, not n_subtasks=5") as w:
            model.fit(X, y)
        assert w[0].filename == __file__
        assert len(model.estimators_) == 3
        assert_array_equal(model.predict(X).shape, (3,))

    def test_one_sample_a_class(self):
        X, y = np.array([[0.0], [4.0]]), np.array([0, 1])
        model = SubtaskEnsembleClassifier(n_subtasks=2, random_state=0).fit(X, y)
        assert_array_equal(model.predict(X), y)
        with pytest.raises(ValueError, match="at least two samples"):
            model.set_params(combine="stack").fit(X, y)


class TestFusion:
    @pytest.fixture
    def members(self, iris):
        X, y = iris
        model = ensemble("cluster", "mean").fit(X, y)
        team = [*model.estimators_, model.generalist_]
        return X, y, np.stack([member.predict_proba(X) for member in team])

    def test_mean(self, members):
        X, y, probas = members
        proba = ensemble("cluster", "mean").fit(X, y).predict_proba(X)
        assert_allclose(proba, probas.mean(axis=0))

    def test_vote(self, members):
        X, y, probas = members
        proba = ensemble("cluster", "vote").fit(X, y).predict_proba(X)
        counts = np.eye(3)[probas.argmax(axis=2)].sum(axis=0)
        assert_allclose(proba, counts / 4)

    def test_gate(self, members):
        X, y, probas = members
        model = ensemble("cluster", "gate").fit(X, y)
        responsibilities = model.gate_.responsibilities(X)
        local = np.einsum("nm,mnk->nk", responsibilities, probas[:-1])
        expected = 0.5 * local + 0.5 * probas[-1]
        assert_allclose(model.predict_proba(X), expected)

    def test_temperature(self, members):
        """Without a teacher it makes the mean a geometric one."""
        X, y, probas = members
        model = ensemble("cluster", "mean", temperature=1e4).fit(X, y)
        geometric = np.exp(np.log(probas).mean(axis=0))
        geometric /= geometric.sum(axis=1, keepdims=True)
        assert_allclose(model.predict_proba(X), geometric, atol=1e-2)

    def test_stack_ignores_useless_members(self, rng):
        """Of two members one sees noise; a mean listens to it, a stack does not."""
        y = rng.randint(0, 2, size=200)
        X = np.column_stack([y + 0.1 * rng.randn(200), rng.randn(200)])
        how = {"n_subtasks": 6, "subtask_size": 1}
        stack = ensemble("features", "stack", **how).fit(X, y)
        assert len({tuple(p.features) for p in stack.subtasks_}) == 2
        mean = ensemble("features", "mean", **how).fit(X, y)
        loss = {
            name: -np.log(model.predict_proba(X)[np.arange(200), y]).mean()
            for name, model in {"stack": stack, "mean": mean}.items()
        }
        assert loss["stack"] < 0.2 * loss["mean"]

    @pytest.mark.parametrize("partition", ["random", "cluster"])
    @pytest.mark.parametrize("member", [LinearSVC(), SVC()])
    def test_members_without_probabilities(self, partition, member, iris):
        X, y = iris
        model = ensemble(partition, "vote", member).fit(X, y)
        assert model.score(X, y) > 0.9


class TestStudent:
    def test_agrees_with_probabilities(self, iris, rng):
        """fit_distill with alpha=1 is a fit to the teacher's probabilities."""
        X, y = iris
        P = rng.dirichlet(np.ones(3), size=150)
        transfer = TransferSet(X, np.log(P), y, np.arange(3))
        student = ensemble().fit_distill(
            transfer, DistillationLoss(temperature=2.0, alpha=1.0)
        )
        direct = ensemble(temperature=2.0).fit(X, P)
        assert_allclose(student.predict_proba(X), direct.predict_proba(X))

    def test_labels_alone(self, iris, rng):
        """With alpha=0 the teacher does not count, at any temperature."""
        X, y = iris
        logits = rng.randn(150, 3)
        transfer = TransferSet(X, logits, y, np.arange(3))
        student = ensemble(combine="mean")
        student.fit_distill(transfer, DistillationLoss(temperature=3.0, alpha=0.0))
        plain = ensemble(combine="mean").fit(X, y)
        for one, other in zip(student.estimators_, plain.estimators_, strict=True):
            assert_array_equal(one.coef_, other.coef_)

    def test_rows_without_labels(self, iris):
        X, y = iris
        logits = log_softmax(5 * np.eye(3)[y], axis=1)
        labels = np.where(np.arange(150) % 2, y, -1)
        transfer = partly_labeled(X, logits, labels, np.array(["a", "b", "c"]))
        student = ensemble().fit_distill(transfer, DistillationLoss(alpha=0.0))
        assert np.mean(student.predict(X) == np.array(["a", "b", "c"])[y]) > 0.9

    @pytest.fixture
    def half_labeled(self, iris, rng):
        """Rows, half of them with a label, and a teacher that is not quite right."""
        X, y = iris
        logits = log_softmax(2 * np.eye(3)[y] + rng.randn(150, 3), axis=1)
        labels = np.where(np.arange(150) % 2, y, -1)
        return partly_labeled(X, logits, labels, np.array(["a", "b", "c"]))

    @pytest.mark.parametrize("squashed", [None, 2.0])
    @pytest.mark.parametrize("combine", COMBINATIONS)
    def test_half_of_the_say_is_of_the_labels_alone(
        self, half_labeled, combine, squashed
    ):
        settings = {"combine": combine, "feature_temperature": squashed}
        both = tuned(**settings).fit_distill(
            half_labeled, DistillationLoss(temperature=2.0)
        )
        X, labeled = half_labeled.X, half_labeled.labeled
        of_labels = tuned(**settings).fit(X[labeled], half_labeled.y[labeled])
        taught = tuned(**settings)
        taught.fit_distill(half_labeled, DistillationLoss(temperature=2.0))
        taught.hard_label_ensemble_ = None
        expected = (taught.predict_proba(X) + of_labels.predict_proba(X)) / 2
        assert_allclose(both.predict_proba(X), expected)
        assert not np.allclose(taught.predict_proba(X), of_labels.predict_proba(X))

    def test_more_rows_than_folds_hold_out(self, half_labeled):
        """Those that none holds out have no probas, and no logarithms of them."""
        X = np.tile(half_labeled.X, (4, 1))
        transfer = TransferSet(
            X,
            np.tile(half_labeled.raw_predictions, (4, 1)),
            np.tile(half_labeled.y, 4),
            half_labeled.classes,
            labeled=np.tile(half_labeled.labeled, 4),
        )
        model = tuned().fit_distill(
            transfer, DistillationLoss(temperature=2.0)
        )  # warnings are errors
        assert np.isfinite(model.predict_proba(X)).all()

    def test_rows_of_no_weight_are_no_labels(self, half_labeled):
        weights = np.ones(150)
        weights[1:60:2] = 0
        some = replace(half_labeled, sample_weight=weights)
        kept = np.flatnonzero(weights)
        without = TransferSet(
            half_labeled.X[kept],
            half_labeled.raw_predictions[kept],
            half_labeled.y[kept],
            half_labeled.classes,
            labeled=half_labeled.labeled[kept],
        )
        first, second = (
            tuned().fit_distill(rows, DistillationLoss()) for rows in (some, without)
        )
        X = half_labeled.X
        assert_allclose(first.predict_proba(X), second.predict_proba(X))
        # Labels of one class tell nothing apart.
        one_class = replace(
            some,
            sample_weight=np.where(half_labeled.labeled & (half_labeled.y > 0), 0, 1),
        )
        assert (
            tuned().fit_distill(one_class, DistillationLoss()).hard_label_ensemble_
            is None
        )

    def test_where_the_labels_alone_do_not_count(self, half_labeled):
        def hard_label_ensemble(transfer=half_labeled, alpha=0.5, **settings):
            model = tuned(**settings).fit_distill(
                transfer, DistillationLoss(alpha=alpha)
            )
            return model.hard_label_ensemble_

        assert hard_label_ensemble().n_features_in_ == 4
        assert hard_label_ensemble(alpha=0.0) is hard_label_ensemble(alpha=1.0) is None
        assert hard_label_ensemble(estimator=LogisticRegression()) is None
        assert hard_label_ensemble(partition=ShuffleSplit(3, random_state=0)) is None
        everywhere = np.ones(150, dtype=bool)
        assert hard_label_ensemble(replace(half_labeled, labeled=everywhere)) is None
        assert hard_label_ensemble(replace(half_labeled, labeled=~everywhere)) is None

    @pytest.mark.parametrize("alpha", [0.5, 1.0])
    def test_its_own_temperature_is_used(self, half_labeled, alpha):
        """It is more specific than the one of the whole distillation."""

        def fit(temperature, of_the_loss):
            loss = DistillationLoss(of_the_loss, alpha)
            return tuned(temperature=temperature).fit_distill(half_labeled, loss)

        own, loss, other = fit(3.0, 1.0), fit(None, 3.0), fit(None, 1.0)
        assert own.temperature_ == loss.temperature_ == 3.0
        X = half_labeled.X
        assert_array_equal(own.predict_proba(X), loss.predict_proba(X))
        assert not np.allclose(own.predict_proba(X), other.predict_proba(X))

    def test_its_own_temperature_within_a_distillation(self, iris):
        X, y = iris
        student = ensemble(temperature=0.5)
        teacher = RandomForestClassifier(10, random_state=0)
        model = DistilledClassifier(
            teacher, student, temperature=4.0, committee=None, random_state=0
        )
        assert model.fit(X, y).student_.temperature_ == 0.5

    def test_without_a_teacher_the_temperature_is_one(self, iris):
        assert ensemble().fit(*iris).temperature_ == 1.0

    def test_temperature_is_undone(self, iris):
        """Trees memorize any targets, and predict them."""
        X, y = iris
        proba = 0.1 + 0.7 * np.eye(3)[y]
        for temperature in (0.5, 1.0, 4.0):
            tree = DecisionTreeClassifier()
            model = ensemble(estimator=tree, temperature=temperature)
            assert_allclose(model.fit(X, proba).predict_proba(X), proba)

    def test_networks_and_pipelines(self, iris):
        X, y = iris
        network = SoftmaxMLPClassifier((8,), max_iter=20)
        for member in (network, make_pipeline(StandardScaler(), LogisticRegression())):
            student = ensemble(estimator=member, n_subtasks=2)
            model = DistilledClassifier(
                RandomForestClassifier(20, random_state=0), student, random_state=0
            )
            assert model.fit(X, y).score(X, y) > 0.9

    def test_as_a_teacher(self, iris):
        X, y = iris
        student = SoftmaxMLPClassifier((8,), random_state=0)
        model = DistilledClassifier(ensemble(), student, random_state=0).fit(X, y)
        assert model.score(X, y) > 0.9


class TestFeatureTemperature:
    @pytest.mark.parametrize("combine", COMBINATIONS)
    def test_alike_in_training_and_prediction(self, combine, iris):
        X, y = iris
        inside = ensemble(combine=combine, feature_temperature=0.5).fit(X, y)
        outside = ensemble(combine=combine).fit(squash(X, 0.5), y)
        expected = outside.predict_proba(squash(X, 0.5))
        assert_allclose(inside.predict_proba(X), expected)

    def test_tags_tell_of_sparse_matrices(self):
        def takes_sparse(**settings):
            return get_tags(ensemble(**settings)).input_tags.sparse

        # Before scikit-learn 1.7 logistic regressions do not tell.
        assert takes_sparse() == get_tags(LogisticRegression()).input_tags.sparse
        assert not takes_sparse(feature_temperature=0.5)
        assert not takes_sparse(estimator=GaussianNB())

    def test_sparse_is_an_error(self, iris):
        X, y = iris
        with pytest.raises(ValueError, match="dense"):
            ensemble(feature_temperature=0.5).fit(csr_array(X), y)


class TestWeights:
    @pytest.mark.parametrize("partition", PARTITIONS)
    def test_zero_is_absence(self, partition, iris):
        X, y = iris
        keep = np.arange(150) % 3 > 0
        weighted = ensemble(partition).fit(X, y, sample_weight=keep.astype(float))
        without = ensemble(partition).fit(X[keep], y[keep])
        assert_allclose(weighted.predict_proba(X), without.predict_proba(X), atol=1e-6)

    @pytest.mark.parametrize("partition", PARTITIONS)
    def test_weights_matter(self, partition, iris):
        X, y = iris
        weights = np.where(y == 1, 20.0, 1.0)
        weighted = ensemble(partition).fit(X, y, sample_weight=weights)
        plain = ensemble(partition).fit(X, y)
        share = [model.predict_proba(X)[:, 1].mean() for model in (weighted, plain)]
        assert share[0] > share[1] + 0.02


def test_original_recipe():
    """Five random fifths of the rows, squashed features, plain means."""
    X, y = make_classification(
        100, 20, n_informative=10, n_redundant=10, random_state=0
    )
    model = SubtaskEnsembleClassifier(
        LogisticRegression(),
        partition="random",
        combine="mean",
        subtask_size=0.2,
        feature_temperature=0.5,
        random_state=0,
    ).fit(X, y)
    assert len(model.estimators_) == 5
    assert model.score(X, y) > 0.6
