"""Adam for sparse rows, which touches only the weights that a batch has to do with."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from scipy.sparse import csr_array, issparse

from skdistill._batches import Batches
from skdistill._network import Passes
from skdistill._solvers import adam_update, l2_penalty

# Numbers of weights that are updated at a time.
ADAM_BLOCK = 2**14

# Share of values above which rows are as well made dense.
HIGHEST_DENSITY = 0.1


def is_thin(X):
    """Whether X is sparse not only by name.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)

    Returns
    -------
    thin : bool
    """
    return issparse(X) and X.nnz <= HIGHEST_DENSITY * np.prod(X.shape, dtype=float)


def sparse_adam(
    theta,
    architecture,
    X,
    terms,
    orders,
    monitor,
    *,
    batch_size,
    n_samples,
    learning_rates,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-8,
    alpha=0.0,
    state=None,
):
    """Minimise the loss by Adam, leaving alone the columns that a batch lacks.

    Weights of a column, and their moments, stay as they are until a batch has a row
    with a value there. This is another algorithm than Adam, though not a worse one for
    texts, and far faster: a step's cost goes with the columns of the batch instead of
    with all columns.

    Parameters
    ----------
    theta, architecture, orders, monitor, learning_rates, beta_1, beta_2, epsilon
        As in :func:`~skdistill._solvers.adam`.
    X : sparse matrix of shape (n_samples, n_features)
    terms : list of Term
    batch_size, n_samples : int
        Rows of a batch, and of an epoch.
    alpha : float, default=0.0
        Strength of the L2 term, felt by the weights that a batch has to do with.
    state : tuple, default=None
        As in :func:`~skdistill._solvers.adam`.

    Returns
    -------
    state : tuple
    """
    targets = Batches(
        np.empty((X.shape[0], 0), theta.dtype),
        terms,
        architecture.sizes[-1],
        batch_size=batch_size,
        n_samples=n_samples,
        dtype=theta.dtype,
    )
    moments, n_steps = state or (np.zeros((2, theta.size), theta.dtype), 0)
    units = np.array([[batch_size], [batch_size**2]], theta.dtype)
    moments = moments * units
    gradients = np.empty((2, theta.size), theta.dtype)
    passes = {
        size: SparsePasses(architecture, theta, gradients[0], size)
        for size in targets.sizes
    }
    adam = beta_1, beta_2, epsilon * batch_size
    # The weights of columns come first; intercepts and later layers are always updated.
    cut = X.shape[1] * passes[min(passes)].width
    always = slice(cut, None)
    update_always = adam_update(
        theta[always], gradients[:, always], moments[:, always], *adam
    )
    update_columns = _column_update(theta[:cut], moments[:, :cut], X.shape[1], adam)
    penalty = l2_penalty(architecture, theta, gradients[0], alpha, start=cut)
    n_networks = architecture.n_networks or 1
    learning_rates = iter(learning_rates)
    for order in orders:
        starts = range(0, n_samples, batch_size)
        for start, (_, terms_of_batch) in zip(
            starts, targets.epoch(order), strict=True
        ):
            rows = X[order[start : start + batch_size]]
            size = rows.shape[0]
            passes[size](rows, terms_of_batch)
            penalty.add_gradient()
            n_steps += 1
            rate, scale = next(learning_rates), batch_size / size
            gradients[0, always] *= scale
            update_always(rate, n_steps)
            columns, gradient = passes[size].column_gradient
            update_columns(columns, gradient, rate, n_steps, alpha, scale)
        loss = sum(each.take_loss() for each in passes.values()) / n_samples
        if monitor((loss + penalty.value() / batch_size) / n_networks):
            break
    return moments / units, n_steps


class SparsePasses(Passes):
    """Passes of sparse batches; the first layer's gradient is that of their columns.

    Attributes
    ----------
    column_gradient : tuple of (columns, gradient)
        Columns that the last batch has values in, and the gradient of their weights,
        of shape (n_columns, width). That of the intercepts is where it always is.
    width : int
        Outputs of the first layer, over all networks.
    """

    def _first_layer(self, flat, flat_gradient, values):
        self.width = flat.shape[1]
        weights, intercepts, gradient = flat[:-1], flat[-1], flat_gradient[-1]

        def forward(X):
            np.add(X @ weights, intercepts, values)

        def backward(X):
            np.add.reduce(values, axis=0, out=gradient)
            compact, columns = drop_empty_columns(X)
            self.column_gradient = columns, compact.T @ values

        return forward, backward


def drop_empty_columns(X):
    """Renumber the columns of sparse rows so that each has a value.

    Parameters
    ----------
    X : CSR matrix of shape (n_samples, n_features)

    Returns
    -------
    compact : CSR array of shape (n_samples, n_columns)
    columns : ndarray of shape (n_columns,)
        What they were in X.
    """
    present = np.zeros(X.shape[1], bool)
    present[X.indices] = True
    columns = np.flatnonzero(present)
    place = np.empty(X.shape[1], X.indices.dtype)
    place[columns] = np.arange(len(columns))
    shape = X.shape[0], len(columns)
    return csr_array((X.data, place[X.indices], X.indptr), shape=shape), columns


def _column_update(theta, moments, n_columns, adam):
    """Build Adam's step for the weights of some columns.

    They are fetched a block at a time, so that the arithmetic stays in the cache.
    """
    weights = theta.reshape(n_columns, -1)
    means, squares = moments.reshape(2, n_columns, -1)
    n_rows = max(1, ADAM_BLOCK // weights.shape[1])

    def block(n):
        part = np.empty((n, weights.shape[1]), theta.dtype)
        gradients, part_moments = np.empty((2, 2, *part.shape), theta.dtype)
        flat = part.ravel(), gradients.reshape(2, -1), part_moments.reshape(2, -1)
        return part, gradients[0], part_moments, adam_update(*flat, *adam)

    whole = block(n_rows)

    def update(columns, gradient, learning_rate, n_steps, alpha, scale):
        for start in range(0, len(columns), n_rows):
            some = columns[start : start + n_rows]
            fits = len(some) == n_rows
            part, part_gradient, (mean, square), step = (
                whole if fits else block(len(some))
            )
            np.take(weights, some, axis=0, out=part, mode="clip")
            np.take(means, some, axis=0, out=mean, mode="clip")
            np.take(squares, some, axis=0, out=square, mode="clip")
            np.multiply(part, alpha, part_gradient)
            part_gradient += gradient[start : start + n_rows]
            part_gradient *= scale
            step(learning_rate, n_steps)
            weights[some], means[some], squares[some] = part, mean, square

    return update
