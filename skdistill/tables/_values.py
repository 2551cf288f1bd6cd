"""One value of a table: is it missing, and what is it as a number, a time, a text?"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from datetime import date, datetime, time, timedelta
from math import nan
from numbers import Number
from typing import Any

import numpy as np

EPOCH = datetime(1970, 1, 1)
SECOND = np.timedelta64(1, "s")

# What counts as a number: amounts of time do, in seconds.
NUMBERS = (Number, np.bool_, timedelta, np.timedelta64, time)


def is_missing(value: Any) -> bool:
    """Whether a value is None, NaN, NaT or pandas' NA.

    Parameters
    ----------
    value : object

    Returns
    -------
    missing : bool

    Examples
    --------
    >>> from skdistill.tables._values import is_missing
    >>> [is_missing(value) for value in (None, float("nan"), 0.0, "")]
    [True, True, False, False]
    """
    if isinstance(value, (str, float)):
        return value != value
    # No pandas is needed to know its NA, which has no truth value.
    if value is None or type(value).__name__ == "NAType":
        return True
    return not np.ndim(value) and bool(value != value)


def to_number(value: Any) -> float:
    """Convert a value to a number.

    Parameters
    ----------
    value : object
        A number, a boolean, a string of a number, a duration, or a time of day.

    Returns
    -------
    number : float
        Durations are in seconds, times of day in seconds since midnight. NaN for a
        missing value.

    Raises
    ------
    TypeError, ValueError, OverflowError
        If the value is none of these, or too large.

    Examples
    --------
    >>> from datetime import timedelta
    >>> from skdistill.tables._values import to_number
    >>> [to_number(value) for value in (2, True, "1.5", None, timedelta(minutes=1))]
    [2.0, 1.0, 1.5, nan, 60.0]
    """
    if isinstance(value, (float, int, str)):
        return float(value)
    if is_missing(value):
        return nan
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, np.timedelta64):
        return float(value / SECOND)
    if isinstance(value, time):
        return to_seconds(datetime.combine(EPOCH, value))
    if isinstance(value, np.datetime64):
        raise TypeError("it must be a number, not a date")
    return float(value)


def to_seconds(value: Any) -> float:
    """Convert a date, or a date with a time, to seconds since 1970.

    Parameters
    ----------
    value : object
        Of Python, NumPy or pandas, or a string in ISO 8601 format. A time zone is left
        out: what counts is what the clock showed.

    Returns
    -------
    seconds : float
        NaN for a missing value.

    Raises
    ------
    TypeError, ValueError
        If the value is no date.

    Examples
    --------
    >>> from datetime import date
    >>> from skdistill.tables._values import to_seconds
    >>> to_seconds(date(1970, 1, 2)), to_seconds("1970-01-01T00:00:30+02:00")
    (86400.0, 30.0)
    """
    if is_missing(value):
        return nan
    if isinstance(value, np.datetime64):
        return float((value - np.datetime64(EPOCH)) / SECOND)
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    elif hasattr(value, "to_timestamp"):  # a period of pandas
        value = value.to_timestamp()
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - EPOCH).total_seconds()
    if isinstance(value, date):
        return (value - EPOCH.date()).total_seconds()
    raise TypeError(f"it must be a date, not {type(value).__name__}")


def to_text(value: Any) -> str:
    """Name a category by a text.

    Parameters
    ----------
    value : object
        Not missing.

    Returns
    -------
    text : str
        The same for equal numbers, and equal dates, of different types.

    Raises
    ------
    TypeError
        If nothing tells such values apart.

    Examples
    --------
    >>> from skdistill.tables._values import to_text
    >>> [to_text(value) for value in ("a", 7, 7.0, 0.5, True)]
    ['a', '7', '7', '0.5', '1']
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, NUMBERS) and not isinstance(value, complex):
        number = to_number(value)
        return str(int(number) if number.is_integer() else number)
    if isinstance(value, (date, np.datetime64)):
        return (EPOCH + timedelta(seconds=to_seconds(value))).isoformat(" ")
    of = type(value)
    if of.__hash__ is None or of.__repr__ is object.__repr__:
        raise TypeError(f"argument must be a string or a number, not {of.__name__}")
    return str(value)
