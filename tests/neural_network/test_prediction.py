"""Predictions: the forward pass, in chunks, and without overflow."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array, csr_matrix
from scipy.special import expit, softmax

from skdistill.neural_network._prediction import predict_logits, predict_proba

N_SAMPLES, N_FEATURES, N_CLASSES = 9, 4, 3
ACTIVATIONS = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "logistic": expit,
    "identity": lambda z: z,
}


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
        logits = predict_logits(rows, coefs, intercepts, activation)
        assert logits.dtype == dtype
        assert_allclose(logits, expected, rtol=1e-4, atol=1e-5)
        proba = predict_proba(rows, coefs, intercepts, activation)
        assert_allclose(proba, softmax(expected, axis=1), rtol=1e-4, atol=1e-6)
    assert_array_equal(X, before)


def test_prediction_in_chunks(rng, monkeypatch):
    coefs = [rng.normal(size=(4, 5)), rng.normal(size=(5, 3))]
    intercepts = [rng.normal(size=5), rng.normal(size=3)]
    X = rng.normal(size=(23, 4))
    whole = predict_proba(X, coefs, intercepts, "tanh")
    monkeypatch.setattr("skdistill.neural_network._prediction.PREDICTION_SIZE", 25)
    assert_allclose(predict_proba(X, coefs, intercepts, "tanh"), whole, rtol=1e-12)


def test_prediction_of_extreme_logits_is_finite():
    coefs, intercepts = [np.array([[1e4, -1e4]])], [np.zeros(2)]
    proba = predict_proba(np.array([[1.0], [-1.0]]), coefs, intercepts, "relu")
    assert_array_equal(proba, np.eye(2))
