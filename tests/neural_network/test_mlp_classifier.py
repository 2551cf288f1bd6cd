"""SoftmaxMLPClassifier: MLPClassifier's numbers, soft labels, and mishaps."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle
import re
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csc_array, csc_matrix, csr_array, csr_matrix
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from skdistill import DistillationLoss, SoftmaxMLPClassifier, TransferSet
from skdistill.neural_network._architecture import Architecture
from skdistill.neural_network._early_stopping import Monitor

# What makes SoftmaxMLPClassifier follow MLPClassifier.
PLAIN = {"learning_rate": "constant", "standardize": False}


def assert_same_network(one, other, **tolerance):
    for name in ("coefs_", "intercepts_"):
        layers = zip(getattr(one, name), getattr(other, name), strict=True)
        for found, expected in layers:
            assert_allclose(found, expected, **(tolerance or {"rtol": 0}))


def quietly(fit, *args, **kwargs):
    """Fit MLPClassifier, whose warnings are no concern here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return fit(*args, **kwargs)


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return (X[:430] / 16).astype(np.float32), y[:430]


class TestLikeMLPClassifier:
    """Same seed and settings, same weights."""

    @pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
    @pytest.mark.parametrize("hidden", [(30,), (20, 10)])
    @pytest.mark.parametrize("shuffle", [True, False])
    @pytest.mark.parametrize("alpha", [1e-4, 0.1])
    def test_weights(self, digits, activation, hidden, shuffle, alpha):
        X, y = digits
        settings = {
            "hidden_layer_sizes": hidden,
            "activation": activation,
            "batch_size": 100,  # leaves a ragged batch of 30
            "learning_rate_init": 1e-3,
            "max_iter": 20,
            "shuffle": shuffle,
            "alpha": alpha,
            "random_state": 0,
        }
        theirs = quietly(MLPClassifier(**settings).fit, X, y)
        ours = quietly(SoftmaxMLPClassifier(**PLAIN, **settings).fit, X, y)
        assert ours.coefs_[0].dtype == theirs.coefs_[0].dtype == np.float32
        assert_same_network(ours, theirs, atol=1e-5, rtol=0)
        # MLPClassifier adds the penalty at each batch, this one at the epoch's end.
        rtol = max(1e-5, alpha / 20)
        assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=rtol)
        assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)
        for name in ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_"):
            assert getattr(ours, name) == getattr(theirs, name), name
        for name in ("loss_", "best_loss_"):
            assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=rtol)
        assert ours.validation_scores_ is None

    def test_partial_fit(self, digits):
        X, y = digits
        settings = {"hidden_layer_sizes": (20,), "batch_size": 50, "random_state": 0}
        theirs = MLPClassifier(**settings)
        ours = SoftmaxMLPClassifier(
            learning_rate_init=1e-3, standardize=False, **settings
        )
        classes = np.arange(10)
        for start in (0, 130, 260):
            rows = slice(start, start + 130)
            theirs.partial_fit(X[rows], y[rows], classes=classes)
            ours.partial_fit(X[rows], y[rows], classes=classes)
        assert_same_network(ours, theirs, atol=1e-5, rtol=0)
        assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-4)
        assert ours.t_ == theirs.t_ == 390
        assert ours.n_iter_ == theirs.n_iter_ == 1

    def test_warm_start(self, digits):
        X, y = digits
        settings = {
            "hidden_layer_sizes": (20,),
            "batch_size": 50,
            "max_iter": 3,
            "warm_start": True,
            "random_state": 0,
        }
        theirs = MLPClassifier(**settings)
        ours = SoftmaxMLPClassifier(**PLAIN, learning_rate_init=1e-3, **settings)
        for rows in (slice(0, 200), slice(200, 430)):
            quietly(theirs.fit, X[rows], y[rows])
            quietly(ours.fit, X[rows], y[rows])
        assert_same_network(ours, theirs, atol=1e-5, rtol=0)
        assert ours.n_iter_ == theirs.n_iter_ == 3
        assert ours.t_ == theirs.t_ == 3 * 430
        assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-4)

    def test_constant_rate_stops_when_mlp_classifier_stops(self, digits):
        X, y = digits
        settings = {
            "hidden_layer_sizes": (20,),
            "batch_size": 50,
            "learning_rate_init": 0.01,
            "tol": 0.02,
            "n_iter_no_change": 3,
            "random_state": 0,
        }
        theirs = MLPClassifier(**settings).fit(X, y)
        ours = SoftmaxMLPClassifier(**PLAIN, **settings).fit(X, y)
        assert ours.n_iter_ == theirs.n_iter_ < 100

    def test_lbfgs(self, iris):
        X, y = iris
        settings = {
            "hidden_layer_sizes": (5,),
            "activation": "tanh",
            "solver": "lbfgs",
            "alpha": 1.0,
            "random_state": 0,
        }
        # Softmax with a two-unit output and logistic with one have unlike penalties,
        # so three classes it is.
        theirs = MLPClassifier(**settings, max_iter=1000).fit(X, y)
        ours = SoftmaxMLPClassifier(
            **settings, max_iter=1000, standardize=False, tol=1e-6
        ).fit(X, y)
        assert ours.coefs_[0].dtype == np.float64
        assert_allclose(ours.loss_, theirs.loss_, rtol=1e-3)
        assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=0.02)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"solver": "lbfgs", "max_iter": 20},
        {"early_stopping": True},
        {"batch_size": 7, "max_iter": 3},
        {"learning_rate": "constant", "max_iter": 3},
    ],
    ids=str,
)
class TestSoftLabels:
    def fit(self, X, y, settings, **kwargs):
        model = SoftmaxMLPClassifier((6,), random_state=0, **settings)
        return quietly(model.fit, X, y, **kwargs)

    def test_one_hot_rows_are_labels_bit_for_bit(self, iris, settings):
        X, y = iris
        hard = self.fit(X, y, settings)
        soft = self.fit(X, np.eye(3)[y], settings)
        assert_same_network(hard, soft)
        assert_array_equal(hard.predict_proba(X), soft.predict_proba(X))
        assert hard.loss_curve_ == soft.loss_curve_

    def test_weights_of_one_are_no_weights(self, iris, settings):
        X, y = iris
        plain = self.fit(X, y, settings)
        for weight in (1.0, 5.0):
            alpha = {"alpha": plain.alpha * weight}
            weighted = self.fit(
                X, y, {**settings, **alpha}, sample_weight=np.full(150, weight)
            )
            tolerance = {"atol": 1e-3} if settings.get("solver") else {"atol": 1e-4}
            assert_same_network(plain, weighted, **tolerance)


