"""Tables and their columns as they are stored, and new ones of their types.

A table is a dense two-dimensional array, or a DataFrame of pandas or polars.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdistill.tables._values import is_missing
from skdistill.utils._dataframes import dataframe_library, is_pandas, is_polars


def is_table(X: object) -> bool:
    """Whether X is a table, with columns that can be told apart.

    Parameters
    ----------
    X : object

    Returns
    -------
    is_table : bool
        True for two-dimensional dense arrays of numbers, booleans, strings or objects,
        and for pandas and polars DataFrames. False for everything else: sparse
        matrices, lists of texts.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.tables import is_table
    >>> is_table(np.eye(3)), is_table(["a text", "another text"])
    (True, False)
    """
    if len(getattr(X, "shape", ())) != 2 or isinstance(X, np.matrix):
        return False
    if isinstance(X, np.ndarray):
        return X.dtype.kind in "biufOUS"
    return dataframe_library(X) is not None


def get_column(X: Any, j: int) -> Any:
    """Get the column of a table at a position.

    Parameters
    ----------
    X : {ndarray, DataFrame} of shape (n_samples, n_features)
    j : int

    Returns
    -------
    column : {ndarray, Series} of shape (n_samples,)
    """
    if is_polars(X):
        return X.to_series(j)
    return X.iloc[:, j] if is_pandas(X) else X[:, j]


def number_type(column: Any) -> type | None:
    """Return which numbers may be written into a column.

    What a column holds is another question, which :func:`find_kind` answers. A column
    of strings may hold numbers, but takes none.

    Parameters
    ----------
    column : {ndarray, Series} of shape (n_samples,)

    Returns
    -------
    number_type : {int, float} or None
        Objects take integers if all of them are, gaps apart. None for a column that
        takes no numbers, and for booleans.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.tables._columns import number_type
    >>> number_type(np.array([1, None, 2])), number_type(np.array(["1", "2"]))
    (<class 'int'>, None)
    """
    dtype = column.dtype
    if is_polars(column):
        takes, is_whole = dtype.is_numeric(), dtype.is_integer()
    elif dtype == np.dtype(object):
        present = [value for value in column if not is_missing(value)]
        takes = all(isinstance(value, Real) for value in present)
        is_whole = all(isinstance(value, Integral) for value in present)
    else:
        takes, is_whole = dtype.kind in "iuf", dtype.kind in "iu"
    if not takes:
        return None
    return int if is_whole else float


def from_numbers(numbers: NDArray[np.float64], like: Any) -> Any:
    """Turn floats into a column of the type of another one.

    Parameters
    ----------
    numbers : ndarray of shape (n_new,)
    like : {ndarray, Series} of shape (n_samples,)

    Returns
    -------
    column : {ndarray, Series} of shape (n_new,)
        Of the dtype of `like`, and with its kind of gaps where numbers are NaN.
    """
    dtype = like.dtype
    if is_polars(like):
        has_nulls = like.null_count() > 0
        return type(like)(like.name, numbers, nan_to_null=has_nulls).cast(dtype)
    values = _to_objects(numbers, like) if dtype == np.dtype(object) else numbers
    return type(like)(values).astype(dtype) if is_pandas(like) else values.astype(dtype)


def from_columns(columns: Sequence[Any], like: Any) -> Any:
    """Make a table of columns.

    Parameters
    ----------
    columns : list of {ndarray, Series} of shape (n_new,)
    like : {ndarray, DataFrame} of shape (n_samples, n_features)
        A table with as many columns. The new one has its type and column names.

    Returns
    -------
    X : {ndarray, DataFrame} of shape (n_new, n_features)
    """
    if is_polars(like):
        return type(like)(columns)
    if is_pandas(like):
        columns = [column.reset_index(drop=True) for column in columns]
        # Numbers first: names need not be unique.
        frame = type(like)(dict(enumerate(columns)))
        frame.columns = like.columns
        return frame
    table = np.empty((len(columns[0]), len(columns)), like.dtype)
    for j, column in enumerate(columns):
        table[:, j] = column
    return table


def row_keys(numbers: NDArray[np.float64]) -> NDArray[np.void]:
    """Turn rows of numbers into strings of bytes, which compare and sort fast.

    Parameters
    ----------
    numbers : ndarray of shape (n_samples, n_features)

    Returns
    -------
    keys : ndarray of shape (n_samples,)
        Two keys are equal where the rows are, missing values included.
    """
    # Zeros and missing values come in several kinds.
    numbers = np.ascontiguousarray(np.where(np.isnan(numbers), np.nan, numbers + 0.0))
    size = numbers.itemsize * numbers.shape[1]
    return numbers.view(np.dtype((np.void, size))).ravel()


def _to_objects(numbers: NDArray[np.float64], like: Any) -> NDArray:
    convert = number_type(like) or float
    gap = next((value for value in like if is_missing(value)), np.nan)
    values = np.empty(len(numbers), object)
    values[:] = [gap if x != x else convert(x) for x in numbers.tolist()]
    return values
