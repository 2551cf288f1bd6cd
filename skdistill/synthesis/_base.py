"""What all samplers share: parents, validity, and no sample that is known already."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, check_scalar, validate_data

from skdistill.synthesis._feature_groups import find_feature_groups
from skdistill.synthesis._tables import Table
from skdistill.tables import is_table
from skdistill.utils._mixins import DocLinkMixin
from skdistill.utils._rows import check_X_lazily

# How often a sample is changed anew while the table has it already.
MAX_ATTEMPTS = 50

# Bounds of the number of synthetic samples, and of their values in wide tables: as many
# floats take 128 MiB.
MIN_SYNTHETIC, MAX_SYNTHETIC, MAX_VALUES = 2_000, 24_000, 2**24

# Makes changed samples, encoded, of the parents at some positions; anew at each call.
Change = Callable[[NDArray[np.intp]], NDArray[np.float64]]


def auto_n_samples(n_samples: int, n_features: int = 1) -> int:
    """Number of synthetic samples that suits a training set.

    Parameters
    ----------
    n_samples : int
        Number of training samples.
    n_features : int, default=1
        Number of features.

    Returns
    -------
    n_synthetic : int
        Thirty times as many as training samples, at least 2,000 and at most 24,000. Of
        wide tables it is fewer: no more than have 16 million values together, or than
        there are training samples.

    Examples
    --------
    >>> from skdistill.synthesis import auto_n_samples
    >>> [auto_n_samples(n) for n in (50, 500, 5000)]
    [2000, 15000, 24000]
    >>> [auto_n_samples(1000, n_features) for n_features in (100, 1000, 10_000)]
    [24000, 16777, 1677]
    """
    n_synthetic = min(max(30 * n_samples, MIN_SYNTHETIC), MAX_SYNTHETIC)
    return min(n_synthetic, max(MAX_VALUES // n_features, n_samples))


class BaseSampler(DocLinkMixin, BaseEstimator):
    """A sampler: each synthetic sample is a sample of the table, its parent, changed.

    Subclasses define how, by `_make_change`.
    """

    _parameter_constraints: dict = {"random_state": ["random_state"]}

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: None = None) -> Self:
        """Find out what the columns hold.

        Parameters
        ----------
        X : {ndarray, DataFrame} of shape (n_samples, n_features)
            Samples of a table. They are not kept.
        y : None
            Ignored.

        Returns
        -------
        self : estimator

        Raises
        ------
        TypeError
            If X is no :func:`table <skdistill.tables.is_table>`.
        """
        _check_table(X)
        check_X_lazily(self, X)
        self._groups = find_feature_groups(X)
        return self

    def sample(self, X: Any, n_samples: int) -> Any:
        """Make synthetic samples of the samples of a table.

        Parameters
        ----------
        X : {ndarray, DataFrame} of shape (n_samples, n_features)
            The parents: samples of `fit`, or others with the same features. Each is the
            parent of equally many synthetic samples, give or take one. In a
            :class:`MixedSampler` this holds within each of its three parts.
        n_samples : int
            Number of samples to make.

        Returns
        -------
        X_new : {ndarray, DataFrame} of shape (n_new, n_features)
            Of the same type, with the same columns, and none of them in X. There are
            fewer than `n_samples` where no others can be found, as in a table that has
            all combinations of its values already. Some may be equal where few are
            possible.

        Raises
        ------
        TypeError, ValueError
            If X has no samples, is no table, has other columns than in `fit`, or a
            value that is not hashable.
        """
        check_is_fitted(self)
        _check_table(X)
        validate_data(self, X, reset=False, skip_check_array=True)
        check_scalar(n_samples, "n_samples", Integral, min_val=0)
        if not len(X):
            raise ValueError("Synthetic samples need parents: X has 0 samples.")
        table = Table(X, self._groups)
        values = table.values[:0]
        if len(table.distinct) > 1:
            random_state = check_random_state(self.random_state)
            # Differences of huge numbers that are not finite are not used.
            with np.errstate(invalid="ignore", over="ignore"):
                values = self._new_values(table, int(n_samples), random_state)
        return table.decode(values)

    def _new_values(
        self, table: Table, n_samples: int, random_state: RandomState
    ) -> NDArray[np.float64]:
        """Encoded synthetic samples."""
        if n_samples == 0:
            return table.values[:0]
        parents = random_state.permutation(len(table.values))
        parents = np.resize(parents, n_samples)
        change = self._make_change(table, parents, random_state)
        values = table.values[parents]
        missing = np.arange(n_samples)
        for _ in range(MAX_ATTEMPTS):
            if not len(missing):
                break
            changed = table.as_stored(change(missing))
            values[missing] = np.where(table.identifying, values[missing], changed)
            missing = missing[table.has(values[missing])]
        return np.delete(values, missing, axis=0)

    def _make_change(
        self, table: Table, parents: NDArray[np.intp], random_state: RandomState
    ) -> Change:
        """Make the function that changes parents, by their positions in `parents`."""
        raise NotImplementedError


def _check_table(X: Any) -> None:
    if not is_table(X):
        raise TypeError(
            "Synthetic samples can be made of two-dimensional dense arrays and of "
            f"pandas and polars DataFrames, not of X of type {type(X).__name__}."
        )