def test_soft_labels_are_learnt(iris):
    X, y = iris
    P = 0.1 + 0.7 * np.eye(3)[y]
    model = SoftmaxMLPClassifier((16,), max_iter=200, random_state=0).fit(X, P)
    assert_array_equal(model.classes_, [0, 1, 2])
    assert np.abs(model.predict_proba(X)[:50] - P[:50]).mean() < 0.03
    # The cross-entropy cannot fall below the entropy of the targets.
    entropy = -(P * np.log(P)).sum(axis=1).mean()
    assert entropy < model.loss_ < entropy + 0.05


def test_lbfgs_weights_are_repetitions(iris, rng):
    X, y = iris
    weights = rng.randint(0, 4, size=150)
    settings = {"solver": "lbfgs", "alpha": 0.1, "random_state": 0, "max_iter": 30}
    model = SoftmaxMLPClassifier((4,), "tanh", **settings)
    repeated = np.repeat(np.arange(150), weights)
    weighted = quietly(clone(model).fit, X, y, sample_weight=weights)
    again = quietly(clone(model).fit, X[repeated], y[repeated])
    assert_allclose(weighted.predict_proba(X), again.predict_proba(X), atol=1e-3)
    assert_allclose(weighted.loss_, again.loss_, rtol=1e-5)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_fit_distill_of_labels_alone_is_fit(iris, rng, solver, temperature):
    X, y = iris
    transfer = TransferSet(X, rng.normal(size=(150, 3)), y, np.array(["a", "b", "c"]))
    model = SoftmaxMLPClassifier((5,), solver=solver, max_iter=10, random_state=0)
    distilled = quietly(
        clone(model).fit_distill, transfer, DistillationLoss(temperature, alpha=0.0)
    )
    fitted = quietly(model.fit, X, np.array(["a", "b", "c"])[y])
    assert_same_network(distilled, fitted)
    assert_array_equal(distilled.predict(X), fitted.predict(X))


def test_fit_distill_of_the_teacher_alone_is_fit_to_its_probabilities(iris, rng):
    X, _ = iris
    P = rng.dirichlet([2, 2, 2], size=150)
    nothing = np.zeros(150, dtype=int)
    transfer = TransferSet(X, np.log(P), nothing, np.arange(3), labeled=nothing > 0)
    model = SoftmaxMLPClassifier((5,), max_iter=10, random_state=0)
    distilled = clone(model).fit_distill(transfer, DistillationLoss())
    assert_same_network(distilled, model.fit(X, P), atol=1e-4)


def test_fit_distill_at_a_temperature_approaches_the_teacher(iris):
    X, y = iris
    logits = np.column_stack([np.zeros(150), X[:, 2] - 3, X[:, 3] - 1])
    transfer = TransferSet(X, logits, y, np.arange(3))
    model = SoftmaxMLPClassifier((8,), "tanh", solver="lbfgs", alpha=0, random_state=0)
    model.fit_distill(transfer, DistillationLoss(temperature=5.0, alpha=1.0))
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert_allclose(model.predict_proba(X), proba, atol=0.02)


class TestStandardize:
    """The scaling is learned in fit and becomes part of the first layer."""

    @pytest.fixture(params=["plain", "far from zero", "constant column", "tiny"])
    def X(self, request, iris):
        X = iris[0] * [1.0, 10.0, 0.1, 1.0]
        if request.param == "far from zero":
            X[:, 1:3] += 1e4 * X.std(axis=0)[1:3]
        elif request.param == "constant column":
            X[:, 0] = 1e4
        elif request.param == "tiny":
            X *= 1e-6
        return X

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize(
        "settings",
        [
            {"max_iter": 30},
            {"solver": "lbfgs", "max_iter": 10},
            {"early_stopping": True},
        ],
        ids=str,
    )
    def test_predictions_are_those_on_scaled_rows(self, X, iris, dtype, settings):
        X, y = X.astype(dtype), iris[1]
        Z = StandardScaler().fit_transform(X.astype(np.float64)).astype(dtype)
        model = SoftmaxMLPClassifier((8,), random_state=0, **settings)
        folded = quietly(model.fit, X, y).predict_proba(X)
        reference = clone(model).set_params(standardize=False)
        expected = quietly(reference.fit, Z, y).predict_proba(Z)
        assert_allclose(folded, expected, atol=1e-5)

    def test_weighted(self, X, iris, rng):
        y, weights = iris[1], rng.randint(3, size=150)
        Z = StandardScaler().fit(X, sample_weight=weights + 0.0).transform(X)
        model = SoftmaxMLPClassifier((8,), random_state=0, max_iter=10, solver="lbfgs")
        folded = quietly(model.fit, X, y, weights).predict_proba(X)
        reference = clone(model).set_params(standardize=False)
        expected = quietly(reference.fit, Z, y, weights).predict_proba(Z)
        assert_allclose(folded, expected, atol=1e-5)

    def test_units_do_not_matter(self, iris):
        X, y = iris
        model = SoftmaxMLPClassifier((8,), random_state=0, max_iter=20)
        proba = model.fit(X, y).predict_proba(X)
        units = np.array([1e-3, 7.0, 1e3, 1.0])
        assert_allclose(
            model.fit(X * units, y).predict_proba(X * units), proba, atol=1e-4
        )


