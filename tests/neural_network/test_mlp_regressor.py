"""SquaredErrorMLPRegressor: MLPRegressor's numbers, any unit, and mishaps."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle
import warnings

import numpy as np
import pytest
from checks import parametrize_estimator_checks
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csc_array, csr_array
from sklearn.base import clone
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning
from sklearn.linear_model import LinearRegression
from sklearn.neural_network import MLPRegressor

from skdistill import (
    SquaredErrorDistillation,
    SquaredErrorMLPRegressor,
    TransferSet,
)
from skdistill.neural_network._training_loss import SquaredError

BATCHES = "The order of the rows decides which of them share a batch."
HELD_OUT = "The rows held out are drawn, and copies of a row are rows of their own."
DENSE = "check_sample_weight_equivalence_on_dense_data"
SPARSE = "check_sample_weight_equivalence_on_sparse_data"

# Checks for which seven digits are not enough.
NINE_DIGITS = {
    "check_methods_sample_order_invariance",
    "check_methods_subset_invariance",
}

FULL_BATCH = SquaredErrorMLPRegressor((5,), solver="lbfgs", max_iter="auto")
# Each with the checks it is expected to fail, and why.
ESTIMATORS = [
    (SquaredErrorMLPRegressor(), {DENSE: BATCHES, SPARSE: BATCHES}),
    (FULL_BATCH, {}),
    (clone(FULL_BATCH).set_params(standardize=False, activation="tanh"), {}),
    (
        SquaredErrorMLPRegressor((10,), numeric_encoding="auto", n_members=2),
        {DENSE: BATCHES, SPARSE: BATCHES},
    ),
    (
        SquaredErrorMLPRegressor((10,), early_stopping=True),
        {DENSE: HELD_OUT, SPARSE: HELD_OUT},
    ),
]


@parametrize_estimator_checks(
    [estimator for estimator, _ in ESTIMATORS],
    lambda estimator: next(why for known, why in ESTIMATORS if known is estimator),
)
def test_estimator_checks(estimator, check):
    in_single = estimator.solver == "adam" and check.func.__name__ in NINE_DIGITS
    if in_single:
        pytest.skip("Single precision; see test_predictions_one_by_one.")
    check(estimator)


@pytest.mark.parametrize("settings", [{}, {"n_members": 2, "numeric_encoding": 4}])
def test_predictions_one_by_one(friedman, settings):
    X, y = friedman
    model = network(**settings).fit(X, y)
    expected = model.predict(X)
    found = np.concatenate([model.predict(X[[i]]) for i in range(300)])
    assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    assert_allclose(model.predict(X[::-1])[::-1], expected, rtol=1e-5, atol=1e-6)


def quietly(fit, *args, **kwargs):
    """Fit without warnings of convergence, which are no concern here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return fit(*args, **kwargs)


def assert_same_network(one, other, **tolerance):
    for name in ("coefs_", "intercepts_"):
        layers = zip(getattr(one, name), getattr(other, name), strict=True)
        for found, expected in layers:
            assert_allclose(found, expected, **tolerance)


def network(**settings):
    defaults = {"hidden_layer_sizes": (8,), "max_iter": 8, "random_state": 0}
    return SquaredErrorMLPRegressor(**defaults | settings)


@pytest.fixture(scope="module")
def friedman():
    return make_friedman1(300, noise=0.5, random_state=0)


@pytest.fixture(scope="module")
def two_outputs(friedman):
    X, y = friedman
    return X, np.column_stack([y, 1e3 - 50 * X[:, 0] * y])


@pytest.fixture(scope="module", params=[1, 2], ids=["one output", "two outputs"])
def standardized(request):
    """Data on which nothing is scaled, so that MLPRegressor learns the same."""
    X, y = load_diabetes(return_X_y=True)
    X = (20 * X[:430]).astype(np.float32)
    y = np.column_stack([y[:430], X[:, 2] * X[:, 3]])[:, : request.param]
    y = (y - y.mean(axis=0)) / y.std(axis=0)
    return X, y[:, 0] if request.param == 1 else y


