"""The encoders that stand before the default teacher and the default student."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.utils import check_array

from skdistill.tables._forms import open_table
from skdistill.tables._kinds import ERRORS, find_kinds, name_column, warn_of_kinds
from skdistill.tables._stored import NumberColumn
from skdistill.tables._table_encoder import TableEncoder
from skdistill.utils._dataframes import is_dataframe, is_sparse_frame

# Rarer words are left out: each one costs a row of the network's first layer.
MAX_WORDS = 10_000


def make_encoder(X: Any, X_unlabeled: Any = None) -> BaseEstimator | None:
    """Make a transformer that turns samples into numbers.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features) or (n_samples,)
        A table, texts, or anything else.
    X_unlabeled : array-like of the same form, default=None
        Further samples, which may have gaps though X has none.

    Returns
    -------
    encoder : transformer or None
        Not fitted. A :class:`TableEncoder` that is told what the columns hold, so that
        all parts of the training data are encoded alike. Texts become weighted counts
        of their words. None where samples are numbers without gaps already.

    Raises
    ------
    TypeError, ValueError
        If a column cannot be encoded. The message names X_unlabeled where its columns
        hold something else than those of X.

    Examples
    --------
    >>> from skdistill.tables._encoding import make_encoder
    >>> make_encoder([[0.0, 1.0]])
    >>> make_encoder([[0.0, "Bern"]])
    TableEncoder(kinds={0: 'numeric', 1: 'categorical'})
    >>> make_encoder(["a text", "another one"])
    TfidfVectorizer(max_features=10000, sublinear_tf=True)
    """
    if isinstance(X, (list, tuple)) and not isinstance(X[0], (str, dict)):
        X = np.array(X, dtype=object)
    if len(getattr(X, "shape", (0,))) == 1:
        first = next(iter(X))
        if isinstance(first, str):
            return TfidfVectorizer(sublinear_tf=True, max_features=MAX_WORDS)
        if not isinstance(first, dict):
            return None
    if not (_needs_encoder(X) or _needs_encoder(X_unlabeled)):
        return None
    table = open_table(X)
    kinds = dict(zip(table.keys(), find_kinds(table), strict=True))
    # Where names are not unique, columns cannot be told apart by them.
    encoder = TableEncoder(kinds=kinds if len(kinds) == table.n_columns else None)
    # Of parts inside no frames are asked, whatever the configuration says.
    encoder.set_output(transform="default")
    if X_unlabeled is not None:
        fitted = clone(encoder).fit(X)
        try:
            fitted.encode(X_unlabeled)
        except ERRORS as error:
            raise type(error)(f"X_unlabeled: {error}") from error
    return encoder


def with_encoder(
    estimator: BaseEstimator, encoder: BaseEstimator | None
) -> BaseEstimator:
    """Put an encoder, if there is one, in front of an estimator.

    Parameters
    ----------
    estimator : estimator
    encoder : transformer or None

    Returns
    -------
    estimator : estimator
        A pipeline, or the very estimator.
    """
    return estimator if encoder is None else make_pipeline(encoder, estimator)


def warn_of_encoder(encoder: BaseEstimator | None, given: Mapping) -> None:
    """Warn of columns that an encoder leaves out, and of dates.

    Parameters
    ----------
    encoder : transformer or None
    given : mapping of str
        What users told about some columns. Of those that hold that they know.
    """
    if isinstance(encoder, TableEncoder):
        kinds = encoder.kinds or {}
        known = {key: kind for key, kind in given.items() if kinds.get(key) == kind}
        warn_of_kinds(kinds, known, "drop", "datetime")


def can_encode(X: Any, X_unlabeled: Any = None) -> bool:
    """Whether samples hold nothing that only a user's own steps can read.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features) or (n_samples,)
        A table, texts, or anything else.
    X_unlabeled : array-like of the same form, default=None
        Further samples.

    Returns
    -------
    can : bool
        False for infinite numbers, and for values that are neither numbers nor strings
        nor dates.
    """
    try:
        encoder = make_encoder(X, X_unlabeled)
        if encoder is not None:
            encoder.fit(X)
            return True
        numbers = check_array(X, accept_sparse="csr", ensure_all_finite=False)
    except ERRORS:
        return False
    return bool(np.isfinite(numbers.data if issparse(numbers) else numbers).all())


def _needs_encoder(X):
    """Whether samples are more than a matrix of numbers without gaps."""
    if X is None or issparse(X) or is_sparse_frame(X):
        return False
    if is_dataframe(X) or isinstance(X, (list, tuple)):  # A list is of records.
        return True
    if isinstance(X, np.ndarray) and X.dtype.kind in "biuf":
        return bool(np.isnan(X).any())
    table = open_table(X)
    for j, key in enumerate(table.keys()):
        with name_column(key):
            column = table.column(j)
        if not isinstance(column, NumberColumn) or np.isnan(column.values).any():
            return True
    return False
