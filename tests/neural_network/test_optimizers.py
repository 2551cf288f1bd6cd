"""Adam against the paper, L-BFGS against scikit-learn's optimum."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from itertools import repeat

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

from skdistill.losses import Term
from skdistill.neural_network._adam import AdamSettings, AdamState, adam_step
from skdistill.neural_network._architecture import Architecture
from skdistill.neural_network._batches import Batches, BatchSizes
from skdistill.neural_network._objective import Objective
from skdistill.neural_network._optimizers import adam_steps, cosine_decay, lbfgs
from skdistill.neural_network._prediction import predict_raw
from skdistill.neural_network._training_loss import CrossEntropy


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
    monkeypatch.setattr("skdistill.neural_network._adam.ADAM_BLOCK", block)
    settings = beta_1, beta_2, epsilon = AdamSettings(0.8, 0.95, 1e-3)
    theta = rng.normal(size=10)
    expected = theta.copy()
    gradients, moments = np.empty((2, 10)), np.zeros((2, 10))
    take_step = adam_step(theta, gradients, moments, settings)
    mean, square = np.zeros(10), np.zeros(10)
    for step in range(1, 8):
        gradient = gradients[0] = rng.normal(size=10)
        rate = 0.1 / step
        take_step(settings.rate(rate, step))
        mean = beta_1 * mean + (1 - beta_1) * gradient
        square = beta_2 * square + (1 - beta_2) * gradient**2
        corrected = rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
        expected -= corrected * mean / (np.sqrt(square) + epsilon)
        assert_allclose(theta, expected, rtol=1e-12)


def make_objective(X, terms, n_classes, *, batch_size, sizes=(), alpha=0.0):
    architecture = Architecture((X.shape[1], *sizes, n_classes), "tanh")
    theta = architecture.initial([np.random.RandomState(0)], np.float64)
    batches = Batches(
        X,
        CrossEntropy(terms, n_classes),
        BatchSizes(batch_size, len(X)),
        dtype=np.float64,
    )
    return Objective(architecture, theta, batches, alpha)


@pytest.fixture
def scaled(iris):
    X, y = iris
    return (X - X.mean(axis=0)) / X.std(axis=0), y


@pytest.fixture
def objective(scaled):
    """Iris as the optimizers get it."""
    X, y = scaled
    return make_objective(X, [Term(y)], 3, batch_size=40, sizes=(6,))


def run(objective, orders, rate=0.01, state=None):
    """All epochs; the losses, and the state at the end."""
    if state is None:
        state = AdamState.initial(objective.theta, 40)
    steps = adam_steps(objective, orders, repeat(rate), AdamSettings(), state)
    return [loss for _, loss in steps if loss is not None], state


def test_adam_goes_on_from_a_state(objective, scaled):
    X, y = scaled
    halves = make_objective(X, [Term(y)], 3, batch_size=40, sizes=(6,))
    orders = [np.random.RandomState(i).permutation(150) for i in range(4)]
    run(objective, orders)
    _, state = run(halves, orders[:2])
    _, state = run(halves, orders[2:], state=state.for_batches_of(40))
    assert_allclose(objective.theta, halves.theta, rtol=1e-12)
    assert state.n_steps == 4 * 4


def test_moments_are_those_of_batches_of_any_size(rng):
    # A gradient is a sum over a batch, so it grows with it.
    moments = rng.uniform(size=(2, 5))
    state = AdamState(moments, batch_size=10, n_steps=7).for_batches_of(30)
    assert_allclose(state.moments, moments * [[3], [9]])
    assert (state.batch_size, state.n_steps) == (30, 7)


def test_adam_reports_the_mean_loss_of_each_epoch(objective, scaled):
    X, y = scaled
    # With steps of no length every epoch's loss is that of the initial parameters.
    losses, _ = run(objective, [np.arange(150)] * 2, rate=0.0)
    architecture = objective.architecture
    network = architecture.coefs_and_intercepts(objective.theta)
    logits = predict_raw(X, *network, "tanh")
    proba = softmax(logits, axis=1)[np.arange(150), y]
    assert_allclose(losses, [-np.log(proba).mean()] * 2)


def test_adam_yields_each_batch_before_its_step(objective, scaled):
    X, y = scaled
    order = np.random.RandomState(0).permutation(150)
    state = AdamState.initial(objective.theta, 40)
    steps = adam_steps(objective, [order], repeat(0.01), AdamSettings(), state)
    before, start = objective.theta.copy(), 0
    for batch, loss in steps:
        assert (objective.theta != before).any() == (start > 0)
        before[:] = objective.theta
        if batch is None:
            break
        assert loss is None
        rows, ((targets, _, _),) = batch
        chosen = order[start : start + 40]
        assert_array_equal(rows[:, :-1], X[chosen])
        assert_array_equal(targets, np.eye(3)[:, y[chosen]])
        start += len(rows)
    assert start == 150
    assert loss > 0
    assert state.n_steps == 4


def test_adam_learns_from_targets_that_the_caller_fills_in(objective, scaled):
    X, y = scaled
    flipped = make_objective(X, [Term((y + 1) % 3)], 3, batch_size=40, sizes=(6,))
    run(flipped, [np.arange(150)])
    steps = adam_steps(
        objective,
        [np.arange(150)],
        repeat(0.01),
        AdamSettings(),
        AdamState.initial(objective.theta, 40),
    )
    for batch, _ in steps:
        if batch is not None:
            targets = batch[1][0][0]
            targets[:] = np.roll(targets, 1, axis=0)
    assert_array_equal(objective.theta, flipped.theta)


def fit_lbfgs(X, terms, n_classes, *, max_iter=1000, **kwargs):
    objective = make_objective(X, terms, n_classes, **kwargs)
    losses = []
    converged = lbfgs(
        objective,
        np.arange(len(X)),
        losses.append,
        tol=1e-7,
        max_iter=max_iter,
        max_fun=10_000,
    )
    network = objective.architecture.coefs_and_intercepts(objective.theta)
    return network, losses, converged


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


def test_lbfgs_stops_when_the_monitor_says_so(objective):
    theta, seen = objective.theta, []

    def monitor(loss):
        seen.append((loss, theta.copy()))
        return len(seen) == 4

    converged = lbfgs(
        objective, np.arange(150), monitor, tol=0.0, max_iter=100, max_fun=1000
    )
    assert converged
    assert len(seen) == 4
    losses, thetas = zip(*seen, strict=True)
    assert losses[-1] < losses[0]
    assert_array_equal(theta, thetas[-1])
    assert (thetas[0] != thetas[-1]).any()