class TestLikeMLPRegressor:
    """Same seed and settings, same weights."""

    plain = {"learning_rate": "constant", "standardize": False}

    @pytest.fixture(autouse=True)
    def same_start(self, monkeypatch):
        """MLPRegressor draws the weights of its last layer, too."""
        monkeypatch.setattr(SquaredError, "starts_at_zero", False)

    @pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
    @pytest.mark.parametrize("hidden", [(30,), (20, 10)])
    @pytest.mark.parametrize("alpha", [1e-4, 0.1])
    def test_weights(self, standardized, activation, hidden, alpha):
        X, y = standardized
        settings = {
            "hidden_layer_sizes": hidden,
            "activation": activation,
            "batch_size": 100,  # leaves a ragged batch of 30
            "learning_rate_init": 1e-3,
            "max_iter": 20,
            "alpha": alpha,
            "random_state": 0,
        }
        theirs = quietly(MLPRegressor(**settings).fit, X, y)
        ours = quietly(SquaredErrorMLPRegressor(**self.plain, **settings).fit, X, y)
        assert ours.coefs_[0].dtype == theirs.coefs_[0].dtype == np.float32
        assert_same_network(ours, theirs, atol=2e-5, rtol=0)
        assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-5)
        assert ours.predict(X).shape == y.shape
        if y.ndim == 1:  # they divide the loss by the number of outputs
            assert_allclose(
                ours.loss_curve_, theirs.loss_curve_, rtol=max(5e-3, alpha / 5)
            )
        for name in ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_"):
            assert getattr(ours, name) == getattr(theirs, name), name

    def test_partial_fit(self, standardized):
        X, y = standardized
        settings = {"hidden_layer_sizes": (20,), "batch_size": 50, "random_state": 0}
        theirs = MLPRegressor(**settings)
        ours = SquaredErrorMLPRegressor(
            learning_rate_init=1e-3, standardize=False, **settings
        )
        for _ in range(3):
            theirs.partial_fit(X, y)
            ours.partial_fit(X, y)
        assert_same_network(ours, theirs, atol=1e-5, rtol=0)
        assert ours.t_ == theirs.t_ == 3 * 430
        assert ours.n_iter_ == theirs.n_iter_ == 1

    def test_lbfgs(self, standardized):
        X, y = standardized
        settings = {
            "hidden_layer_sizes": (4,),
            "activation": "tanh",
            "solver": "lbfgs",
            "alpha": 10.0,
            "random_state": 0,
            "max_iter": 1000,
        }
        X = X.astype(np.float64)
        theirs = MLPRegressor(**settings).fit(X, y)
        ours = SquaredErrorMLPRegressor(**settings, standardize=False).fit(X, y)
        assert ours.coefs_[0].dtype == np.float64
        assert ours.score(X, y) > theirs.score(X, y) - 1e-2


def test_a_line():
    X = np.arange(40.0)[:, None]
    y = 3 * X[:, 0] - 7
    model = network(hidden_layer_sizes=(), solver="lbfgs", alpha=0, max_iter="auto")
    assert_allclose(model.fit(X, y).predict(X), y, atol=1e-4)
    assert_allclose(model.coefs_[0], [[3]], rtol=1e-5)


def test_no_hidden_layer_is_linear_regression(two_outputs, rng):
    X, Y = two_outputs
    weights = rng.uniform(0, 2, size=300)
    model = network(
        hidden_layer_sizes=(), solver="lbfgs", alpha=0, max_iter=1000, tol=1e-8
    )
    linear = LinearRegression().fit(X, Y, weights)
    model.fit(X, Y, weights)
    assert_allclose(model.predict(X), linear.predict(X), rtol=1e-3)
    assert_allclose(model.coefs_[0].T, linear.coef_, rtol=1e-2, atol=0.05)


@pytest.mark.parametrize("settings", [{}, {"solver": "lbfgs", "max_iter": "auto"}])
@pytest.mark.parametrize("place", [0.0, 1e9])
@pytest.mark.parametrize("unit", [1e-100, 1e-3, 1e5, 1e100])
def test_units_do_not_matter(friedman, settings, unit, place):
    X, y = friedman
    y = np.round(100 * y) / 128  # so that adding a place loses nothing
    model = network(hidden_layer_sizes=(20,), **settings)
    expected = clone(model).fit(X, y).predict(X)
    found = (model.fit(X, (y + place) * unit).predict(X) / unit) - place
    spread = y.std()
    # L-BFGS magnifies what is lost to rounding.
    atol = 0.3 if settings else 0.02
    assert_allclose(found / spread, expected / spread, atol=atol)
    assert np.corrcoef(found, y)[0, 1] > 0.8


@pytest.mark.parametrize(
    "settings",
    [{}, {"n_members": 2}, {"solver": "lbfgs"}, {"hidden_layer_sizes": ()}],
    ids=str,
)
@pytest.mark.parametrize("value", [0.0, 7.3, -1e-30, 1e30])
def test_constant_targets_are_predicted(friedman, settings, value):
    X, y = friedman
    model = quietly(network(**settings).fit, X, np.full(300, value))
    assert_allclose(model.predict(10 * X), value, rtol=1e-6)
    # One of two, beside which the other is learned as ever.
    model = quietly(network(**settings).fit, X, np.column_stack([y, y * 0 + value]))
    assert_allclose(model.predict(X)[:, 1], value, rtol=1e-6)
    assert np.corrcoef(model.predict(X)[:, 0], y)[0, 1] > 0.6


