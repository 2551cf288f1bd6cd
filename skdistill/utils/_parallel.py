"""Calls in parallel, whose warnings are those of the process that waits for them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable, Iterable
from typing import Any

from sklearn.utils.parallel import Parallel, delayed

from skdistill.utils._warnings import keep_warnings, warn_user


def call_each(
    function: Callable[..., Any], calls: Iterable[tuple], n_jobs: int | None = None
) -> list:
    """Call a function with each of several lists of arguments.

    What they tell by :func:`warn_user` is told here, about the user's line, and each
    message once. A worker knows no such line, nor what others have told.

    Parameters
    ----------
    function : callable
    calls : iterable of tuple
        The arguments.
    n_jobs : int, default=None
        Calls at a time.

    Returns
    -------
    results : list
        In the order of the calls.

    Examples
    --------
    >>> from skdistill.utils._parallel import call_each
    >>> call_each(max, [(1, 2), (4, 3)])
    [2, 4]
    """
    results = Parallel(n_jobs=n_jobs)(
        delayed(_call)(function, arguments) for arguments in calls
    )
    told = {message: kept[message] for _, kept in results for message in kept}
    for message, category in told.items():
        warn_user(message, category)
    return [result for result, _ in results]


def _call(function, arguments):
    with keep_warnings() as kept:
        return function(*arguments), kept
