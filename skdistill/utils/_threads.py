"""One BLAS thread for products that are too small to share."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from contextlib import contextmanager
from functools import cache
from threading import Lock

from threadpoolctl import ThreadpoolController


@contextmanager
def one_blas_thread():
    """Let matrix products run on one thread meanwhile.

    The products of a batch take microseconds: waking a second thread for each takes
    longer, and on a busy machine, where threads wait for one another, many times so.
    The setting is the process's. So where several threads are in such contexts, the
    first to come sets it, and the last to go puts it back.
    """
    _limit.enter()
    try:
        yield
    finally:
        _limit.leave()


class _SharedLimit:
    def __init__(self):
        self.lock, self.n_inside, self.limiter = Lock(), 0, None

    def enter(self):
        with self.lock:
            if not self.n_inside:
                self.limiter = _controller().limit(limits=1, user_api="blas")
            self.n_inside += 1

    def leave(self):
        with self.lock:
            self.n_inside -= 1
            if not self.n_inside:
                self.limiter.restore_original_limits()


_limit = _SharedLimit()


@cache
def _controller():
    # Looking for the loaded libraries takes milliseconds, using what was found little.
    return ThreadpoolController()