CONTAINERS = {
    "float32": lambda X: X.astype(np.float32),
    "F-ordered": np.asfortranarray,
    "list": lambda X: X.tolist(),
    "strided": lambda X: np.repeat(X, 2, axis=0)[::2],
    "csr_matrix": csr_matrix,
    "csr_array": csr_array,
    "csc_matrix": csc_matrix,
    "csc_array": csc_array,
}


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("container", CONTAINERS)
def test_containers(iris, container, early_stopping, solver):
    # Rounded to halves, so that float32 holds them exactly.
    X, y = np.round(2 * iris[0]) / 2, iris[1]
    rows = CONTAINERS[container](X)
    model = SoftmaxMLPClassifier(
        (6,),
        solver=solver,
        max_iter=8,
        early_stopping=early_stopping,
        standardize=not container.startswith("cs"),
        random_state=0,
    )
    expected = quietly(clone(model).fit, X, y)
    found = quietly(model.fit, rows, y)
    # L-BFGS works in the precision of the rows, and magnifies differences.
    tolerance = 1e-2 if (solver, container) == ("lbfgs", "float32") else 1e-6
    for queries in (X, rows):
        assert_allclose(
            found.predict_proba(queries), expected.predict_proba(X), atol=tolerance
        )


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_memory_mapped_rows(iris, tmp_path, solver):
    X, y = iris
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    model = SoftmaxMLPClassifier((6,), solver=solver, max_iter=5, random_state=0)
    expected = quietly(clone(model).fit, X, y).predict_proba(X)
    found = quietly(model.fit, mapped, y).predict_proba(mapped)
    assert_array_equal(found, expected)


@pytest.mark.parametrize("names", [["a", "b", "c"], [7, -1, 30], [0.0, 1.0, 5.0]])
def test_labels(iris, names):
    X, y = iris
    labels = np.array(names)[y]
    model = SoftmaxMLPClassifier((16,), random_state=0).fit(X, labels)
    assert_array_equal(model.classes_, np.unique(names))
    assert model.predict(X).dtype == labels.dtype
    assert model.score(X, labels) > 0.95
    assert model.score(X, np.roll(labels, 75)) < 0.5


def test_bool_labels(iris):
    X, y = iris
    model = SoftmaxMLPClassifier((16,), random_state=0).fit(X, y == 0)
    assert model.predict(X).dtype == bool
    assert model.score(X, y == 0) == 1.0
    assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-6)


class TestPredictionPaths:
    """Ordinary arrays skip the validation; nobody may notice."""

    @pytest.fixture(params=["adam", "lbfgs"])
    def model(self, request, iris):
        model = SoftmaxMLPClassifier((6,), solver=request.param, random_state=0)
        return model.fit(*iris)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_same_numbers(self, model, iris, dtype):
        X = iris[0].astype(dtype)
        validated = model.predict_proba(X.tolist())
        assert_array_equal(model.predict_proba(X), validated)
        assert_array_equal(
            model.predict_proba(X[:1]), model.predict_proba(X[:1].tolist())
        )

    def test_integers(self, model, iris):
        X = iris[0].astype(int)
        assert_array_equal(model.predict_proba(X), model.predict_proba(X.astype(float)))

    @pytest.mark.parametrize(
        ("rows", "message"),
        [
            (np.ones((2, 3)), "3 features, but SoftmaxMLPClassifier is expecting 4"),
            (np.ones(4), "Expected 2D array, got 1D array"),
            (np.ones((1, 4, 1)), "dim 3"),
            (np.array([[1.0, np.nan, 1.0, 1.0]]), "NaN"),
            (np.array([[1.0, 1.0, np.inf, 1.0]]), "infinity"),
            (np.array([[1.0, 1.0, -np.inf, 1.0]]), "infinity"),
            (np.array([["a", "b", "c", "d"]]), "could not convert|numeric"),
        ],
        ids=str,
    )
    def test_same_errors(self, model, rows, message):
        for queries in (rows, rows.tolist()):
            with pytest.raises(ValueError, match=message):
                model.predict_proba(queries)

    def test_no_rows(self, model):
        with pytest.raises(ValueError, match="0 sample"):
            model.predict_proba(np.ones((0, 4)))

    def test_unfitted(self):
        with pytest.raises(NotFittedError):
            SoftmaxMLPClassifier().predict_proba(np.ones((1, 4)))

    def test_feature_names(self, iris):
        pd = pytest.importorskip("pandas")
        X, y = iris
        frame = pd.DataFrame(X, columns=["a", "b", "c", "d"])
        model = SoftmaxMLPClassifier((6,), max_iter=5, random_state=0).fit(frame, y)
        assert_array_equal(model.feature_names_in_, ["a", "b", "c", "d"])
        expected = model.predict_proba(frame)
        with pytest.warns(UserWarning, match="does not have valid feature names"):
            assert_array_equal(model.predict_proba(X), expected)
        with pytest.raises(ValueError, match="feature names should match"):
            model.predict_proba(frame[["b", "a", "c", "d"]])


