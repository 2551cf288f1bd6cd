"""Adam against the paper, L-BFGS against scikit-learn's optimum."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from itertools import repeat

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from skdistill.losses import Term
from skdistill.neural_network._batches import Batches
from skdistill.neural_network._optimizers import (
    adam,
    adam_update,
    cosine_decay,
    l2_penalty,
    lbfgs,
)
from skdistill.neural_network._passes import Architecture
from skdistill.neural_network._prediction import predict_logits


def go_on(loss):
    """A monitor that never stops."""
    return False


def test_cosine_decay():
    rates = cosine_decay(0.01, 1000)
    assert len(rates) == 1000
    assert rates[0] == 0.01
    assert_allclose(rates[500], 0.005)
    assert_allclose(rates[250], 0.01 * (2 + np.sqrt(2)) / 4)
    assert (np.diff(rates) < 0).all()
    assert 0 < rates[-1] < 1e-7


@pytest.mark.parametrize("block", [3, 10, 1000])
def test_adam_takes_the_steps_of_the_paper(rng, monkeypatch, block):
    # Kingma and Ba (2015), algorithm 1 with the order of operations of section 2's
    # end, where epsilon stands beside the uncorrected square root.
    monkeypatch.setattr("skdistill.neural_network._optimizers.ADAM_BLOCK", block)
    beta_1, beta_2, epsilon = 0.8, 0.95, 1e-3
    theta = rng.normal(size=10)
    expected = theta.copy()
    gradients, moments = np.empty((2, 10)), np.zeros((2, 10))
    update = adam_update(theta, gradients, moments, beta_1, beta_2, epsilon)
    mean, square = np.zeros(10), np.zeros(10)
    for step in range(1, 8):
        gradient = gradients[0] = rng.normal(size=10)
        rate = 0.1 / step
        update(rate, step)
        mean = beta_1 * mean + (1 - beta_1) * gradient
        square = beta_2 * square + (1 - beta_2) * gradient**2
        corrected = rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
        expected -= corrected * mean / (np.sqrt(square) + epsilon)
        assert_allclose(theta, expected, rtol=1e-12)


@pytest.fixture
def problem(iris):
    """Iris as the solvers get it."""
    X, y = iris
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    architecture = Architecture((4, 6, 3), "tanh")
    theta = architecture.initial([np.random.RandomState(0)], np.float64)
    batches = Batches(X, [Term(y)], 3, batch_size=40, dtype=np.float64)
    return theta, architecture, batches


def test_adam_goes_on_from_a_state(problem):
    theta, architecture, batches = problem
    halves = theta.copy()
    orders = [np.random.RandomState(i).permutation(150) for i in range(4)]
    adam(theta, architecture, batches, orders, go_on, learning_rates=repeat(0.01))
    state = None
    for some in (orders[:2], orders[2:]):
        state = adam(
            halves,
            architecture,
            batches,
            some,
            go_on,
            learning_rates=repeat(0.01),
            state=state,
        )
    assert_allclose(theta, halves, rtol=1e-12)
    assert state[1] == 4 * batches.n_steps


def test_adam_reports_the_mean_loss_of_each_epoch(problem):
    theta, architecture, batches = problem
    losses = []
    # With steps of no length every epoch's loss is that of the initial parameters.
    adam(
        theta,
        architecture,
        batches,
        [np.arange(150)] * 2,
        losses.append,
        learning_rates=repeat(0.0),
        alpha=0.0,
    )
    network = architecture.coefs_and_intercepts(theta)
    logits = predict_logits(batches.X, *network, "tanh")
    proba = softmax(logits, axis=1)[np.arange(150), batches.terms[0].targets]
    assert_allclose(losses, -np.log(proba).mean())


@pytest.mark.parametrize("stop_after", [1, 3])
def test_adam_stops_when_the_monitor_says_so(problem, stop_after):
    theta, architecture, batches = problem
    seen = []

    def monitor(loss):
        seen.append(loss)
        return len(seen) == stop_after

    _, n_steps = adam(
        theta,
        architecture,
        batches,
        repeat(np.arange(150)),
        monitor,
        learning_rates=repeat(0.01),
    )
    assert len(seen) == stop_after
    assert n_steps == stop_after * batches.n_steps
    assert seen[-1] == min(seen)


def testl2_penalty(rng):
    architecture = Architecture((3, 4, 2))
    theta = architecture.initial([rng], np.float64)
    gradient = np.zeros_like(theta)
    penalty = l2_penalty(architecture, theta, gradient, 0.7)
    coefs, _ = architecture.coefs_and_intercepts(theta)
    assert_allclose(
        penalty.value(), 0.35 * sum((weights**2).sum() for weights in coefs)
    )

    def value(parameters):
        theta[:] = parameters
        return penalty.value()

    numeric = approx_fprime(theta.copy(), value)
    penalty.add_gradient()
    assert_allclose(gradient, numeric, atol=1e-6)
    penalty.add_gradient()
    assert_allclose(gradient, 2 * numeric, atol=1e-6)


def fit_lbfgs(X, terms, n_classes, *, alpha, batch_size, sizes=(), max_iter=1000):
    architecture = Architecture((X.shape[1], *sizes, n_classes))
    theta = architecture.initial([np.random.RandomState(0)], np.float64)
    batches = Batches(X, terms, n_classes, batch_size=batch_size, dtype=np.float64)
    losses = []
    converged = lbfgs(
        theta,
        architecture,
        batches,
        np.arange(len(X)),
        losses.append,
        tol=1e-7,
        max_iter=max_iter,
        max_fun=10_000,
        alpha=alpha,
    )
    return architecture.coefs_and_intercepts(theta), losses, converged


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("batch_size", [40, 150])
def test_lbfgs_without_hidden_layer_is_logistic_regression(
    iris, rng, batch_size, weighted
):
    X, y = iris
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    sample_weight = rng.uniform(0.1, 2, size=150) if weighted else None
    ((weights,), (intercept,)), losses, converged = fit_lbfgs(
        X, [Term(y, sample_weight)], 3, alpha=0.5, batch_size=batch_size
    )
    reference = LogisticRegression(C=2.0, tol=1e-8, max_iter=10_000)
    reference.fit(X, y, sample_weight)
    assert converged
    assert losses[-1] == min(losses)
    proba = softmax(X @ weights + intercept, axis=1)
    entropy = -np.log(proba[np.arange(150), y])
    penalty = 0.5 / 2 * (weights**2).sum() / 150
    row_weight = 1 if sample_weight is None else sample_weight
    assert_allclose(losses[-1], np.mean(row_weight * entropy) + penalty)
    assert_allclose(proba, reference.predict_proba(X), atol=1e-3)
    assert_allclose(weights.T, reference.coef_, atol=5e-3)


def test_lbfgs_tells_that_it_did_not_converge(iris):
    X, y = iris
    _, losses, converged = fit_lbfgs(
        X, [Term(y)], 3, alpha=0.0, batch_size=150, sizes=(5,), max_iter=3
    )
    assert not converged
    assert len(losses) == 3


def test_lbfgs_stops_when_the_monitor_says_so(problem):
    theta, architecture, batches = problem
    seen = []

    def monitor(loss):
        seen.append((loss, theta.copy()))
        return len(seen) == 4

    converged = lbfgs(
        theta,
        architecture,
        batches,
        np.arange(150),
        monitor,
        tol=0.0,
        max_iter=100,
        max_fun=1000,
    )
    assert converged
    assert len(seen) == 4
    losses, thetas = zip(*seen, strict=True)
    assert losses[-1] < losses[0]
    assert_array_equal(theta, thetas[-1])
    assert (thetas[0] != thetas[-1]).any()
