"""What an encoder takes a column for: numbers, categories, dates, or identifiers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np

from skdistill.exceptions import ColumnKindWarning
from skdistill.tables._forms import Table
from skdistill.tables._stored import DateColumn, NumberColumn, StoredColumn
from skdistill.tables._values import NUMBERS
from skdistill.utils._warnings import warn_user

# What reading a value raises.
ERRORS = (TypeError, ValueError, OverflowError)

# What users might not expect of an encoder.
NOTES = {
    "drop": "are left out: their strings (almost) all differ, as identifiers and texts "
    "do.",
    "datetime": "hold dates. They become numbers: the seconds since 1970, the year, "
    "month, day, weekday and hour.",
}

# Strings are an identifier, or a text, where this share of them is unique, if there are
# as many of them as this.
UNIQUE_SHARE, MIN_VALUES = 0.95, 30

# Digits after a leading zero are a code, as of a place, and no number.
NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)?(?<=\d)(\.\d*)?([eE][+-]?\d+)?|[+-]?\.\d+")
DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")


def find_kinds(table: Table, given: Mapping = MappingProxyType({})) -> list[str]:
    """Find out what the columns of a table hold.

    Parameters
    ----------
    table : Table
    given : mapping of str, default={}
        What some of the columns hold, by their names, or positions if they have none.

    Returns
    -------
    kinds : list of str
        One of each column, as :func:`find_kind` returns them.

    Raises
    ------
    TypeError
        If a column has values that are neither strings nor numbers.
    """
    kinds = []
    for j, key in enumerate(table.keys()):
        with name_column(key):
            kinds.append(given.get(key) or find_kind(table.column(j)))
    return kinds


def warn_of_kinds(kinds: Mapping, given: Mapping, *surprising: str) -> None:
    """Warn of columns that users may want to handle themselves.

    Parameters
    ----------
    kinds : mapping of str
        What columns hold, by their names or positions.
    given : mapping of str
        What users told about some of them.
    *surprising : {"drop", "datetime"}
        Kinds to warn of.
    """
    for kind in surprising:
        found = [key for key in kinds if kinds[key] == kind and key not in given]
        if found:
            warn_user(
                f"The columns {found} {NOTES[kind]} The parameter `kinds` of "
                "TableEncoder tells it what columns hold, and silences this.",
                ColumnKindWarning,
            )


@contextmanager
def name_column(key: Any) -> Iterator[None]:
    """Name the column in errors about its values."""
    try:
        yield
    except ERRORS as error:
        raise named_error(error, key) from error


def named_error(error: Exception, key: Any) -> Exception:
    """Make an error that names the column that it is about."""
    return type(error)(f"Column {key!r}: {error}")


def find_kind(column: StoredColumn) -> str:
    """Find out what a column holds.

    Parameters
    ----------
    column : StoredColumn

    Returns
    -------
    kind : {"numeric", "categorical", "datetime", "drop"}
        Numbers may be booleans, durations, times of day, and strings of numbers.
        Dates may be strings in ISO 8601 format. "drop" is for strings that (almost) all
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
