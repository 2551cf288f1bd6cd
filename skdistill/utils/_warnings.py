"""Warnings that point at the line of the user, not into a package."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import sys
import warnings

# Packages whose lines tell a user nothing.
PACKAGES = {"skdistill", "sklearn", "joblib"}


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
    frame, stacklevel = sys._getframe(1), 2
    while frame.f_back and _package(frame) in PACKAGES:
        frame, stacklevel = frame.f_back, stacklevel + 1
    warnings.warn(message, category, stacklevel=stacklevel)


def _package(frame):
    return frame.f_globals.get("__name__", "").partition(".")[0]
