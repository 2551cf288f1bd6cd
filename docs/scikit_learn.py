"""Extension of Sphinx: links into scikit-learn's documentation, without a network.

Its addresses follow from the names. So the inventory that `sphinx.ext.intersphinx`
would fetch is written here, from the scikit-learn that is installed.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import re
import zlib
from pathlib import Path

from sklearn import base
from sklearn.utils.discovery import all_displays, all_estimators, all_functions

ADDRESS = "https://scikit-learn.org/stable"
BASES = [base.BaseEstimator, base.ClassifierMixin, base.RegressorMixin]
HEADER = """\
# Sphinx inventory version 2
# Project: scikit-learn
# Version: stable
# The remainder of this file is compressed using zlib.
"""


def public_name(thing):
    """Name by which users import a class or a function, such as sklearn.svm.SVC."""
    return f"{re.sub(r'[.]_.*', '', thing.__module__)}.{thing.__name__}"


def write_inventory(path):
    """Write the inventory of scikit-learn's public classes and functions to a file."""
    named = [*all_estimators(), *all_displays()]
    classes = [*BASES, *(found for _, found in named)]
    functions = [found for _, found in all_functions()]
    lines = [
        f"{name} py:{role} 1 modules/generated/{name}.html#$ -\n"
        for role, things in (("class", classes), ("function", functions))
        for name in map(public_name, things)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(HEADER.encode() + zlib.compress("".join(lines).encode()))


def setup(app):
    app.setup_extension("sphinx.ext.intersphinx")
    inventory = Path(app.doctreedir) / "scikit_learn.inv"
    write_inventory(inventory)
    app.config.intersphinx_mapping["sklearn"] = (ADDRESS, str(inventory))
    return {"parallel_read_safe": True}
