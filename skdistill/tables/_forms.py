"""Tables in the forms that users have, taken apart into rows or into columns."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_array

from skdistill.tables._columns import get_column
from skdistill.tables._stored import (
    DateColumn,
    DictionaryColumn,
    NumberColumn,
    StoredColumn,
)
from skdistill.tables._values import SECOND
from skdistill.utils._dataframes import dataframe_library, is_pandas, is_polars

# NumPy converts these itself.
PLAIN_NUMBERS = {float, int, bool, type(None)}


class Table:
    """A table of some form.

    Attributes
    ----------
    names : list of str or None
        Names of the columns, where they have some.
    n_samples, n_columns : int
    data : {ndarray, DataFrame, list of dict}
        Where the values are.
    """

    names: list[str] | None
    n_samples: int
    data: Any
    n_columns: int

    def keys(self) -> list:
        """Names of the columns, or their positions where they have none."""
        return [*range(self.n_columns)] if self.names is None else self.names

    def find(self, names: Sequence[str]) -> list[int]:
        """Find columns by their names.

        Parameters
        ----------
        names : sequence of str

        Returns
        -------
        positions : list of int

        Raises
        ------
        ValueError
            If the table lacks some.
        """
        if self.names is None or self.names == names:
            return [*range(len(names))]
        positions = {name: j for j, name in enumerate(self.names)}
        if lacking := [name for name in names if name not in positions]:
            others = [name for name in self.names if name not in set(names)]
            hint = f" Not used are {others}." if others else ""
            raise ValueError(f"X lacks the columns {lacking}.{hint}")
        return [positions[name] for name in names]

    def rows(self) -> list:
        """List the values of each sample, in the order of the columns."""
        raise NotImplementedError

    def column(self, j: int) -> StoredColumn:
        """Get the column at a position."""
        return open_column(get_column(self.data, j))


class PandasTable(Table):
    """A DataFrame of pandas."""

    def __init__(self, frame: Any) -> None:
        self.data = frame
        self.names = _string_names(frame.columns.tolist())
        self.n_samples, self.n_columns = frame.shape

    def rows(self) -> list:
        # Nothing else takes a row of several types apart as fast.
        return [self.data.iloc[i].tolist() for i in range(self.n_samples)]


class PolarsTable(Table):
    """A DataFrame of polars."""

    def __init__(self, frame: Any) -> None:
        self.data = frame
        self.names = frame.columns
        self.n_samples, self.n_columns = frame.shape

    def rows(self) -> list:
        return self.data.rows()


class ArrayTable(Table):
    """A two-dimensional array, or what NumPy makes one of."""

    names = None

    def __init__(self, X: Any) -> None:
        _refuse_complex(X.dtype)
        if X.dtype.kind in "mM":  # other units become integers in a list
            X = X.astype(f"{X.dtype.kind}8[us]")
        self.data = X
        self.n_samples, self.n_columns = X.shape

    def rows(self) -> list:
        return self.data.tolist()


class RecordTable(Table):
    """Records: one dict a sample, from names to values. A key may be absent.

    Parameters
    ----------
    records : sequence of dict
    names : sequence of str, default=None
        The keys to read; None reads all that occur.
    """

    names: list[str]

    def __init__(self, records: Sequence[dict], names: Sequence[str] | None) -> None:
        self.data = records
        self.names = _all_keys(records) if names is None else list(names)
        self.n_samples, self.n_columns = len(records), len(self.names)
        for record in records:
            if record.keys().isdisjoint(self.names):
                raise ValueError(
                    f"A record has none of the columns {self.names}, but the keys "
                    f"{list(record)}."
                )

    def rows(self) -> list:
        return [list(map(record.get, self.names)) for record in self.data]

    def column(self, j: int) -> StoredColumn:
        name = self.names[j]
        return _store([record.get(name) for record in self.data])


def is_records(X: object) -> bool:
    """Whether X is a list of records: one dict a sample."""
    return isinstance(X, (list, tuple)) and len(X) > 0 and isinstance(X[0], dict)


def open_table(X: Any, names: Sequence[str] | None = None) -> Table:
    """Make a table of whatever users pass.

    Parameters
    ----------
    X : {DataFrame, array-like, dict, list of dict}
        A dict is one sample.
    names : sequence of str, default=None
        The keys to read of records.

    Returns
    -------
    table : Table

    Raises
    ------
    TypeError, ValueError
        If X is none of these, or holds no sample or no column.

    Examples
    --------
    >>> from skdistill.tables._forms import open_table
    >>> table = open_table([{"age": 31, "city": "Bern"}, {"city": "Oslo"}])
    >>> table.names, table.rows()
    (['age', 'city'], [[31, 'Bern'], [None, 'Oslo']])
    """
    if isinstance(X, dict) and not issparse(X):
        X = [X]
    if is_records(X):
        return RecordTable(X, names)
    library = dataframe_library(X) if hasattr(X, "columns") else None
    if library is None:
        # Of numbers and strings in one list NumPy would make strings.
        dtype = object if isinstance(X, (list, tuple)) else None
        X = check_array(X, dtype=dtype, ensure_all_finite=False)
        return ArrayTable(X)
    if 0 in X.shape:
        what = ("sample(s)", "feature(s)")[X.shape.index(0)]
        raise ValueError(
            f"Found array with 0 {what} (shape={X.shape}) while a minimum of 1 is "
            "required."
        )
    return PandasTable(X) if library == "pandas" else PolarsTable(X)


def open_column(column: Any) -> StoredColumn:
    """Free a column of its library.

    Parameters
    ----------
    column : {ndarray, Series} of shape (n_samples,)

    Returns
    -------
    stored : StoredColumn

    Raises
    ------
    TypeError, ValueError, OverflowError
        If the column holds values that are not hashable, complex numbers, or nothing
        but integers too large for a float.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.tables._forms import open_column
    >>> open_column(np.array([1, 2])).numbers()
    array([1., 2.])
    """
    if is_polars(column):
        return _open_polars(column)
    dtype = column.dtype
    _refuse_complex(dtype)
    if is_pandas(column) and dtype != np.dtype(object):
        return _open_pandas(column)
    if dtype.kind in "biuf":
        return NumberColumn(column.astype(np.float64))
    if dtype.kind == "M":
        return DateColumn(column)
    if dtype.kind == "m":
        return NumberColumn(column / SECOND)
    return _store(column.tolist())


def _open_pandas(column: Any) -> StoredColumn:
    dtype = column.dtype
    if dtype.kind in "biuf":
        return NumberColumn(column.to_numpy(np.float64, na_value=np.nan))
    if dtype.kind == "M":
        return DateColumn(column.dt.tz_localize(None).to_numpy())
    if dtype.kind == "m":
        return NumberColumn(column.to_numpy() / SECOND)
    codes, values = sys.modules["pandas"].factorize(column.to_numpy(dtype=object))
    return DictionaryColumn(codes, list(values), hasattr(dtype, "ordered"))


def _open_polars(column: Any) -> StoredColumn:
    polars, dtype = sys.modules["polars"], column.dtype
    if dtype.is_numeric() or dtype == polars.Boolean:
        return NumberColumn(column.cast(float).to_numpy())
    if dtype in (polars.Date, polars.Datetime):
        if dtype == polars.Datetime:
            column = column.dt.replace_time_zone(None)
        return DateColumn(column.to_numpy())
    if dtype == polars.Duration:
        return NumberColumn(column.to_numpy() / SECOND)
    if dtype not in (polars.String, polars.Categorical, polars.Enum):
        return _store(column.to_list())
    texts = column.cast(polars.String)
    values = texts.unique(maintain_order=True).drop_nulls()
    codes = texts.replace_strict(
        values, range(len(values)), default=-1, return_dtype=polars.Int64
    )
    is_categorical = dtype != polars.String
    return DictionaryColumn(codes.to_numpy(), values.to_list(), is_categorical)


def _all_keys(records: Sequence[dict]) -> list[str]:
    return list(dict.fromkeys(key for record in records for key in record))


def _store(values: list) -> StoredColumn:
    """Store values of any types."""
    types = set(map(type, values))
    if types <= PLAIN_NUMBERS and types != {type(None)}:
        return NumberColumn(np.array(values, dtype=np.float64))
    return DictionaryColumn.from_values(values)


def _string_names(names: list) -> list | None:
    """Names as they are if all are strings, None if none is: as in scikit-learn."""
    types = {type(name) for name in names}
    if str in types and len(types) > 1:
        raise TypeError(
            "Feature names are only supported if all input features have string names, "
            f"but X has names of {len(types)} types. Convert them by "
            "X.columns = X.columns.astype(str)."
        )
    return names if str in types else None


def _refuse_complex(dtype: Any) -> None:
    if dtype.kind == "c":
        raise ValueError("Complex data not supported.")
