"""The loss over batches and its L2 penalty."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime
from scipy.special import log_softmax

from skdistill.losses import Term
from skdistill.neural_network._architecture import Architecture
from skdistill.neural_network._batches import Batches, BatchSizes
from skdistill.neural_network._objective import Objective, l2_penalty
from skdistill.neural_network._training_loss import CrossEntropy


def test_l2_penalty(rng):
    architecture = Architecture((3, 4, 2))
    theta = architecture.initial([rng], np.float64)
    gradient = np.zeros_like(theta)
    penalty = l2_penalty(architecture, theta, gradient, 0.7)
    coefs, _ = architecture.coefs_and_intercepts(theta)
    squares = sum((weights**2).sum() for weights in coefs)
    assert_allclose(penalty.value(), 0.35 * squares)

    def value(parameters):
        theta[:] = parameters
        return penalty.value()

    numeric = approx_fprime(theta.copy(), value)
    penalty.add_gradient()
    assert_allclose(gradient, numeric, atol=1e-6)
    penalty.add_gradient()
    assert_allclose(gradient, 2 * numeric, atol=1e-6)


def test_l2_penalty_of_some_parameters(rng):
    architecture = Architecture((3, 4, 2))
    theta = architecture.initial([rng], np.float64)
    whole, part = np.zeros((2, theta.size))
    l2_penalty(architecture, theta, whole, 0.7).add_gradient()
    l2_penalty(architecture, theta, part, 0.7, start=10).add_gradient()
    assert_array_equal(part[:10], 0)
    assert_array_equal(part[10:], whole[10:])


@pytest.mark.parametrize("n_networks", [None, 3])
def test_loss_of_an_epoch_is_the_mean_over_samples_and_networks(rng, n_networks):
    X, y = rng.normal(size=(23, 4)), rng.randint(3, size=23)
    architecture = Architecture((4, 3), n_networks=n_networks)
    theta = architecture.initial([rng] * (n_networks or 1), np.float64)
    batches = Batches(
        X, CrossEntropy([Term(y)], 3), BatchSizes(10, 23), dtype=np.float64
    )
    objective = Objective(architecture, theta, batches, alpha=0.5)
    for rows, terms in batches.epoch(np.arange(23)):
        objective.passes[len(rows)].run(rows, terms)
    expected = [
        -log_softmax(X @ weights + intercept, axis=1)[np.arange(23), y].mean()
        + 0.25 * (weights**2).sum() / 10
        for (weights,), (intercept,) in architecture.networks(theta)
    ]
    assert_allclose(objective.take_epoch_loss(), np.mean(expected))
