"""Tables as matrices of numbers, and back.

What the samplers need to know about the columns of an array or a DataFrame is all here:
which are numeric and which categorical, which values may be written into them, and
which samples are alike.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import _safe_indexing

from skdistill.tables._columns import (
    from_columns,
    from_numbers,
    get_column,
    row_keys,
    to_numbers,
    value_keys,
)
from skdistill.tables._forms import open_table
from skdistill.tables._kinds import find_kind

# Samples among which neighbors are searched, and the numbers that they may consist of:
# the time grows with these, and the neighbors hardly come nearer.
MAX_CANDIDATES = 20_000
MAX_NUMBERS = 2**21

# The one-hot code of a column with more values than these is projected to this size.
CODE_SIZE = 16


class FeatureGroup(NamedTuple):
    """Columns of a table that change together: one column, or a one-hot group.

    Attributes
    ----------
    columns : tuple of int
        Positions in the table.
    categorical : bool
        Whether nothing lies between two of its values.
    whole : bool, default=False
        Whether its values are whole numbers.
    identifying : bool, default=False
        Whether (almost) all samples have another string, which tells nothing then.
    """

    columns: tuple[int, ...]
    categorical: bool
    whole: bool = False
    identifying: bool = False


def find_feature_groups(X: Any) -> list[FeatureGroup]:
    """Find out what the columns of a table hold.

    Parameters
    ----------
    X : {ndarray, DataFrame} of shape (n_samples, n_features)

    Returns
    -------
    groups : list of FeatureGroup
        In the order of their columns. Columns of numbers with three different values
        or more are numeric, all others are categorical. Consecutive columns of zeros
        and ones are one group if each sample has a single one among them.
    """
    table, singles, ones = open_table(X), [], []
    for j in range(X.shape[1]):
        numbers = to_numbers(get_column(X, j))
        if numbers is None:
            is_identifier = _is_identifier(table, j)
            singles.append(FeatureGroup((j,), True, identifying=is_identifier))
        else:
            singles.append(_group_of_numbers(j, numbers))
        ones.append(_samples_with_one(numbers))
    if all(group.identifying for group in singles):
        singles = [group._replace(identifying=False) for group in singles]
    ends = _one_hot_ends(ones, X.shape[0])
    groups, start = [], 0
    while start < len(singles):
        end = ends.get(start)
        if end is None:
            groups.append(singles[start])
        else:
            groups.append(FeatureGroup((*range(start, end),), True))
        start = end or start + 1
    return groups


def _group_of_numbers(j: int, numbers: NDArray) -> FeatureGroup:
    """A column of numbers by itself."""
    if len(np.unique(numbers[~np.isnan(numbers)])) < 3:
        return FeatureGroup((j,), categorical=True)
    present = numbers[np.isfinite(numbers)]
    is_whole = bool((present == np.rint(present)).all())
    return FeatureGroup((j,), categorical=False, whole=is_whole)


def _is_identifier(table: Any, j: int) -> bool:
    """Whether an encoder would leave out a column of other things than numbers."""
    try:
        return find_kind(table.column(j)) == "drop"
    except (TypeError, ValueError, OverflowError):  # Not for an encoder at all.
        return False


def _samples_with_one(numbers: NDArray | None) -> NDArray[np.intp] | None:
    """Where a column of zeros and ones has ones; None of any other column."""
    if numbers is None or not ((numbers == 0) | (numbers == 1)).all():
        return None
    return np.flatnonzero(numbers)


def _one_hot_ends(
    ones: Sequence[NDArray[np.intp] | None], n_samples: int
) -> dict[int, int]:
    """The first column of each one-hot group, and the column after its last one.

    No cost grows faster than the number of columns and the number of ones.
    """
    samples: list = [[] if column is None else column for column in ones]
    flat = np.concatenate(samples).astype(np.intp)
    offsets = np.append(0, np.cumsum([len(column) for column in samples]))
    # A column of anything but zeros and ones counts for more ones than a group has.
    excess = np.cumsum([(n_samples + 1) * (column is None) for column in ones])
    counts = offsets + np.append(0, excess)
    # The shortest ranges of columns that may have a one for each sample.
    ends = np.searchsorted(counts, counts[:-1] + n_samples)
    has_count = np.append(counts, -1)[ends] == counts[:-1] + n_samples
    found, free = {}, 0
    for start in np.flatnonzero(has_count).tolist():
        end = int(ends[start])
        group = flat[offsets[start] : offsets[end]]
        if start >= free and np.bincount(group).max() == 1:
            found[start] = free = end
    return found


class Table:
    """The samples of a table as a matrix of floats, with one column a feature group.

    Numeric values are themselves. Categorical ones are codes, and decoded to values of
    samples that have them, so that they may be of any type.

    Parameters
    ----------
    X : {ndarray, DataFrame} of shape (n_samples, n_features)
    groups : list of FeatureGroup
        Of this table, or of another one with the same columns.

    Attributes
    ----------
    values : ndarray of shape (n_samples, n_groups)
    categorical : ndarray of shape (n_groups,)
        Whether each column of `values` holds codes.
    identifying : ndarray of shape (n_groups,)
        Which columns do not count where samples are compared, and keep their values.
    distinct : ndarray of shape (n_distinct,)
        The first of each set of equal samples: indices into `values`.
    """

    def __init__(self, X: Any, groups: Sequence[FeatureGroup]) -> None:
        self.X, self.groups = X, groups
        self.categorical = np.array([group.categorical for group in groups])
        self.identifying = np.array([group.identifying for group in groups])
        self.values = np.empty((X.shape[0], len(groups)))
        self._first: dict[FeatureGroup, NDArray[np.intp]] = {}
        for group, values in zip(groups, self.values.T, strict=True):
            columns = [get_column(X, j) for j in group.columns]
            if group.categorical:
                self._first[group], values[:] = _encode(columns, group)
            else:
                values[:] = _numbers(columns[0], group)
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
            if group.whole:
                np.rint(column, out=column)
            elif not group.categorical:
                like = get_column(self.X, group.columns[0])
                column[:] = to_numbers(from_numbers(column, like))
        return values

    def has(self, values: NDArray) -> NDArray[np.bool_]:
        """Tell which samples the table has already.

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
            if group.categorical:
                samples = self._first[group][column.astype(np.intp)]
                columns += [_safe_indexing(values, samples) for values in originals]
            else:
                columns.append(from_numbers(column, originals[0]))
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

    def _keys(self, values: NDArray) -> NDArray[np.void]:
        """Keys of samples, which are equal where all that tells something is."""
        return row_keys(values[:, ~self.identifying])

    def _points(
        self, samples: NDArray[np.intp], random_state: RandomState
    ) -> NDArray[np.float32]:
        """Samples as points: numeric values standardized, categorical ones one-hot.

        Two different categories are then as far apart as two numbers are on average.
        """
        points = []
        for group, column in zip(self.groups, self.values.T, strict=True):
            if group.identifying:
                continue
            if group.categorical:
                codes = _one_hot_codes(len(self._first[group]), random_state)
                points.append(codes[column[samples].astype(np.intp)])
            else:
                points.append(_standardize(column[samples], column)[:, None])
        return np.hstack(points).astype(np.float32)


def _encode(columns: Sequence[Any], group: FeatureGroup) -> tuple[NDArray, NDArray]:
    """The first sample with each category of a group, and the code of each sample."""
    if len(columns) == 1:
        keys = value_keys(columns[0])
    else:
        keys = row_keys(np.column_stack([_numbers(c, group) for c in columns]))
    _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    return first, codes


def _numbers(column: Any, group: FeatureGroup) -> NDArray[np.float64]:
    """The numbers of a column that held numbers when its group was found."""
    numbers = to_numbers(column)
    if numbers is None:
        raise ValueError(
            f"Column {group.columns[0]} held numbers when the sampler was fitted; now "
            "it holds other things."
        )
    return numbers


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