class TestRefusals:
    @pytest.mark.parametrize("method", ["fit", "partial_fit"])
    def test_values_beyond_float32(self, iris, method):
        X, y = iris
        X = X.copy()
        X[3, 2] = 1e39
        kwargs = {"classes": [0, 1, 2]} if method == "partial_fit" else {}
        with pytest.raises(ValueError, match="too large for dtype"):
            getattr(SoftmaxMLPClassifier(), method)(X, y, **kwargs)

    def test_values_beyond_float32_in_prediction(self, iris):
        model = SoftmaxMLPClassifier((4,), max_iter=5, random_state=0).fit(*iris)
        X = np.array([[1.0, 1e39, 1.0, 1.0]])
        for rows in (X, X.tolist(), csr_array(X)):
            with pytest.raises(ValueError, match="too large for dtype"):
                model.predict_proba(rows)

    @pytest.mark.parametrize(
        "P", [[[1.5, -0.5], [1, 0]], [[0.5, 0.6], [1, 0]], [[0, 0], [1, 0]]]
    )
    def test_no_probabilities(self, P):
        with pytest.raises(ValueError, match="must hold class probabilities"):
            SoftmaxMLPClassifier().fit([[0.0], [1.0]], P)

    @pytest.mark.parametrize("fit", ["fit", "partial_fit"])
    def test_single_class(self, iris, fit):
        kwargs = {"classes": [0]} if fit == "partial_fit" else {}
        with pytest.raises(ValueError, match="only one class"):
            getattr(SoftmaxMLPClassifier(), fit)(iris[0], np.zeros(150, int), **kwargs)

    def test_lengths(self, iris):
        X, y = iris
        with pytest.raises(ValueError, match="inconsistent numbers of samples"):
            SoftmaxMLPClassifier().fit(X, y[:-1])
        with pytest.raises(ValueError, match="sample_weight"):
            SoftmaxMLPClassifier().fit(X, y, sample_weight=np.ones(149))

    def test_first_partial_fit_needs_classes(self, iris):
        with pytest.raises(
            ValueError, match="classes must be passed on the first call"
        ):
            SoftmaxMLPClassifier().partial_fit(*iris)

    def test_partial_fit_with_unknown_label(self, iris):
        X, y = iris
        model = SoftmaxMLPClassifier((4,)).partial_fit(X, y, classes=[0, 1, 2])
        with pytest.raises(ValueError, match=r"not among the known classes: \[3\]"):
            model.partial_fit(X, y + 1)

    @pytest.mark.parametrize(
        "settings", [{"solver": "lbfgs"}, {"early_stopping": True}]
    )
    def test_no_partial_fit(self, settings):
        assert not hasattr(SoftmaxMLPClassifier(**settings), "partial_fit")

    @pytest.mark.parametrize("hidden", [(5,), (4, 4), ()], ids=str)
    def test_warm_start_with_another_architecture(self, iris, hidden):
        model = SoftmaxMLPClassifier((4,), max_iter=2, warm_start=True).fit(*iris)
        message = (
            "warm_start needs the hidden_layer_sizes and n_members of the last fit: "
            f"(4,) and 1, not {hidden} and 1."
        )
        with pytest.raises(ValueError, match=re.escape(message)):
            model.set_params(hidden_layer_sizes=hidden).fit(*iris)

    def test_warm_start_with_other_data(self, iris):
        X, y = iris
        model = SoftmaxMLPClassifier((4,), max_iter=2, warm_start=True).fit(X, y)
        with pytest.raises(ValueError, match="warm_start needs the classes"):
            model.fit(X, y == 0)
        with pytest.raises(ValueError, match="X has 3 features"):
            model.fit(X[:, :3], y)


@pytest.mark.parametrize(
    "fail",
    [
        lambda model, X, y: model.fit(X, y),
        lambda model, X, y: model.partial_fit(X, y),
        lambda model, X, y: model.fit_distill(
            TransferSet.from_targets(X, y), DistillationLoss()
        ),
    ],
    ids=["fit", "partial_fit", "fit_distill"],
)
def test_a_failed_fit_changes_nothing(iris, fail):
    X, y = iris
    model = SoftmaxMLPClassifier((4,), max_iter=3, random_state=0)
    model.partial_fit(X, y, classes=[0, 1, 2])
    state, proba = dict(vars(model)), model.predict_proba(X)
    with pytest.raises(ValueError, match="NaN"):
        fail(model, np.full((150, 4), np.nan), y)
    assert vars(model) == state
    assert_array_equal(model.predict_proba(X), proba)
    assert_array_equal(model.partial_fit(X, y).classes_, [0, 1, 2])


