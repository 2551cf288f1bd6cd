"""The pool of quantiles: weights by pinball loss, shifts that fit, and the prior."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import norm
from sklearn.metrics import mean_pinball_loss

from skdistill.probability._quantile_pooling import fit_quantile_pool, quantiles_at

LEVELS = np.array([0.1, 0.5, 0.8])


@pytest.fixture
def table(rng):
    """Numbers, their quantiles, and two members that see half of the features."""
    a, b = rng.normal(size=(2, 600, 1))
    y = a + b + 0.5 * rng.normal(size=(600, 1))
    quantiles = norm.ppf(LEVELS)
    members = np.stack([part + 1.1 * quantiles for part in (a, b)])
    return members, np.repeat(y, 3, axis=1), a + b + 0.5 * quantiles


def loss(quantiles, y):
    return sum(
        mean_pinball_loss(y[:, k], quantiles[:, k], alpha=level)
        for k, level in enumerate(LEVELS)
    )


def test_the_best_member_has_all_weight(table):
    _, y, best = table
    noise = np.random.RandomState(1).normal(size=best.shape)
    pool = fit_quantile_pool(np.stack([noise, best]), y, LEVELS)
    assert (pool.weights[1] > 0.95).all()
    assert_allclose(pool.offsets, 0, atol=0.2)
    assert_allclose(pool.weights.sum(axis=0), 1)


def test_members_complement_each_other(table):
    members, y, _ = table
    pool = fit_quantile_pool(members, y, LEVELS)
    assert_allclose(pool.weights, 0.5, atol=0.1)
    assert loss(pool.mix(members), y) < 0.9 * min(loss(z, y) for z in members)


def test_shifts_fit_the_samples(table):
    members, y, _ = table
    pool = fit_quantile_pool(members + 5, y, LEVELS)
    assert_allclose((y <= pool.mix(members + 5)).mean(axis=0), LEVELS, atol=0.01)


def test_the_prior_favors_the_first_member(table):
    members, y, _ = table
    same = np.stack([members[0], members[0] + 0.01 * members[1]])
    few = fit_quantile_pool(same[:, :6], y[:6], LEVELS)
    assert (few.weights[0] > 0.9).all()
    many = fit_quantile_pool(np.stack([members[0], members[0]]), y, LEVELS)
    assert (many.weights[0] > 0.9).all()


def test_weights_are_repetitions(table, rng):
    members, y, _ = table
    weights = rng.randint(3, size=600)
    rows = np.repeat(np.arange(600), weights)
    found = fit_quantile_pool(members, y, LEVELS, weights.astype(float))
    expected = fit_quantile_pool(members[:, rows], y[rows], LEVELS)
    assert_allclose(found.weights, expected.weights, atol=0.05)
    assert_allclose(found.offsets, expected.offsets, atol=0.05)


def test_one_member():
    y = np.arange(10.0)[:, None]
    pool = fit_quantile_pool(np.zeros((1, 10, 1)), y, np.array([0.5]))
    assert_array_equal(pool.weights, [[1]])
    assert_array_equal(pool.offsets, [4])


@pytest.mark.parametrize(
    ("level", "expected"), [(0.2, 1), (0.25, 1), (0.26, 2), (0.75, 3), (0.99, 4)]
)
def test_quantiles_of_columns(level, expected):
    values = np.array([[4.0, 8], [2, 5], [1, 7], [3, 6]])
    found = quantiles_at(values, np.array([level, 0.5]))
    assert_array_equal(found, [expected, 6])
