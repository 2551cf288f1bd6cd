"""Scaling of features: standardisation, into a first layer and out of it."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from sklearn.preprocessing import StandardScaler
from sklearn.utils import gen_batches

CHUNK = 2**14

# Columns whose mean is this many standard deviations away from zero lose two of the
# seven digits of single precision when their centre is folded into a layer.
FAR = 100

# What leaves nothing of a column, and of its weights still a number.
HUGE = 1e30


def learn_scaling(X, sample_weight=None):
    """Mean and standard deviation of each column, from one chunk of rows at a time.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    centre, scale : ndarray of shape (n_features,)
        In double precision; the scale of a constant column is one. Of a column whose
        values differ by less than double precision can centre, it is so large that
        nothing is left of them.
    """
    scaler = StandardScaler(copy=False)
    for rows in gen_batches(X.shape[0], CHUNK):
        weights = None if sample_weight is None else sample_weight[rows]
        if weights is None or weights.any():
            # The weighted variance of a constant column may come out below zero.
            with np.errstate(invalid="ignore"):
                scaler.partial_fit(X[rows], sample_weight=weights)
    # There the scaler takes differences for rounding errors, and lets them be.
    scale = scaler.scale_.copy()
    with np.errstate(invalid="ignore"):
        lost = np.flatnonzero((scaler.var_ > 0) & (np.sqrt(scaler.var_) != scale))
    scale[lost[(X[:, lost] != X[0, lost]).any(axis=0)]] = HUGE
    return scaler.mean_, scale


def is_far_from_zero(scaling):
    """Whether the centre of a column is large against its scale."""
    centre, scale = scaling
    return bool((np.abs(centre) > FAR * scale).any())


def fold(weights, intercept, scaling):
    """First layer for raw rows, from the one for scaled rows.

    Parameters
    ----------
    weights : ndarray of shape (n_features, n_outputs)
    intercept : ndarray of shape (n_outputs,)
    scaling : tuple of two ndarrays of shape (n_features,)
        Centre and scale.

    Returns
    -------
    weights, intercept : ndarray
        ``X @ weights + intercept`` is what the old layer gives for
        ``(X - centre) / scale``.
    """
    centre, scale = scaling
    weights = weights / scale[:, None]
    return weights, intercept - centre @ weights


def unfold(weights, intercept, scaling):
    """First layer for scaled rows, from the one for raw rows: the inverse of `fold`."""
    centre, scale = scaling
    return weights * scale[:, None], intercept + centre @ weights
