"""Standardisation in chunks, and its way into and out of a first layer."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.preprocessing import StandardScaler

from skdistill.neural_network._features import fold, learn_scaling, unfold


@pytest.fixture
def X(rng):
    X = rng.normal(size=(50, 4)) * [1e-3, 1.0, 1e3, 0.0] + [0.0, -3.0, 1e4, 7.0]
    X.flags.writeable = False
    return X


@pytest.mark.parametrize("chunk", [7, 50, 2**14])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scaling_is_mean_and_standard_deviation(
    X, rng, monkeypatch, chunk, weighted, dtype
):
    monkeypatch.setattr("skdistill.neural_network._features.CHUNK", chunk)
    weights = rng.uniform(size=50) if weighted else None
    X = X.astype(dtype)
    centre, scale = learn_scaling(X, weights)
    mean = np.average(X.astype(np.float64), axis=0, weights=weights)
    assert_allclose(centre, mean, rtol=1e-6)
    variance = np.average((X - mean) ** 2, axis=0, weights=weights)
    assert_allclose(scale[:3], np.sqrt(variance[:3]), rtol=1e-4)
    assert scale[3] == 1
    if not weighted:
        assert_allclose(scale, StandardScaler().fit(X).scale_, rtol=1e-4)


@pytest.mark.parametrize("weighted", [False, True])
def test_nothing_is_left_of_differences_that_cannot_be_centred(X, rng, weighted):
    ids = 2.0**60 + 256.0 * rng.permutation(50)
    weights = rng.uniform(size=50) if weighted else None
    both = np.column_stack([X, ids, np.full(50, 2.0**60)])
    centre, scale = learn_scaling(both, weights)
    assert_allclose(scale[:4], learn_scaling(X, weights)[1])
    assert np.abs((ids - centre[4]) / scale[4]).max() < 1e-9
    assert scale[5] == 1


def test_scaled_columns_stay(rng):
    X = rng.normal(size=(300, 200))
    X = StandardScaler().fit_transform(X)  # of some the variance is not quite one
    assert_allclose(learn_scaling(X)[1], 1)


def test_rows_without_weight_do_not_count(X, monkeypatch):
    monkeypatch.setattr("skdistill.neural_network._features.CHUNK", 10)
    weights = np.where(np.arange(50) < 20, 0.0, 2.0)
    for found, expected in zip(
        learn_scaling(X, weights), learn_scaling(X[20:]), strict=True
    ):
        assert_allclose(found, expected)


def test_learning_leaves_the_rows_alone(X):
    rows = X.copy()
    learn_scaling(rows)
    assert_array_equal(rows, X)


def test_fold_and_unfold(X, rng):
    weights, intercept = rng.normal(size=(4, 3)), rng.normal(size=3)
    scaling = learn_scaling(X)
    folded = fold(weights, intercept, scaling)
    expected = (X - scaling[0]) / scaling[1] @ weights + intercept
    assert_allclose(X @ folded[0] + folded[1], expected, atol=1e-9)
    for found, original in zip(
        unfold(*folded, scaling), (weights, intercept), strict=True
    ):
        assert_allclose(found, original, atol=1e-12)