class TestWarmStart:
    @pytest.mark.parametrize("standardize", [True, False])
    @pytest.mark.parametrize("solver", ["adam", "lbfgs"])
    def test_starts_where_the_last_fit_ended(self, iris, solver, standardize):
        X, y = iris
        model = SoftmaxMLPClassifier(
            (6,),
            solver=solver,
            learning_rate_init=0.01,
            max_iter=30,
            standardize=standardize,
            warm_start=True,
            random_state=0,
        )
        quietly(model.fit, X, y)
        first, coefs, n_iter = model.loss_, model.coefs_, model.n_iter_
        # A step of no length shows where it starts.
        quietly(model.set_params(learning_rate_init=1e-12, max_iter=1).fit, X, y)
        assert model.loss_ <= first + 1e-3
        if solver == "adam":
            assert_allclose(model.coefs_[0], coefs[0], rtol=1e-4, atol=1e-5)
        assert model.n_iter_ == 1
        assert len(model.loss_curve_) == n_iter + 1
        assert model.t_ == 150 * (n_iter + 1)

    def test_without_it_every_fit_is_the_first(self, iris):
        model = SoftmaxMLPClassifier((6,), max_iter=5, random_state=0)
        first = model.fit(*iris).coefs_
        assert_array_equal(model.fit(*iris).coefs_[0], first[0])
        assert len(model.loss_curve_) == model.n_iter_ == 5
        assert model.t_ == 5 * 150


class TestPartialFit:
    def test_learns_the_scaling_from_the_first_call(self, iris):
        X, y = iris
        model = SoftmaxMLPClassifier((8,), random_state=0)
        for _ in range(60):
            model.partial_fit(1e3 * X + 500, y, classes=[0, 1, 2])
        assert model.score(1e3 * X + 500, y) > 0.9

    def test_soft_labels_need_no_classes(self, iris):
        X, y = iris
        model = SoftmaxMLPClassifier((8,), random_state=0)
        model.partial_fit(X, np.eye(3)[y])
        assert_array_equal(model.classes_, [0, 1, 2])
        again = clone(model).partial_fit(X, y, classes=[2, 1, 0])
        assert_same_network(model, again)

    @pytest.mark.parametrize(
        "sizes", [(5, 0), (-1,), (2.9,), ((2,), (3,)), {}, (np.nan,)], ids=str
    )
    def test_layers_without_units_are_refused(self, iris, sizes):
        with pytest.raises(ValueError, match="hidden_layer_sizes must be > 0"):
            SoftmaxMLPClassifier(sizes).fit(*iris)

    def test_other_classes_later_are_refused(self, iris):
        X, y = iris
        model = SoftmaxMLPClassifier((8,), random_state=0)
        model.partial_fit(X, y, classes=[0, 1, 2]).partial_fit(X, y, classes=[2, 1, 0])
        with pytest.raises(ValueError, match=r"classes=\[0, 1\] differ"):
            model.partial_fit(X, y, classes=[0, 1])

    def test_classes_that_are_no_number_are_refused(self, iris):
        with pytest.raises(ValueError, match="classes contains NaN"):
            SoftmaxMLPClassifier().partial_fit(*iris, classes=[0, 1, 2, np.nan])

    def test_a_column_of_labels_needs_classes_too(self, iris):
        with pytest.raises(ValueError, match="classes must be passed"):
            SoftmaxMLPClassifier().partial_fit(iris[0], iris[1][:, None])

    def test_after_fit_with_another_shape(self, iris):
        X, y = iris
        model = SoftmaxMLPClassifier((8,), max_iter=3, random_state=0)
        model.partial_fit(X, y, classes=[0, 1, 2])
        model.set_params(hidden_layer_sizes=(5,)).fit(X[:, :3], y)
        assert model.partial_fit(X[:, :3], y).coefs_[0].shape == (3, 5)

    def test_after_fit_forgets_the_moments_of_before(self, iris):
        X, y = iris
        fresh = SoftmaxMLPClassifier((8,), max_iter=3, random_state=0).fit(X, y)
        used = SoftmaxMLPClassifier((8,), max_iter=3, random_state=0)
        used.partial_fit(X, y, classes=[0, 1, 2]).fit(X, y)
        assert_same_network(used.partial_fit(X, y), fresh.partial_fit(X, y))

    def test_pickles_in_between(self, iris):
        X, y = iris
        model = SoftmaxMLPClassifier((8,), random_state=0)
        model.partial_fit(X, y, classes=[0, 1, 2])
        loaded = pickle.loads(pickle.dumps(model))
        assert_same_network(model.partial_fit(X, y), loaded.partial_fit(X, y))


class TestEarlyStopping:
    @pytest.fixture
    def noisy(self, iris, rng):
        X, y = iris
        return X, np.where(rng.uniform(size=150) < 0.3, rng.randint(3, size=150), y)

    def model(self, **settings):
        return SoftmaxMLPClassifier(
            (50,),
            learning_rate="constant",
            learning_rate_init=0.02,
            alpha=0,
            early_stopping=True,
            random_state=0,
            **settings,
        )

    def test_ends_with_the_best_weights(self, noisy):
        model = self.model().fit(*noisy)
        scores = model.validation_scores_
        assert model.best_validation_score_ == max(scores) > scores[-1]
        assert model.best_loss_ is None
        assert len(scores) == model.n_iter_ == len(model.loss_curve_)
        # A run that ends at the best epoch has its weights.
        best = int(np.argmax(scores)) + 1
        assert 1 < best < model.n_iter_
        cut = quietly(self.model(max_iter=best).fit, *noisy)
        assert_same_network(model, cut)

    def test_best_score_is_that_of_the_rows_held_back(self, noisy):
        X, y = noisy
        model = self.model(validation_fraction=0.2).fit(X, y)
        _, held_out = train_test_split(
            np.arange(150),
            test_size=0.2,
            stratify=y,
            random_state=self.after_drawing_weights(),
        )
        loss = log_loss(y[held_out], model.predict_proba(X[held_out]))
        assert_allclose(model.best_validation_score_, -loss, rtol=1e-5)

    def after_drawing_weights(self):
        random_state = np.random.RandomState(0)
        Architecture((4, 50, 3)).initial([random_state])
        return random_state

    def test_patience(self, noisy):
        model = self.model(n_iter_no_change=2).fit(*noisy)
        patient = quietly(self.model(n_iter_no_change=np.inf).fit, *noisy)
        assert model.n_iter_ < patient.n_iter_ == 200


