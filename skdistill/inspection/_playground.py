"""The student in a page: its script, and the controls that move its features."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdistill.tables._forms import open_table
from skdistill.tables._kinds import ERRORS, find_kinds
from skdistill.tables._stored import StoredColumn
from skdistill.tables._values import to_text

# Test samples that can be chosen, and categories that a control offers.
N_SAMPLES, N_OPTIONS = 20, 50


class Playground(NamedTuple):
    """What a page needs for its student.

    Attributes
    ----------
    script : str
        In JavaScript: defines ``student``.
    data : str
        In JSON: what is predicted, columns with their controls, some test samples, and
        the teacher's predictions of these.
    """

    script: str
    data: str


def make_playground(
    student: Any, X: Any, teacher_columns: dict[str, NDArray]
) -> Playground | None:
    """Put a student into JavaScript, and some test samples beside it.

    Parameters
    ----------
    student : estimator
    X : array-like of shape (n_samples, n_features)
        Test samples.
    teacher_columns : dict of str to ndarray of shape (n_samples,)
        The teacher's predictions of these, by class or output.

    Returns
    -------
    playground : Playground or None
        None if the student, or samples of this kind, cannot be written in JavaScript.
    """
    from skdistill.export import to_javascript

    try:
        script = to_javascript(student)
        table = open_table(X)
        kinds = find_kinds(table)
    except ERRORS:
        return None
    described = [
        describe_column(str(key), kind, table.column(j))
        for j, (key, kind) in enumerate(zip(table.keys(), kinds, strict=True))
    ]
    columns = [column for column, _ in described]
    samples = list(zip(*(values for _, values in described), strict=True))
    teacher = np.column_stack(list(teacher_columns.values()))[:N_SAMPLES].tolist()
    data = {
        "outputs": [
            describe_output(name, values) for name, values in teacher_columns.items()
        ],
        "columns": columns,
        "samples": samples,
        "teacher": teacher,
    }
    # No text may end the script that the data are in.
    return Playground(script, json.dumps(data).replace("<", "\\u003c"))


def describe_output(name: str, values: NDArray) -> dict:
    """Describe what is predicted, with its range.

    Parameters
    ----------
    name : str
    values : ndarray of shape (n_samples,)

    Returns
    -------
    output : dict
    """
    low, high = float(values.min()), float(values.max())
    # A constant has no range to draw.
    return {"name": name, "low": low, "high": high if high > low else low + 1}


def describe_column(name: str, kind: str, column: StoredColumn) -> tuple[dict, list]:
    """Describe the control of a feature, and list its first values.

    Parameters
    ----------
    name : str
    kind : {"numeric", "datetime", "categorical", "drop"}
    column : StoredColumn

    Returns
    -------
    control : dict
        With the range of numbers, or the most frequent categories.
    values : list
        Of at most 20 samples. None where they are missing.
    """
    control: dict[str, Any] = {"name": name, "kind": kind}
    if kind == "drop":
        return control, [None] * min(N_SAMPLES, len(column.dictionary().codes))
    if kind == "categorical":
        stored = column.dictionary()
        texts = [*map(to_text, stored.values), None]
        counts = np.bincount(stored.codes % len(texts), minlength=len(texts))
        order = np.argsort(-counts, kind="stable")[:N_OPTIONS]
        shown = {texts[code] for code in stored.codes[:N_SAMPLES]}
        options = [texts[code] for code in order if counts[code]]
        control["options"] = list(dict.fromkeys([*options, *sorted(shown, key=str)]))
        return control, [texts[code] for code in stored.codes[:N_SAMPLES]]
    numbers = column.numbers() if kind == "numeric" else column.seconds()
    known = numbers[~np.isnan(numbers)]
    known = known if len(known) else np.zeros(1)
    control["min"], control["max"] = float(known.min()), float(known.max())
    if kind == "numeric" and (known == known.round()).all():
        control["step"] = 1
    return control, [None if x != x else float(x) for x in numbers[:N_SAMPLES]]
