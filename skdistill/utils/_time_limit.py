"""A limit to the time of a fit, of which all that is done within it can ask."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic

# Of the thread: fits in other threads and processes have their own.
_end: ContextVar[float] = ContextVar("end_of_time", default=inf)


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Limit the time of what is done meanwhile.

    Nothing is interrupted. Loops that can stop in an orderly way ask
    :func:`time_is_up`.

    Parameters
    ----------
    seconds : float or None
        From now on. None: there is no limit, whatever was set around.

    Examples
    --------
    >>> from skdistill.utils._time_limit import time_is_up, time_limit
    >>> with time_limit(1e-9):
    ...     time_is_up()
    True
    >>> time_is_up()
    False
    """
    token = _end.set(inf if seconds is None else monotonic() + seconds)
    try:
        yield
    finally:
        _end.reset(token)


def time_is_up() -> bool:
    """Whether the time of the fit that this is a part of is over."""
    return monotonic() > _end.get()