class TestMishaps:
    """Divergence and interruption end with finite weights and a warning."""

    @pytest.mark.parametrize("early_stopping", [False, True])
    @pytest.mark.parametrize("learning_rate", ["cosine", "constant"])
    @pytest.mark.parametrize("learning_rate_init", [1e15, 1e30, 1e38])
    def test_learning_rate_too_large(
        self, iris, learning_rate_init, learning_rate, early_stopping
    ):
        X, y = iris
        model = SoftmaxMLPClassifier(
            (8, 8),
            learning_rate=learning_rate,
            learning_rate_init=learning_rate_init,
            early_stopping=early_stopping,
            random_state=0,
        )
        with pytest.warns(ConvergenceWarning, match="diverged.*learning_rate_init"):
            model.fit(X, y)
        assert np.isfinite(model.predict_proba(X)).all()
        assert all(np.isfinite(weights).all() for weights in model.coefs_)

    def test_a_learning_rate_of_a_million(self, iris):
        # Large, but the arithmetic holds: no warning is due, and no NaN may come.
        model = SoftmaxMLPClassifier((8,), learning_rate_init=1e6, random_state=0)
        assert np.isfinite(model.fit(*iris).predict_proba(iris[0])).all()

    @pytest.mark.parametrize("solver", ["adam", "lbfgs"])
    def test_inputs_that_overflow(self, iris, solver):
        X, y = (iris[0] * 3e37).astype(np.float32), iris[1]
        model = SoftmaxMLPClassifier(
            (8,), solver=solver, standardize=False, random_state=0
        )
        with pytest.warns(ConvergenceWarning, match="diverged"):
            model.fit(X, y)
        assert np.isfinite(model.predict_proba(iris[0])).all()

    def test_partial_fit_that_diverges(self, iris):
        X, y = iris
        model = SoftmaxMLPClassifier((8,), learning_rate_init=0.01, random_state=0)
        model.partial_fit(X, y, classes=[0, 1, 2])
        before = model.predict_proba(X)
        model.set_params(learning_rate_init=1e38)
        with pytest.warns(ConvergenceWarning, match="diverged"):
            model.partial_fit(X, y)
        assert_allclose(model.predict_proba(X), before, atol=1e-6)
        model.set_params(learning_rate_init=0.01)
        loss = model.loss_curve_[0]
        for _ in range(20):
            model.partial_fit(X, y)
        assert model.loss_ < loss

    @pytest.mark.parametrize("early_stopping", [False, True])
    @pytest.mark.parametrize("epochs", [0, 1, 4])
    def test_interruption(self, iris, monkeypatch, epochs, early_stopping):
        X, y = iris
        model = SoftmaxMLPClassifier(
            (8,),
            learning_rate="constant",
            max_iter=max(epochs, 1),
            early_stopping=early_stopping,
            random_state=0,
        )
        uninterrupted = quietly(clone(model).fit, X, y)

        class Impatient(Monitor):
            def __call__(self, loss):
                if len(self.losses) == epochs:
                    self.theta.fill(np.nan)  # whatever a half epoch left behind
                    raise KeyboardInterrupt
                return super().__call__(loss)

        monkeypatch.setattr("skdistill.neural_network._training.Monitor", Impatient)
        with pytest.warns(UserWarning, match="interrupted.*best weights"):
            model.set_params(max_iter=100).fit(X, y)
        assert np.isfinite(model.predict_proba(X)).all()
        assert len(model.loss_curve_) == epochs
        if epochs:
            assert_same_network(model, uninterrupted)

    @pytest.mark.parametrize("solver", ["adam", "lbfgs"])
    def test_too_few_iterations_warn(self, iris, solver):
        settings = {"solver": solver, "learning_rate": "constant", "max_iter": 2}
        with pytest.warns(ConvergenceWarning, match="not converged within max_iter=2"):
            SoftmaxMLPClassifier(**settings).fit(*iris)

    def test_cosine_runs_to_its_end_without_a_warning(self, iris):
        model = SoftmaxMLPClassifier((4,), max_iter=7, tol=10.0, n_iter_no_change=2)
        assert model.fit(*iris).n_iter_ == 7

    def test_lbfgs_knows_no_patience(self, iris):
        settings = {"solver": "lbfgs", "tol": 1e-3, "n_iter_no_change": 1}
        model = SoftmaxMLPClassifier((4,), **settings, random_state=0, alpha=1e-3)
        cosine = clone(model).fit(*iris)
        gains = -np.diff(cosine.loss_curve_)
        # Three gains in a row below tol, after which it goes on all the same.
        waits = np.convolve(gains < 1e-3, np.ones(3), "valid")[:-1]
        assert (waits == 3).any()
        constant = clone(model).set_params(learning_rate="constant").fit(*iris)
        assert constant.n_iter_ == cosine.n_iter_


