"""The nodes of a graph in JavaScript: each becomes a call, with constants by bytes."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from base64 import b64encode
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from skdistill.export._columns import ColumnSums, bin_limits, with_missing_bin
from skdistill.export._graph import (
    BlockMean,
    Dense,
    Encoded,
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
    Trees,
    Votes,
    walk,
)
from skdistill.export._trees import lay_out

TYPES = {"f4": "Float32Array", "f8": "Float64Array", "i4": "Int32Array"}


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

    def __init__(self, output: Node, dtype: np.dtype) -> None:
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
