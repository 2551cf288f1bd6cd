"""One readable line, and one task for callbacks, for each stage of a fit."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from skdistill.utils._callbacks import fit_task


@contextmanager
def stage(owner: Any, what: str, part: Any = None) -> Iterator[None]:
    """Print what a stage of a fit was and how long it took, where that is wanted.

    Parameters
    ----------
    owner : estimator
        With the parameter `verbose`.
    what : str
        The stage, as a noun.
    part : estimator, default=None
        What is fitted in it.
    """
    start = perf_counter()
    with fit_task(owner, what, part):
        yield
    if owner.verbose:
        seconds = perf_counter() - start
        print(f"[{type(owner).__name__}] {what:.<60} {seconds:7.1f} s", flush=True)
