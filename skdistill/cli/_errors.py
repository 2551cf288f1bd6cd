"""Errors that the user can mend: one line, and the exit code 2."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Iterator
from contextlib import contextmanager


class CommandError(Exception):
    """What is wrong with the command, and what to do about it."""


@contextmanager
def command_errors(*kinds: type[Exception], what: str = "") -> Iterator[None]:
    """Turn errors of some kinds into one line for the user.

    Parameters
    ----------
    *kinds : exception classes
    what : str, default=""
        What went wrong, where the error does not say it.
    """
    try:
        yield
    except kinds as error:
        message = getattr(error, "strerror", None) or str(error)
        one_line = " ".join(message.split()) or type(error).__name__
        raise CommandError(f"{what}{one_line}") from error
