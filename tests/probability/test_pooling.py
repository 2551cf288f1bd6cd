"""The logarithmic opinion pool."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from answers import log_losses, noisy_logits
from numpy.testing import assert_allclose

from skdistill.probability._pooling import (
    PRIOR_PRECISION_DIFFERENCES,
    PRIOR_PRECISION_MEANS,
    PRIOR_PRECISION_OFFSETS,
    Pool,
    center,
    fit_pool,
)


@pytest.fixture
def labels():
    return np.random.RandomState(0).randint(3, size=300)


@pytest.mark.parametrize("n_samples", [12, 300])
@pytest.mark.parametrize("weighted", [True, False])
def test_the_pool_is_the_minimum(rng, labels, weighted, n_samples):
    labels = labels[:n_samples]
    logits = np.stack([noisy_logits(labels, 2.0, seed) for seed in (1, 2)])
    logits[0, :, 0] += 2.0
    logits[1, :, 1] *= 3.0
    sample_weight = np.ones(n_samples)
    if weighted:
        sample_weight = rng.uniform(1, 3, size=n_samples)
    pool = fit_pool(logits, labels, sample_weight)
    assert pool.offsets[0] < -0.02
    assert np.ptp(pool.weights, axis=1).max() > 0.01

    def objective(pool):
        losses = log_losses(pool.mix(logits), labels)
        away = pool.weights - [[1], [0]]
        mean = away.mean(axis=1, keepdims=True)
        prior = PRIOR_PRECISION_MEANS * np.sum(mean**2)
        prior += PRIOR_PRECISION_DIFFERENCES * np.sum((away - mean) ** 2)
        prior += PRIOR_PRECISION_OFFSETS * np.sum(pool.offsets**2)
        return np.average(losses, weights=sample_weight) + prior / 2 / n_samples

    least = objective(pool)
    for part in pool:
        for position in np.ndindex(part.shape):
            for step in (-0.003, 0.003):
                part[position] += step
                assert objective(pool) > least
                part[position] -= step


def test_equal_members_weigh_the_same_but_for_the_prior(labels):
    logits = noisy_logits(labels, 2.0, 1) / 3
    pool = fit_pool(np.stack([logits, logits]), labels)
    first, second = pool.weights.mean(axis=1)
    assert first - second == pytest.approx(1, abs=1e-3)
    assert second > 0.1
    first, second = pool.weights - pool.weights.mean(axis=1, keepdims=True)
    assert_allclose(first, second, atol=1e-4)


def test_few_rows_leave_the_first_alone(labels):
    # On one row the other is better by chance.
    logits = np.stack([noisy_logits(labels, 2.0, seed) for seed in (1, 2)])
    at = np.argmax(np.diff(logits[:, np.arange(300), labels], axis=0)[0])
    pool = fit_pool(logits[:, [at]], labels[[at]])
    assert pool.weights[0].mean() > pool.weights[1].mean()
    assert_allclose(pool.offsets, 0, atol=0.05)


def test_a_constant_of_each_row_does_not_matter(rng, labels):
    logits = np.stack([noisy_logits(labels, 2.0, seed) for seed in (1, 2)])
    shifted = logits + rng.normal(scale=10, size=(2, 300, 1))
    pool, other = fit_pool(logits, labels), fit_pool(shifted, labels)
    assert_allclose(pool.weights, other.weights, atol=1e-6)
    assert_allclose(pool.mix(shifted), pool.mix(logits))


def test_a_neglected_class_is_made_up_for(labels):
    logits = noisy_logits(labels, 2.0, 1)
    neglecting = logits - [0.0, 0.0, 4.0]
    mended = fit_pool(neglecting[None], labels).mix(neglecting[None])
    before, after = (log_losses(z, labels).mean() for z in (neglecting, mended))
    assert after < 0.6 * before


def test_no_member_counts_against_itself(labels):
    against = -3 * np.eye(3)[labels]
    pool = fit_pool(against[None], labels)
    assert_allclose(pool.weights, 0)


def test_part_of_one_member(rng):
    pool = Pool(rng.uniform(size=(2, 3)), rng.normal(size=3))
    logits = rng.normal(size=(2, 5, 3))
    first, second = (pool.part(m, share) for m, share in ((0, 0.25), (1, 0.75)))
    whole = first.mix(logits[:1]) + second.mix(logits[1:])
    assert_allclose(whole, pool.mix(logits))
    assert_allclose(Pool.of_first(1.0, 3).mix(logits[:1]), center(logits[0]))


def test_relative_weights_count_weight_and_spread():
    pool = Pool(np.array([[1.0, 1.0], [3.0, 1.0]]), np.zeros(2))
    logits = np.array([[[1.0, -1.0]], [[2.0, -2.0]]])
    assert_allclose(pool.relative_weights(logits), [0.2, 0.8])
    nothing = np.zeros_like(logits)
    assert_allclose(pool.relative_weights(nothing), [1.0, 0.0])
