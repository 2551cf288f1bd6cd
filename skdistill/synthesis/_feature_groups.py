"""Which columns of a table change together, and how: what the samplers ask first."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdistill.tables._columns import get_column, number_type
from skdistill.tables._forms import open_table
from skdistill.tables._kinds import find_kind, name_column
from skdistill.tables._stored import StoredColumn

# Whole numbers up to this one, and no other, round to it as floats.
LARGEST_EXACT = 2**53 - 1


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
            numbers = ordered_numbers(column, kind)
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


def ordered_numbers(column: StoredColumn, kind: str) -> NDArray[np.float64] | None:
    """Read what tells near values of a column from far ones.

    Parameters
    ----------
    column : StoredColumn
    kind : {"numeric", "datetime", "categorical", "drop"}

    Returns
    -------
    numbers : ndarray of shape (n_samples,) or None
        Numbers, or dates in seconds, NaN in gaps. None for the other kinds.

    Raises
    ------
    TypeError, ValueError, OverflowError
        If the column does not hold what `kind` says.
    """
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
