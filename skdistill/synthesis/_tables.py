"""Tables as matrices of numbers, and back; and which samples are alike."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import _safe_indexing

from skdistill.synthesis._feature_groups import FeatureGroup, ordered_numbers
from skdistill.tables._columns import (
    from_columns,
    from_numbers,
    get_column,
    number_type,
    row_keys,
)
from skdistill.tables._forms import open_column
from skdistill.tables._kinds import ERRORS
from skdistill.tables._stored import NumberColumn

# Samples among which neighbors are searched, and the numbers that they may consist of:
# the time grows with these, and the neighbors hardly come nearer.
MAX_CANDIDATES = 20_000
MAX_NUMBERS = 2**21

# The one-hot code of a column with more values than these is projected to this size.
CODE_SIZE = 16


class Table:
    """The samples of a table as a matrix of floats, with one column a feature group.

    Values of a group that takes new ones are themselves. All others are codes, and
    decoded to values of samples that have them, so that they may be of any type.

    Parameters
    ----------
    X : {ndarray, DataFrame} of shape (n_samples, n_features)
    groups : list of FeatureGroup
        Of this table, or of another one with the same columns.

    Attributes
    ----------
    values : ndarray of shape (n_samples, n_groups)
    is_open : ndarray of shape (n_groups,)
        Which columns of `values` are no codes.
    identifying : ndarray of shape (n_groups,)
        Which columns do not count where samples are compared, and keep their values.
    distinct : ndarray of shape (n_distinct,)
        The first of each set of equal samples: indices into `values`.

    Raises
    ------
    ValueError
        If a column does not hold what it held in the other table.
    """

    def __init__(self, X: Any, groups: Sequence[FeatureGroup]) -> None:
        self.X, self.groups = X, groups
        self.is_open = np.array([group.is_open for group in groups])
        self.identifying = np.array([group.kind == "drop" for group in groups])
        self.values = np.empty((X.shape[0], len(groups)))
        self._numbers: dict[FeatureGroup, NDArray[np.float64]] = {}
        self._first: dict[FeatureGroup, NDArray[np.intp]] = {}
        for group, values in zip(groups, self.values.T, strict=True):
            values[:] = self._encode(group)
        # Unlike min and max, these pass over missing values.
        self._lowest = np.fmin.reduce(self.values)
        self._highest = np.fmax.reduce(self.values)
        keys = self._keys(self.values)
        self._known = set(keys.tolist())
        _, self.distinct, kind = np.unique(keys, return_index=True, return_inverse=True)
        self._representative = self.distinct[kind]

    def as_stored(self, values: NDArray) -> NDArray[np.float64]:
        """Values as they come back once they are written into the table's columns.

        Parameters
        ----------
        values : ndarray of shape (n_new, n_groups)

        Returns
        -------
        values : ndarray of shape (n_new, n_groups)
            Within the range of their column, whole where it is, and of its precision.
        """
        values = np.clip(values, self._lowest, self._highest)
        for group, column in zip(self.groups, values.T, strict=True):
            if group.is_whole:
                np.rint(column, out=column)
            elif group.is_open:
                like = get_column(self.X, group.columns[0])
                column[:] = open_column(from_numbers(column, like)).numbers()
        return values

    def has(self, values: NDArray) -> NDArray[np.bool_]:
        """Mark the samples that the table has already.

        Parameters
        ----------
        values : ndarray of shape (n_new, n_groups)

        Returns
        -------
        known : ndarray of shape (n_new,)
        """
        return np.array(
            [key in self._known for key in self._keys(values).tolist()], bool
        )

    def decode(self, values: NDArray) -> Any:
        """Make a table of encoded samples.

        Parameters
        ----------
        values : ndarray of shape (n_new, n_groups)

        Returns
        -------
        X : {ndarray, DataFrame} of shape (n_new, n_features)
        """
        columns = []
        for group, column in zip(self.groups, values.T, strict=True):
            originals = [get_column(self.X, j) for j in group.columns]
            if group.is_open:
                columns.append(from_numbers(column, originals[0]))
            else:
                samples = self._first[group][column.astype(np.intp)]
                columns += [_safe_indexing(values, samples) for values in originals]
        return from_columns(columns, self.X)

    def neighbors(
        self, samples: NDArray[np.intp], n_neighbors: int, random_state: RandomState
    ) -> NDArray[np.intp]:
        """Find the nearest samples that differ from the given ones.

        Parameters
        ----------
        samples : ndarray of shape (n,)
            Indices into `values`.
        n_neighbors : int
        random_state : RandomState
            Draws the candidates where there are too many samples, and breaks ties.

        Returns
        -------
        neighbors : ndarray of shape (n, n_neighbors)
            Indices into `values`; as many columns as there are other samples.
        """
        width = len(self._points(samples[:1], random_state)[0])
        n_candidates = max(2, min(MAX_CANDIDATES, MAX_NUMBERS // width))
        candidates = random_state.permutation(self.distinct)[:n_candidates]
        n_neighbors = min(int(n_neighbors), len(candidates) - 1)
        queries, back = np.unique(self._representative[samples], return_inverse=True)
        points = self._points(np.concatenate([candidates, queries]), random_state)
        search = NearestNeighbors(n_neighbors=n_neighbors + 1)
        search.fit(points[: len(candidates)])
        found = search.kneighbors(points[len(candidates) :], return_distance=False)
        found = candidates[found]
        # No sample is its own neighbor. One that is no candidate loses its farthest.
        others = found != queries[:, None]
        others[others.all(axis=1), -1] = False
        return found[others].reshape(-1, n_neighbors)[back]

    def _encode(self, group: FeatureGroup) -> NDArray:
        """Values of a group, or codes of them."""
        columns = [get_column(self.X, j) for j in group.columns]
        try:
            keys, numbers = _read(columns, group.kind)
            if group.is_open and number_type(columns[0]) is None:
                raise TypeError("it takes no numbers")
        except ERRORS as error:
            raise ValueError(
                f"Column {group.columns[0]} held numbers or dates when the sampler was "
                f"fitted; now it holds other things: {error}."
            ) from error
        if numbers is not None:
            self._numbers[group] = numbers
            if group.is_open:
                return numbers
        _, self._first[group], codes = np.unique(
            keys, return_index=True, return_inverse=True
        )
        return codes

    def _keys(self, values: NDArray) -> NDArray[np.void]:
        """Keys of samples, which are equal where all that tells something is."""
        return row_keys(values[:, ~self.identifying])

    def _points(
        self, samples: NDArray[np.intp], random_state: RandomState
    ) -> NDArray[np.float32]:
        """Samples as points: numbers and dates standardized, categories one-hot.

        Two different categories are then as far apart as two numbers are on average.
        """
        points = []
        for group, column in zip(self.groups, self.values.T, strict=True):
            if group.kind == "drop":
                continue
            if group.kind == "categorical":
                codes = _one_hot_codes(len(self._first[group]), random_state)
                points.append(codes[column[samples].astype(np.intp)])
            else:
                numbers = self._numbers[group]
                points.append(_standardize(numbers[samples], numbers)[:, None])
        return np.hstack(points).astype(np.float32)


def _read(
    columns: Sequence[Any], kind: str
) -> tuple[NDArray, NDArray[np.float64] | None]:
    """Keys of the values of a group, and numbers or dates, if it holds such."""
    stored = [open_column(column) for column in columns]
    numbers = ordered_numbers(stored[0], kind)
    if numbers is not None:
        return row_keys(numbers[:, None]), numbers
    if len(stored) > 1 or isinstance(stored[0], NumberColumn):
        return row_keys(np.column_stack([s.numbers() for s in stored])), None
    return stored[0].dictionary().codes, None


def _one_hot_codes(n_values: int, random_state: RandomState) -> NDArray[np.float64]:
    """A code for each category: one-hot, or a random projection of that."""
    if n_values <= CODE_SIZE:
        return np.eye(n_values)
    codes = random_state.standard_normal((n_values, CODE_SIZE))
    return codes / np.sqrt(CODE_SIZE)


def _standardize(values: NDArray, column: NDArray) -> NDArray[np.float64]:
    """Values in standard deviations from a column's mean; 0 for those not finite."""
    present = column[np.isfinite(column)]
    present = present if len(present) else np.zeros(1)
    scaled = (values - present.mean()) / (present.std() or 1)
    return np.where(np.isfinite(scaled), scaled, 0)
