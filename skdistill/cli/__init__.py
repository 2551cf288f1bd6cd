"""The command line: from a file with a table to a small model, and to its answers.

It is written over the public names of this package alone. Results go to the standard
output, progress and warnings to the standard error; the exit code is 0, or 2 for what
the user can mend.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.cli._main import main

__all__ = ["main"]