def test_weights_are_repetitions(friedman, rng):
    X, y = friedman
    weights = rng.randint(3, size=300)
    repeated = np.repeat(np.arange(300), weights)
    model = network(solver="lbfgs", max_iter=2000, tol=1e-7, alpha=10)
    weighted = clone(model).fit(X, y, sample_weight=weights)
    expected = model.fit(X[repeated], y[repeated])
    assert_allclose(weighted.predict(X), expected.predict(X), atol=0.05)


@pytest.mark.parametrize("settings", [{}, {"early_stopping": True}], ids=str)
def test_several_outputs_are_learned(two_outputs, settings):
    X, Y = two_outputs
    model = network(hidden_layer_sizes=(50,), max_iter=60, **settings).fit(X, Y)
    assert model.predict(X).shape == (300, 2)
    assert model.n_outputs_ == 2
    errors = ((model.predict(X) - Y) ** 2).mean(axis=0) / Y.var(axis=0)
    assert (errors < 0.1).all()


@pytest.mark.filterwarnings("ignore:A column-vector y")
def test_a_column_is_a_vector(friedman):
    X, y = friedman
    expected = network().fit(X, y).predict(X)
    with pytest.warns(DataConversionWarning, match="column-vector y"):
        found = network().fit(X, y[:, None]).predict(X)
    assert_array_equal(found, expected)
    assert found.shape == (300,)
    assert found.dtype == np.float64


def test_members_are_averaged(friedman):
    X, y = friedman
    model = network(n_members=3).fit(X, y)
    members = []
    for coefs, intercepts in model._folded_networks().split():
        hidden = np.maximum(X @ coefs[0] + intercepts[0], 0)
        members.append((hidden @ coefs[1] + intercepts[1])[:, 0])
    assert np.ptp(members, axis=0).max() > 0.1
    assert_allclose(model.predict(X), np.mean(members, axis=0), rtol=1e-5)


@pytest.mark.parametrize("container", [csr_array, csc_array])
@pytest.mark.parametrize("density", [0.05, 0.5])
def test_sparse_samples(rng, container, density):
    X = rng.normal(size=(200, 40)) * (rng.uniform(size=(200, 40)) < density)
    y = X[:, 0] - 2 * X[:, 1] + 5
    model = network(max_iter=40, standardize=False)
    dense, sparse = clone(model).fit(X, y), model.fit(container(X), y)
    assert_allclose(sparse.predict(X), sparse.predict(container(X)), rtol=1e-5)
    assert sparse.score(X, y) > 0.9
    if density == 0.5:  # else weights of columns are updated where they occur
        assert_allclose(sparse.predict(X), dense.predict(X), atol=1e-4)


class TestDistillation:
    @pytest.fixture
    def transfer(self, two_outputs, rng):
        X, Y = two_outputs
        raw = 0.5 * Y + rng.normal(size=(300, 2))
        return TransferSet(
            X,
            raw,
            Y,
            labeled=np.arange(300) % 3 > 0,
            sample_weight=rng.uniform(0.5, 2, size=300),
        )

    @pytest.mark.parametrize("alpha", [0.0, 0.4, 1.0])
    @pytest.mark.parametrize("solver", ["adam", "lbfgs"])
    def test_it_learns_the_mixed_targets(self, transfer, alpha, solver):
        loss = SquaredErrorDistillation(alpha)
        model = quietly(network(solver=solver).fit_distill, transfer, loss)
        mixed = loss.mix(transfer)
        expected = quietly(
            network(solver=solver).fit, transfer.X, mixed, transfer.sample_weight
        )
        assert_array_equal(model.predict(transfer.X), expected.predict(transfer.X))
        assert not hasattr(model, "classes_")

    @pytest.mark.parametrize(
        "settings",
        [{}, {"n_members": 2, "numeric_encoding": 4}, {"early_stopping": True}],
        ids=str,
    )
    def test_a_path_is_of_single_fits(self, transfer, settings):
        losses = [SquaredErrorDistillation(alpha) for alpha in (0.0, 0.3, 1.0)]
        model = network(**settings)
        for one, loss in zip(
            model.fit_distill_path(transfer, losses), losses, strict=True
        ):
            other = clone(model).fit_distill(transfer, loss)
            found, expected = one.predict(transfer.X), other.predict(transfer.X)
            unit = expected.std(axis=0)
            assert_allclose(found / unit, expected / unit, atol=1e-3)
            assert one.n_outputs_ == 2
            assert one.out_activation_ == "identity"
            # What each goes on from is its own.
            for each in (one, other):
                each.set_params(early_stopping=False)
                each.partial_fit(transfer.X, transfer.y)
            found, expected = one.predict(transfer.X), other.predict(transfer.X)
            assert_allclose(found / unit, expected / unit, atol=5e-3)


