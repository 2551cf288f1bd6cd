"""Targets in units of their own deviations, wherever they are, and back."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdistill.neural_network._target_scaling import TargetScaling


@pytest.mark.parametrize("unit", [1e-200, 1e-3, 1.0, 1e6, 1e149])
@pytest.mark.parametrize("place", [0.0, 3.0, -1e9])
def test_mean_and_standard_deviation(rng, place, unit):
    deviations = rng.normal(size=(50, 2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scaling = TargetScaling.learn((place + deviations) * unit)
        scaled = scaling.transform((place + deviations) * unit)
    assert_allclose(scaling.center / unit, place + deviations.mean(axis=0), rtol=1e-12)
    assert_allclose(scaling.scale / unit, deviations.std(axis=0), rtol=1e-6)
    assert_allclose(scaled.mean(axis=0), 0, atol=1e-6)


def test_weights_are_repetitions(rng):
    targets, weights = rng.normal(size=(20, 2)), np.arange(20) % 4
    weighted = TargetScaling.learn(targets, weights.astype(float))
    repeated = TargetScaling.learn(np.repeat(targets, weights, axis=0))
    assert_allclose(weighted.center, repeated.center)
    assert_allclose(weighted.scale, repeated.scale)


def test_networks_with_targets_of_their_own(rng):
    targets, weights = rng.normal(size=(20, 3, 2)), rng.uniform(size=20)
    scaling = TargetScaling.learn(targets, weights)
    for i in range(3):
        alone = TargetScaling.learn(targets[:, i], weights)
        assert_allclose(scaling.select(i).center, alone.center)
        assert_allclose(scaling.select(i).scale, alone.scale)
        assert alone.select(i) is alone


@pytest.mark.parametrize(("value", "scale"), [(0.1, 0.1), (-7e20, 7e20), (0.0, 1.0)])
def test_constant_targets(value, scale):
    scaling = TargetScaling.learn(np.full((7, 1), value))
    assert_array_equal(scaling.center, [value])
    assert_array_equal(scaling.scale, [scale])
    # Samples without weight are not seen.
    targets = np.array([[value], [value], [5.0]])
    weighted = TargetScaling.learn(targets, np.array([1.0, 2.0, 0.0]))
    assert_array_equal(weighted, scaling)


@pytest.mark.parametrize(
    ("center", "scale", "expected"),
    [(0, 1, False), (99, 1, False), (-101, 1, True), (0, 1e-31, True), (0, 1e19, True)],
)
def test_who_needs_double_precision(center, scale, expected):
    scaling = TargetScaling(np.array([0.0, center]), np.array([1.0, scale]))
    assert scaling.needs_double is expected


def test_folding_is_the_way_back(rng):
    scaling = TargetScaling(np.array([100.0, -3.0]), np.array([5.0, 0.1]))
    weights, intercept = rng.normal(size=(4, 2)), rng.normal(size=2)
    hidden, folded = rng.normal(size=(6, 4)), scaling.fold(weights, intercept)
    outputs = hidden @ folded[0] + folded[1]
    assert_allclose(scaling.transform(outputs), hidden @ weights + intercept)
    for found, expected in zip(
        scaling.unfold(*folded), (weights, intercept), strict=True
    ):
        assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
