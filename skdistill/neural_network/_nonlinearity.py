"""Which columns need bins: those that targets depend on otherwise than linearly.

Each bin is one more input of a network, and its first layer takes most of the time of a
prediction. The bins of a column pay where the targets' mean bends or jumps along it.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from numpy.typing import NDArray

from skdistill.neural_network._piecewise import PiecewiseLinear

# Share of the targets' variance below which the bins of a column are left out.
MIN_SHARE = 0.01

# Standard errors that a share must be below that. Of few samples all bins are kept.
N_STANDARD_ERRORS = 2.0


def drop_linear_columns(
    piecewise: PiecewiseLinear,
    X: NDArray,
    targets: NDArray,
    sample_weight: NDArray | None = None,
) -> PiecewiseLinear:
    """Leave out the bins of columns on which the targets depend linearly, if at all.

    Parameters
    ----------
    piecewise : PiecewiseLinear
    X : ndarray of shape (n_samples, n_features)
    targets : ndarray of shape (n_samples, n_outputs)
        Probabilities, or numbers.
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    piecewise : PiecewiseLinear
        With all bins of a column, or none.
    """
    weights = np.ones(len(X)) if sample_weight is None else sample_weight
    shares, errors = nonlinear_shares(piecewise, X, targets, weights)
    kept = np.unique(piecewise.columns)[shares + N_STANDARD_ERRORS * errors > MIN_SHARE]
    return piecewise.restrict(np.isin(piecewise.columns, kept))


def nonlinear_shares(
    piecewise: PiecewiseLinear, X: NDArray, targets: NDArray, weights: NDArray
) -> tuple[NDArray, NDArray]:
    """Estimate what the bins of each column explain beyond a linear model of all.

    It is the share of the targets' variance that lies between the bins, after a linear
    model of all columns with bins is subtracted, less the share expected by chance.

    Parameters
    ----------
    piecewise : PiecewiseLinear
    X : ndarray of shape (n_samples, n_features)
    targets : ndarray of shape (n_samples, n_outputs)
    weights : ndarray of shape (n_samples,)

    Returns
    -------
    shares : ndarray of shape (n_columns,)
        Of each column that has bins.
    errors : ndarray of shape (n_columns,)
        Standard deviations of the shares of columns that do not matter.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.neural_network._nonlinearity import nonlinear_shares
    >>> from skdistill.neural_network._piecewise import PiecewiseLinear
    >>> X = np.random.RandomState(0).uniform(-1, 1, (2000, 3))
    >>> targets = (X[:, 0] ** 2 + X[:, 1])[:, None]
    >>> piecewise = PiecewiseLinear.learn(X, 8)
    >>> shares, _ = nonlinear_shares(piecewise, X, targets, np.ones(2000))
    >>> np.abs(shares.round(1))
    array([0.2, 0. , 0. ])
    """
    columns = np.unique(piecewise.columns)
    residuals = _linear_residuals(X[:, columns], targets, weights)
    centered = targets - np.average(targets, axis=0, weights=weights)
    # Rounding errors of constant targets are no variance.
    double = np.finfo(np.float64)
    least = double.tiny + double.eps * (weights @ targets**2).sum()
    variance = max((weights @ centered**2).sum(), least)
    unexplained = (weights @ residuals**2).sum() / variance
    shares, n_inner = np.empty(len(columns)), np.empty(len(columns))
    for j, column in enumerate(columns):
        edges = piecewise.starts[piecewise.columns == column][1:]
        bins = np.searchsorted(edges, X[:, column], side="right")
        inside = weights * (bins == np.arange(len(edges) + 1)[:, None])
        sums, sizes = inside @ residuals, inside.sum(axis=1)
        explained = (sums**2).sum(axis=1) / np.where(sizes > 0, sizes, 1)
        shares[j], n_inner[j] = explained.sum() / variance, len(edges)
    chance = unexplained / weights.sum()
    return shares - n_inner * chance, np.sqrt(2 * n_inner) * chance


def _linear_residuals(X, targets, weights):
    """What a linear model of columns, scaled to their ranges, leaves of targets."""
    least = X.min(axis=0)
    width = X.max(axis=0) - least
    inputs = np.ones((len(X), X.shape[1] + 1))
    inputs[:, 1:] = (X - least) / np.where(width > 0, width, 1)
    root = np.sqrt(weights)[:, None]
    coefs = np.linalg.lstsq(root * inputs, root * targets, rcond=None)[0]
    return targets - inputs @ coefs
