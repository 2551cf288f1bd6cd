"""Which dataframe library an object is of: the one place that knows.

Neither pandas nor polars is imported here. An object can only be of a library that has
been imported already.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import sys
from typing import Any

LIBRARIES = ("pandas", "polars")


def dataframe_library(X: object) -> str | None:
    """Name the library of a DataFrame or a Series.

    Parameters
    ----------
    X : object

    Returns
    -------
    library : {"pandas", "polars"} or None
        None for everything else. Subclasses count as their parents.

    Examples
    --------
    >>> import pandas as pd
    >>> from skdistill.utils._dataframes import dataframe_library
    >>> dataframe_library(pd.DataFrame({"a": [1]})), dataframe_library(pd.Series([1]))
    ('pandas', 'pandas')
    >>> dataframe_library([1])
    """
    for library in LIBRARIES:
        module = sys.modules.get(library)
        if module and isinstance(X, (module.DataFrame, module.Series)):
            return library
    return None


def is_pandas(X: object) -> bool:
    """Whether X is a DataFrame or a Series of pandas."""
    return dataframe_library(X) == "pandas"


def is_polars(X: object) -> bool:
    """Whether X is a DataFrame or a Series of polars."""
    return dataframe_library(X) == "polars"


def is_dataframe(X: object) -> bool:
    """Whether X is a DataFrame, not a Series, of pandas or polars."""
    return dataframe_library(X) is not None and hasattr(X, "columns")


def is_sparse_frame(X: Any) -> bool:
    """Whether X is a DataFrame of pandas with sparse columns only."""
    return is_dataframe(X) and all(
        type(dtype).__name__ == "SparseDtype" for dtype in X.dtypes
    )


def column_names(X: object) -> list | None:
    """Names of the columns of a DataFrame, None for everything else.

    Parameters
    ----------
    X : object

    Returns
    -------
    names : list or None
    """
    return list(X.columns) if is_dataframe(X) else None


def row_labels(X: Any) -> Any:
    """Labels of the rows of a DataFrame or Series of pandas.

    Parameters
    ----------
    X : object

    Returns
    -------
    labels : Index or None
        None of everything else, and of rows that are only numbered from 0.

    Examples
    --------
    >>> import pandas as pd
    >>> from skdistill.utils._dataframes import row_labels
    >>> row_labels(pd.Series([1, 2], index=[5, 3])).tolist()
    [5, 3]
    >>> row_labels(pd.Series([1, 2]))
    """
    if not is_pandas(X):
        return None
    is_range = isinstance(X.index, sys.modules["pandas"].RangeIndex)
    return None if is_range and X.index.start == 0 and X.index.step == 1 else X.index


def concatenate_frames(first: Any, second: Any) -> Any:
    """Put the rows of two DataFrames, or two Series, one below the other.

    Parameters
    ----------
    first, second : {DataFrame, Series}
        Of one library, with the same columns in the same order.

    Returns
    -------
    rows : {DataFrame, Series}
        In pandas, its rows are numbered anew. In polars, columns of
        different types get one that holds both.

    Raises
    ------
    TypeError
        If a column of polars has types that do not go together.
    """
    library = dataframe_library(first)
    if library == "polars":
        return _concatenate_polars(sys.modules[library], first, second)
    return sys.modules["pandas"].concat([first, second], ignore_index=True)


def _concatenate_polars(polars, first, second):
    if not is_dataframe(first):
        return polars.concat([first, second])
    for name, *dtypes in zip(first.columns, first.dtypes, second.dtypes, strict=True):
        # Of numbers and strings polars would make strings.
        are_numeric = {d.is_numeric() for d in dtypes if d != polars.Null}
        if len(are_numeric) > 1:
            raise TypeError(f"Column {name!r} is {dtypes[0]} and {dtypes[1]}.")
    try:
        return polars.concat([first, second], how="vertical_relaxed")
    except polars.exceptions.PolarsError as error:
        raise TypeError(
            f"Columns have types that do not go together: {error}"
        ) from error
