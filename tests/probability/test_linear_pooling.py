"""The linear opinion pool."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdistill.probability._linear_pooling import (
    PRIOR_PRECISION,
    LinearPool,
    fit_linear_pool,
)


@pytest.fixture
def y(rng):
    return rng.normal(size=(300, 2)) * [1.0, 50.0] + [0.0, 1000.0]


@pytest.fixture
def members(rng, y):
    """Three members, of which the first says too little, and the last nothing."""
    noise = rng.normal(size=(3, 300, 2)) * [1.0, 50.0]
    noise[2] *= 100
    mean = np.array([0.0, 1000.0])
    return np.stack([mean + (y - mean) / 2, y, y]) + noise / 4


@pytest.mark.parametrize("n_samples", [12, 300])
@pytest.mark.parametrize("weighted", [True, False])
def test_the_pool_is_the_minimum(rng, members, y, weighted, n_samples):
    members, y = members[:, :n_samples], y[:n_samples]
    sample_weight = rng.uniform(1, 3, n_samples) if weighted else np.ones(n_samples)
    pool = fit_linear_pool(members, y, sample_weight if weighted else None)
    center = np.average(members[0], axis=0, weights=sample_weight)
    unbiased = members[0] - center + np.average(y, axis=0, weights=sample_weight)
    unit = np.average((unbiased - y) ** 2, axis=0, weights=sample_weight)

    def objective(pool):
        errors = np.average((pool.mix(members) - y) ** 2, axis=0, weights=sample_weight)
        away = pool.weights - np.eye(3)[:, :1]
        prior = PRIOR_PRECISION * np.sum(away**2, axis=0)
        return np.sum(errors / unit + prior / n_samples)

    least = objective(pool)
    for part, unit_of_part in zip(pool, ([1.0, 1.0], [1.0, 50.0]), strict=True):
        for position in np.ndindex(part.shape):
            for step in (-0.003, 0.003):
                before = part[position]
                part[position] += step * unit_of_part[position[-1]]
                assert objective(pool) > least or part[position] < 0
                part[position] = before
    assert pool.weights.min() >= 0


def test_scale_and_origin_do_not_matter(members, y):
    pool = fit_linear_pool(members, y)
    other = fit_linear_pool(members * 1000 - 5, y * 1000 - 5)
    assert_allclose(other.weights, pool.weights)
    assert_allclose(other.mix(members * 1000 - 5), pool.mix(members) * 1000 - 5)


def test_few_samples_leave_the_first_alone(members, y):
    few = fit_linear_pool(members[:, :2], y[:2])
    many = fit_linear_pool(members, y)
    assert few.weights[0].min() > many.weights[0].max()


def test_a_perfect_first_member_is_left_alone(members, y):
    pool = fit_linear_pool(np.stack([y, *members]), y)
    assert_allclose(pool.weights, np.eye(4)[:, :1] * np.ones(2))
    assert_allclose(pool.offsets, 0, atol=1e-9)


def test_no_member_counts_against_itself(y):
    pool = fit_linear_pool(-y[None], y)
    assert_allclose(pool.weights, 0, atol=1e-6)
    assert_allclose(pool.offsets, y.mean(axis=0))


def test_parts_and_the_first_alone(members):
    pool = LinearPool(np.arange(6.0).reshape(3, 2), np.array([1.0, -1.0]))
    first = pool.part(0, 0.5)
    assert isinstance(first, LinearPool)
    assert_allclose(first.mix(members[:1]), members[0] * [0, 1] + [0.5, -0.5])
    assert_allclose(LinearPool.of_first(1.0, 2).mix(members[:1]), members[0])


def test_relative_weights_do_not_depend_on_units(members):
    pool = LinearPool(np.array([[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]]), np.zeros(2))
    relative = pool.relative_weights(members)
    assert relative.sum() == pytest.approx(1)
    assert relative[1] > relative[0] > 0.2
    assert relative[2] == 0
    scaled = pool.relative_weights(members * [1000.0, 0.1] + 7)
    assert_allclose(scaled, relative)
    assert_allclose(pool.relative_weights(members[:, :1]), [1, 0, 0])
