"""Samples in whatever form users pass them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Mapping
from itertools import islice
from numbers import Number
from typing import Any

import numpy as np
import scipy.sparse
from scipy.sparse import issparse
from sklearn.utils import indexable
from sklearn.utils.validation import _num_samples, validate_data

from skdistill.utils._dataframes import (
    column_names,
    concatenate_frames,
    dataframe_library,
)


def stack_rows(first: Any, second: Any) -> Any:
    """Put the rows of two collections of one kind one below the other.

    Parameters
    ----------
    first, second : ndarray, sparse matrix, DataFrame, Series or list
        Of one kind; `second` may also be of another one that NumPy can stack.

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


def like_rows(rows: Any, others: Any, name: str) -> Any:
    """Bring rows into the form of others, as far as possible.

    Parameters
    ----------
    rows, others : ndarray, sparse matrix, DataFrame, Series or list
    name : str
        What the rows are called in an error.

    Returns
    -------
    rows : array-like
        An array where they were a frame and the others are not. A series where they
        were a list of texts and the others are one.

    Raises
    ------
    TypeError
        If they are sparse and the others are not, or the others are a DataFrame and
        they are none of the same library.
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


def check_X_lazily(estimator: Any, X: Any, *per_row: Any, reset: bool = True) -> Any:
    """Make samples sliceable and remember their columns, whatever they hold.

    Which content is valid depends on the estimators inside.

    Parameters
    ----------
    estimator : estimator
        Gets ``n_features_in_`` and ``feature_names_in_``.
    X : array-like of shape (n_samples, n_features)
        Samples in any form, also a list of texts.
    *per_row : array-like of shape (n_samples,), number or None
        What has one value for each sample. Numbers are returned as they are.
    reset : bool, default=True
        False: the columns must be those that the estimator remembers.

    Returns
    -------
    X, *per_row : list
        Of equal lengths, and sliceable by scikit-learn.

    Raises
    ------
    ValueError, TypeError
        If X is a dictionary, lengths differ, there are no samples or no features,
        texts have a gap among them, or X is a table where `fit` had texts.
    """
    # Some sparse matrices of older SciPy are dictionaries, too.
    if isinstance(X, Mapping) and not issparse(X):
        raise TypeError(f"X must be array-like, not a {type(X).__name__}.")
    # A number stands for as many of it as there are samples.
    sized = [None if isinstance(values, Number) else values for values in per_row]
    X, *sized = indexable(_as_table(X), *sized)
    pairs = zip(sized, per_row, strict=True)
    per_row = tuple(given if made is None else made for made, given in pairs)
    _check_texts(X)
    shape = getattr(X, "shape", (_num_samples(X),))
    if 0 in shape:
        what = "sample(s)" if shape[0] == 0 else "feature(s)"
        raise ValueError(
            f"Found array with 0 {what} (shape={shape}) while a minimum of 1 is "
            "required."
        )
    if not reset and len(shape) > 1 and not hasattr(estimator, "n_features_in_"):
        raise ValueError(
            f"X is a table of shape {shape}, but {type(estimator).__name__} was fitted "
            "to one text, or other object, for each sample. Pass a single column."
        )
    validate_data(estimator, X, skip_check_array=True, reset=reset)
    return X, *per_row


def _check_texts(X: Any) -> None:
    """Refuse texts with something else among them."""
    if len(getattr(X, "shape", (0,))) > 1:
        return
    is_text = [isinstance(value, (str, bytes)) for value in X]
    if any(is_text) and not all(is_text):
        place = is_text.index(False)
        (other,) = islice(X, place, place + 1)
        raise ValueError(
            f"X holds texts, but has {other!r} in place {place}. Replace missing texts "
            'by empty ones, "".'
        )


def _as_table(X: Any) -> Any:
    """A list of rows as the array that it stands for; anything else as it is."""
    is_list = isinstance(X, (list, tuple))
    if not is_list or not all(isinstance(row, (list, tuple, np.ndarray)) for row in X):
        return X
    if len({len(row) for row in X}) != 1:  # such as the words of texts
        return X
    cells = np.array(X, dtype=object)
    if cells.ndim != 2:
        return X
    is_number = all(isinstance(cell, (Number, np.bool_)) for cell in cells.flat)
    return np.asarray(X) if is_number else cells
