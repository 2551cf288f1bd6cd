"""Intervals: the bootstrap is paired, and its intervals cover what they promise."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdistill.inspection._intervals import (
    BLOCK,
    Difference,
    bootstrap_means,
    mean_intervals,
    paired_differences,
)


def test_means_are_of_resamples():
    means = bootstrap_means(np.arange(4.0)[:, None], n_resamples=2 * BLOCK + 3)
    assert means.shape == (2 * BLOCK + 3, 1)
    assert_allclose(means * 4, np.round(means * 4))
    assert_allclose(means.std(), np.arange(4).std() / 2, rtol=0.2)


def test_values_of_a_sample_are_drawn_together():
    values = np.random.default_rng(0).normal(size=(30, 1))
    means = bootstrap_means(np.hstack([values, values + 1]))
    assert_allclose(means[:, 1] - means[:, 0], 1)


def test_the_interval_is_the_normal_one_for_many_samples():
    values = np.random.default_rng(0).normal(size=(2000, 1))
    low, high = mean_intervals(values)
    error = 1.96 * values.std() / np.sqrt(len(values))
    assert_allclose(low, values.mean() - error, atol=0.004)
    assert_allclose(high, values.mean() + error, atol=0.004)


def test_intervals_of_an_accuracy_difference_cover_it():
    """200 pairs of models on 400 test samples; the standard error is 1.5 %."""
    rng = np.random.default_rng(0)
    # Both right, only the first, only the second, none.
    p = np.array([0.8, 0.08, 0.05, 0.07])
    outcomes = rng.choice([0.0, 1.0, -1.0, 0.0], p=p, size=(400, 200))
    low, high = mean_intervals(outcomes)
    covered = (low <= p[1] - p[2]) & (p[1] - p[2] <= high)
    assert 0.92 <= covered.mean() <= 0.98


def test_scores_that_are_not_defined_have_no_difference():
    first = {"a": np.array([1.0, 0.0]), "b": np.array([np.nan, 1.0])}
    second = {"a": np.zeros(2), "b": np.zeros(2)}
    (found,) = paired_differences("x", "y", {"x": first, "y": second})
    assert (found.score, found.of, found.minus, found.value) == ("a", "x", "y", 0.5)
    assert (found.low, found.high) == (0, 1)


@pytest.mark.parametrize(
    ("low", "high", "within"), [(-1, 1, True), (0, 1, True), (0.1, 1, False)]
)
def test_noise(low, high, within):
    difference = Difference("accuracy", "student", "teacher", 0.5, low, high)
    assert difference.is_within_noise is within
