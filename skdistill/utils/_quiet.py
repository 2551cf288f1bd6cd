"""Silence for warnings that say nothing to a user, without a trace in other threads."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet(message: str) -> Iterator[None]:
    """Ignore warnings that begin with a message, in the main thread.

    The filters are the process's: two threads that change them and put them back in
    turn leave them changed. So other threads leave them alone, and may warn.

    Parameters
    ----------
    message : str
        A regular expression, as of :func:`warnings.filterwarnings`.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message)
        yield
