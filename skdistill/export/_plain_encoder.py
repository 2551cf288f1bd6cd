"""Fitted encoders of tables as scikit-learn's own transformers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from itertools import cycle, islice

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

from skdistill.export._plain_dates import plain_dates
from skdistill.export._plain_parts import chain, linear

# Texts that stand for a gap, and for a rare category: sorted behind all categories.
GAP, RARE = "\U0010ffff", 2 * "\U0010ffff"
GAP_NUMBER, RARE_NUMBER = 1e307, 1.5e307


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
        records, no pandas NA among strings, and dates as seconds since 1970.

    Raises
    ------
    TypeError
        If the categories of a column are neither strings nor numbers: scikit-learn has
        no transformer that encodes them alike.
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
            (f"column{j}", _transformer(part, n_rows), [j])
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
            part = getattr(part, "estimator", part)
            first = part[0] if isinstance(part, Pipeline) else part
            first.feature_names_in_ = names[columns]


def _check_plain(key, part):
    try:
        if part.n_codes and not part.are_strings:
            [*map(float, part.codes)]
    except ValueError:
        raise TypeError(
            f"to_sklearn: the categories of column {key!r} are neither strings nor "
            "numbers. No transformer of scikit-learn encodes them alike."
        ) from None


def _transformer(part, n_rows):
    """What encodes a column; a frozen one is fitted already."""
    if hasattr(part, "parts"):
        return FrozenEstimator(plain_dates(part))
    if not part.n_codes:
        return _imputer(part)
    if part.are_strings:
        return _one_hot(part, n_rows)
    return FrozenEstimator(_one_hot_of_numbers(part, n_rows))


def _numbers(part, n_rows):
    """A column whose median, and whose having gaps, are known."""
    fill = part.fills[0] if part.fills else 0.0
    return [np.nan if part.has_gaps else fill, *[fill] * (n_rows - 1)]


def _imputer(part):
    return SimpleImputer(strategy="median", add_indicator=part.has_gaps)


def _categories(part, n_rows):
    """A column in which the frequent categories, gaps among them, occur twice or more.

    A rare one occurs once, if there are rare ones.
    """
    known, gap, rare = [*part.codes], GAP, RARE
    if not part.are_strings:
        known, gap, rare = [*map(float, known)], GAP_NUMBER, RARE_NUMBER
    frequent = [*known, *[gap] * (part.missing < part.rare)]
    infrequent = [rare] * (part.rare < part.n_codes)
    rest = islice(cycle(frequent or infrequent), n_rows - len(infrequent))
    return [*infrequent, *rest]


def _encoder(part, n_rows):
    is_all_rare = part.n_codes == 1 and part.rare == 0
    return OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        min_frequency=n_rows + 1 if is_all_rare else 2,
        sparse_output=False,
    )


def _one_hot(part, n_rows):
    fill = {"strategy": "constant", "fill_value": GAP}
    return Pipeline(
        [
            ("nan", SimpleImputer(missing_values=np.nan, **fill)),
            ("none", SimpleImputer(missing_values=None, **fill)),
            ("one_hot", _encoder(part, n_rows)),
        ]
    )


def _one_hot_of_numbers(part, n_rows):
    """Fitted, with columns in the order of the numbers' texts."""
    column = np.array(_categories(part, n_rows))[:, None]
    imputer = SimpleImputer(strategy="median").fit([[GAP_NUMBER]])
    order = np.arange(part.n_codes)
    order[: len(part.codes)] = np.argsort([*map(float, part.codes)])
    one_hot = _encoder(part, n_rows).fit(column)
    back = linear(np.eye(part.n_codes)[order])
    return chain(imputer, linear(np.eye(1)), one_hot, back)
