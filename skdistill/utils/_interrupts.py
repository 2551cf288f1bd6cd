"""Who handles Ctrl-C: the network that is being trained, or whoever trains it."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Of the thread, as warnings filters are not: fits in other threads do not see it.
_must_raise = ContextVar("interrupts_must_raise", default=False)


@contextmanager
def raise_interrupts() -> Iterator[None]:
    """Let an interrupted network raise, instead of keeping the weights that it has.

    A network that the user fits stops early on Ctrl-C, with a warning. Where it is one
    of many fits, the user means all of them.

    Examples
    --------
    >>> from skdistill.utils._interrupts import interrupts_must_raise, raise_interrupts
    >>> with raise_interrupts():
    ...     interrupts_must_raise()
    True
    >>> interrupts_must_raise()
    False
    """
    token = _must_raise.set(True)
    try:
        yield
    finally:
        _must_raise.reset(token)


def interrupts_must_raise() -> bool:
    """Whether a KeyboardInterrupt is for the caller of `fit`."""
    return _must_raise.get()
