"""Tables of files: read, split into features and target, and written."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import sys
from contextlib import suppress
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdistill.cli._errors import CommandError
from skdistill.tables._values import to_seconds

SEPARATORS = ",;\t|"
# Whole numbers of more values are numbers to predict, those of fewer are classes.
MAX_CLASSES = 20


class Columns(NamedTuple):
    """Features and target of a table.

    Attributes
    ----------
    is_labeled : ndarray of bool of shape (n_rows,)
        Whether the target is there.
    X : DataFrame of shape (n_rows, n_features)
    y : Series of shape (n_rows,)
    """

    is_labeled: NDArray
    X: Any
    y: Any


def import_pandas() -> ModuleType:
    """Import pandas, which reads the files.

    Raises
    ------
    CommandError
        If it is not installed.
    """
    try:
        return import_module("pandas")
    except ImportError as error:
        raise CommandError(
            "tables are read by pandas, which is not installed: "
            "pip install 'skdistill[cli]'"
        ) from error


def read_table(path: str) -> Any:
    """Read a table of CSV, or of Parquet by its suffix.

    Parameters
    ----------
    path : str
        "-" is CSV on the standard input. The separator is the one of comma, semicolon,
        tab and bar that the first line has most of.

    Returns
    -------
    table : DataFrame

    Raises
    ------
    CommandError
        If there is no such file, or it holds no table, or one without rows.
    """
    pandas = import_pandas()
    try:
        if path != "-" and Path(path).suffix in {".parquet", ".pq"}:
            table = pandas.read_parquet(path)
        else:
            text = _read_text(path)
            first = text.split("\n", 1)[0]
            table = pandas.read_csv(
                StringIO(text), sep=max(SEPARATORS, key=first.count), low_memory=False
            )
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}.") from error
    except ImportError as error:
        raise CommandError(
            "Parquet is read by pyarrow: pip install 'skdistill[cli]'"
        ) from error
    # What is no table fails in the decoder, in pandas or in pyarrow, by many classes.
    except ValueError as error:
        reason = str(error).splitlines()[0]
        raise CommandError(f"{path} is no table of CSV or Parquet: {reason}") from error
    if not len(table):
        raise CommandError(f"{path} has no rows below its line of names.")
    return table


def _read_text(path):
    return sys.stdin.read() if path == "-" else Path(path).read_text("utf-8-sig")


def split_target(table: Any, target: str, path: str) -> Columns:
    """Split a table into features and target.

    Parameters
    ----------
    table : DataFrame
    target : str
        Name of the column to predict.
    path : str
        Where the table comes from, for errors.

    Returns
    -------
    columns : Columns

    Raises
    ------
    CommandError
        If there is no such column, no other, or no value in it.
    """
    names = [str(name) for name in table.columns]
    if target not in names:
        shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        raise CommandError(f"{path} has no column {target!r}; it has {shown}.")
    if len(names) == 1:
        raise CommandError(f"{path} has no column but {target!r} to learn from.")
    y = table[target]
    is_labeled = y.notna().to_numpy()
    if not is_labeled.any():
        raise CommandError(f"the column {target!r} of {path} is empty.")
    return Columns(is_labeled, table.drop(columns=target), y)


def guess_task(y: Any) -> str:
    """Return whether a target holds classes or numbers.

    Parameters
    ----------
    y : Series

    Returns
    -------
    task : {"classes", "numbers"}
        Fractions, and whole numbers of more than 20 values, are numbers.
    """
    if y.dtype.kind not in "fiu":
        return "classes"
    known = y.dropna().to_numpy()
    is_fraction = (known != known.astype(int)).any()
    return "numbers" if is_fraction or y.nunique() > MAX_CLASSES else "classes"


def dates_as_seconds(table: Any) -> Any:
    """Write dates as seconds since 1970, as scikit-learn's own classes take them.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    table : DataFrame
        Columns that hold dates alone, or texts of them in ISO 8601, became numbers.
    """
    table = table.copy()
    for name in table.select_dtypes(exclude=["number", "bool"]):
        if table[name].notna().any():
            with suppress(TypeError, ValueError):  # anything but dates stays
                table[name] = [to_seconds(value) for value in table[name]]
    return table


def prediction_table(model: Any, X: Any) -> Any:
    """Predict the rows of a table.

    Parameters
    ----------
    model : estimator
    X : DataFrame of shape (n_samples, n_features)

    Returns
    -------
    table : DataFrame
        The column "prediction", and one of probabilities for each class.
    """
    columns = {"prediction": np.asarray(model.predict(X))}
    if hasattr(model, "predict_proba"):
        proba = np.asarray(model.predict_proba(X))
        columns |= {
            f"probability_{label}": column
            for label, column in zip(model.classes_, proba.T, strict=True)
        }
    return import_pandas().DataFrame(columns)
