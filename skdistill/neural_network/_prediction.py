"""Predictions of a trained network: samples first, in and out."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy.sparse import issparse
from scipy.special import log_softmax, logsumexp

from skdistill.neural_network._activations import ACTIVATIONS
from skdistill.neural_network._fast_softmax import mean_softmax
from skdistill.neural_network._folding import FoldedNetworks

# Numbers that the first layer of a prediction may hold: they should stay in the cache.
PREDICTION_SIZE = 2**17


def predict_raw(
    X: NDArray, coefs: list[NDArray], intercepts: list[NDArray], activation: str
) -> NDArray:
    """Compute the outputs of one network, or of several: logits, or numbers.

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
    outputs : ndarray of shape (n_samples, n_outputs)
        Of several networks, (n_networks, n_samples, n_outputs).
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
    X: NDArray, networks: FoldedNetworks, activation: str, dtype: DTypeLike = None
) -> NDArray:
    """Compute class probabilities.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    networks : FoldedNetworks
    activation : {"relu", "tanh", "logistic", "identity"}
    dtype : dtype, default=None
        Precision to compute in; None: that of the networks.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
        The mean over the networks, in their precision.
    """
    coefs = networks.coefs
    proba = np.empty((X.shape[0], coefs[-1].shape[-1]), coefs[0].dtype)
    for rows, logits in _predict_raw_by_chunks(X, networks, activation, dtype):
        mean_softmax(logits, proba[rows])
    return proba


def predict_log_proba(
    X: NDArray, networks: FoldedNetworks, activation: str, dtype: DTypeLike = None
) -> NDArray:
    """Compute logarithms of class probabilities, however small these are.

    Parameters
    ----------
    X, networks, activation, dtype
        As in :func:`predict_proba`.

    Returns
    -------
    log_proba : ndarray of shape (n_samples, n_classes)
        Logarithm of the mean over the networks, in double precision. No probability is
        rounded to zero on the way. Those that the networks' precision cannot tell from
        one have a logarithm of zero, as that of their `predict_proba`.
    """
    log_proba = np.empty((X.shape[0], networks.coefs[-1].shape[-1]))
    for rows, logits in _predict_raw_by_chunks(X, networks, activation, dtype):
        logs = log_softmax(logits.astype(np.float64), axis=-1)
        if logs.ndim == 3:
            logs = logsumexp(logs, axis=0) - np.log(len(logs))
        log_proba[rows] = logs
    log_proba[log_proba > -2 * np.finfo(networks.coefs[0].dtype).eps] = 0
    return log_proba


def predict_mean(
    X: NDArray, networks: FoldedNetworks, activation: str, dtype: DTypeLike = None
) -> NDArray:
    """Compute the mean outputs of networks that predict numbers.

    Parameters
    ----------
    X, networks, activation, dtype
        As in :func:`predict_proba`.

    Returns
    -------
    outputs : ndarray of shape (n_samples, n_outputs)
        In double precision.
    """
    mean = np.empty((X.shape[0], networks.coefs[-1].shape[-1]))
    for rows, outputs in _predict_raw_by_chunks(X, networks, activation, dtype):
        mean[rows] = outputs if outputs.ndim == 2 else outputs.mean(axis=0)
    return mean


def _predict_raw_by_chunks(X, networks, activation, dtype):
    """Yield the outputs of a bounded number of samples at a time."""
    features, coefs, intercepts, _ = networks
    n_rows = max(1, PREDICTION_SIZE // networks.n_units)
    for start in range(0, X.shape[0], n_rows):
        rows = slice(start, start + n_rows)
        inputs = features.append(X[rows], dtype or coefs[0].dtype)
        yield rows, predict_raw(inputs, coefs, intercepts, activation)
