"""Students in JavaScript: one script that needs nothing, for a page or for Node.js."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
import re
from base64 import b64encode
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from skdistill.export._columns import ColumnSums, bin_limits, fuse, with_missing_bin
from skdistill.export._graph import (
    BlockMean,
    Dense,
    Encoded,
    Graph,
    Joined,
    Logarithm,
    Mean,
    Mixture,
    Node,
    Normalized,
    Numbers,
    Placed,
    Power,
    Scaled,
    Squashed,
    Table,
    TableColumn,
    Trees,
    Votes,
    walk,
)
from skdistill.export._javascript_functions import CALLED, FUNCTIONS, READERS
from skdistill.export._readers import read_graph
from skdistill.export._trees import lay_out

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

DATE_PARTS = ("total_seconds", "year", "month", "day", "weekday", "hour")

TYPES = {"f4": "Float32Array", "f8": "Float64Array", "i4": "Int32Array"}

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


class Script:
    """What a graph becomes in JavaScript, node by node.

    Parameters
    ----------
    output : Node
    dtype : dtype
        Precision of the weights.

    Attributes
    ----------
    constants, statements : list of str
        Definitions of arrays, and of the nodes' vectors.
    functions : set of str
        Names of the functions called.
    result : str
        The vector of the output.
    """

    def __init__(self, output: Node, dtype: np.dtype):
        self.dtype = dtype
        self.constants: list[str] = []
        self.statements: list[str] = []
        self.functions: set[str] = set()
        self._names: dict[Node, str] = {}
        for node in walk(output):
            self._names[node] = emit(node, self)
        self.result = self._names[output]

    def constant(self, values: ArrayLike, dtype: Any = None) -> str:
        """Define an array of integers, or of the weights' precision, by its bytes."""
        values = np.ravel(values)
        is_real = values.dtype.kind == "f"
        values = values.astype(dtype or (self.dtype if is_real else np.int32))
        code = values.dtype.str[1:]
        packed = b64encode(values.astype(f"<{code}").tobytes()).decode("ascii")
        label = f"c{len(self.constants) + 1}"
        self.constants.append(f'const {label} = unpack({TYPES[code]}, "{packed}");')
        return label

    def call(self, function: str, *arguments: object) -> str:
        """Define a vector by a call of a function of the script, and return its name.

        Nodes stand for their vectors, and arrays for constants.
        """
        self.functions.add(function)
        label = f"v{len(self.statements) + 1}"
        listed = ", ".join(map(self._argument, arguments))
        self.statements.append(f"const {label} = {function}({listed});")
        return label

    def activated(self, vector: str, activation: str, n_blocks: int) -> str:
        """Apply the activation of a layer."""
        if activation == "identity":
            return vector
        return self.call(activation, vector, n_blocks)

    def _argument(self, value):
        if isinstance(value, Node):
            return self._names[value]
        return self.constant(value) if isinstance(value, np.ndarray) else str(value)


@singledispatch
def emit(node: Node, script: Script) -> str:
    """Add a node to a script, and return the name of its vector."""
    raise TypeError(f"{type(node).__name__} cannot be written in JavaScript.")


@emit.register
def _(node: Numbers, script: Script) -> str:
    return "x"


@emit.register
def _(node: Scaled, script: Script) -> str:
    return script.call("scaled", node.source, node.center, node.scale)


@emit.register
def _(node: Encoded, script: Script) -> str:
    layout = node.layout
    return script.call(
        "encoded",
        node.source,
        node.size,
        script.constant(layout.fills, np.float64),
        layout.number_positions,
        layout.indicators,
        layout.indicator_positions,
        layout.n_codes,
        layout.code_positions,
    )


@emit.register
def _(node: ColumnSums, script: Script) -> str:
    numbers = [column for column in node.columns if len(column.anchors)]
    codes = node.columns[len(numbers) :]
    vector = f"Float64Array.from({script.constant(node.intercept)})"
    if numbers:
        tables = [with_missing_bin(column) for column in numbers]
        anchors = np.concatenate([column.anchors for column in tables])
        vector = script.call(
            "addColumns",
            node.source,
            vector,
            bin_limits(tables),
            script.constant(anchors, np.float64),
            np.concatenate([column.values for column in tables]),
            np.concatenate([column.slopes for column in tables]),
        )
    if codes:
        values = np.concatenate([column.values for column in codes])
        source = f"x.subarray({len(numbers)})"
        vector = script.call("addCodes", source, vector, bin_limits(codes), values)
    return script.activated(vector, node.activation, node.n_blocks)


@emit.register
def _(node: Dense, script: Script) -> str:
    n_blocks, n_inputs, _ = node.weights.shape
    arguments = node.weights, node.intercepts, n_blocks, n_inputs
    vector = script.call("dense", node.source, *arguments)
    return script.activated(vector, node.activation, n_blocks)


@emit.register
def _(node: Trees, script: Script) -> str:
    table = lay_out(node.trees)
    threshold = script.constant(table.threshold, np.float32)
    arrays = table.left, table.missing_right, table.place, table.values
    arguments = node.size, table.roots, table.feature, threshold, *arrays
    return script.call("averageTrees", node.source, *arguments)


@emit.register
def _(node: BlockMean, script: Script) -> str:
    return script.call("averageBlocks", node.source, node.n_blocks)


@emit.register
def _(node: Mean, script: Script) -> str:
    return script.call("mixed", node.weights, *node.sources)


@emit.register
def _(node: Mixture, script: Script) -> str:
    return script.call("mixed", node.shares, *node.sources)


@emit.register
def _(node: Normalized, script: Script) -> str:
    return script.call("normalized", node.source, float(node.floor))


@emit.register
def _(node: Power, script: Script) -> str:
    return script.call("raised", node.source, float(node.exponent))


@emit.register
def _(node: Squashed, script: Script) -> str:
    return script.call("squashed", node.source, float(node.temperature))


@emit.register
def _(node: Logarithm, script: Script) -> str:
    return script.call("logarithm", node.source, float(node.floor))


@emit.register
def _(node: Votes, script: Script) -> str:
    return script.call("votes", node.source)


@emit.register
def _(node: Joined, script: Script) -> str:
    return script.call("joined", *node.sources)


@emit.register
def _(node: Placed, script: Script) -> str:
    return script.call("placed", node.source, node.places, node.length)
