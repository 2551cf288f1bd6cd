"""QuantileTargets: a number once for each level, losses, and the shifts that fit."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.metrics import mean_pinball_loss, r2_score

from skdistill.transfer._quantile_targets import labels_alone, read_quantiles

LEVELS = np.array([0.1, 0.5, 0.8])


class Says(BaseEstimator):
    def __init__(self, quantiles):
        self.quantiles = quantiles

    def predict(self, X):
        return self.quantiles


def test_a_number_is_the_label_of_each_level(rng):
    numbers = rng.normal(3, 2, size=8)
    targets, y, encoded = read_quantiles(numbers.tolist(), LEVELS)
    assert targets.n_outputs == 3
    assert targets.median == 1
    assert_array_equal(y, numbers)
    assert_array_equal(encoded, np.column_stack([numbers] * 3))
    assert_array_equal(targets.encode(numbers), encoded)
    assert_allclose(targets.scale, numbers.std())
    assert np.isnan(targets.label_raw(encoded)).all()


def test_several_outputs_are_refused(rng):
    with pytest.raises(ValueError, match="y has 2 outputs: quantiles are learned of"):
        read_quantiles(rng.normal(size=(8, 2)), LEVELS)


def test_predictions_are_sorted(rng):
    targets, *_ = read_quantiles(rng.normal(size=8), LEVELS)
    found = targets.predict_raw(Says(np.array([[2.0, 1, 3], [1, 2, 0]])), np.eye(2))
    assert_array_equal(found, [[1, 2, 3], [0, 1, 2]])
    with pytest.raises(ValueError, match="has 1 columns, but there are 3 quantiles"):
        targets.predict_raw(Says(np.zeros(2)), np.eye(2))


def test_losses_and_scores(rng):
    targets, y, encoded = read_quantiles(rng.normal(5, 3, size=50), LEVELS)
    raw = rng.normal(5, 3, size=(50, 3))
    expected = [
        mean_pinball_loss(y, column, alpha=level)
        for column, level in zip(raw.T, LEVELS, strict=True)
    ]
    loss = targets.sample_loss(raw, encoded).mean()
    assert_allclose(loss, np.mean(expected) / y.std())
    score = targets.sample_score(raw, encoded).mean()
    assert_allclose(score, r2_score(y, raw[:, 1]))


def test_shifted_quantiles_are_those_of_the_samples(rng):
    targets, _, encoded = read_quantiles(rng.normal(size=1000), LEVELS)
    raw = np.sort(rng.normal(2, 1, size=(1000, 3)), axis=1)
    slope, shifts = targets.calibrate(raw, encoded)
    assert slope == 1
    assert_allclose((encoded <= raw + shifts).mean(axis=0), LEVELS, atol=1e-3)


def test_weights_are_repetitions(rng):
    targets, _, encoded = read_quantiles(rng.normal(size=100), LEVELS)
    raw, weights = rng.normal(size=(100, 3)), rng.randint(3, size=100)
    rows = np.repeat(np.arange(100), weights)
    _, found = targets.calibrate(raw, encoded, weights.astype(float))
    _, expected = targets.calibrate(raw[rows], encoded[rows])
    assert_array_equal(found, expected)
    _, unweighted = targets.calibrate(raw, encoded)
    assert_array_equal(targets.calibrate(raw, encoded, np.ones(100))[1], unweighted)


def test_the_labels_alone(rng):
    X, y, weights = rng.normal(size=(9, 2)), rng.normal(size=9), np.arange(9)
    transfer = labels_alone(X, y, tuple(LEVELS), weights)
    assert_array_equal(transfer.y, np.column_stack([y] * 3))
    assert transfer.raw_predictions.shape == (9, 3)
    assert_array_equal(transfer.sample_weight, weights)
    assert labels_alone(X, y, LEVELS).sample_weight is None
