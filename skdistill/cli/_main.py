"""main: from arguments to an exit code."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import os
import sys
import warnings
from collections.abc import Callable, Sequence

from skdistill.cli._arguments import make_parser
from skdistill.cli._commands import demo, distill, explain, predict, report
from skdistill.cli._errors import CommandError

COMMANDS: dict[str | None, Callable] = {
    "distill": distill,
    "distil": distill,
    "predict": predict,
    "report": report,
    "explain": explain,
    "demo": demo,
    None: demo,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    argv : sequence of str, default=None
        The arguments; None: those of the process.

    Returns
    -------
    code : int
        0, or 2 after an error that the user can mend, or 130 after an interrupt.
    """
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        try:
            args = make_parser().parse_args(argv)
            COMMANDS[args.command](args)
        except CommandError as error:
            print(f"skdistill: error: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            return 130
        except BrokenPipeError:
            # Whoever read the answers has enough of them.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _show_warning(message, category, filename, lineno, file=None, line=None):
    """A warning as one line, without the place in the code."""
    print(f"skdistill: warning: {message}", file=sys.stderr)
