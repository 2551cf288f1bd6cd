"""Training on sparse samples, which touches only the weights that a batch needs."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy.linalg.blas import get_blas_funcs
from scipy.sparse import csc_array, csr_array, issparse

from skdistill.neural_network._adam import AdamSettings, adam_step
from skdistill.neural_network._batches import Batches, BatchSizes
from skdistill.neural_network._objective import Objective, Penalty, l2_penalty
from skdistill.neural_network._passes import Passes
from skdistill.neural_network._training_loss import TrainingLoss

# Weights of columns that are updated at a time: more than of others, because fetching
# and storing them takes several calls for each block.
COLUMNS_BLOCK = 2**16

# Values of samples that are made into batches at a time.
VALUES_AHEAD = 2**16

# Share of values above which samples are as well made dense.
HIGHEST_DENSITY = 0.1


def is_thin(X: NDArray) -> bool:
    """Whether X is sparse in its values, too, and not only in its format.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)

    Returns
    -------
    thin : bool
    """
    return issparse(X) and X.nnz <= HIGHEST_DENSITY * np.prod(X.shape, dtype=float)


@dataclass(frozen=True, slots=True)
class SparseRows:
    """Sparse samples without their empty columns.

    Attributes
    ----------
    compact : CSC array of shape (n_samples, n_columns)
        Column by column, so that products pass over weights and gradients in order.
    columns : ndarray of shape (n_columns,)
        Index of each column before.
    """

    compact: csc_array
    columns: NDArray

    def __len__(self) -> int:
        return self.compact.shape[0]


def drop_empty_columns(X: csr_array, dtype: DTypeLike = None) -> SparseRows:
    """Renumber the columns of sparse samples so that each has a value.

    Parameters
    ----------
    X : CSR matrix of shape (n_samples, n_features)
    dtype : dtype, default=None
        Of the result; None: that of X.

    Returns
    -------
    rows : SparseRows
    """
    present = np.zeros(X.shape[1], bool)
    present[X.indices] = True
    columns = np.flatnonzero(present)
    place = np.empty(X.shape[1], X.indices.dtype)
    place[columns] = np.arange(len(columns))
    parts, shape = (X.data, place[X.indices], X.indptr), (X.shape[0], len(columns))
    return SparseRows(csr_array(parts, shape=shape, dtype=dtype).tocsc(), columns)


class SparseBatches:
    """The sparse samples of a training set in the form that sparse passes take.

    Parameters
    ----------
    X : sparse matrix of shape (n_samples, n_features)
    loss, sizes, dtype
        As of :class:`~skdistill.neural_network._batches.Batches`.
    """

    def __init__(
        self,
        X: csr_array,
        loss: TrainingLoss,
        sizes: BatchSizes,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.X = _without_stored_zeros(X.tocsr())
        self.loss, self.sizes, self.dtype = loss, sizes, np.dtype(dtype)
        no_columns = np.empty((X.shape[0], 0), dtype)
        self._targets = Batches(no_columns, loss, sizes, dtype=dtype)

    def epoch(self, order: NDArray) -> Iterator[tuple[SparseRows, list[tuple]]]:
        """Yield (X, terms) of each batch, samples in the given order."""
        targets = self._targets.epoch(order)
        for rows, (_, terms) in zip(self._rows_ahead(order), targets, strict=True):
            yield rows, terms

    def _rows_ahead(self, order):
        # Several batches are made at a time: SciPy's code stays in the cache.
        size = self.sizes.batch_size
        values_per_batch = max(1, self.X.nnz * size // self.X.shape[0])
        step = size * (1 + VALUES_AHEAD // values_per_batch)
        for first in range(0, len(order), step):
            ahead = order[first : first + step]
            yield from [
                drop_empty_columns(self.X[ahead[start : start + size]], self.dtype)
                for start in range(0, len(ahead), size)
            ]


def _without_stored_zeros(X):
    """Drop zeros among the stored values: they would move the weights of columns."""
    if X.data.all():
        return X
    X = X.copy()
    X.eliminate_zeros()
    return X


class SparseObjective(Objective):
    """Loss and gradient of a network, by batches of sparse samples.

    The weights of a column, and their moments, stay as they are until a batch has a
    sample with a value there. This is another algorithm than Adam on dense samples. It
    is not a worse one for texts, and far faster: the cost of a step goes with the
    columns of the batch instead of with all columns. The L2 penalty, too, applies to
    the weights of these columns only.

    Parameters
    ----------
    architecture, theta, alpha
        As of :class:`~skdistill.neural_network._objective.Objective`.
    batches : SparseBatches
    """

    def make_update(self, moments: NDArray, settings: AdamSettings) -> Callable:
        """Make the function that changes the parameters after a batch.

        Parameters
        ----------
        moments, settings
            As of :meth:`Objective.make_update`.

        Returns
        -------
        update : callable
            ``update(passes, rate, scale)``.
        """
        theta, gradients, cut = self.theta, self.gradients, self._n_column_weights
        always = slice(cut, None)
        gradient = gradients[0, always]
        step = adam_step(
            theta[always], gradients[:, always], moments[:, always], settings
        )
        weights = theta[:cut].reshape(self.architecture.sizes[0], -1)
        step_columns = column_step(weights, moments[:, :cut], settings, self.alpha)

        def update(passes, rate, scale):
            if scale != 1:
                np.multiply(gradient, scale, gradient)
            step(rate)
            step_columns(passes, rate, scale)

        return update

    @property
    def _n_column_weights(self):
        """Number of weights of columns; intercepts and later layers come after them."""
        n_inputs_and_one, *outputs = self.architecture.layer_shapes[0]
        return (n_inputs_and_one - 1) * int(np.prod(outputs))

    def _make_passes(self, size: int) -> Passes:
        return SparsePasses(
            self.architecture,
            self.theta,
            self.gradients[0],
            size,
            self.batches.loss.bind,
        )

    def _make_penalty(self) -> Penalty:
        start, gradient = self._n_column_weights, self.gradients[0]
        return l2_penalty(self.architecture, self.theta, gradient, self.alpha, start)


class SparsePasses(Passes):
    """Passes of sparse batches.

    Attributes
    ----------
    of_columns : tuple of (columns, weights, gradient)
        Columns that the last batch has values in, a copy of their weights, and the
        gradient of those. The arrays have the shape (n_columns, width), over all
        networks. The gradient of the intercepts is where it always is.
    """

    def _first_layer(self, flat, flat_gradient, values):
        weights, intercepts, gradient = flat[:-1], flat[-1], flat_gradient[-1]
        # Fetched once for passes and update, into memory that has no other use.
        room = flat_gradient[:-1]

        def forward(batch):
            fetched = room[: len(batch.columns)]
            np.take(weights, batch.columns, axis=0, out=fetched, mode="clip")
            np.add(batch.compact @ fetched, intercepts, values)

        def backward(batch):
            columns = batch.columns
            np.add.reduce(values, axis=0, out=gradient)
            self.of_columns = columns, room[: len(columns)], batch.compact.T @ values

        return forward, backward

    def _bind_linear(self):
        (weights,), (gradients,) = self._weights, self._gradients
        flat = weights.reshape(len(weights), -1)
        values = self._outputs.reshape(flat.shape[1], -1).T
        forward, backward = self._first_layer(
            flat, gradients.reshape(flat.shape), values
        )

        def run(batch, terms):
            self._add_loss(lambda: forward(batch), terms)
            backward(batch)

        return run


def column_step(
    weights: NDArray, moments: NDArray, settings: AdamSettings, alpha: float
) -> Callable[[SparsePasses, float, float], None]:
    """Make the function that takes Adam's steps for the weights of some columns.

    It goes a block at a time, so that the arithmetic stays in the cache. Gradients are
    overwritten by means: those are put back anyway, and BLAS scales and adds at once.

    Parameters
    ----------
    weights : ndarray of shape (n_columns, width)
        Weights of all columns.
    moments : ndarray of shape (2, n_columns * width)
    settings : AdamSettings
    alpha : float
        Strength of the L2 penalty.

    Returns
    -------
    step : callable
        ``step(passes, rate, scale)``, with the passes that hold the gradient, the
        corrected learning rate, and a factor of the gradient.
    """
    means, squares = moments.reshape(2, *weights.shape)
    stored = [_as_items(rows) for rows in (weights, means, squares)]
    n_rows = max(1, COLUMNS_BLOCK // weights.shape[1])
    room = np.empty((3, n_rows, weights.shape[1]), weights.dtype)
    beta_1, beta_2, epsilon = settings
    offset = np.array(epsilon / sqrt(1 - beta_2), weights.dtype)
    axpy = get_blas_funcs("axpy", (weights,))

    def add(factor, rows, to):
        axpy(rows.ravel(), to.ravel(), a=factor)

    def step(passes, rate, scale):
        columns, fetched, gradients = passes.of_columns
        # Backwards, since what the passes touched last is still in the cache.
        for start in reversed(range(0, len(columns), n_rows)):
            block = slice(start, start + n_rows)
            some, weight, mean = columns[block], fetched[block], gradients[block]
            old, square, direction = room[:, : len(some)]
            if alpha:
                add(alpha, weight, mean)
            if scale != 1:
                np.multiply(mean, scale, mean)
            np.multiply(mean, mean, square)
            np.take(means, some, axis=0, out=old, mode="clip")
            add(beta_1, old, mean)
            np.take(squares, some, axis=0, out=old, mode="clip")
            add(beta_2, old, square)
            np.sqrt(square, direction)
            np.add(direction, offset, direction)
            np.divide(mean, direction, direction)
            add(-rate, direction, weight)
            for store, new in zip(stored, (weight, mean, square), strict=True):
                np.put(store, some, _as_items(new), mode="clip")

    return step


def _as_items(rows):
    """View rows as one item each: `put` copies those faster than indexing does."""
    return rows.view(f"V{rows.shape[1] * rows.itemsize}")[:, 0]
