"""What an encoder takes a column for: numbers, categories, dates, or identifiers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import re
from datetime import date
from typing import Any

import numpy as np

from skdistill.tables._stored import DateColumn, NumberColumn, StoredColumn
from skdistill.tables._values import NUMBERS

# Strings are an identifier, or a text, where this share of them is unique, if there are
# as many of them as this.
UNIQUE_SHARE, MIN_VALUES = 0.95, 30

# Digits after a leading zero are a code, as of a place, and no number.
NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)?(?<=\d)(\.\d*)?([eE][+-]?\d+)?|[+-]?\.\d+")
DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")


def find_kind(column: StoredColumn) -> str:
    """Find out what a column holds.

    Parameters
    ----------
    column : StoredColumn

    Returns
    -------
    kind : {"numeric", "categorical", "datetime", "drop"}
        Numbers may be booleans, durations, times of day, and strings of numbers; dates
        may be strings in ISO 8601 format. "drop" is for strings that (almost) all
        differ: identifiers, or texts.

    Examples
    --------
    >>> from skdistill.tables._kinds import find_kind
    >>> from skdistill.tables._stored import DictionaryColumn
    >>> values = [3, None, 0.5], ["3", "0.5"], ["003", "040"], ["2026-11-25"]
    >>> [find_kind(DictionaryColumn.from_values(column)) for column in values]
    ['numeric', 'numeric', 'categorical', 'datetime']
    """
    if isinstance(column, NumberColumn):
        return "numeric"
    if isinstance(column, DateColumn):
        return "datetime"
    dictionary = column.dictionary()
    values = dictionary.values
    if dictionary.is_categorical or not values:
        return "categorical"
    if all(map(_is_number, values)):
        return "numeric"
    if all(map(_is_date, values)):
        return "datetime"
    n_present = np.count_nonzero(dictionary.codes >= 0)
    is_unique = len(values) >= UNIQUE_SHARE * n_present and n_present >= MIN_VALUES
    if is_unique and all(isinstance(value, str) for value in values):
        return "drop"
    return "categorical"


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return NUMBER.fullmatch(value) is not None
    return isinstance(value, NUMBERS) and not isinstance(value, complex)


def _is_date(value: Any) -> bool:
    if isinstance(value, str):
        return DATE.fullmatch(value) is not None
    return isinstance(value, (date, np.datetime64)) or hasattr(value, "to_timestamp")