@pytest.mark.parametrize(
    "settings", [{}, {"solver": "lbfgs"}, {"early_stopping": True}], ids=str
)
def test_seeds(iris, settings):
    X, y = iris
    model = SoftmaxMLPClassifier((4,), max_iter=5, **settings)

    def fit(random_state):
        return quietly(clone(model).set_params(random_state=random_state).fit, X, y)

    assert_same_network(fit(0), fit(0))
    assert_same_network(fit(3), fit(np.random.RandomState(3)))
    generator = np.random.RandomState(3)
    fits = [fit(0), fit(1), fit(None), fit(None), fit(generator), fit(generator)]
    assert len({float(m.coefs_[0][0, 0]) for m in fits}) == len(fits)


def test_pickle_and_clone(iris):
    X, y = iris
    model = SoftmaxMLPClassifier((4,), max_iter=5, random_state=0).fit(X, y)
    loaded = pickle.loads(pickle.dumps(model))
    assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
    assert not hasattr(clone(model), "coefs_")
    assert clone(model).get_params() == model.get_params()


def test_fitted_model_is_small(iris):
    # No rows, gradients, moments or generators in a fitted model.
    model = SoftmaxMLPClassifier((4,), max_iter=5, random_state=0).fit(*iris)
    assert len(pickle.dumps(model)) < 3000


def test_fit_leaves_its_arguments_alone(iris):
    X, y = iris
    P, weights = np.eye(3)[y], np.ones(150)
    X = X.copy()
    copies = X.copy(), P.copy(), weights.copy()
    SoftmaxMLPClassifier((4,), max_iter=2).fit(X, P, sample_weight=weights)
    for array, copy in zip((X, P, weights), copies, strict=True):
        assert_array_equal(array, copy)


@pytest.mark.parametrize("hidden", [8, [8], (8,), np.array([8])], ids=repr)
def test_hidden_layer_sizes(iris, hidden):
    model = SoftmaxMLPClassifier(hidden, max_iter=2).fit(*iris)
    assert [w.shape for w in model.coefs_] == [(4, 8), (8, 3)]


def test_no_hidden_layer_is_logistic_regression(iris):
    X, y = iris
    model = SoftmaxMLPClassifier((), solver="lbfgs", alpha=1.0, max_iter=500).fit(X, y)
    assert [w.shape for w in model.coefs_] == [(4, 3)]
    assert model.score(X, y) > 0.95


def test_defaults_learn(cancer):
    X, y = cancer
    model = SoftmaxMLPClassifier(random_state=0).fit(X[:100], y[:100])
    assert log_loss(y[100:], model.predict_proba(X[100:])) < 0.3


def test_auto_budget(iris):
    # 150 rows are 5 batches of 32: 2,000 steps would be 400 epochs, too many,
    # but 200 steps there are.
    model = SoftmaxMLPClassifier((2,)).fit(*iris)
    assert model.n_iter_ == 40
    assert model.t_ == 40 * 150


def test_verbose(iris, capsys):
    SoftmaxMLPClassifier((2,), max_iter=2, verbose=True).fit(*iris)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["Iteration 1", "Iteration 2"]


def test_large_logits_are_trained_and_predicted_like_small_ones(iris):
    """A shift of all logits changes nothing, not even through overflow."""
    X, y = iris
    network = SoftmaxMLPClassifier((8,), random_state=0)
    network.partial_fit(X, y, classes=np.unique(y))
    shifted = pickle.loads(pickle.dumps(network))
    shifted.intercepts_[-1] += 100
    assert_allclose(shifted.predict_proba(X), network.predict_proba(X), atol=1e-4)
    assert_allclose(
        shifted.predict_proba(X[:1]), network.predict_proba(X[:1]), atol=1e-4
    )
    for model in (network, shifted):
        model.partial_fit(X, y)
    assert_allclose(shifted.predict_proba(X), network.predict_proba(X), atol=0.02)


