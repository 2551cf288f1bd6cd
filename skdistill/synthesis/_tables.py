"""Tables as matrices of numbers, and back.

What the samplers need to know about an array or a DataFrame is all here: which columns
change together, which values may be written into them, and which samples are alike.
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
    number_type,
    row_keys,
)
from skdistill.tables._forms import open_column, open_table
from skdistill.tables._kinds import ERRORS, find_kind, name_column
from skdistill.tables._stored import NumberColumn, StoredColumn

# Samples among which neighbors are searched, and the numbers that they may consist of:
# the time grows with these, and the neighbors hardly come nearer.
MAX_CANDIDATES = 20_000
MAX_NUMBERS = 2**21

# Whole numbers up to this one, and no other, round to it as floats.
LARGEST_EXACT = 2**53 - 1

# The one-hot code of a column with more values than these is projected to this size.
CODE_SIZE = 16


class FeatureGroup(NamedTuple):
    """Columns of a table that change together: one column, or a one-hot group.

    Attributes
    ----------
    columns : tuple of int
        Positions in the table.
    kind : {"numeric", "datetime", "categorical", "drop"}
        What they hold, as :func:`~skdistill.tables._kinds.find_kind` tells it, but
        "categorical" where there are less than three different numbers.
    is_open : bool, default=False
        Whether it takes new numbers, between those that it has.
    is_whole : bool, default=False
        Whether its values are whole numbers.
    """

    columns: tuple[int, ...]
    kind: str
    is_open: bool = False
    is_whole: bool = False


def find_feature_groups(X: Any) -> list[FeatureGroup]:
    """Find out which columns of a table change together, and how.

    Parameters
    ----------
    X : {ndarray, DataFrame} of shape (n_samples, n_features)

    Returns
    -------
    groups : list of FeatureGroup
        In the order of their columns. Consecutive columns of zeros and ones are one
        group if each sample has a single one among them.

    Raises
    ------
    TypeError, ValueError, OverflowError
        If a column has values that are not hashable, or complex numbers.
    """
    table, singles, ones = open_table(X), [], []
    for j, key in enumerate(table.keys()):
        with name_column(key):
            column = table.column(j)
            kind = find_kind(column)
            numbers = _ordered_numbers(column, kind)
        singles.append(_single_group(j, kind, numbers, get_column(X, j)))
        ones.append(_samples_with_one(numbers))
    if all(group.kind == "drop" for group in singles):
        singles = [group._replace(kind="categorical") for group in singles]
    ends = _one_hot_ends(ones, X.shape[0])
    groups, start = [], 0
    while start < len(singles):
        end = ends.get(start)
        if end is None:
            groups.append(singles[start])
        else:
            groups.append(FeatureGroup((*range(start, end),), "categorical"))
        start = end or start + 1
    return groups


def _ordered_numbers(column: StoredColumn, kind: str) -> NDArray[np.float64] | None:
    """What tells near values of a column from far ones, if it holds such values."""
    if kind == "datetime":
        return column.seconds()
    return column.numbers() if kind == "numeric" else None


def _single_group(
    j: int, kind: str, numbers: NDArray | None, column: Any
) -> FeatureGroup:
    """A column by itself."""
    if numbers is None:
        return FeatureGroup((j,), kind)
    present = numbers[np.isfinite(numbers)]
    if len(np.unique(numbers[~np.isnan(numbers)])) < 3:
        return FeatureGroup((j,), "categorical")
    if kind == "datetime" or not _is_open(column, present):
        return FeatureGroup((j,), kind)
    is_whole = bool((present == np.rint(present)).all())
    return FeatureGroup((j,), kind, is_open=True, is_whole=is_whole)


def _is_open(column: Any, present: NDArray) -> bool:
    """Whether a column of numbers takes others, and has them back as they were."""
    takes = number_type(column)
    is_exact = takes is float or np.abs(present).max() <= LARGEST_EXACT
    return takes is not None and bool(is_exact)


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
    numbers = _ordered_numbers(stored[0], kind)
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
