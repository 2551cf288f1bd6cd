"""One BLAS thread for products that are too small to share."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let matrix products run on one thread meanwhile.

    The products of a batch take microseconds. To wake a second thread for each takes
    longer, and on a busy machine, where threads wait for one another, many times so.

    Most BLAS libraries have one setting for the whole process. Where several threads
    are in such contexts, the first to come changes it, and the last to go restores it.
    Libraries that OpenMP runs have a setting for each thread.
    """
    token = object()
    try:
        _enter(token)
        yield
    finally:
        try:
            _leave(token)
        except BaseException:  # Ctrl-C, of which there may be one at a time
            _leave(token)
            raise


class _Limit:
    """Some libraries' numbers of threads: one, as long as any token is inside.

    Attributes
    ----------
    inside : dict of object to int
        Identifier of the thread that each token came in with.
    changed : list of (library, int)
        What was changed to one, and the number that it was before.
    """

    def __init__(self) -> None:
        self.inside: dict[object, int] = {}
        self.changed: list[tuple[Any, int]] = []

    def enter(self, token: object, libraries: list) -> None:
        self.inside[token] = threading.get_ident()
        for library in libraries:
            n_threads = library.get_num_threads()
            if n_threads not in (None, 1):
                # Noted first, so that an interrupt cannot come between.
                self.changed.append((library, n_threads))
                library.set_num_threads(1)
                _give_up_control(library)

    def leave(self, token: object) -> None:
        self.inside.pop(token, None)
        while self.changed and not self.inside:
            library, n_threads = self.changed[-1]
            # Another number is from somebody else, and theirs to restore.
            if library.get_num_threads() == 1:
                library.set_num_threads(n_threads)
            _give_up_control(library)
            self.changed.pop()


class _ThreadLimit(threading.local, _Limit):
    """A limit of its own for each thread."""


# A fork waits for the lock, so that the child finds all in order.
_lock = threading.RLock()
_process_limit = _Limit()
_thread_limit = _ThreadLimit()


def _enter(token: object) -> None:
    of_threads, of_process = _libraries()
    with _lock:
        _thread_limit.enter(token, of_threads)
        _process_limit.enter(token, of_process)


def _leave(token: object) -> None:
    with _lock:
        _thread_limit.leave(token)
        _process_limit.leave(token)


@cache
def _libraries() -> tuple[list, list]:
    """BLAS libraries with a setting for each thread, and those with one for all.

    To look for loaded libraries takes milliseconds, to use what was found very little.
    """
    blas = ThreadpoolController().select(user_api="blas").lib_controllers
    layers = [getattr(library, "threading_layer", None) for library in blas]
    of_threads = [b for b, layer in zip(blas, layers, strict=True) if layer == "openmp"]
    return of_threads, [b for b in blas if b not in of_threads]


def _give_up_control(library: Any) -> None:
    """From threadpoolctl 3.8 on, the first thread that sets a number owns the library.

    Nobody else can set it then, until that thread gives it up.
    """
    give_up = getattr(library, "clear_controlling_thread", None)
    if give_up is not None:
        give_up()


def _after_fork_in_child() -> None:
    """Forget the tokens of threads that the child does not have."""
    global _lock
    _lock = threading.RLock()
    here, inside = threading.get_ident(), _process_limit.inside
    _process_limit.inside = {token: at for token, at in inside.items() if at == here}
    _leave(object())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=lambda: _lock.acquire(),
        after_in_parent=lambda: _lock.release(),
        after_in_child=_after_fork_in_child,
    )
