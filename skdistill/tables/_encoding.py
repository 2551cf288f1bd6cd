"""Rows of any kind as numbers, for the default teacher and the default student."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from numbers import Number

import numpy as np
from scipy.sparse import issparse
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder
from sklearn.utils import _safe_indexing, check_array
from sklearn.utils.validation import FLOAT_DTYPES

# Rarer names of a column share one code, rarer words are left out: each of them costs
# a row of the network's first layer.
MAX_CATEGORIES = 100
MAX_WORDS = 10_000


def with_encoder(estimator, X, more=None):
    """Put the encoder that rows need, if any, in front of an estimator.

    Parameters
    ----------
    estimator : estimator
        Takes dense and sparse matrices of numbers.
    X : array-like of shape (n_samples, n_features) or (n_samples,)
    more : array-like of the same form, default=None
        Rows of which it will be asked, and which may have gaps though X has none.

    Returns
    -------
    estimator : estimator
        A pipeline, or the very estimator.
    """
    encoder = make_encoder(X)
    if encoder is None and more is not None:
        encoder = make_encoder(more)
    return estimator if encoder is None else make_pipeline(encoder, estimator)


def make_encoder(X):
    """Make a transformer of rows into numbers.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features) or (n_samples,)
        A pandas or polars DataFrame, texts, or anything else.

    Returns
    -------
    encoder : transformer or None
        Not fitted. Of a table, columns of numbers have their gaps filled by the
        median, and all others become one column a value. Texts become weighted
        counts of their words. None where X needs nothing of this.

    Examples
    --------
    >>> from skdistill.tables._encoding import make_encoder
    >>> make_encoder([[0.0, 1.0]])
    >>> make_encoder(["a text", "another one"])
    TfidfVectorizer(max_features=10000, sublinear_tf=True)
    """
    if hasattr(X, "columns") and hasattr(X, "dtypes"):
        return _table_encoder(X, [_kind(X, *of) for of in enumerate(X.dtypes)])
    if isinstance(X, (list, tuple)):
        X = np.asarray(X, dtype=object)
    if len(getattr(X, "shape", (0,))) == 1:
        is_text = isinstance(next(iter(X)), str)
        return _text_encoder() if is_text else None
    if isinstance(X, np.ndarray) and X.dtype.kind in "OU":
        return _table_encoder(X, [_kind_of_cells(column) for column in X.T])
    has_gaps = isinstance(X, np.ndarray) and X.dtype.kind == "f" and np.isnan(X).any()
    return _imputer() if has_gaps else None


def can_encode(X):
    """Whether a table holds nothing that only a user's own steps can read.

    Parameters
    ----------
    X : {ndarray, DataFrame} of shape (n_samples, n_features)

    Returns
    -------
    can : bool
        False for columns of dates or times, and for infinite numbers.
    """
    if hasattr(X, "columns") and hasattr(X, "dtypes"):
        kinds = [_kind(X, *of) for of in enumerate(X.dtypes)]
        if "time" in kinds:
            return False
        numbers = [j for j, kind in enumerate(kinds) if kind == "number"]
        X = _safe_indexing(X, numbers, axis=1)
    elif X.dtype.kind not in "biuf":
        kinds = [_kind_of_cells(column) for column in X.T]
        X = X[:, [kind == "number" for kind in kinds]]
    if X.shape[1] == 0:
        return True
    numbers = check_array(
        X, accept_sparse="csr", dtype=FLOAT_DTYPES, ensure_all_finite=False
    )
    return not np.isinf(numbers.data if issparse(numbers) else numbers).any()


def _text_encoder():
    return TfidfVectorizer(sublinear_tf=True, max_features=MAX_WORDS)


def _imputer():
    imputer = SimpleImputer(
        strategy="median", add_indicator=True, keep_empty_features=True
    )
    return imputer.set_output(transform="default")


def _table_encoder(X, kinds):
    """The encoder of a table, by the kinds of its columns; None where it needs none."""
    columns = {
        kind: [j for j, other in enumerate(kinds) if other == kind]
        for kind in ("number", "name", "time")
    }
    if columns["time"]:
        names = [X.columns[j] for j in columns["time"]]
        raise ValueError(
            f"The columns {names} hold dates or times. Turn them into numbers first, "
            "such as days since an event, or drop them."
        )
    if not columns["name"]:
        numbers = check_array(
            X, accept_sparse="csr", dtype=FLOAT_DTYPES, ensure_all_finite=False
        )
        cells = numbers.data if issparse(numbers) else numbers
        return _imputer() if np.isnan(cells).any() else None
    names = make_pipeline(
        FunctionTransformer(_as_texts),
        OneHotEncoder(
            handle_unknown="infrequent_if_exist",
            max_categories=MAX_CATEGORIES,
            sparse_output=False,
        ),
    )
    encoder = ColumnTransformer(
        [("numbers", _imputer(), columns["number"]), ("names", names, columns["name"])]
    )
    # Of its own parts no frames are asked, whatever the configuration says.
    return encoder.set_output(transform="default")


def _as_texts(X):
    """Cells of a table as texts, None where there is none.

    Numbers among texts have no order, and an encoder wants one.
    """
    if hasattr(X, "notna"):  # pandas
        X = X.astype(object).where(X.notna(), None)
    with np.errstate(invalid="ignore"):  # NaN is compared with itself
        return np.frompyfunc(_as_text, 1, 1)(np.asarray(X, dtype=object))


def _as_text(cell):
    if not isinstance(cell, (str, Number)):
        return cell  # None, or what the encoder will refuse
    return str(cell) if cell == cell else None


def _kind(X, j, dtype):
    """Whether a column of a pandas or polars frame holds numbers, names or times."""
    if hasattr(dtype, "is_numeric"):  # polars
        if dtype.is_temporal():
            return "time"
        return "number" if dtype.is_numeric() else "name"
    if str(dtype) == "object":
        return _kind_of_cells(X.iloc[:, j])
    if dtype.kind in "mM":
        return "time"
    return "number" if dtype.kind in "iuf" else "name"


def _kind_of_cells(column):
    """Whether a column of texts or objects holds numbers, gaps apart, or names."""
    for cell in column:
        is_number = isinstance(cell, Number) and not isinstance(cell, (bool, np.bool_))
        if cell is not None and not is_number:
            return "name"
    return "number"
