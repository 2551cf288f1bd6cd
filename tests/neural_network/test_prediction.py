"""Predictions: the forward pass, in chunks, and without overflow."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from decimal import Decimal, localcontext
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array, csr_matrix
from scipy.special import expit, softmax

from skdistill.neural_network._features import InputFeatures
from skdistill.neural_network._folding import FoldedNetworks
from skdistill.neural_network._piecewise import PiecewiseLinear
from skdistill.neural_network._prediction import (
    predict_by_chunks,
    predict_log_proba,
    predict_proba,
    predict_raw,
)

N_SAMPLES, N_FEATURES, N_CLASSES = 9, 4, 3
ACTIVATIONS = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "logistic": expit,
    "identity": lambda z: z,
}


def folded(coefs, intercepts, **features):
    n_features = coefs[0].shape[-2]
    return FoldedNetworks(InputFeatures(n_features, **features), coefs, intercepts)


@pytest.mark.parametrize("hidden", [(), (6,), (5, 4)], ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_prediction_is_the_forward_pass(rng, activation, dtype, hidden):
    sizes = (N_FEATURES, *hidden, N_CLASSES)
    coefs = [rng.normal(size=shape).astype(dtype) for shape in pairwise(sizes)]
    intercepts = [rng.normal(size=n).astype(dtype) for n in sizes[1:]]
    X = rng.normal(size=(N_SAMPLES, N_FEATURES)).astype(dtype)
    X[X < 0] = 0
    before = X.copy()
    expected = X
    for i, (weights, intercept) in enumerate(zip(coefs, intercepts, strict=True)):
        expected = (ACTIVATIONS[activation](expected) if i else expected) @ weights
        expected = expected + intercept
    for rows in (X, np.asfortranarray(X), csr_matrix(X), csr_array(X)):
        logits = predict_raw(rows, coefs, intercepts, activation)
        assert logits.dtype == dtype
        assert_allclose(logits, expected, rtol=1e-4, atol=1e-5)
        proba = predict_proba(rows, folded(coefs, intercepts), activation)
        assert_allclose(proba, softmax(expected, axis=1), rtol=1e-4, atol=1e-6)
    assert_array_equal(X, before)


def test_prediction_in_chunks(rng, monkeypatch):
    coefs = [rng.normal(size=(4, 5)), rng.normal(size=(5, 3))]
    intercepts = [rng.normal(size=5), rng.normal(size=3)]
    X = rng.normal(size=(23, 4))
    whole = predict_proba(X, folded(coefs, intercepts), "tanh")
    monkeypatch.setattr("skdistill.neural_network._prediction.PREDICTION_SIZE", 25)
    chunks = predict_by_chunks(predict_proba, X, folded(coefs, intercepts), "tanh")
    assert_allclose(chunks, whole, rtol=1e-12)


def test_prediction_of_extreme_logits_is_finite():
    coefs, intercepts = [np.array([[1e4, -1e4]])], [np.zeros(2)]
    proba = predict_proba(np.array([[1.0], [-1.0]]), folded(coefs, intercepts), "relu")
    assert_array_equal(proba, np.eye(2))


@pytest.fixture(params=[None, 3], ids=["one network", "three networks"])
def networks(request, rng):
    """Of large weights, so that many probabilities are tiny."""
    axis = () if request.param is None else (request.param,)
    intercept_axis = () if request.param is None else (request.param, 1)
    coefs = [rng.normal(size=(*axis, 4, 5)), 200 * rng.normal(size=(*axis, 5, 3))]
    intercepts = [rng.normal(size=(*intercept_axis, n)) for n in (5, 3)]
    return folded(coefs, intercepts)


@pytest.mark.parametrize("container", [np.asarray, csr_array])
def test_several_networks_answer_with_the_mean_of_their_probabilities(
    rng, networks, container
):
    X = rng.normal(size=(9, 4))
    each = [
        predict_proba(container(X), folded(*network), "relu")
        for network in networks.split()
    ]
    found = predict_proba(container(X), networks, "relu")
    assert_allclose(found, np.mean(each, axis=0), atol=1e-15)


@pytest.mark.parametrize("size", [7, 2**17])
def test_log_probabilities_are_exact(rng, networks, monkeypatch, size):
    monkeypatch.setattr("skdistill.neural_network._prediction.PREDICTION_SIZE", size)
    X = 30 * rng.normal(size=(9, 4))
    found = predict_by_chunks(predict_log_proba, X, networks, "relu")
    with localcontext(prec=60):
        for row, logs in zip(X, found, strict=True):
            each = [exact_proba(row, *network) for network in networks.split()]
            for k, log_proba in enumerate(logs):
                mean = sum(proba[k] for proba in each) / len(each)
                assert_allclose(log_proba, float(mean.ln()), rtol=1e-10, atol=1e-14)
    assert found.min() < -1e3  # far below what exponentials can tell
    assert np.isfinite(found).all()


def exact_proba(row, coefs, intercepts):
    """A relu network's probabilities, from its logits on in 60 digits."""
    hidden = np.maximum(row @ coefs[0] + intercepts[0], 0)
    exponentials = [Decimal(z).exp() for z in hidden @ coefs[1] + intercepts[1]]
    return [each / sum(exponentials) for each in exponentials]


def test_log_probabilities_of_single_precision_are_double(rng, networks):
    coefs, intercepts = (
        [array.astype(np.float32) for array in arrays] for arrays in networks[1:3]
    )
    found = predict_log_proba(
        rng.normal(size=(9, 4)), folded(coefs, intercepts), "relu"
    )
    assert found.dtype == np.float64


@pytest.mark.parametrize("container", [np.asarray, csr_array])
def test_bins_are_those_of_the_samples_as_they_came(container):
    # A bin that single precision cannot tell from its bounds.
    bins = PiecewiseLinear(np.array([0]), np.array([1e6]), np.array([1e-3]))
    coefs = [np.array([[0.0, 0.0], [0.0, 4.0]], dtype=np.float32)]
    networks = FoldedNetworks(
        InputFeatures(1, piecewise=bins), coefs, [np.zeros(2, np.float32)]
    )
    X = 1e6 + np.array([[0.0], [2.5e-4], [1e-3]])
    found = predict_proba(container(X), networks, "relu")
    assert found.dtype == np.float32
    assert_allclose(found[:, 1], expit([0.0, 1.0, 4.0]), rtol=1e-5)
