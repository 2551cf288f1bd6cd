"""SoftTargetClassifier: copies of rows are exact, and pipelines see rows once."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import log_softmax, softmax
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.cluster import KMeans
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.ensemble import HistGradientBoostingClassifier, IsolationForest
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.multioutput import MultiOutputRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR, LinearSVC, OneClassSVM
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skdistill import (
    DistillationLoss,
    SoftmaxMLPClassifier,
    SoftTargetClassifier,
    TransferSet,
)
from skdistill.probability import soften
from skdistill.students._reweighting import to_weighted_labels


@pytest.fixture
def soft(iris, rng):
    """Rows, and probabilities that no model of this size can reproduce."""
    return iris[0], rng.dirichlet([0.5, 0.5, 0.5], size=150)


def transfer_of(X, P, labels=None, classes=(0, 1, 2), weights=None):
    """A transfer set of probabilities; a label of -1 is none."""
    labels = np.full(len(P), -1) if labels is None else labels
    with np.errstate(divide="ignore"):
        logits = np.log(P)
    return TransferSet(
        X, logits, labels, classes, labeled=labels >= 0, sample_weight=weights
    )


class TestLogisticRegression:
    """A learner of log loss reaches the optimum of the soft cross-entropy."""

    def optimum(self, X, P, C, weights=None):
        n_features, n_classes = X.shape[1], P.shape[1]
        weights = np.ones(len(X)) if weights is None else weights

        def objective(theta):
            layer = theta.reshape(n_features + 1, n_classes)
            log_proba = log_softmax(X @ layer[:-1] + layer[-1], axis=1)
            error = weights[:, None] * (np.exp(log_proba) - P)
            decay = layer[:-1] / np.reshape(C, (-1, 1))
            gradient = np.vstack([X.T @ error + decay, error.sum(axis=0)])
            value = -weights @ (P * log_proba).sum(axis=1)
            return value + (decay * layer[:-1]).sum() / 2, gradient.ravel()

        start = np.zeros((n_features + 1) * n_classes)
        found = minimize(objective, start, jac=True, options={"gtol": 1e-8})
        layer = found.x.reshape(n_features + 1, n_classes)
        return softmax(X @ layer[:-1] + layer[-1], axis=1)

    @pytest.mark.parametrize("C", [0.1, 10.0])
    @pytest.mark.parametrize("weighted", [False, True])
    def test_fit(self, soft, rng, C, weighted):
        X, P = soft
        weights = rng.uniform(size=150) if weighted else None
        regression = LogisticRegression(C=C, tol=1e-10, max_iter=10_000)
        model = SoftTargetClassifier(regression).fit(X, P, sample_weight=weights)
        expected = self.optimum(X, P, C, weights)
        assert_allclose(model.predict_proba(X), expected, atol=5e-5)

    def test_temperature(self, soft):
        X, P = soft
        regression = LogisticRegression(tol=1e-10, max_iter=10_000)
        model = SoftTargetClassifier(regression)
        model.fit_distill(
            transfer_of(X, P), DistillationLoss(temperature=3.0, alpha=1.0)
        )
        softened = self.optimum(X, soften(np.log(P), 3.0), C=1.0)
        expected = softened**3 / (softened**3).sum(axis=1, keepdims=True)
        assert model.temperature_ == 3.0
        assert_allclose(model.predict_proba(X), expected, atol=5e-5)

    def test_mixed_with_labels(self, soft, iris):
        X, P = soft
        labels = np.where(np.arange(150) % 3, iris[1], -1)
        regression = LogisticRegression(tol=1e-10, max_iter=10_000)
        model = SoftTargetClassifier(regression)
        model.fit_distill(transfer_of(X, P, labels), DistillationLoss(alpha=0.25))
        targets = np.where(labels[:, None] >= 0, 0.25 * P + 0.75 * np.eye(3)[labels], P)
        expected = self.optimum(X, targets, C=1.0)
        assert_allclose(model.predict_proba(X), expected, atol=5e-5)

    @pytest.mark.parametrize("load", [load_iris, load_wine, load_breast_cancer])
    def test_default_needs_no_scaling(self, load):
        # Warnings are errors: it converges within its default number of steps.
        X, y = load(return_X_y=True)
        onehot = np.eye(y.max() + 1)[y]
        P = 0.9 * onehot + 0.1 * onehot[::-1]
        for targets in (y, P):
            model = SoftTargetClassifier().fit(X, targets)
            assert isinstance(model.estimator_, LogisticRegression)
        # The optimum, in coordinates in which the direct search finds it, too. Of two
        # classes scikit-learn has one layer, the difference of the two here.
        scale = X.std(axis=0)
        proba = self.optimum(X / scale, P, C=scale**2 / (1 + (y.max() == 1)))
        assert_allclose(model.predict_proba(X), proba, atol=5e-3)


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(max_iter=1000),
        DecisionTreeClassifier(max_leaf_nodes=5, random_state=0),
        HistGradientBoostingClassifier(max_iter=5),
        GaussianNB(),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
class TestHardLabels:
    def test_one_hot_probabilities_are_labels(self, iris, estimator):
        X, y = iris
        expected = clone(estimator).fit(X, y).predict_proba(X)
        for targets in (y, np.eye(3)[y]):
            model = SoftTargetClassifier(estimator).fit(X, targets)
            assert_allclose(model.predict_proba(X), expected, atol=1e-12)
            assert_array_equal(model.classes_, [0, 1, 2])
        assert not hasattr(estimator, "classes_")

    def test_weights(self, iris, estimator, rng):
        X, y = iris
        weights = rng.uniform(0.1, 2, size=150)
        expected = clone(estimator).fit(X, y, sample_weight=weights).predict_proba(X)
        model = SoftTargetClassifier(estimator).fit(X, y, sample_weight=weights)
        assert_allclose(model.predict_proba(X), expected, atol=1e-12)

    def test_names(self, iris, estimator):
        X, y = iris
        names = np.array(["z", "b", "m"])
        model = SoftTargetClassifier(estimator).fit(X, names[y])
        assert_array_equal(model.classes_, ["b", "m", "z"])
        assert model.score(X, names[y]) > 0.9
        transfer = transfer_of(X, np.eye(3)[y], classes=["p", "q", "r"])
        model.fit_distill(transfer, DistillationLoss(alpha=1.0))
        assert model.score(X, np.array(["p", "q", "r"])[y]) > 0.9


def test_soft_targets_matter_where_the_likeliest_class_is_the_same(iris):
    X, y = iris
    P = 0.2 + 0.4 * np.eye(3)[y]
    tree = SoftTargetClassifier(DecisionTreeClassifier(max_leaf_nodes=3)).fit(X, P)
    assert_allclose(tree.predict_proba(X)[:50], P[:50], atol=1e-12)


@pytest.mark.parametrize("temperature", [0.5, 4.0])
def test_sharpening_undoes_the_softening(iris, temperature):
    # A tree grown to the end learns its targets exactly.
    X, indices = np.unique(iris[0], axis=0, return_index=True)
    P = 0.05 + 0.85 * np.eye(3)[iris[1][indices]]
    P[::2] = [0.5, 0.3, 0.2]
    model = SoftTargetClassifier(DecisionTreeClassifier(random_state=0))
    model.fit_distill(transfer_of(X, P), DistillationLoss(temperature=temperature))
    assert_allclose(model.predict_proba(X), P, atol=2e-3)
    softened = model.estimator_.predict_proba(X)
    assert_allclose(softened, soften(np.log(P), temperature), atol=2e-3)


def test_classes_of_negligible_weight_get_no_copies(iris):
    class Counter(GaussianNB):
        def fit(self, X, y, sample_weight=None):
            type(self).n_rows = len(X)
            return super().fit(X, y, sample_weight)

    X, y = iris
    P = np.eye(3)[y] * (1 - 1.5e-5) + 5e-6
    SoftTargetClassifier(Counter()).fit(X, P)
    assert Counter.n_rows == 150


class Counting(TransformerMixin, BaseEstimator):
    """Passes rows through; counts the rows it learns from."""

    def fit(self, X, y=None):
        self.n_rows_, self.labels_ = len(X), y
        return self

    def transform(self, X):
        return X


class TestPipeline:
    def test_scaler_sees_each_row_once(self, soft):
        X, P = soft
        pipeline = make_pipeline(
            Counting(), StandardScaler(), LogisticRegression(max_iter=1000)
        )
        model = SoftTargetClassifier(pipeline).fit(X, P)
        counting, scaler, last = [step for _, step in model.estimator_.steps]
        assert counting.n_rows_ == 150
        assert_allclose(scaler.mean_, X.mean(axis=0))
        assert isinstance(last, SoftTargetClassifier)
        Z = StandardScaler().fit_transform(X)
        expected = SoftTargetClassifier(LogisticRegression(max_iter=1000)).fit(Z, P)
        assert_allclose(model.predict_proba(X), expected.predict_proba(Z))
        assert not hasattr(pipeline, "n_features_in_")

    def test_sharpens_once(self, soft):
        X, P = soft
        regression = LogisticRegression(max_iter=1000)
        transfer = transfer_of(X, P)
        model = SoftTargetClassifier(make_pipeline(Counting(), regression))
        model.fit_distill(transfer, DistillationLoss(temperature=3.0, alpha=1.0))
        alone = SoftTargetClassifier(regression)
        alone.fit_distill(transfer, DistillationLoss(temperature=3.0, alpha=1.0))
        assert_allclose(model.predict_proba(X), alone.predict_proba(X))

    def test_transformers_get_labels_or_the_likeliest_ones(self, soft, iris):
        X, P = soft
        labels = np.where(np.arange(150) % 2, iris[1], -1)
        model = SoftTargetClassifier(make_pipeline(Counting(), GaussianNB()))
        model.fit_distill(
            transfer_of(X, P, labels, classes=["a", "b", "c"]), DistillationLoss()
        )
        guessed = np.where(labels >= 0, labels, P.argmax(axis=1))
        seen = model.estimator_.steps[0][1].labels_
        assert_array_equal(seen, np.array(["a", "b", "c"])[guessed])

    @pytest.mark.parametrize("depth", [0, 1])
    def test_a_network_at_the_end(self, soft, depth):
        X, P = soft
        network = SoftmaxMLPClassifier((5,), max_iter=5, random_state=0)
        pipeline = make_pipeline(*[Counting()] * depth, network)
        model = SoftTargetClassifier(pipeline).fit(X, P)
        assert isinstance(model.estimator_[-1], SoftmaxMLPClassifier)
        expected = clone(network).fit_distill(transfer_of(X, P), DistillationLoss())
        assert_allclose(model.predict_proba(X), expected.predict_proba(X))

    def test_pipeline_in_a_pipeline(self, soft):
        X, P = soft
        inner = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
        nested = SoftTargetClassifier(make_pipeline(Counting(), inner)).fit(X, P)
        flat = SoftTargetClassifier(inner).fit(X, P)
        assert_allclose(nested.predict_proba(X), flat.predict_proba(X))

    def test_text(self):
        texts = ["good movie", "bad movie", "great film", "awful film"] * 5
        P = np.array([[0.1, 0.9], [0.8, 0.2]] * 10)
        model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=100))
        model = SoftTargetClassifier(model).fit(texts, P)
        assert_allclose(model.predict_proba(texts), P, atol=0.05)
        assert_array_equal(model.predict(["good", "awful"]), [1, 0])

    @pytest.mark.parametrize("method", ["predict", "predict_proba"])
    def test_a_frame_is_no_list_of_texts(self, method):
        pd = pytest.importorskip("pandas")
        frame = pd.DataFrame({"text": ["good movie", "bad movie"] * 5})
        model = make_pipeline(TfidfVectorizer(), LogisticRegression())
        model = SoftTargetClassifier(model).fit(frame["text"], [0, 1] * 5)
        assert len(getattr(model, method)(frame["text"])) == 10
        # A vectorizer would take it for the one text that is the column's name.
        with pytest.raises(ValueError, match=r"table of shape \(10, 1\)"):
            getattr(model, method)(frame)
        with pytest.raises(ValueError, match="holds texts, but has None in place 1"):
            getattr(model, method)(["good", None])


@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_class_that_the_estimator_never_saw(iris, temperature):
    X, y = iris
    P = np.zeros((150, 4))
    P[:, [0, 1, 3]] = 0.1 + 0.7 * np.eye(3)[y]
    transfer = transfer_of(X, P, classes=["a", "b", "c", "d"])
    model = SoftTargetClassifier(LogisticRegression(max_iter=1000))
    model.fit_distill(transfer, DistillationLoss(temperature=temperature, alpha=1.0))
    assert_array_equal(model.estimator_.classes_, ["a", "b", "d"])
    proba = model.predict_proba(X)
    assert proba.shape == (150, 4)
    assert_array_equal(proba[:, 2], 0)
    assert_allclose(proba.sum(axis=1), 1)
    assert np.mean(model.predict(X) == np.array(["a", "b", "d"])[y]) > 0.85


def test_frames_and_sparse_rows(soft):
    pd = pytest.importorskip("pandas")
    X, P = soft
    expected = SoftTargetClassifier().fit(X, P).predict_proba(X)
    frame = pd.DataFrame(X, columns=list("abcd"))
    model = SoftTargetClassifier().fit(frame, P)
    assert_array_equal(model.feature_names_in_, list("abcd"))
    assert_array_equal(model.estimator_.feature_names_in_, list("abcd"))
    assert_allclose(model.predict_proba(frame), expected)
    rows = csr_array(X)
    found = SoftTargetClassifier().fit(rows, P).predict_proba(rows)
    assert_allclose(found, expected, atol=1e-3)


class Rows(KNeighborsClassifier):
    """Remembers the rows and labels it learns from."""

    def fit(self, X, y):
        self.rows_, self.labels_ = X, y
        return super().fit(X, y)


class TestDraws:
    """Classifiers that take no weights learn from drawn labels."""

    def test_labels_are_as_frequent_as_probable(self, soft):
        X, P = soft
        model = SoftTargetClassifier(Rows(), random_state=0).fit(X, P)
        assert model.strategy_ == "sampling"
        rows, labels = model.estimator_.rows_, model.estimator_.labels_
        assert_array_equal(rows, np.repeat(X, 4, axis=0))
        counts = np.eye(3)[labels].reshape(150, 4, 3).sum(axis=1)
        assert np.abs(counts - 4 * P).max() < 2
        assert_allclose(counts.mean(axis=0), 4 * P.mean(axis=0), atol=0.15)

    def test_seeds(self, soft):
        X, P = soft

        def labels(seed):
            model = SoftTargetClassifier(make_pipeline(Rows()), random_state=seed)
            return model.fit(X, P).estimator_[-1].estimator_.labels_

        assert_array_equal(labels(0), labels(0))
        assert (labels(0) != labels(1)).any()

    def test_are_sharpened(self, iris):
        X, y = iris
        P = 0.05 + 0.85 * np.eye(3)[y]
        model = SoftTargetClassifier(KNeighborsClassifier(40), random_state=0)
        model.fit_distill(
            transfer_of(X, P), DistillationLoss(temperature=3.0, alpha=1.0)
        )
        softened = model.estimator_.predict_proba(X)
        expected = soften(np.log(P[:1]), 3)[0]
        assert_allclose(softened[:50].mean(axis=0), expected, atol=0.05)
        expected = softened**3 / (softened**3).sum(axis=1, keepdims=True)
        assert_allclose(model.predict_proba(X), expected)


class TestRegression:
    """Regressors learn the probabilities as numbers."""

    def test_of_several_classes(self, soft):
        X, P = soft
        model = SoftTargetClassifier(Ridge(1e-3)).fit(X, P)
        assert model.strategy_ == "regression"
        expected = np.maximum(Ridge(1e-3).fit(X, P).predict(X), 1e-3)
        expected /= expected.sum(axis=1, keepdims=True)
        assert_allclose(model.predict_proba(X), expected)
        assert_array_equal(model.predict(X), expected.argmax(axis=1))

    def test_of_two_classes_needs_one_output(self, soft):
        X, P = soft
        P = np.column_stack([P[:, 0], 1 - P[:, 0]])
        model = SoftTargetClassifier(SVR()).fit(X, P)
        positive = SVR().fit(X, P[:, 1]).predict(X)
        assert_allclose(model.predict_proba(X)[:, 1], np.clip(positive, 1e-3, 0.999))

    def test_of_one_output_is_refused(self, soft):
        with pytest.raises(ValueError, match=r"SVR\(\) has one output only.*Multi"):
            SoftTargetClassifier(SVR()).fit(*soft)
        model = SoftTargetClassifier(MultiOutputRegressor(SVR())).fit(*soft)
        assert model.strategy_ == "regression"

    def test_other_errors_stay_as_they_are(self, soft):
        X = np.full((150, 4), np.nan)
        with pytest.raises(ValueError, match=r"^Input X contains NaN"):
            SoftTargetClassifier(Ridge()).fit(X, soft[1])

    def test_temperature(self, iris):
        X, indices = np.unique(iris[0], axis=0, return_index=True)
        P = 0.05 + 0.85 * np.eye(3)[iris[1][indices]]
        model = SoftTargetClassifier(DecisionTreeRegressor(random_state=0))
        model.fit_distill(
            transfer_of(X, P), DistillationLoss(temperature=3.0, alpha=1.0)
        )
        assert_allclose(model.predict_proba(X), P)
        softened = model.estimator_.predict(X)
        assert_allclose(softened, soften(np.log(P), 3.0))

    def test_weights(self, soft, rng):
        X, P = soft
        weights = rng.uniform(size=150)
        model = SoftTargetClassifier(Ridge()).fit(X, P, sample_weight=weights)
        expected = Ridge().fit(X, P, sample_weight=weights).predict(X)
        expected = np.clip(expected, 1e-3, 1)
        expected /= expected.sum(axis=1, keepdims=True)
        assert_allclose(model.predict_proba(X), expected)

    def test_weights_that_it_does_not_take_are_numbers_of_rows(self, soft):
        X, P = soft
        weights = np.repeat([0.0, 1.0, 2.0], 50)
        model = SoftTargetClassifier(KNeighborsRegressor(1))
        model.fit(X, P, sample_weight=weights)
        assert len(model.estimator_._fit_X) == 600
        assert not np.isin(model.estimator_._fit_X, X[:50]).all(axis=1).all()
        assert_allclose(model.predict_proba(X[149:]), P[149:], atol=2e-3)


class TestMargins:
    """Classifiers without probabilities learn, and predict labels."""

    @pytest.mark.parametrize("depth", [0, 1])
    def test_predict_only(self, iris, depth):
        X, y = iris
        names = np.array(["a", "b", "c"])[y]
        svm = make_pipeline(*["passthrough"] * depth, LinearSVC(random_state=0))
        model = SoftTargetClassifier(svm[-1] if depth == 0 else svm).fit(X, names)
        expected = LinearSVC(random_state=0).fit(X, y).predict(X)
        assert_array_equal(model.predict(X), np.array(["a", "b", "c"])[expected])
        for method in ("predict_proba", "predict_log_proba"):
            assert not hasattr(SoftTargetClassifier(svm), method)
            assert not hasattr(model, method)
        with pytest.raises(AttributeError, match="has no attribute 'predict_proba'"):
            model.predict_proba(X)

    def test_a_classifier_decides_for_itself(self, cancer):
        X, y = cancer
        eager = FixedThresholdClassifier(GaussianNB(), threshold=1e-6)
        model = SoftTargetClassifier(eager).fit(X, y)
        assert model.predict(X).mean() > GaussianNB().fit(X, y).predict(X).mean()


@pytest.mark.parametrize(
    "estimator",
    [
        DecisionTreeClassifier(max_leaf_nodes=8, random_state=0),
        LogisticRegression(tol=1e-10, max_iter=10_000),
        HistGradientBoostingClassifier(max_iter=5),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
@pytest.mark.parametrize("names", [[0, 1, 2], ["x", "b", "k"]], ids=str)
def test_balanced_class_weights_balance_the_probabilities(iris, estimator, names):
    X, y = iris
    keep = np.flatnonzero((y == 0) | (np.arange(150) % 5 == 0))
    P = 0.03 + 0.91 * np.eye(3)[y[keep]]
    classes = np.unique(names)
    mass = P.sum(axis=0)
    transfer = transfer_of(X[keep], P, classes=classes)
    found, plain = (
        SoftTargetClassifier(clone(estimator).set_params(class_weight=class_weight))
        .fit_distill(transfer, DistillationLoss(alpha=1.0))
        .predict_proba(X)
        for class_weight in ("balanced", None)
    )
    rows, labels, weights = to_weighted_labels(P)
    weights = weights * (mass.sum() / (3 * mass))[labels]
    expected = clone(estimator).fit(X[keep][rows], classes[labels], weights)
    assert_allclose(found, expected.predict_proba(X), atol=1e-6)
    assert np.abs(found - plain).max() > 0.01


def test_balanced_class_weights_of_a_class_without_weight(iris):
    X, y = iris
    balanced = SoftTargetClassifier(LogisticRegression(class_weight="balanced"))
    weights = np.array([1.0, 3.0, 0.0])[y]
    proba = balanced.fit(X, y, sample_weight=weights).predict_proba(X)
    plain = LogisticRegression().fit(X, y, np.array([2.0, 2.0, 0.0])[y])
    assert_allclose(proba, plain.predict_proba(X), atol=1e-6)


@pytest.mark.parametrize(
    "estimator",
    [
        GaussianMixture(3),
        IsolationForest(),
        KMeans(3),
        OneClassSVM(),
        StandardScaler(),
        make_pipeline(StandardScaler(), KMeans(3)),
    ],
    ids=str,
)
def test_what_learns_no_targets_is_refused(soft, estimator):
    name = type(estimator[-1] if hasattr(estimator, "steps") else estimator).__name__
    with pytest.raises(
        TypeError, match=rf"{name}\(.*\) cannot be a student: it is nei"
    ):
        SoftTargetClassifier(estimator).fit(*soft)


@pytest.mark.parametrize("wrap", [lambda model: model, make_pipeline])
def test_a_frozen_student_is_refused(soft, iris, wrap):
    frozen = FrozenEstimator(GaussianNB().fit(*iris))
    with pytest.raises(TypeError, match="cannot be a student: frozen"):
        SoftTargetClassifier(wrap(frozen)).fit(*soft)


@pytest.mark.parametrize(
    "P", [[[1.5, -0.5], [1, 0]], [[0.5, 0.6], [1, 0]], [[0, 0], [1, 0]]]
)
def test_no_probabilities(P):
    with pytest.raises(ValueError, match="y must hold class probabilities"):
        SoftTargetClassifier().fit([[0.0], [1.0]], P)


def test_single_class_is_refused(iris):
    with pytest.raises(ValueError, match="only one class"):
        SoftTargetClassifier().fit(iris[0], np.zeros(150, int))


def test_lengths(iris):
    X, y = iris
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        SoftTargetClassifier().fit(X, y[:-1])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        SoftTargetClassifier().fit(X, y, sample_weight=np.ones(149))


@pytest.mark.parametrize("estimator", [GaussianNB(), make_pipeline(GaussianNB())])
def test_a_failed_fit_changes_nothing(iris, estimator):
    X, y = iris
    model = SoftTargetClassifier(estimator).fit(X, y)
    state, proba = dict(vars(model)), model.predict_proba(X)
    for rows, targets in [(np.full((150, 2), np.nan), y == 0), (X, np.zeros(150, int))]:
        with pytest.raises(ValueError, match=r"NaN|one class"):
            model.fit(rows, targets)
        assert vars(model) == state
        assert_array_equal(model.predict_proba(X), proba)


def test_nothing_is_predicted_before_a_fit(soft):
    for method in ("predict", "predict_proba"):
        with pytest.raises(NotFittedError, match="SoftTargetClassifier"):
            getattr(SoftTargetClassifier(), method)(soft[0])


def test_pickle_and_clone(soft):
    X, P = soft
    model = SoftTargetClassifier(GaussianNB()).fit(X, P)
    loaded = pickle.loads(pickle.dumps(model))
    assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
    assert not hasattr(clone(model), "estimator_")


def test_nested_parameters(soft):
    model = SoftTargetClassifier(LogisticRegression())
    model.set_params(estimator__C=0.5).fit(*soft)
    assert model.estimator_.C == 0.5


class TestPartialFit:
    """A fitted pipeline goes on by its last step."""

    def network(self):
        return SoftmaxMLPClassifier((5,), max_iter=5, random_state=0)

    @pytest.mark.parametrize(
        "before", [(), ("passthrough",), (StandardScaler(),)], ids=len
    )
    def test_the_last_step_learns(self, soft, before):
        X, P = soft
        model = SoftTargetClassifier(make_pipeline(*before, self.network())).fit(X, P)
        last = pickle.loads(pickle.dumps(model.estimator_[-1]))
        Z = X
        if before and before[0] != "passthrough":
            mean = model.estimator_[0].mean_.copy()
            Z = model.estimator_[0].transform(X)
        assert model.partial_fit(X[:20], P[:20]) is model
        expected = last.partial_fit(Z[:20], P[:20]).predict_proba(Z)
        assert_allclose(model.predict_proba(X), expected)
        if before and before[0] != "passthrough":
            assert_array_equal(model.estimator_[0].mean_, mean)

    def test_pipeline_in_a_pipeline(self, soft):
        X, P = soft
        inner = make_pipeline(StandardScaler(), self.network())
        flat = SoftTargetClassifier(inner).fit(X, P).partial_fit(X, P)
        nested = SoftTargetClassifier(make_pipeline(Counting(), inner)).fit(X, P)
        nested.partial_fit(X, P)
        assert_allclose(nested.predict_proba(X), flat.predict_proba(X))

    @pytest.mark.parametrize(
        "estimator",
        [GaussianNB(), make_pipeline(GaussianNB()), make_pipeline(Ridge())],
        ids=str,
    )
    def test_is_not_there_for_others(self, soft, estimator):
        model = SoftTargetClassifier(estimator)
        assert not hasattr(model, "partial_fit")
        assert not hasattr(model.fit(*soft), "partial_fit")

    def test_needs_a_fit_and_its_features(self, soft):
        X, P = soft
        model = SoftTargetClassifier(make_pipeline(StandardScaler(), self.network()))
        assert not hasattr(model, "partial_fit")
        with pytest.raises(ValueError, match="X has 3 features"):
            model.fit(X, P).partial_fit(X[:, :3], P)
        assert model.n_features_in_ == 4


@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_from_fitted(soft, temperature):
    X, P = soft
    fitted = LogisticRegression(max_iter=1000)
    transfer = transfer_of(X, P, classes=["a", "b", "c"])
    loss = DistillationLoss(temperature, alpha=1.0)
    expected = SoftTargetClassifier(fitted).fit_distill(transfer, loss)
    model = SoftTargetClassifier.from_fitted(
        expected.estimator_, transfer.classes, temperature
    )
    assert vars(model).keys() == vars(expected).keys()
    assert model.estimator_ is expected.estimator_
    assert_array_equal(model.predict_proba(X), expected.predict_proba(X))
    assert_array_equal(model.predict(X), expected.predict(X))
    assert SoftTargetClassifier.from_fitted(model.estimator_, [0]).temperature_ == 1.0
