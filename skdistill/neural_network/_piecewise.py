"""Piecewise-linear encoding of numeric columns."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple

import numpy as np

# Rows whose quantiles are taken: more do not move them visibly.
QUANTILE_ROWS = 50_000

# What "auto" aims at: more bins where columns are few and rows many.
RAMPS, ROWS_OF_BIN = 200, 1000
FEWEST_BINS, MOST_BINS = 8, 32

# Numeric columns beyond which there are none: their ramps would make the first layer
# nine times as long.
MOST_COLUMNS = 250


def auto_bins(X):
    """Number of bins of each column that suits the size of a table.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)

    Returns
    -------
    n_bins : int
        From 8 to 32, so that there are about 200 in all, and 1,000 rows in each. Zero
        where more than 250 columns are numeric.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.neural_network._piecewise import auto_bins
    >>> rng = np.random.RandomState(0)
    >>> [auto_bins(rng.uniform(size=(20_000, n_columns))) for n_columns in (5, 16, 50)]
    [20, 12, 8]
    """
    sample = X[:: -(-len(X) // QUANTILE_ROWS)]
    between = (sample > sample.min(axis=0)) & (sample < sample.max(axis=0))
    n_numeric = max(1, int(between.any(axis=0).sum()))
    if n_numeric > MOST_COLUMNS:
        return 0
    return max(FEWEST_BINS, min(RAMPS // n_numeric, len(X) // ROWS_OF_BIN, MOST_BINS))


class PiecewiseLinear(NamedTuple):
    """Ramps that are appended to the columns of X.

    Each ramp belongs to a bin of a column: it is 0 below the bin, 1 above it, and
    linear within.

    Attributes
    ----------
    columns : ndarray of shape (n_ramps,)
        Column of each ramp.
    starts, widths : ndarray of shape (n_ramps,)
        Where its bin begins, and how wide it is.

    References
    ----------
    .. [1] Y. Gorishniy, I. Rubachev and A. Babenko, "On embeddings for numerical
       features in tabular deep learning", NeurIPS 2022. :arxiv:`2203.05556`
    """

    columns: np.ndarray
    starts: np.ndarray
    widths: np.ndarray

    @classmethod
    def learn(cls, X, n_bins):
        """Put the bins between quantiles of each column.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
        n_bins : int
            Bins of a column, fewer where quantiles coincide. A column with only one bin
            gets none: it is linear as it is.

        Returns
        -------
        encoding : PiecewiseLinear
        """
        step = -(-len(X) // QUANTILE_ROWS)
        edges = np.quantile(X[::step], np.linspace(0, 1, n_bins + 1), axis=0)
        parts = []
        for column in range(X.shape[1]):
            knots = np.unique(edges[:, column])
            if len(knots) > 2:
                widths = np.diff(knots)
                parts.append((np.full(len(widths), column), knots[:-1], widths))
        if not parts:
            return cls(np.empty(0, np.intp), np.empty(0), np.empty(0))
        return cls(*map(np.concatenate, zip(*parts, strict=True)))

    def ramps(self, X):
        """Values of the ramps.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)

        Returns
        -------
        ramps : ndarray of shape (n_samples, n_ramps)

        Examples
        --------
        >>> import numpy as np
        >>> from skdistill.neural_network._piecewise import PiecewiseLinear
        >>> X = np.array([[0.0], [1.0], [3.0]])
        >>> PiecewiseLinear.learn(X, n_bins=2).ramps(np.array([[-1.0], [0.5], [2.0]]))
        array([[0. , 0. ],
               [0.5, 0. ],
               [1. , 0.5]])
        """
        ramps = np.take(X, self.columns, axis=1)
        ramps -= self.starts
        ramps /= self.widths
        return np.clip(ramps, 0, 1, out=ramps)

    def append(self, X):
        """X with the ramps as further columns."""
        return np.concatenate([X, self.ramps(X)], axis=1)