class TestPredictionIsWhatWasTrained:
    """Columns on which single precision would answer otherwise."""

    @pytest.mark.parametrize("place", [1e4, 1e6])
    @pytest.mark.parametrize("as_list", [False, True])
    def test_bins_narrow_for_their_place(self, rng, place, as_list):
        n_samples = 2000
        narrow = rng.uniform(size=n_samples) < 0.7
        offset = rng.uniform(-0.01, 0.01, size=n_samples)
        x = np.where(narrow, place + offset, rng.normal(size=n_samples))
        y = (np.where(narrow, offset, x) > 0).astype(int)
        X = np.column_stack([x, rng.normal(size=n_samples)])
        network = SoftmaxMLPClassifier(numeric_encoding="auto", random_state=0)
        network.fit(X[:1000], y[:1000])
        X, y = X[1000:], y[1000:]
        proba = network.predict_proba(X.tolist() if as_list else X)
        assert np.mean((proba[:, 1] > 0.5) == y) > 0.98
        assert_allclose(proba, network.to_sklearn().predict_proba(X), atol=1e-4)

    def test_bins_where_columns_cannot_be_scaled(self, rng):
        X = rng.normal(size=(400, 3)) + 1e14
        y = (X[:, 0] > 1e14).astype(int)
        network = SoftmaxMLPClassifier(numeric_encoding=8, random_state=0).fit(X, y)
        assert_allclose(
            log_loss(y, network.predict_proba(X)), network.loss_, rtol=0.1, atol=0.01
        )

    @pytest.mark.parametrize("scale", [1e-40, 1e-100, 1e-150])
    @pytest.mark.parametrize("numeric_encoding", [None, 8])
    def test_columns_of_tiny_numbers(self, iris, scale, numeric_encoding):
        X, y = iris
        network = SoftmaxMLPClassifier(
            random_state=0, numeric_encoding=numeric_encoding
        )
        expected = network.fit(X, y).predict_proba(X)
        X = X * [scale, 1, scale, 1]
        assert_allclose(network.fit(X, y).predict_proba(X), expected, atol=1e-3)

    @pytest.mark.parametrize("settings", [{}, {"numeric_encoding": 8, "n_members": 2}])
    @pytest.mark.parametrize("container", [np.asarray, list, csr_array])
    def test_values_next_to_the_end_of_range(self, iris, settings, container):
        network = SoftmaxMLPClassifier(random_state=0, **settings).fit(*iris)
        signs = np.random.RandomState(0).choice([-1.0, 1.0], size=(200, 4))
        found = network.predict_proba(container(3e38 * signs))
        assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
        # Bins are constant there and columns linear: so are the logits, but for 1e-8.
        if settings == {}:
            logits = network.predict_log_proba(3e38 * signs)
            smaller = network.predict_log_proba(3e28 * signs)
            difference = logits[:, 1:] - logits[:, :1]
            expected = 1e10 * (smaller[:, 1:] - smaller[:, :1])
            assert_allclose(difference, expected, rtol=1e-5, atol=1e33)

    @pytest.mark.filterwarnings("error")
    @pytest.mark.parametrize("settings", [{}, {"numeric_encoding": 8}], ids=str)
    @pytest.mark.parametrize("value", [1e-40, 1e30, 3e38])
    def test_no_warnings_of_finite_values(self, iris, settings, value):
        X, y = iris
        X = X.copy()
        X[0, 0] = value
        network = SoftmaxMLPClassifier(random_state=0, **settings).fit(X, y)
        for rows in (X, X.tolist(), X.astype(np.float32), csr_array(X)):
            assert np.isfinite(network.predict_proba(rows)).all()
            assert np.isfinite(network.predict_log_proba(rows)).all()

    def test_double_values_whose_squares_overflow_are_refused(self, iris):
        X, y = iris
        network = SoftmaxMLPClassifier(solver="lbfgs", random_state=0)
        with pytest.raises(ValueError, match="X contains values too large"):
            network.fit(1e200 * X, y)
        quietly(network.fit, 1e140 * X, y)
        assert network.score(1e140 * X, y) > 0.95

    @pytest.mark.parametrize("weight", [1e-200, 1e200])
    def test_weights_of_any_size(self, iris, rng, weight):
        X, y = iris
        weights = rng.uniform(0.5, 2, size=150)
        settings = {"alpha": 0.0, "max_iter": 20, "random_state": 0}
        expected = SoftmaxMLPClassifier(**settings).fit(X, y, weights)
        found = SoftmaxMLPClassifier(**settings).fit(X, y, weight * weights)
        assert_allclose(found.predict_proba(X), expected.predict_proba(X), atol=1e-4)

    @pytest.mark.parametrize("settings", [{}, {"n_members": 2}])
    @pytest.mark.parametrize("numeric_encoding", [None, 4])
    @pytest.mark.parametrize("container", [csr_matrix, csc_array])
    def test_sparse_samples(self, iris, settings, numeric_encoding, container):
        X, y = iris
        X = np.where(X < 2, 0, X)
        network = SoftmaxMLPClassifier(
            (6,), numeric_encoding=numeric_encoding, random_state=0, **settings
        ).fit(X, y)
        found = network.predict_proba(container(X))
        assert_allclose(found, network.predict_proba(X), atol=1e-6)


@pytest.mark.parametrize("numeric_encoding", [2, 8])
def test_bins_of_wide_tables_are_learned_from(numeric_encoding):
    X = np.random.RandomState(0).normal(size=(400, 1000))
    y = (X[:, 0] > 0).astype(int)
    network = SoftmaxMLPClassifier(numeric_encoding=numeric_encoding, random_state=0)
    assert network.fit(X, y).score(X, y) == 1.0


@pytest.mark.parametrize("settings", [{}, {"n_members": 3, "numeric_encoding": 4}])
def test_log_probabilities_tell_what_probabilities_cannot(iris, settings):
    network = SoftmaxMLPClassifier(random_state=0, **settings).fit(*iris)
    X = iris[0] * 100
    proba, log_proba = network.predict_proba(X), network.predict_log_proba(X)
    assert (proba == 0).any()
    assert np.isfinite(log_proba).all()
    assert log_proba.min() < np.log(np.finfo(np.float32).tiny)
    assert_allclose(np.exp(log_proba), proba, atol=1e-6)
    assert_allclose(np.exp(log_proba).sum(axis=1), 1, rtol=1e-6)
    # As scikit-learn's check of classifiers asks for.
    assert (proba == 1).any()
    assert_array_equal(log_proba[proba == 1], 0)


def test_log_probabilities_of_a_frame(iris):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(iris[0], columns=list("abcd"))
    network = SoftmaxMLPClassifier((6,), random_state=0).fit(frame, iris[1])
    log_proba = network.predict_log_proba(frame)
    assert_allclose(np.exp(log_proba), network.predict_proba(frame), atol=1e-6)
