"""Batches for the optimizers: samples gathered, encoded and turned, a few at a time.

A small table is encoded once. Of a large one nothing is copied but the samples at hand,
so memory does not grow with the data and a memory-mapped array is read as it is needed.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy.sparse import issparse

from skdistill.neural_network._features import InputFeatures
from skdistill.neural_network._training_loss import TrainingLoss

# Numbers that a buffer of several batches may hold: it should stay in the cache.
BUFFER_SIZE = 2**16
MAX_BATCHES = 32

# Numbers up to which all inputs are kept; more are made anew for each batch.
MAX_KEPT = 2**23


class BatchSizes(NamedTuple):
    """How the samples of an epoch are cut into batches.

    Attributes
    ----------
    batch_size : int
        Number of samples of every batch but the last.
    n_samples : int
        Number of samples of an epoch.
    """

    batch_size: int
    n_samples: int

    @property
    def n_whole(self) -> int:
        """Number of batches of the usual size."""
        return self.n_samples // self.batch_size

    @property
    def remainder(self) -> int:
        """Number of samples of a last, smaller batch; 0 if there is none."""
        return self.n_samples % self.batch_size

    @property
    def n_steps(self) -> int:
        """Number of batches."""
        return -(-self.n_samples // self.batch_size)

    @property
    def distinct(self) -> set[int]:
        """Sizes of the batches that occur."""
        sizes = {self.batch_size} if self.n_whole else set()
        return sizes | ({self.remainder} if self.remainder else set())


class BatchSource(Protocol):
    """What optimizers and passes ask of the batches of a training set."""

    sizes: BatchSizes
    loss: TrainingLoss

    def epoch(self, order: NDArray) -> Iterator[tuple[Any, list[tuple]]]:
        """Yield (X, terms) of each batch, samples in the given order."""
        ...


class Batches:
    """The samples of a training set in the form that the network's passes take.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
        Samples as they came; sparse ones become dense a buffer at a time.
    loss : TrainingLoss
        Of these samples.
    sizes : BatchSizes
    features : InputFeatures, default=None
        Makes the network's inputs of X; None: they are X.
    dtype : dtype, default=float32
        Of the batches.
    """

    def __init__(
        self,
        X: NDArray,
        loss: TrainingLoss,
        sizes: BatchSizes,
        features: InputFeatures | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.X = X.tocsr() if issparse(X) else X
        self.loss = loss
        self.sizes = sizes
        self.features = features or InputFeatures(X.shape[1])
        self.dtype = np.dtype(dtype)
        self.inputs = None
        n_columns = self.features.n_inputs + 1
        if not issparse(X) and len(X) * n_columns <= MAX_KEPT:
            self.inputs = np.ones((len(X), n_columns), self.dtype)
            self.features.write(X, self.inputs[:, :-1])

    # Made when they are needed: optimizers of sparse samples need none.
    @cached_property
    def _whole(self):
        size, n_columns = self.sizes.batch_size, self.features.n_inputs + 1
        fitting = BUFFER_SIZE // (size * n_columns)
        n_batches = min(max(1, fitting), MAX_BATCHES, self.sizes.n_whole)
        return _Buffer(self, size, n_batches)

    @cached_property
    def _rest(self):
        return _Buffer(self, self.sizes.remainder, 1)

    def epoch(self, order: NDArray) -> Iterator[tuple[NDArray, list[tuple]]]:
        """Yield the batches of an epoch.

        Parameters
        ----------
        order : ndarray of shape (n_samples,)
            Indices of the samples.

        Yields
        ------
        X : ndarray of shape (batch_size, n_inputs + 1)
            The last column is one. Overwritten by later batches, as the terms are.
        terms : list of (targets, weights, temperature)
        """
        n_rows = self.sizes.n_whole * self.sizes.batch_size
        if n_rows:
            step = self._whole.size * self._whole.n_batches
            for start in range(0, n_rows, step):
                yield from self._whole.fill(order[start : min(start + step, n_rows)])
        if self.sizes.remainder:
            yield from self._rest.fill(order[n_rows:])


class _Buffer:
    """Room for `n_batches` batches of `size` samples, and its views as batches."""

    def __init__(self, source, size, n_batches):
        self.source, self.size, self.n_batches = source, size, n_batches
        n_rows = size * n_batches
        if source.inputs is None:
            self.raw = np.empty((n_rows, source.X.shape[1]), source.X.dtype)
        self.rows = np.ones((n_rows, source.features.n_inputs + 1), source.dtype)
        self.columns = [
            _TermColumns(term, source.loss.n_outputs, size, n_batches, source.dtype)
            for term in source.loss.terms
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
        source.features.write(raw, self.rows[: len(order), :-1])


class _TermColumns:
    """One term's targets and weights for a buffer, samples turned into columns."""

    def __init__(self, term, n_outputs, size, n_batches, dtype):
        self.term, self.size = term, size
        # Labels become one-hot here, so that no such matrix is ever made of them all.
        self.classes = np.arange(n_outputs)[:, None] if term.targets.ndim == 1 else None
        network_axis = term.targets.shape[1:-1]
        self.targets = np.empty((n_batches, *network_axis, n_outputs, size), dtype)
        self.weights = None
        if term.weights is not None:
            network_axis = term.weights.shape[1:]
            self.weights = np.empty((n_batches, *network_axis, size), dtype)

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
