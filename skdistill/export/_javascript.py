"""Students in JavaScript: one script that needs nothing, for a page or for Node.js."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
import re
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from skdistill.export._columns import fuse
from skdistill.export._graph import Graph, Table, TableColumn
from skdistill.export._javascript_functions import CALLED, FUNCTIONS, READERS
from skdistill.export._javascript_nodes import Script
from skdistill.export._readers import read_graph

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

DATE_PARTS = ("total_seconds", "year", "month", "day", "weekday", "hour")

SCRIPT = """\
/* A student, written by skdistill.export.to_javascript.

   {what}. A sample is an
   array of values in the order of {name}.features, or an object that has them by name.

   The functions are a part of skdistill. Copyright (c) the skdistill developers,
   SPDX-License-Identifier: BSD-3-Clause. The numbers are those of the student. */
const {name} = (() => {{
"use strict";

const features = {features};
const columns = [
    {columns},
];
const LARGEST = {largest}, MAY_BE_MISSING = {may_be_missing};
{functions}
{constants}

function outputsOf(sample) {{
    const x = inputsOf(sample);
    {statements}
    return Array.from({result});
}}
{interface}
}})();
if (typeof module === "object") module.exports = {name};
"""

CLASSIFIER = """
const classes = {classes};
const predictProba = outputsOf;

function predict(sample) {{
    const proba = predictProba(sample);
    return classes[proba.indexOf(Math.max(...proba))];
}}

return {{ features, classes, predictProba, predict }};"""

REGRESSOR = """
function predict(sample) {{
    const numbers = outputsOf(sample);
    return numbers.length === 1 ? numbers[0] : numbers;
}}

return {{ features, predict }};"""


def to_javascript(student: BaseEstimator, *, name: str = "student") -> str:
    """Write a student as a script in JavaScript, for a web page or for Node.js.

    Read more in the :ref:`User Guide <export>`.

    Parameters
    ----------
    student : classifier or regressor
        Fitted, and of a kind that :func:`to_c` writes.
    name : str, default="student"
        Of the constant that the script defines. It has the functions `predictProba`
        and `predict` of one sample, and the arrays `features` and `classes`. Of a
        regressor it has `predict` and `features`.

    Returns
    -------
    script : str
        In ASCII. It may stand in a ``<script>`` element, whatever names it holds. For
        Node.js it is a CommonJS module.

    Raises
    ------
    TypeError
        If the student is of another kind.
    ValueError
        If the name is no identifier.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdistill import SoftmaxMLPClassifier
    >>> from skdistill.export import to_javascript
    >>> student = SoftmaxMLPClassifier(random_state=0).fit(*load_iris(return_X_y=True))
    >>> "const predictProba" in to_javascript(student)
    True
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"name must be an identifier, got {name!r}.")
    return javascript_source(read_graph(student), name)


def javascript_source(graph: Graph, name: str) -> str:
    """Write a graph in JavaScript.

    Parameters
    ----------
    graph : Graph
    name : str
        An identifier.

    Returns
    -------
    script : str
        In ASCII.
    """
    script = Script(fuse(graph.output), graph.dtype)
    signature, numbers = graph.signature, graph.numbers
    names = signature.feature_names or [f"x{i}" for i in range(signature.n_features)]
    columns = [TableColumn("numeric")] * len(names)
    if isinstance(numbers, Table):
        columns = [*numbers.columns]
    largest = np.finfo(np.float32 if graph.takes_single else np.float64).max
    called = script.functions | {CALLED.get(key) for key in script.functions}
    return SCRIPT.format(
        name=name,
        features=literal([str(feature) for feature in names]),
        columns=",\n    ".join(map(write_column, columns)),
        largest=float(largest),
        may_be_missing=literal(graph.may_be_missing),
        functions=READERS + "".join(FUNCTIONS[k] for k in FUNCTIONS if k in called),
        constants="\n".join(script.constants),
        statements="\n    ".join(script.statements),
        result=script.result,
        **_interface(name, signature.classes),
    )


def _interface(name, classes):
    """What a script offers: probabilities and labels, or numbers."""
    if classes is None:
        what = f"{name}.predict(sample) gives a number, or an array of several outputs"
        return {"what": what, "interface": REGRESSOR.format()}
    what = f"{name}.predictProba(sample) gives the probabilities of {name}.classes"
    script = CLASSIFIER.format(classes=literal(classes.tolist()))
    return {"what": what, "interface": script}


def literal(value: Any) -> str:
    """A value as a literal that can be nothing else, in whatever page it stands.

    Parameters
    ----------
    value : object
        Strings, numbers, booleans, or lists of these; others become strings.

    Returns
    -------
    literal : str
        In ASCII.

    Examples
    --------
    >>> from skdistill.export._javascript import literal
    >>> print(literal(["</script>", 0.5, True]))
    ["\\u003c/script>", 0.5, true]
    """
    return json.dumps(value, default=str).replace("<", "\\u003c")


def write_column(column: TableColumn) -> str:
    """How a column's values are read: its kind, and what its reader needs."""
    arguments = [literal(column.kind)]
    if column.kind == "datetime":
        arguments.append(literal([DATE_PARTS.index(part) for part in column.parts]))
    elif column.kind == "categorical":
        codes = literal([*column.codes.items()])
        arguments += [f"new Map({codes})", str(column.missing), str(column.rare)]
    return f"[{', '.join(arguments)}]"
