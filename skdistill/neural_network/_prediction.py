"""Predictions of a trained network: samples in, probabilities out, samples first."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse

from skdistill.neural_network._activations import ACTIVATIONS
from skdistill.neural_network._fast_softmax import mean_softmax
from skdistill.neural_network._features import InputFeatures

# Numbers that the first layer of a prediction may hold: they should stay in the cache.
PREDICTION_SIZE = 2**17


def predict_logits(
    X: NDArray, coefs: list[NDArray], intercepts: list[NDArray], activation: str
) -> NDArray:
    """Compute the logits of one network, or of several.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_inputs)
    coefs : list of ndarray of shape (n_inputs, n_outputs)
        Of several networks, (n_networks, n_inputs, n_outputs).
    intercepts : list of ndarray of shape (n_outputs,)
        Of several networks, (n_networks, 1, n_outputs).
    activation : {"relu", "tanh", "logistic", "identity"}

    Returns
    -------
    logits : ndarray of shape (n_samples, n_classes)
        Of several networks, (n_networks, n_samples, n_classes).
    """
    activate = ACTIVATIONS[activation].apply
    product = np.ndarray.dot if coefs[0].ndim == 2 else np.matmul
    hidden = (_sparse_product if issparse(X) else product)(X, coefs[0])
    hidden += intercepts[0]
    for i in range(1, len(coefs)):
        activate(hidden)
        hidden = product(hidden, coefs[i])
        hidden += intercepts[i]
    return hidden


def _sparse_product(X, weights):
    if weights.ndim == 2:
        return X @ weights
    return np.stack([X @ of_one for of_one in weights])


def predict_proba(
    X: NDArray,
    coefs: list[NDArray],
    intercepts: list[NDArray],
    activation: str,
    features: InputFeatures | None = None,
) -> NDArray:
    """Compute class probabilities, for a bounded number of samples at a time.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    coefs, intercepts, activation
        As in :func:`predict_logits`, with the scaling folded into the first layer.
    features : InputFeatures, default=None
        Makes the network's inputs of X; None: they are X.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
        The mean over the networks.
    """
    n_samples, n_classes = X.shape[0], coefs[-1].shape[-1]
    proba = np.empty((n_samples, n_classes), coefs[0].dtype)
    n_rows = max(1, PREDICTION_SIZE // intercepts[0].size)
    for start in range(0, n_samples, n_rows):
        rows = slice(start, start + n_rows)
        inputs = X[rows] if features is None else features.append(X[rows])
        logits = predict_logits(inputs, coefs, intercepts, activation)
        mean_softmax(logits, proba[rows])
    return proba
