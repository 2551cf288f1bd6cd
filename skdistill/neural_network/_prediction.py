"""Predictions of a trained network: rows in, probabilities out, rows always first."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from scipy.sparse import issparse
from scipy.special import expit

# Numbers that the first layer of a prediction may hold: they should stay in the cache.
PREDICTION_SIZE = 2**17

# Logits up to which exponentials are far from overflow: a row or two of smaller ones
# need no shift.
LARGEST_LOGIT = 64.0


def predict_logits(X, coefs, intercepts, activation):
    """Logits of one network, rows first, as everywhere outside the training.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    coefs : list of ndarray of shape (n_inputs, n_outputs)
        Of several networks, (n_networks, n_inputs, n_outputs).
    intercepts : list of ndarray of shape (n_outputs,)
        Of several networks, (n_networks, 1, n_outputs).
    activation : str
        A key of ``ACTIVATIONS``.

    Returns
    -------
    logits : ndarray of shape (n_samples, n_classes)
        Of several networks, (n_networks, n_samples, n_classes).
    """
    activate = ACTIVATIONS[activation]
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


def predict_proba(X, coefs, intercepts, activation, ramps=None):
    """Probabilities of a network, for a bounded number of rows at a time.

    Several networks answer with the mean of their probabilities.

    Parameters
    ----------
    X, coefs, intercepts, activation
        As in :func:`predict_logits`.
    ramps : PiecewiseLinear, default=None
        Makes further inputs of the rows.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
    """
    n_samples, n_classes = X.shape[0], coefs[-1].shape[-1]
    proba = np.empty((n_samples, n_classes), coefs[0].dtype)
    n_rows = max(1, PREDICTION_SIZE // intercepts[0].size)
    for start in range(0, n_samples, n_rows):
        rows = slice(start, start + n_rows)
        inputs = X[rows] if ramps is None else ramps.append(X[rows])
        logits = predict_logits(inputs, coefs, intercepts, activation)
        # Reductions along rows of few classes are slow, along columns they are fast;
        # those of several networks lie side by side.
        columns = logits.reshape(-1, n_classes).T.copy()
        if not np.vdot(columns, columns) < LARGEST_LOGIT**2:
            columns -= np.maximum.reduce(columns, 0)
        np.exp(columns, columns)
        total = np.add.reduce(columns, 0)
        if logits.ndim == 2:
            np.divide(columns, total, proba[rows].T)
        else:
            columns /= total
            columns = columns.reshape(n_classes, len(logits), -1)
            np.mean(columns, axis=1, out=proba[rows].T)
    return proba


def _relu_(hidden):
    # Against an array of zeros `maximum` is three times as fast as against a scalar.
    np.maximum(hidden, np.zeros(hidden.shape, hidden.dtype), out=hidden)


ACTIVATIONS = {
    "relu": _relu_,
    "tanh": lambda hidden: np.tanh(hidden, out=hidden),
    "logistic": lambda hidden: expit(hidden, out=hidden),
    "identity": lambda hidden: hidden,
}
