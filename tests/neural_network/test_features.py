"""The inputs of a network: scaling in chunks, encoding, folding."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.preprocessing import StandardScaler

from skdistill.neural_network._features import (
    InputFeatures,
    Scaling,
    check_range,
    is_within_single,
)
from skdistill.neural_network._piecewise import PiecewiseLinear


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
    monkeypatch.setattr("skdistill.neural_network._features.CHUNK_SIZE", chunk)
    weights = rng.uniform(size=50) if weighted else None
    X = X.astype(dtype)
    center, scale = Scaling.learn(X, weights)
    mean = np.average(X.astype(np.float64), axis=0, weights=weights)
    assert_allclose(center, mean, rtol=1e-6)
    variance = np.average((X - mean) ** 2, axis=0, weights=weights)
    assert_allclose(scale[:3], np.sqrt(variance[:3]), rtol=1e-4)
    assert scale[3] == 1
    if not weighted:
        assert_allclose(scale, StandardScaler().fit(X).scale_, rtol=1e-4)


@pytest.mark.parametrize("weighted", [False, True])
def test_nothing_is_left_of_differences_that_cannot_be_centerd(X, rng, weighted):
    ids = 2.0**60 + 256.0 * rng.permutation(50)
    weights = rng.uniform(size=50) if weighted else None
    both = np.column_stack([X, ids, np.full(50, 2.0**60)])
    center, scale = Scaling.learn(both, weights)
    assert_allclose(scale[:4], Scaling.learn(X, weights)[1])
    assert np.abs((ids - center[4]) / scale[4]).max() < 1e-9
    assert scale[5] == 1


def test_scaled_columns_stay(rng):
    X = rng.normal(size=(300, 200))
    X = StandardScaler().fit_transform(X)  # of some the variance is not quite one
    assert_allclose(Scaling.learn(X)[1], 1)


def test_rows_without_weight_do_not_count(X, monkeypatch):
    monkeypatch.setattr("skdistill.neural_network._features.CHUNK_SIZE", 10)
    weights = np.where(np.arange(50) < 20, 0.0, 2.0)
    for found, expected in zip(
        Scaling.learn(X, weights), Scaling.learn(X[20:]), strict=True
    ):
        assert_allclose(found, expected)


def test_learning_leaves_the_rows_alone(X):
    rows = X.copy()
    Scaling.learn(rows)
    assert_array_equal(rows, X)


@pytest.mark.parametrize("numeric_encoding", [None, 4])
@pytest.mark.parametrize("standardize", [False, True])
def test_fold_and_unfold(X, rng, standardize, numeric_encoding):
    features = InputFeatures.learn(
        X, standardize=standardize, numeric_encoding=numeric_encoding
    )
    weights = rng.normal(size=(features.n_inputs, 3))
    intercept = rng.normal(size=3)
    inputs = features.transform(X, np.float64)
    folded = features.fold(weights, intercept)
    expected = inputs @ weights + intercept
    unscaled = features.append(X, np.float64)
    assert_allclose(unscaled @ folded[0] + folded[1], expected, atol=1e-9)
    for found, original in zip(
        features.unfold(*folded), (weights, intercept), strict=True
    ):
        assert_allclose(found, original, atol=1e-12)


@pytest.mark.parametrize("numeric_encoding", [None, 4])
@pytest.mark.parametrize("standardize", [False, True])
def test_inputs_are_scaled_columns_and_unscaled_bins(X, standardize, numeric_encoding):
    weights = np.arange(50.0)
    features = InputFeatures.learn(
        X, weights, standardize=standardize, numeric_encoding=numeric_encoding
    )
    inputs = features.transform(X, np.float32)
    assert inputs.dtype == np.float32
    assert inputs.shape == (50, features.n_inputs)
    columns = X
    if standardize:
        columns = StandardScaler().fit(X, sample_weight=weights).transform(X)
    assert_allclose(inputs[:, :4], columns, rtol=1e-4, atol=1e-6)
    if numeric_encoding:
        bins = PiecewiseLinear.learn(X, 4).transform(X)
        assert_allclose(inputs[:, 4:], bins, rtol=1e-6)
    else:
        assert features.n_inputs == 4


def test_sparse_columns_are_the_inputs(X):
    sparse = csr_array(X)
    features = InputFeatures.learn(sparse, standardize=True, numeric_encoding=4)
    assert features == InputFeatures(4)
    assert features.transform(sparse, np.float32) is sparse
    assert features.append(sparse, X.dtype) is sparse


@pytest.mark.parametrize(
    ("center", "scale", "dtype"),
    [
        (90.0, 1.0, "f4"),
        (110.0, 1.0, "f8"),
        (0.0, 2e-30, "f4"),
        (0.0, 1e-31, "f8"),
    ],
)
def test_layers_that_need_double_precision(center, scale, dtype):
    # A column far from zero, or one so narrow that its weights leave single precision.
    scaling = Scaling(np.array([0.0, -center]), np.array([1.0, scale]))
    assert InputFeatures(2, scaling).folded_dtype(np.dtype("f4")) == dtype
    assert InputFeatures(2).folded_dtype(np.dtype("f4")) == "f4"


def test_narrow_columns_are_scaled_in_double_precision(rng):
    X = 1e-44 * rng.normal(size=(50, 2))  # single precision has one digit there
    inputs = InputFeatures.learn(X).transform(X, np.float32)
    assert_allclose(inputs, StandardScaler().fit_transform(1e44 * X), rtol=1e-5)


@pytest.mark.parametrize("n_columns", [250, 251])
def test_bins_of_many_columns_are_centered(rng, n_columns):
    X = rng.normal(size=(300, n_columns))
    features = InputFeatures.learn(X, numeric_encoding=2)
    means = features.transform(X, np.float64)[:, n_columns:].mean(axis=0)
    assert_allclose(means, 0.5 if n_columns == 250 else 0, atol=0.48)
    assert (np.abs(means).max() < 1e-12) == (n_columns == 251)
    weights = rng.normal(size=(features.n_inputs, 3))
    folded = features.fold(weights, np.ones(3))
    expected = features.transform(X, np.float64) @ weights + 1
    unscaled = features.append(X, np.float64)
    assert_allclose(unscaled @ folded[0] + folded[1], expected, atol=1e-9)
    for found, original in zip(
        features.unfold(*folded), (weights, np.ones(3)), strict=True
    ):
        assert_allclose(found, original, atol=1e-10)


@pytest.mark.parametrize(
    ("dtype", "largest"), [(np.float32, 3.4e38), (np.float64, 1e150)]
)
def test_range(dtype, largest):
    check_range(np.array([-largest, largest]), dtype)
    check_range(np.array([]), dtype)
    for value in (-largest, largest):
        with pytest.raises(ValueError, match="values too large for dtype"):
            check_range(np.array([0.0, 1.01 * value]), dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [2e18, -2e18, np.nan, np.inf, -np.inf])
def test_what_single_precision_cannot_compute(dtype, value):
    assert is_within_single(np.array([[1e17, -1e17]], dtype))
    with np.errstate(over="ignore"):
        assert not is_within_single(np.array([[1.0, value]], dtype))
