"""Files that are there as a whole or not at all."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import os
from pathlib import Path
from uuid import uuid4

StrPath = str | os.PathLike[str]


def write_atomically(path: StrPath, content: bytes) -> None:
    """Write a file beside the place that it is for, then move it there.

    Parameters
    ----------
    path : str or path-like
    content : bytes

    Raises
    ------
    OSError
        If it cannot be written; what was there before still is.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
