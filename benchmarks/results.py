"""Results of benchmarks as files, from which all pages take their figures.

A file holds tables, single figures, and what they depend on: the command, the date, the
machine, the versions of libraries, and digests of the defaults that were measured.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
import os
import platform
import shlex
import sys
from datetime import date
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from inspect import signature
from pathlib import Path

import numpy as np

import skdistill
from benchmarks.internals import DEFAULTS

RESULTS = Path(__file__).parent / "results"

MINUS = "\N{MINUS SIGN}"

LIBRARIES = ("scikit-learn", "numpy", "scipy", "lightgbm", "onnxruntime", "torch")


class Table:
    """Numbers by row and column, which text, files and pages show alike.

    Parameters
    ----------
    columns : dict of str to str
        By title, how `str.format` writes a cell: "{:.3f}", or "{:.0f} / {:.1f}" for a
        cell of two numbers.
    rows : dict of str to list, default=None
        By name, a cell for each column: a number, several, a text, or None.
    """

    def __init__(self, columns, rows=None):
        self.columns = dict(columns)
        self.rows = dict(rows or {})

    def add(self, name, *cells):
        """Add a row."""
        self.rows[name] = [_plain(cell) for cell in cells]

    def texts(self):
        """Titles and rows as they are shown, each a list of str.

        Returns
        -------
        lines : list of list of str
        """
        lines = [
            [name, *map(_text, self.columns.values(), cells)]
            for name, cells in self.rows.items()
        ]
        return [["", *self.columns], *lines]

    def __str__(self):
        lines = self.texts()
        first, *others = (max(map(len, column)) for column in zip(*lines, strict=True))
        return "\n".join(
            name.ljust(first)
            + "".join(
                cell.rjust(width + 2) for cell, width in zip(cells, others, strict=True)
            )
            for name, *cells in lines
        )


def write_result(name, tables, *, defaults=(), figures=None):
    """Write what the command that runs now has measured.

    Parameters
    ----------
    name : str
        Of the file ``results/NAME.json``.
    tables : dict of str to Table
    defaults : sequence of str
        Names in DEFAULTS: on what the results depend.
    figures : dict of str to float, default=None
        Single numbers that sentences quote.
    """
    result = {
        "command": _command(),
        "date": date.today().isoformat(),
        "machine": f"{platform.machine()}, {platform.system()}, {os.cpu_count()} cores",
        "versions": _versions(),
        "defaults": {part: digest(part) for part in defaults},
        "figures": {key: _plain(value) for key, value in (figures or {}).items()},
        "tables": {key: vars(table) for key, table in tables.items()},
    }
    text = json.dumps(result, indent=1, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def read_result(name):
    """Read a result, its tables as such.

    Parameters
    ----------
    name : str

    Returns
    -------
    result : dict
    """
    result = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    result["tables"] = {key: Table(**part) for key, part in result["tables"].items()}
    return result


def digest(part):
    """Digest of defaults, the same on each version of Python and of libraries.

    Parameters
    ----------
    part : str
        A name in DEFAULTS.

    Returns
    -------
    digest : str
    """
    values = [
        _parameters(value) if callable(value) else value for value in DEFAULTS[part]
    ]
    return sha256(repr(values).encode()).hexdigest()[:12]


def outdated(result):
    """Names of the defaults that have changed since a result was measured."""
    return [part for part, known in result["defaults"].items() if digest(part) != known]


def _parameters(estimator):
    """Parameters of an estimator that are on by default, with their values.

    So a new parameter that is off by default makes no result an old one.
    """
    parameters = signature(estimator).parameters.items()
    return [(name, p.default) for name, p in parameters if p.default]


def _command():
    """The command that runs, without the place of the data."""
    words = sys.argv[1:]
    if "--data" in words:
        words[words.index("--data") + 1] = "FOLDER"
    return shlex.join(["python", "-m", f"benchmarks.{Path(sys.argv[0]).stem}", *words])


def _versions():
    found = {
        "python": platform.python_version(),
        "skdistill": skdistill.__version__,
    }
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def _plain(value):
    """A cell as what JSON holds, floats to six digits."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(part) for part in value]
    value = value.item() if hasattr(value, "item") else value
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _text(template, cell):
    """A cell as it is shown."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    text = template.format(*(cell if isinstance(cell, list) else [cell]))
    return text.replace("-", MINUS)
