"""Fitted encoders of tables as scikit-learn's own transformers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from itertools import cycle, islice

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

# Texts that stand for a gap, and for a rare category: sorted behind all categories.
GAP, RARE = "\U0010ffff", 2 * "\U0010ffff"


def plain_encoder(encoder: BaseEstimator) -> ColumnTransformer:
    """Build a fitted transformer that encodes tables as a TableEncoder does.

    Parameters
    ----------
    encoder : TableEncoder
        Fitted.

    Returns
    -------
    transformer : ColumnTransformer
        It takes DataFrames, and arrays if the encoder was fitted to one. It takes no
        records, and no pandas NA among strings.

    Raises
    ------
    TypeError
        If a column holds dates, or categories that are no strings: scikit-learn has no
        transformer that encodes them alike.
    """
    parts = encoder.encoders_
    for key, part in zip(encoder.kinds_, parts, strict=True):
        _check_plain(key, part)
    n_rows = 2 + 2 * max(part.n_codes for part in parts)
    # The transformers learn from a table that has in it what the encoder knows.
    X = np.empty((n_rows, len(parts)), dtype=object)
    for j, part in enumerate(parts):
        X[:, j] = (_categories if part.n_codes else _numbers)(part, n_rows)
    transformer = ColumnTransformer(
        [
            (f"column{j}", (_one_hot if part.n_codes else _imputer)(part, n_rows), [j])
            for j, part in enumerate(parts)
            if part.n_codes or part.fills
        ],
        sparse_threshold=0,
    )
    transformer.set_output(transform="default").fit(X)
    if hasattr(encoder, "feature_names_in_"):
        _name_features(transformer, encoder.feature_names_in_)
    return transformer


def _name_features(transformer, names):
    """Let a fitted transformer take DataFrames with some names."""
    transformer.feature_names_in_ = names
    for _, part, columns in transformer.transformers_:
        if part != "drop":  # what is said of the remainder
            first = part[0] if isinstance(part, Pipeline) else part
            first.feature_names_in_ = names[columns]


def _check_plain(key, part):
    if hasattr(part, "parts"):
        what = "dates"
    elif part.n_codes and not part.are_strings:
        what = "categories that are no strings"
    else:
        return
    raise TypeError(
        f"to_sklearn: column {key!r} holds {what}. No transformer of scikit-learn "
        "encodes them alike."
    )


def _numbers(part, n_rows):
    """A column whose median, and whose having gaps, are known."""
    (fill,) = part.fills or (0.0,)
    return [np.nan if part.has_gaps else fill, *[fill] * (n_rows - 1)]


def _imputer(part, n_rows):
    return SimpleImputer(strategy="median", add_indicator=part.has_gaps)


def _categories(part, n_rows):
    """A column in which the frequent categories, gaps among them, occur twice or more.

    A rare one occurs once, if there are rare ones.
    """
    frequent = [*part.codes, *[GAP] * (part.missing < part.rare)]
    rare = [RARE] * (part.rare < part.n_codes)
    return [*rare, *islice(cycle(frequent or rare), n_rows - len(rare))]


def _one_hot(part, n_rows):
    is_all_rare = part.n_codes == 1 and part.rare == 0
    one_hot = OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        min_frequency=n_rows + 1 if is_all_rare else 2,
        sparse_output=False,
    )
    fill = {"strategy": "constant", "fill_value": GAP}
    return Pipeline(
        [
            ("nan", SimpleImputer(missing_values=np.nan, **fill)),
            ("none", SimpleImputer(missing_values=None, **fill)),
            ("one_hot", one_hot),
        ]
    )
