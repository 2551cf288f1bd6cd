"""Predictions of a trained network: samples first, in and out."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy.sparse import issparse
from scipy.special import log_softmax, logsumexp
from sklearn.utils import gen_batches

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
    logits = _predict_outputs(X, networks, activation, dtype)
    proba = np.empty(logits.shape[-2:], networks.coefs[0].dtype)
    mean_softmax(logits, proba)
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
    logits = _predict_outputs(X, networks, activation, dtype)
    log_proba = log_softmax(logits.astype(np.float64), axis=-1)
    if log_proba.ndim == 3:
        log_proba = logsumexp(log_proba, axis=0) - np.log(len(log_proba))
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
    outputs = _predict_outputs(X, networks, activation, dtype)
    mean = outputs if outputs.ndim == 2 else outputs.mean(axis=0)
    return mean.astype(np.float64, copy=False)


def predict_by_chunks(
    function: Callable[..., NDArray], X: NDArray, networks: FoldedNetworks, *others: Any
) -> NDArray:
    """Predict many samples, a bounded number at a time.

    Parameters
    ----------
    function : callable
        One of this module.
    X, networks, *others
        Its arguments.

    Returns
    -------
    predicted : ndarray of shape (n_samples, n_outputs)
        What the function returns.
    """
    n_rows = max(1, PREDICTION_SIZE // networks.n_units)
    return np.concatenate(
        [
            function(X[rows], networks, *others)
            for rows in gen_batches(X.shape[0], n_rows)
        ]
    )


def _predict_outputs(X, networks, activation, dtype):
    """Compute the outputs for unscaled samples."""
    coefs = networks.coefs
    inputs = networks.features.append(X, dtype or coefs[0].dtype)
    return predict_raw(inputs, coefs, networks.intercepts, activation)
