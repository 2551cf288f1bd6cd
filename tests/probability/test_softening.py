"""Temperature, floors and scores: limits and identities."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, softmax

from skdistill.probability import (
    UNKNOWN_RESOLUTION,
    labels_to_logits,
    pairwise_to_class_scores,
    proba_to_logits,
    scores_to_logits,
    sharpen,
    soften,
)


@pytest.fixture
def logits(rng):
    return rng.normal(scale=3, size=(50, 4))


def test_soften_at_one_is_softmax(logits):
    assert_array_equal(soften(logits), softmax(logits, axis=1))


def test_soften_is_continuous_at_one(logits):
    assert_allclose(soften(logits, 1 + 1e-9), soften(logits), atol=1e-8)


@pytest.mark.parametrize("temperature", [0.3, 2.0, 7.0])
def test_soften_is_a_power_of_the_probabilities(logits, temperature):
    # The Gibbs form: exp(-L / T) / Z with L = -log p.
    power = softmax(logits, axis=1) ** (1 / temperature)
    expected = power / power.sum(axis=1, keepdims=True)
    assert_allclose(soften(logits, temperature), expected, rtol=1e-12)


def test_soften_limits(logits):
    assert_allclose(soften(logits, 1e9), np.full((50, 4), 0.25), atol=1e-8)
    cold = soften(logits, 1e-3)
    assert_allclose(cold, np.eye(4)[logits.argmax(axis=1)], atol=1e-6)


def test_soften_ignores_a_constant_per_row(logits):
    shifted = logits + np.linspace(-500, 500, 50)[:, None]
    assert_allclose(soften(shifted, 3.0), soften(logits, 3.0), rtol=1e-9)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 20.0])
def test_soften_keeps_probabilities_of_zero(temperature):
    proba = soften(np.array([[0.0, -np.inf, 0.0]]), temperature)
    assert_array_equal(proba, [[0.5, 0.0, 0.5]])


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_softmax_of_two_classes_is_the_logistic_of_their_difference(rng, temperature):
    logits = rng.normal(size=(20, 2))
    difference = (logits[:, 1] - logits[:, 0]) / temperature
    assert_allclose(soften(logits, temperature)[:, 1], expit(difference), rtol=1e-12)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0, 50.0])
def test_sharpen_undoes_soften(logits, temperature):
    softened = soften(logits, temperature)
    assert_allclose(sharpen(softened, temperature), soften(logits), atol=1e-10)


def test_sharpen_at_one_gives_the_very_array():
    proba = np.array([[0.3, 0.7]])
    assert sharpen(proba, 1.0) is proba


def test_sharpen_does_not_underflow():
    # Any of these to the power of 500 is zero in double precision.
    proba = np.full((1, 100), 0.01)
    assert_allclose(sharpen(proba, 500.0), proba)


@pytest.mark.parametrize("n_votes", [1, 10, 300])
def test_votes_are_floored_by_laplace(rng, n_votes):
    proba = rng.multinomial(n_votes, [0.7, 0.2, 0.1, 0.0], size=30) / n_votes
    expected = (n_votes * proba + 1) / (n_votes + 4)
    assert_allclose(softmax(proba_to_logits(proba, n_votes), axis=1), expected)


def test_probabilities_of_unknown_resolution_are_cut():
    proba = np.array([[0.0, 0.0005, 0.2, 0.7995]])
    logits = proba_to_logits(proba)
    cut = [[UNKNOWN_RESOLUTION, UNKNOWN_RESOLUTION, 0.2, 0.7995]]
    assert UNKNOWN_RESOLUTION == 1e-3
    assert_allclose(np.exp(logits), cut)


def test_logits_of_probabilities_above_the_floor_give_them_back(rng):
    proba = rng.dirichlet([5, 5, 5], size=20)
    assert proba.min() > UNKNOWN_RESOLUTION
    assert_allclose(softmax(proba_to_logits(proba), axis=1), proba)


def test_binary_scores_become_zero_and_the_margin():
    scores = np.array([-3.0, 0.0, 2.5])
    logits = scores_to_logits(scores)
    assert_array_equal(logits, [[0, -3.0], [0, 0.0], [0, 2.5]])
    assert_allclose(softmax(logits, axis=1)[:, 1], expit(scores))


def test_multiclass_scores_are_logits(logits):
    assert_array_equal(scores_to_logits(logits), logits)


def test_labels_become_smoothed_one_hot_rows():
    proba = softmax(labels_to_logits([2, 0], n_classes=3), axis=1)
    floor = 1e-3 / (1 + 2e-3)
    assert_allclose(
        proba, [[floor, floor, 1 - 2 * floor], [1 - 2 * floor, floor, floor]]
    )


def test_pairs_of_true_logits_give_them_back(logits):
    first, second = np.triu_indices(4, k=1)
    pairs = logits[:, first] - logits[:, second]
    expected = logits - logits.mean(axis=1, keepdims=True)
    assert_allclose(pairwise_to_class_scores(pairs, 4), expected, atol=1e-12)


def test_rows_without_an_answer_stay_so():
    nan_row, zeros = [[0.2, np.nan]], [[0.0, 0.0]]
    assert np.isnan(soften(nan_row)).all()
    assert np.isnan(sharpen(nan_row, 2.0)).all()
    assert np.isnan(proba_to_logits(nan_row)[0, 1])
    for n_votes in (None, 9):
        assert_array_equal(soften(proba_to_logits(zeros, n_votes)), [[0.5, 0.5]])


def test_scores_of_two_classes_may_be_a_column():
    assert_array_equal(scores_to_logits([[-1.0], [2.0]]), [[0, -1], [0, 2]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept(dtype):
    proba = np.array([[0.25, 0.75]], dtype)
    for result in (soften(proba, 2.0), sharpen(proba, 2.0), proba_to_logits(proba)):
        assert result.dtype == dtype
