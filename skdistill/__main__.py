"""``python -m skdistill``: the command line."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
