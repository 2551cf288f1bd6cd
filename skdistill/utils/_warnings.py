"""Warnings: point at the user's line, once, or later, and ignore some."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from types import FrameType

# Packages whose lines tell a user nothing.
PACKAGES = {"skdistill", "sklearn", "joblib", "contextlib"}

# What has been told already, where it is to be told once.
_told: ContextVar[set[str] | None] = ContextVar("told", default=None)

# What is to be told later, by message, where that is so.
_kept: ContextVar[dict[str, type[Warning]] | None] = ContextVar("kept", default=None)


def warn_user(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn about the user's line that led here.

    Parameters
    ----------
    message : str
    category : type of Warning, default=UserWarning

    Examples
    --------
    >>> import warnings
    >>> from skdistill.utils._warnings import warn_user
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     warn_user("Look here.")
    >>> caught[0].filename == warn_user.__code__.co_filename
    False
    """
    kept, told = _kept.get(), _told.get()
    if kept is not None:
        kept[message] = category
        return
    if told is not None:
        if message in told:
            return
        told.add(message)
    frame, stacklevel = sys._getframe(1), 2
    while frame.f_back and _package(frame) in PACKAGES:
        frame, stacklevel = frame.f_back, stacklevel + 1
    warnings.warn(message, category, stacklevel=stacklevel)


@contextmanager
def tell_once() -> Iterator[None]:
    """Let :func:`warn_user` tell the same only once meanwhile, in this thread.

    Parts of a model that are fitted alike, to fold after fold, have the same to tell.

    Examples
    --------
    >>> import warnings
    >>> from skdistill.utils._warnings import tell_once, warn_user
    >>> with warnings.catch_warnings(record=True) as caught, tell_once():
    ...     warnings.simplefilter("always")
    ...     for _ in range(3):
    ...         warn_user("Look here.")
    >>> len(caught)
    1
    """
    if _told.get() is not None:
        yield
        return
    token = _told.set(set())
    try:
        yield
    finally:
        _told.reset(token)


@contextmanager
def keep_warnings() -> Iterator[dict[str, type[Warning]]]:
    """Let :func:`warn_user` tell nothing meanwhile, but keep it, in this thread.

    Yields
    ------
    kept : dict of str to type of Warning
        The categories, by message.

    Examples
    --------
    >>> from skdistill.utils._warnings import keep_warnings, warn_user
    >>> with keep_warnings() as kept:
    ...     warn_user("Look here.")
    >>> kept
    {'Look here.': <class 'UserWarning'>}
    """
    kept: dict[str, type[Warning]] = {}
    token = _kept.set(kept)
    try:
        yield kept
    finally:
        _kept.reset(token)


def _package(frame: FrameType) -> str:
    """The package that a frame's function is from."""
    return frame.f_globals.get("__name__", "").partition(".")[0]


@contextmanager
def ignore_warnings(
    message: str = "", category: type[Warning] = Warning
) -> Iterator[None]:
    """Ignore some warnings meanwhile, in a way that is safe in threads.

    Where contexts of :class:`warnings.catch_warnings` overlap in time, the last one
    leaves behind the filters of another. This one adds a filter and removes it again,
    whatever other threads do with theirs.

    Parameters
    ----------
    message : str, default=""
        A regular expression for the beginning of the message.
    category : type of Warning, default=Warning

    Examples
    --------
    >>> import warnings
    >>> from skdistill.utils._warnings import ignore_warnings
    >>> with ignore_warnings("Nobody"):
    ...     warnings.warn("Nobody wants to know this.")
    """
    entry = ("ignore", re.compile(message, re.IGNORECASE), category, None, 0)
    before: list = warnings.filters
    try:
        before.insert(0, entry)
        yield
    finally:
        # Another thread may have put a copy of the list in its place.
        now = warnings.filters
        for filters in [before] if now is before else [before, now]:
            with suppress(ValueError):
                filters.remove(entry)
