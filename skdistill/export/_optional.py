"""Optional packages, imported where they are used."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from importlib import import_module
from types import ModuleType


def import_optional(name: str) -> ModuleType:
    """Import a package of the extra "export".

    Parameters
    ----------
    name : str

    Returns
    -------
    module : module

    Raises
    ------
    ImportError
        If it is not installed; the message says how to install it.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(
            f"This needs the package {name}: pip install 'skdistill[export]'"
        ) from error
