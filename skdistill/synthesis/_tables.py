"""Tables as matrices of numbers, and back.

What the samplers of synthetic rows need to know about the columns of an array or a
DataFrame is all here: which hold amounts and which hold names, what may be written
into them, and which rows are alike.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from numbers import Integral, Real
from typing import NamedTuple

import numpy as np
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import _safe_indexing

# Whole numbers beyond this one are not all floats.
LARGEST_EXACT = 2**53

# Rows among which neighbours are looked for, and the numbers they may consist of: the
# time grows with these, and the neighbours hardly come nearer.
MAX_CANDIDATES = 20_000
MAX_NUMBERS = 2**21

# A column of more names than these has its one-hot code squeezed into as many numbers.
CODE_SIZE = 16


class Unit(NamedTuple):
    """Columns of a table that change together: one column, or a one-hot group.

    Attributes
    ----------
    columns : tuple of int
    nominal : bool
        Whether its values are names: there is nothing between two of them.
    whole : bool
        Whether its values are whole numbers.
    """

    columns: tuple[int, ...]
    nominal: bool
    whole: bool


def is_table(X):
    """Whether X is a dense two-dimensional array or a pandas or polars DataFrame."""
    if len(getattr(X, "shape", ())) != 2:
        return False
    if isinstance(X, np.ndarray):
        return X.dtype.kind in "biufOUS"
    return _is_pandas(X) or _is_polars(X)


def find_units(X):
    """Find out what the columns of a table are.

    Parameters
    ----------
    X : {ndarray, DataFrame} of shape (n_samples, n_features)

    Returns
    -------
    units : list of Unit
        Columns of numbers with three values or more are amounts, all others are names.
        Consecutive columns of zeros and ones whose rows all sum to one are one unit.
    """
    numbers = [_as_numbers(_column(X, j)) for j in range(X.shape[1])]
    ones = [_count_ones(column) for column in numbers]
    units, start = [], 0
    while start < len(numbers):
        width = _one_hot_width(numbers[start:], ones[start:])
        if width:
            units.append(Unit((*range(start, start + width),), True, False))
        else:
            units.append(_single(start, numbers[start]))
        start += max(1, width)
    return units


def _single(j, numbers):
    if numbers is None or len(np.unique(numbers[~np.isnan(numbers)])) < 3:
        return Unit((j,), True, False)
    present = numbers[np.isfinite(numbers)]
    return Unit((j,), False, bool((present == np.rint(present)).all()))


def _count_ones(numbers):
    """Number of ones in a column of zeros and ones, None for another column."""
    if numbers is None or not ((numbers == 0) | (numbers == 1)).all():
        return None
    return np.count_nonzero(numbers)


def _one_hot_width(numbers, ones):
    """How many of the first columns make a one-hot group; 0 if they make none."""
    n_ones = 0
    for width, count in enumerate(ones, start=1):
        if count is None:
            return 0
        n_ones += count
        if n_ones >= len(numbers[0]):
            return width if (sum(numbers[:width]) == 1).all() else 0
    return 0


class Table:
    """The rows of a table as a matrix of floats with one column a unit.

    Amounts are themselves. Names are codes, and decoded to cells of rows that have
    them, so that they may be of any type.

    Parameters
    ----------
    X : {ndarray, DataFrame} of shape (n_samples, n_features)
    units : list of Unit
        Of this table, or of another one with the same columns.

    Attributes
    ----------
    values : ndarray of shape (n_samples, n_units)
    nominal : ndarray of shape (n_units,)
        Whether each column of `values` holds codes.
    distinct : ndarray of shape (n_distinct,)
        One row of each kind: indices into `values`.
    """

    def __init__(self, X, units):
        self.X, self.units = X, units
        self.nominal = np.array([unit.nominal for unit in units])
        self.values = np.empty((X.shape[0], len(units)))
        self._firsts = {}
        for unit, values in zip(units, self.values.T, strict=True):
            if unit.nominal:
                self._firsts[unit], values[:] = _codes(X, unit.columns)
            else:
                numbers = _as_numbers(_column(X, unit.columns[0]))
                if numbers is None:
                    raise ValueError(
                        f"Column {unit.columns[0]} held numbers when the sampler was "
                        "fitted; now it holds other things."
                    )
                values[:] = numbers
        # Unlike min and max, these pass over missing values.
        self._lowest = np.fmin.reduce(self.values)
        self._highest = np.fmax.reduce(self.values)
        keys = _keys(self.values)
        self._known = set(keys.tolist())
        _, self.distinct, kind = np.unique(keys, return_index=True, return_inverse=True)
        self._representative = self.distinct[kind]

    def as_stored(self, values):
        """Values as they come back once they are written into the table's columns.

        Parameters
        ----------
        values : ndarray of shape (n_rows, n_units)

        Returns
        -------
        values : ndarray of shape (n_rows, n_units)
            Within the range of their column, whole where it is, and of its precision.
        """
        values = np.clip(values, self._lowest, self._highest)
        for unit, column in zip(self.units, values.T, strict=True):
            if unit.whole:
                np.rint(column, out=column)
            elif not unit.nominal:
                like = _column(self.X, unit.columns[0])
                column[:] = _as_numbers(_like(like, column))
        return values

    def has(self, values):
        """Tell which rows the table has already.

        Parameters
        ----------
        values : ndarray of shape (n_rows, n_units)

        Returns
        -------
        known : ndarray of shape (n_rows,)
        """
        return np.array([key in self._known for key in _keys(values).tolist()], bool)

    def decode(self, values):
        """Make a table of encoded rows.

        Parameters
        ----------
        values : ndarray of shape (n_rows, n_units)

        Returns
        -------
        X : {ndarray, DataFrame} of shape (n_rows, n_features)
        """
        columns = {}
        for unit, column in zip(self.units, values.T, strict=True):
            if unit.nominal:
                rows = self._firsts[unit][column.astype(np.intp)]
                for j in unit.columns:
                    columns[j] = _safe_indexing(_column(self.X, j), rows)
            else:
                (j,) = unit.columns
                columns[j] = _like(_column(self.X, j), column)
        return _assemble(self.X, [columns[j] for j in range(len(columns))])

    def neighbors(self, rows, n_neighbors, random_state):
        """Find the nearest rows that differ from the given ones.

        Parameters
        ----------
        rows : ndarray of shape (n_rows,)
            Indices into `values`.
        n_neighbors : int
        random_state : RandomState
            Picks the candidates where there are too many rows, and breaks ties.

        Returns
        -------
        neighbors : ndarray of shape (n_rows, n_neighbors)
            Indices into `values`; as many columns as there are other rows.
        """
        width = len(self._points(rows[:1], random_state)[0])
        n_candidates = min(MAX_CANDIDATES, MAX_NUMBERS // width)
        candidates = random_state.permutation(self.distinct)[:n_candidates]
        n_neighbors = min(n_neighbors, len(candidates) - 1)
        asked, back = np.unique(self._representative[rows], return_inverse=True)
        points = self._points(np.concatenate([candidates, asked]), random_state)
        search = NearestNeighbors(n_neighbors=n_neighbors + 1)
        search.fit(points[: len(candidates)])
        found = search.kneighbors(points[len(candidates) :], return_distance=False)
        found = candidates[found]
        # A row is not its own neighbour. One that is no candidate loses its farthest.
        others = found != asked[:, None]
        others[others.all(axis=1), -1] = False
        return found[others].reshape(-1, n_neighbors)[back]

    def _points(self, rows, random_state):
        """Rows as points: amounts of unit variance, names one-hot.

        Two different names are then as far apart as two amounts are on average.
        """
        points = []
        for unit, column in zip(self.units, self.values.T, strict=True):
            if unit.nominal:
                size = len(self._firsts[unit])
                if size > CODE_SIZE:
                    book = random_state.standard_normal((size, CODE_SIZE))
                    book /= np.sqrt(CODE_SIZE)
                else:
                    book = np.eye(size)
                points.append(book[column[rows].astype(np.intp)])
            else:
                present = column[np.isfinite(column)]
                present = present if len(present) else np.zeros(1)
                point = (column[rows] - present.mean()) / (present.std() or 1)
                points.append(np.where(np.isfinite(point), point, 0)[:, None])
        return np.hstack(points).astype(np.float32)


def _keys(values):
    """Rows as strings of bytes, which compare and sort fast."""
    # Zeros and missing values come in several kinds.
    values = np.ascontiguousarray(np.where(np.isnan(values), np.nan, values + 0.0))
    size = values.itemsize * values.shape[1]
    return values.view(np.dtype((np.void, size))).ravel()


def _codes(X, columns):
    """First row with each code, and the code of each row."""
    cells = [_as_numbers(_column(X, j)) for j in columns]
    if cells[0] is not None:
        keys = _keys(np.column_stack(cells))
    else:
        codes: dict = {}
        column = _column(X, columns[0])
        # To iterate over a list is far faster than over some columns.
        cells = column.to_list() if _is_polars(column) else column.tolist()
        keys = np.array([codes.setdefault(_key(cell), len(codes)) for cell in cells])
    return np.unique(keys, return_index=True, return_inverse=True)[1:]


def _key(cell):
    """A cell as it is looked up: no NaN equals another."""
    is_nan = isinstance(cell, (float, np.floating)) and cell != cell
    return float if is_nan else cell


def _is_pandas(X):
    return hasattr(X, "iloc")


def _is_polars(X):
    return hasattr(X, "to_arrow")


def _column(X, j):
    return _safe_indexing(X, j, axis=1)


def _kind(column):
    """One letter for what a column of numbers holds, none for other columns."""
    dtype = column.dtype
    if _is_polars(column):
        if dtype.is_integer():
            return "i"
        return "f" if dtype.is_float() else "b" if str(dtype) == "Boolean" else ""
    if dtype == np.dtype(object):
        are_numbers = (isinstance(c, Real) and not isinstance(c, bool) for c in column)
        return "O" if all(are_numbers) else ""
    return dtype.kind if dtype.kind in "biuf" else ""


def _as_numbers(column):
    """A column as floats, missing values as NaN; None if it holds anything else."""
    kind = _kind(column)
    if not kind:
        return None
    if _is_polars(column):
        numbers = column.cast(float).to_numpy()
    elif _is_pandas(column):
        numbers = column.to_numpy(np.float64, na_value=np.nan)
    else:
        numbers = column.astype(np.float64)
    largest = np.fmax.reduce(np.abs(numbers), initial=0)
    return None if kind in "iu" and largest > LARGEST_EXACT else numbers


def _like(column, values):
    """Floats as a column of the same kind as another one."""
    dtype = column.dtype
    if _is_polars(column):
        has_nulls = column.null_count() > 0
        return type(column)(column.name, values, nan_to_null=has_nulls).cast(dtype)
    if dtype == np.dtype(object) and all(isinstance(c, Integral) for c in column):
        values = values.astype(np.int64)
    if _is_pandas(column):
        values = type(column)(values)
    return values.astype(dtype)


def _assemble(X, columns):
    """A table of the same kind as another one, of other columns."""
    if _is_polars(X):
        return type(X)(columns)
    if _is_pandas(X):
        columns = [column.reset_index(drop=True) for column in columns]
        # Numbers first: names need not be unique.
        frame = type(X)(dict(enumerate(columns)))
        frame.columns = X.columns
        return frame
    table = np.empty((len(columns[0]), len(columns)), X.dtype)
    for j, column in enumerate(columns):
        table[:, j] = column
    return table
