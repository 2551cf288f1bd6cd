"""Many logistic regressions at once: exact, and each for itself."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import check_grad
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from skdistill.subtasks import _batched_logistic
from skdistill.subtasks._batched_logistic import (
    _Stack,
    contrasts,
    fit_logistic_regressions,
    is_worthwhile,
)

CLASSES = pytest.mark.parametrize("n_classes", [2, 3, 5])


def make_stack(rng, n_classes, n_models=4, n_samples=60, n_features=6):
    """Rows, labels with every class, and weights of which some are zero."""
    X = rng.randn(n_models, n_samples, n_features)
    scores = X[..., :n_classes] + rng.gumbel(size=(n_models, n_samples, n_classes))
    y = scores.argmax(axis=2)
    y[:, :n_classes] = np.arange(n_classes)
    weights = rng.randint(0, 4, size=y.shape).astype(float)
    weights[:, :n_classes] += 1
    return X, y, weights


def exact(X, y, weights, C):
    model = LogisticRegression(
        C=C, solver="newton-cholesky", tol=1e-13, max_iter=1000
    ).fit(X, y, sample_weight=weights)
    return model.coef_, model.intercept_


@CLASSES
@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_same_as_scikit_learn(n_classes, C, rng):
    X, y, weights = make_stack(rng, n_classes)
    coefs, intercepts, _ = fit_logistic_regressions(X, np.eye(n_classes)[y], weights, C)
    for i in range(len(X)):
        coef, intercept = exact(X[i], y[i], weights[i], C)
        assert_allclose(coefs[i], coef, atol=1e-5)
        assert_allclose(intercepts[i], intercept, atol=1e-5)


@CLASSES
def test_soft_targets_are_weighted_copies(n_classes, rng):
    X, _, weights = make_stack(rng, n_classes)
    targets = rng.dirichlet(np.ones(n_classes), size=X.shape[:2])
    coefs, intercepts, _ = fit_logistic_regressions(X, targets, weights)
    for i in range(len(X)):
        copies = np.tile(X[i], (n_classes, 1))
        labels = np.repeat(np.arange(n_classes), X.shape[1])
        shares = (weights[i][:, None] * targets[i]).T.ravel()
        coef, intercept = exact(copies, labels, shares, 1.0)
        assert_allclose(coefs[i], coef, atol=1e-5)
        assert_allclose(intercepts[i], intercept, atol=1e-5)


@CLASSES
def test_shared_rows_and_targets(n_classes, rng):
    X, y, weights = make_stack(rng, n_classes)
    targets, C = np.eye(n_classes)[y[0]], np.array([0.1, 1.0, 10.0, 100.0])
    shared = fit_logistic_regressions(X[0], targets, weights, C)
    repeated = fit_logistic_regressions(
        np.stack([X[0]] * 4), np.stack([targets] * 4), weights, C
    )
    for one, other in zip(shared, repeated, strict=True):
        assert_allclose(one, other, atol=1e-9)
    assert not np.allclose(shared[0][0], shared[0][3])


def test_each_model_for_itself(rng):
    """Company, also of a model that needs more steps, changes nothing."""
    X, y, weights = make_stack(rng, 3)
    targets, C = np.eye(3)[y], np.array([1e-3, 1e3, 1.0, 1.0])
    together = fit_logistic_regressions(X, targets, weights, C)
    assert len(set(together[2])) > 1
    for i in range(4):
        alone = fit_logistic_regressions(X[[i]], targets[[i]], weights[[i]], C[[i]])
        for one, all_ in zip(alone, together, strict=True):
            assert_array_equal(one[0], all_[i])


@CLASSES
def test_gradient(n_classes, rng):
    X, y, weights = make_stack(rng, n_classes, n_models=1, n_samples=20)
    basis = contrasts(n_classes)
    stack = _Stack(
        np.concatenate([X, np.ones((1, 20, 1))], axis=2).swapaxes(1, 2),
        np.eye(n_classes)[y].swapaxes(1, 2),
        weights,
        np.array([0.3]),
        basis,
    )
    shape = 1, basis.shape[1], 7
    point = rng.randn(basis.shape[1] * 7)

    def loss(z):
        return stack.evaluate(z.reshape(shape))[0][0]

    def gradient(z):
        return stack.evaluate(z.reshape(shape))[1].ravel()

    assert check_grad(loss, gradient, point) < 1e-5 * np.linalg.norm(gradient(point))
    hessian = stack.hessian(stack.evaluate(point.reshape(shape))[2])
    direction = rng.randn(point.size)
    change = gradient(point + 1e-6 * direction) - gradient(point - 1e-6 * direction)
    product = hessian.reshape(point.size, -1) @ direction
    assert_allclose(product, change / 2e-6, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("n_classes", [3, 4, 7])
def test_contrasts_are_orthonormal(n_classes):
    basis = contrasts(n_classes)
    assert_allclose(basis.T @ basis, np.eye(n_classes - 1), atol=1e-12)
    assert_allclose(basis.sum(axis=0), 0, atol=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_outliers(seed):
    """Full steps overshoot with some of these; shorter ones find the solution."""
    rng = np.random.RandomState(seed)
    X, C = 10 * rng.standard_t(1, size=(1, 12, 2)), 300.0
    y = np.append([0, 1, 2], rng.randint(0, 3, size=9))
    weights = 10 ** rng.uniform(-3, 3, size=(1, 12))
    coefs, intercepts, _ = fit_logistic_regressions(X, np.eye(3)[y], weights, C)
    proba = softmax(X[0] @ coefs[0].T + intercepts[0], axis=1)
    pull = weights[0][:, None] * (np.eye(3)[y] - proba)
    # At the solution the pull of the rows is that of the penalty, and the other way.
    assert_allclose(C * pull.T @ X[0], coefs[0], rtol=1e-4, atol=1e-4)
    assert_allclose(pull.sum(axis=0), 0, atol=1e-4)


def test_large_inputs(rng):
    """No gradient is more exact than its inputs: the solver ends, and is right."""
    X, labels = rng.randn(1, 40, 3), rng.randint(0, 2, size=(1, 40))
    targets, weights = np.eye(2)[labels], np.ones((1, 40))
    large, intercepts, _ = fit_logistic_regressions(1e10 * X, targets, weights, 1.0)
    # The penalty of the coefficients is 1e20 times less.
    coefs, expected, _ = fit_logistic_regressions(X, targets, weights, 1e20)
    assert_allclose(1e10 * large, coefs, rtol=1e-6)
    assert_allclose(intercepts, expected, rtol=1e-6)


def test_no_convergence_is_an_error(rng, monkeypatch):
    X, y, weights = make_stack(rng, 2)
    monkeypatch.setattr(_batched_logistic, "MAX_ITER", 2)
    with pytest.raises(np.linalg.LinAlgError, match="converge"):
        fit_logistic_regressions(X, np.eye(2)[y], weights)


@pytest.mark.parametrize(
    ("shape", "worthwhile"),
    [
        ((200, 20, 2), True),
        ((200, 20, 5), True),
        ((2000, 20, 2), True),
        ((2000, 20, 3), True),
        ((20_000, 20, 2), False),
        ((2000, 20, 10), False),
        ((50, 64, 10), False),
    ],
)
def test_where_it_pays(shape, worthwhile):
    assert is_worthwhile(*shape) == worthwhile