class TestGoingOn:
    @pytest.mark.parametrize("solver", ["adam", "lbfgs"])
    @pytest.mark.parametrize("hidden", [(), (6,)])
    def test_warm_start_is_where_the_last_fit_ended(self, two_outputs, solver, hidden):
        X, Y = two_outputs
        model = network(
            hidden_layer_sizes=hidden, solver=solver, max_iter=30, warm_start=True
        )
        expected = quietly(model.fit, X, Y).predict(X)
        scaling = model._target_scaling
        # A step of no length shows where it starts; the scaling stays.
        model.set_params(learning_rate_init=1e-12, max_iter=1)
        quietly(model.fit, X, Y + 10)
        if solver == "adam":
            assert_allclose(model.predict(X), expected, rtol=1e-4)
        assert_array_equal(model._target_scaling, scaling)

    def test_partial_fit_learns_the_scaling_from_the_first_call(self, friedman):
        X, y = friedman
        model = network(hidden_layer_sizes=(20,))
        for _ in range(60):
            model.partial_fit(1e3 * X + 500, 1e5 * y + 1e6)
        assert model.score(1e3 * X + 500, 1e5 * y + 1e6) > 0.9

    def test_one_sample_at_a_time(self, friedman):
        X, y = friedman
        model = network(learning_rate_init=0.01, standardize=False)
        for _ in range(5):
            for i in range(100):
                model.partial_fit(X[[i]], y[[i]])
        assert model.score(X[:100], y[:100]) > 0.5

    def test_another_number_of_outputs_is_refused(self, two_outputs):
        X, Y = two_outputs
        model = network().partial_fit(X, Y)
        before = model.predict(X)
        with pytest.raises(ValueError, match="y has 1 outputs, but that of the last"):
            model.partial_fit(X, Y[:, 0])
        assert_array_equal(model.predict(X), before)

    def test_no_partial_fit(self):
        assert not hasattr(network(early_stopping=True), "partial_fit")
        assert not hasattr(network(solver="lbfgs"), "partial_fit")

    def test_pickles_in_between(self, friedman):
        X, y = friedman
        model = network().partial_fit(X, y)
        loaded = pickle.loads(pickle.dumps(model))
        for each in (model, loaded):
            each.partial_fit(X, y)
        assert_array_equal(model.predict(X), loaded.predict(X))


def test_early_stopping_ends_with_the_best_weights(rng):
    X, y = load_diabetes(return_X_y=True)
    model = network(
        hidden_layer_sizes=(100,),
        learning_rate="constant",
        early_stopping=True,
        max_iter=100,
    )
    model.fit(X, y)
    scores = model.validation_scores_
    assert model.best_validation_score_ == max(scores) > scores[-1]
    assert model.n_iter_ == len(scores) < 100
    assert model.best_loss_ is None
    # Minus half the mean squared error in units of the variance.
    assert -0.5 < max(scores) < 0


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.full(300, np.nan), "Input y contains NaN"),
        (np.full(300, np.inf), "Input y contains infinity"),
        (np.full(300, "a"), "real numbers"),
        (np.full(300, 1j), "Complex data not supported"),
        (np.zeros((300, 2, 2)), "Found array with dim 3"),
        (np.zeros(299), "inconsistent numbers of samples"),
        (np.full(300, 1e200), "y contains values too large"),
    ],
)
def test_targets_that_are_refused(friedman, y, message):
    X, _ = friedman
    model = network().fit(*friedman)
    before = model.predict(X)
    with pytest.raises(ValueError, match=message):
        model.fit(X, y)
    assert_array_equal(model.predict(X), before)


def test_divergence_keeps_finite_weights(friedman):
    with pytest.warns(ConvergenceWarning, match="diverged"):
        model = network(learning_rate_init=1e30).fit(*friedman)
    assert np.isfinite(model.predict(friedman[0])).all()


def test_pickle_is_small(friedman):
    model = network().fit(*friedman)
    assert len(pickle.dumps(model)) < 10_000
