"""Piecewise-linear features of numeric columns."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

# Samples whose quantiles are taken: more do not move them visibly.
QUANTILE_SAMPLES = 50_000

# What "auto" aims at: more bins where columns are few and samples many.
N_FEATURES, SAMPLES_OF_BIN = 200, 1000
MIN_BINS, MAX_BINS = 8, 32

# Numeric columns beyond which there are none: their features would make the first layer
# nine times as long.
MAX_COLUMNS = 250


def auto_bins(X: NDArray) -> int:
    """Choose the number of bins of each column by the size of a table.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)

    Returns
    -------
    n_bins : int
        From 8 to 32, so that there are about 200 in all, and 1,000 samples in each.
        Zero where more than 250 columns are numeric.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.neural_network._piecewise import auto_bins
    >>> rng = np.random.RandomState(0)
    >>> [auto_bins(rng.uniform(size=(20_000, n_columns))) for n_columns in (5, 16, 50)]
    [20, 12, 8]
    """
    sample = X[:: -(-len(X) // QUANTILE_SAMPLES)]
    between = (sample > sample.min(axis=0)) & (sample < sample.max(axis=0))
    n_numeric = max(1, int(between.any(axis=0).sum()))
    if n_numeric > MAX_COLUMNS:
        return 0
    n_bins = min(N_FEATURES // n_numeric, len(X) // SAMPLES_OF_BIN, MAX_BINS)
    return max(MIN_BINS, n_bins)


class PiecewiseLinear(NamedTuple):
    """Piecewise-linear features of the columns of X.

    Each feature belongs to a bin of a column. It is 0 below the bin, 1 above it, and
    linear within.

    Attributes
    ----------
    columns : ndarray of shape (n_bins,)
        Column that each bin belongs to.
    starts, widths : ndarray of shape (n_bins,)
        Lower bound and width of each bin.

    References
    ----------
    .. [1] Y. Gorishniy, I. Rubachev and A. Babenko, "On embeddings for numerical
       features in tabular deep learning", NeurIPS 2022. :arxiv:`2203.05556`
    """

    columns: NDArray
    starts: NDArray
    widths: NDArray

    @property
    def n_columns(self) -> int:
        """Number of columns that have bins."""
        return len(np.unique(self.columns))

    @classmethod
    def learn(cls, X: NDArray, n_bins: int) -> Self:
        """Put the bins between quantiles of each column.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
        n_bins : int
            Bins of a column, fewer where quantiles coincide. A column with only one bin
            gets none: it is linear as it is.

        Returns
        -------
        piecewise : PiecewiseLinear
        """
        step = -(-len(X) // QUANTILE_SAMPLES)
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

    def restrict(self, kept: NDArray) -> Self:
        """Select bins.

        Parameters
        ----------
        kept : ndarray of shape (n_bins,) or (n_kept,)
            A mask of the bins, or their indices.

        Returns
        -------
        piecewise : PiecewiseLinear
        """
        return type(self)(*(part[kept] for part in self))

    def transform(self, X: NDArray, out: NDArray | None = None) -> NDArray:
        """Compute the features, in double precision whatever that of X.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
        out : ndarray of shape (n_samples, n_bins), default=None
            Is written, in its precision. None: a new array.

        Returns
        -------
        features : ndarray of shape (n_samples, n_bins)

        Examples
        --------
        >>> import numpy as np
        >>> from skdistill.neural_network._piecewise import PiecewiseLinear
        >>> X = np.array([[0.0], [1.0], [3.0]])
        >>> piecewise = PiecewiseLinear.learn(X, n_bins=2)
        >>> piecewise.transform(np.array([[-1.0], [0.5], [2.0]]))
        array([[0. , 0. ],
               [0.5, 0. ],
               [1. , 0.5]])
        """
        features = X.astype(np.float64, copy=False).take(self.columns, axis=1)
        features -= self.starts
        features *= 1 / self.widths
        out = features if out is None else out
        return features.clip(0, 1, out=out, casting="same_kind")
