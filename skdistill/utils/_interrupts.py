"""Who handles Ctrl-C: the estimator that is being trained, or whoever trains it."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Of the thread, as warnings filters are not: fits in other threads do not see it.
_must_raise = ContextVar("interrupts_must_raise", default=False)


@contextmanager
def raise_interrupts() -> Iterator[None]:
    """Let an interrupted estimator raise, instead of keeping the weights that it has.

    A network that the user fits stops early on Ctrl-C, with a warning. Where it is one
    of many fits, the user means all of them. Networks of this package raise at once;
    for those that do not, such as scikit-learn's, the interrupt is raised at the end.

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
        with _noticed_interrupts() as interrupts:
            yield
        if interrupts:
            raise KeyboardInterrupt
    finally:
        _must_raise.reset(token)


@contextmanager
def _noticed_interrupts() -> Iterator[list]:
    """Note every KeyboardInterrupt that a signal raises, whoever handles it."""
    noticed: list[KeyboardInterrupt] = []
    handle = signal.getsignal(signal.SIGINT)
    # Python sets handlers, and runs them, in the main thread only.
    if threading.current_thread() is not threading.main_thread() or not callable(
        handle
    ):
        yield noticed
        return

    def note(signum, frame):
        try:
            handle(signum, frame)
        except KeyboardInterrupt as interrupt:
            noticed.append(interrupt)
            raise

    signal.signal(signal.SIGINT, note)
    try:
        yield noticed
    finally:
        signal.signal(signal.SIGINT, handle)


def interrupts_must_raise() -> bool:
    """Whether a KeyboardInterrupt is for the caller of `fit`."""
    return _must_raise.get()
