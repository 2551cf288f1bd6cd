"""Batches for the solvers: rows gathered, scaled and turned, a few batches at a time.

A small table is scaled and encoded once. Of a large one nothing is copied but the rows
at hand, so memory does not grow with the data and a memory-mapped array is read as it
is needed.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from functools import cached_property

import numpy as np
from scipy.sparse import issparse

# Numbers that a buffer of several batches may hold: it should stay in the cache.
BUFFER_SIZE = 2**16
MAX_BATCHES = 32

# Numbers up to which all inputs are kept; more are made anew for each batch.
MAX_KEPT = 2**23


class Batches:
    """The rows of a training set in the form that the network's passes take.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
        Raw rows; sparse ones become dense a buffer at a time.
    terms : list of Term
        The loss.
    n_classes : int
    batch_size : int
    n_samples : int, default=None
        Number of rows of an epoch; None: all of X.
    scaling : tuple of two ndarrays of shape (n_features,), default=None
        What to subtract from the rows and what to divide the rest by.
    ramps : PiecewiseLinear, default=None
        Further inputs to make of the rows.
    dtype : dtype, default=float32
        Of the batches.
    """

    def __init__(
        self,
        X,
        terms,
        n_classes,
        *,
        batch_size,
        n_samples=None,
        scaling=None,
        ramps=None,
        dtype=np.float32,
    ):
        self.X = X.tocsr() if issparse(X) else X
        self.terms = terms
        self.n_classes = n_classes
        self.batch_size = batch_size
        self.scaling, self.ramps = scaling, ramps
        self.n_inputs = X.shape[1] + (0 if ramps is None else len(ramps.columns))
        self.dtype = np.dtype(dtype)
        self.n_samples = X.shape[0] if n_samples is None else n_samples
        self.n_steps = -(-self.n_samples // batch_size)
        self.n_whole, self.remainder = divmod(self.n_samples, batch_size)
        self.inputs = None
        if not issparse(X) and len(X) * (self.n_inputs + 1) <= MAX_KEPT:
            self.inputs = np.ones((len(X), self.n_inputs + 1), self.dtype)
            write_inputs(X, scaling, ramps, self.inputs[:, :-1])

    @property
    def sizes(self):
        """Sizes of the batches that occur: the usual one, and the last one's."""
        sizes = {self.batch_size} if self.n_whole else set()
        return sizes | ({self.remainder} if self.remainder else set())

    # Made when they are needed: who takes rows as they are, sparse, needs none.
    @cached_property
    def _whole(self):
        fitting = BUFFER_SIZE // (self.batch_size * (self.n_inputs + 1))
        n_batches = min(max(1, fitting), MAX_BATCHES, self.n_whole)
        return _Buffer(self, self.batch_size, n_batches)

    @cached_property
    def _rest(self):
        return _Buffer(self, self.remainder, 1)

    def epoch(self, order):
        """Yield (X, terms) of each batch, rows in the given order.

        The arrays are overwritten by later batches.
        """
        n_rows = self.n_whole * self.batch_size
        if n_rows:
            step = self._whole.size * self._whole.n_batches
            for start in range(0, n_rows, step):
                yield from self._whole.fill(order[start : min(start + step, n_rows)])
        if self.remainder:
            yield from self._rest.fill(order[n_rows:])


def write_inputs(X, scaling, ramps, out):
    """Write what a network sees of raw rows.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    scaling : tuple of two ndarrays of shape (n_features,) or None
        Centre and scale.
    ramps : PiecewiseLinear or None
    out : ndarray of shape (n_samples, n_features + n_ramps)
        Scaled columns, then ramps.

    Returns
    -------
    out : ndarray
    """
    columns = out[:, : X.shape[1]]
    if scaling is None:
        np.copyto(columns, X, casting="same_kind")
    else:
        np.subtract(X, scaling[0], out=columns, casting="same_kind")
        columns /= scaling[1]
    if ramps is not None:
        out[:, X.shape[1] :] = ramps.ramps(X)
    return out


class _Buffer:
    """Room for `n_batches` batches of `size` rows, and its views as batches."""

    def __init__(self, source, size, n_batches):
        self.source, self.size, self.n_batches = source, size, n_batches
        n_rows = size * n_batches
        if source.inputs is None:
            self.raw = np.empty((n_rows, source.X.shape[1]), source.X.dtype)
        self.rows = np.ones((n_rows, source.n_inputs + 1), source.dtype)
        self.columns = [
            _TermColumns(term, source.n_classes, size, n_batches, source.dtype)
            for term in source.terms
        ]
        self.batches = [
            (
                self.rows[i * size : (i + 1) * size],
                [columns.batch(i) for columns in self.columns],
            )
            for i in range(n_batches)
        ]

    def fill(self, order):
        n_rows = len(order)
        if self.source.inputs is None:
            self._make_rows(order)
        else:
            # Any other mode makes `take` go through a buffer of its own.
            rows = self.rows[:n_rows]
            np.take(self.source.inputs, order, axis=0, out=rows, mode="clip")
        for columns in self.columns:
            columns.fill(order)
        return self.batches[: n_rows // self.size]

    def _make_rows(self, order):
        source, raw = self.source, self.raw[: len(order)]
        if issparse(source.X):
            source.X[order].toarray(out=raw)
        else:
            np.take(source.X, order, axis=0, out=raw, mode="clip")
        write_inputs(raw, source.scaling, source.ramps, self.rows[: len(order), :-1])


class _TermColumns:
    """One term's targets and weights for a buffer, rows turned into columns."""

    def __init__(self, term, n_classes, size, n_batches, dtype):
        self.term, self.size = term, size
        # Labels become one-hot here, so that no such matrix is ever made of them all.
        self.classes = np.arange(n_classes)[:, None] if term.targets.ndim == 1 else None
        several = term.targets.shape[1:-1]
        self.targets = np.empty((n_batches, *several, n_classes, size), dtype)
        self.weights = None
        if term.weights is not None:
            several = term.weights.shape[1:]
            self.weights = np.empty((n_batches, *several, size), dtype)

    def batch(self, i):
        weights = None if self.weights is None else self.weights[i]
        return self.targets[i], weights, self.term.temperature

    def fill(self, order):
        n_batches = len(order) // self.size
        targets = np.take(self.term.targets, order, axis=0)
        targets = targets.reshape(n_batches, self.size, *targets.shape[1:])
        if self.classes is None:
            targets = np.moveaxis(targets, 1, -1)
        else:
            targets = targets[:, None] == self.classes
        np.copyto(self.targets[:n_batches], targets)
        if self.weights is not None:
            weights = np.take(self.term.weights, order, axis=0)
            weights = weights.reshape(n_batches, self.size, *weights.shape[1:])
            np.copyto(self.weights[:n_batches], np.moveaxis(weights, 1, -1))
