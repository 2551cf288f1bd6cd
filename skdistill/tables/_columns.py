"""What a column of a table holds, and columns made of numbers.

A table is a dense two-dimensional array, or a DataFrame of pandas or polars.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdistill.utils._dataframes import dataframe_library, is_pandas, is_polars

# Whole numbers up to this one, and no other, round to it as floats.
LARGEST_EXACT = 2**53 - 1


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


def numeric_kind(column: Any) -> str:
    """Tell which kind of numbers a column holds.

    Parameters
    ----------
    column : {ndarray, Series} of shape (n_samples,)

    Returns
    -------
    kind : {"b", "i", "u", "f", ""}
        Booleans, integers, unsigned integers, or real numbers. Objects are integers if
        all of them are. Empty for a column that holds anything else.
    """
    dtype = column.dtype
    if is_polars(column):
        if dtype.is_integer():
            return "i"
        return "f" if dtype.is_float() else "b" if str(dtype) == "Boolean" else ""
    if dtype == np.dtype(object):
        if not all(isinstance(v, Real) and not isinstance(v, bool) for v in column):
            return ""
        return "i" if all(isinstance(v, Integral) for v in column) else "f"
    return dtype.kind if dtype.kind in "biuf" else ""


def to_numbers(column: Any) -> NDArray[np.float64] | None:
    """Turn a column into floats, if it holds numbers.

    Parameters
    ----------
    column : {ndarray, Series} of shape (n_samples,)

    Returns
    -------
    numbers : ndarray of shape (n_samples,) or None
        Missing values are NaN. None if the column holds anything but numbers, or
        integers that floats cannot tell apart.
    """
    kind = numeric_kind(column)
    if not kind:
        return None
    try:
        if is_polars(column):
            numbers = column.cast(float).to_numpy()
        elif is_pandas(column):
            numbers = column.to_numpy(np.float64, na_value=np.nan)
        else:
            numbers = column.astype(np.float64)
    except OverflowError:  # Python's integers have no bounds.
        return None
    largest = np.fmax.reduce(np.abs(numbers), initial=0)
    return None if kind in "iu" and largest > LARGEST_EXACT else numbers


def from_numbers(numbers: NDArray[np.float64], like: Any) -> Any:
    """Turn floats into a column of the type of another one.

    Parameters
    ----------
    numbers : ndarray of shape (n_new,)
    like : {ndarray, Series} of shape (n_samples,)

    Returns
    -------
    column : {ndarray, Series} of shape (n_new,)
        Of the dtype of `like`.
    """
    dtype = like.dtype
    if is_polars(like):
        has_nulls = like.null_count() > 0
        return type(like)(like.name, numbers, nan_to_null=has_nulls).cast(dtype)
    if dtype == np.dtype(object) and numeric_kind(like) == "i":
        numbers = numbers.astype(np.int64)
    if is_pandas(like):
        return type(like)(numbers).astype(dtype)
    return numbers.astype(dtype)


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


def value_keys(column: Any) -> NDArray:
    """Make keys of the values of a column, which compare and sort fast.

    Parameters
    ----------
    column : {ndarray, Series} of shape (n_samples,)

    Returns
    -------
    keys : ndarray of shape (n_samples,)
        Two keys are equal where the values are, missing values included.

    Raises
    ------
    TypeError
        If a value is not hashable.
    """
    numbers = to_numbers(column)
    if numbers is not None:
        return row_keys(numbers[:, None])
    # To iterate over a list is far faster than over some columns.
    values = column.to_list() if is_polars(column) else column.tolist()
    known: dict = {}
    try:
        return np.array([known.setdefault(_key(v), len(known)) for v in values])
    except TypeError as error:
        raise TypeError(
            f"X has values that are not hashable ({error}). Values of this argument "
            "must be hashable, such as strings or numbers."
        ) from error


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


def _key(value: Any) -> Any:
    """A value as it is looked up: no NaN equals another."""
    is_nan = isinstance(value, (float, np.floating)) and value != value
    return float if is_nan else value
