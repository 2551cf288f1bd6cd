"""Rows in whatever form users pass them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import scipy.sparse
from scipy.sparse import issparse

from skdistill.utils._dataframes import (
    column_names,
    concatenate_frames,
    dataframe_library,
)


def stack_rows(first, second):
    """Put the rows of two alike collections one below the other.

    Parameters
    ----------
    first, second : ndarray, sparse matrix, DataFrame, Series or list
        Rows of one form; `second` may also be of another that NumPy can stack.

    Returns
    -------
    rows : of the type of `first`

    Raises
    ------
    ValueError
        If frames have different columns, or arrays different widths.

    Examples
    --------
    >>> from skdistill.utils._rows import stack_rows
    >>> stack_rows(["one text"], ["another"])
    ['one text', 'another']
    """
    if issparse(first) or issparse(second):
        return scipy.sparse.vstack([first, second], format="csr")
    if isinstance(first, list):
        return [*first, *second]
    if dataframe_library(first) is None:
        return np.concatenate([first, np.asarray(second)])
    if column_names(first) != column_names(second):
        raise ValueError(
            f"Rows have the columns {column_names(second)}, but those before them have "
            f"{column_names(first)}."
        )
    return concatenate_frames(first, second)


def like_rows(rows, others, name):
    """Rows in the form of others, as far as they can be.

    Parameters
    ----------
    rows, others : ndarray, sparse matrix, DataFrame, Series or list
    name : str
        What to call the rows in an error.

    Returns
    -------
    rows : array-like
        An array where they were a frame and the others are not. A series where they
        were a list of texts and the others are one.

    Raises
    ------
    TypeError
        If they are sparse and the others are not, or the others are a frame, and they
        are none of the same library.
    """
    if issparse(rows) and not issparse(others):
        raise TypeError(f"{name} must be dense, as X is, not sparse.")
    library, theirs = dataframe_library(rows), dataframe_library(others)
    if library == theirs:
        return rows
    if theirs is None:
        return np.asarray(rows)
    if len(others.shape) == 1:
        return type(others)(list(rows))
    raise TypeError(
        f"{name} must be a {theirs} DataFrame, as X is, not {type(rows).__name__}."
    )
