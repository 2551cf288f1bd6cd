"""Each kind of node as statements and constants in C."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from functools import singledispatch

import numpy as np
from numpy.typing import ArrayLike

from skdistill.export._columns import (
    Column,
    ColumnSums,
    bin_limits,
    with_missing_bin,
)
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

# Samples that are taken together: weights, and trees, are then read from the cache.
# Trees are long, and what they give is short; of networks it is the other way around.
# All vectors of a block are on the stack, and not to be more than this many numbers.
NETWORK_BLOCK, TREE_BLOCK = 16, 512
BLOCK_SIZE = 2**13

# Of an array of constants.
NUMBERS_PER_LINE = 6

ACTIVATIONS = {"relu": "relu", "tanh": "hyperbolic_tangent", "logistic": "logistic"}


class Program:
    """What a graph becomes in C, node by node.

    Parameters
    ----------
    output : Node
        Without nodes that only the fused first layer has.
    dtype : dtype
        Precision of the weights.

    Attributes
    ----------
    constants, vectors, statements : list of str
        Definitions, declarations of the nodes' vectors, and calls of functions.
    functions : set of str
        Names of the functions called.
    result : str
        The vector of the output.
    block : int
        Number of samples that the vectors hold.
    """

    def __init__(self, output: Node, dtype: np.dtype) -> None:
        self.dtype = dtype
        self.constants: list[str] = []
        self.vectors: list[str] = []
        self.statements: list[str] = []
        self.functions: set[str] = set()
        nodes = list(walk(output))
        has_trees = any(isinstance(node, Trees) for node in nodes)
        most = TREE_BLOCK if has_trees else NETWORK_BLOCK
        size = sum(node.size for node in nodes if node.inputs)
        self.block = max(1, min(most, BLOCK_SIZE // size))
        self._names: dict[Node, str] = {}
        for node in nodes:
            self._names[node] = emit(node, self)
        self.result = self.real(output)

    def constant(self, label: str, values: ArrayLike, kind: str = "real") -> str:
        """Define an array, and return its name."""
        label = f"{label}_{len(self.constants) + 1}"
        values = np.ravel(values)
        if kind == "real":
            values = values.astype(self.dtype)
        suffix = "f" if values.dtype == np.float32 else ""
        # Unlike a format, str finds the shortest decimals for single precision.
        numbers = [f"{value!s}{suffix}" for value in values]
        lines = [
            ", ".join(numbers[start : start + NUMBERS_PER_LINE])
            for start in range(0, len(numbers), NUMBERS_PER_LINE)
        ]
        listed = ",\n    ".join(lines)
        self.constants.append(
            f"static const {kind} {label}[{len(values)}] = {{\n    {listed}\n}};"
        )
        return label

    def vector(self, size: int, kind: str = "real") -> str:
        """Declare a vector for each sample of a block, and return its name."""
        label = f"v{len(self.vectors) + 1}"
        self.vectors.append(f"{kind} {label}[{self.block * size}];")
        return label

    def call(self, function: str, *arguments: object, before: str = "") -> None:
        """Call a function of the file."""
        self.functions.add(function)
        self.statements.append(f"{before}{function}({', '.join(map(str, arguments))});")

    def name(self, node: Node) -> str:
        """The vector of a node: double for numbers as they come, otherwise real."""
        return self._names[node]

    def real(self, node: Node) -> str:
        """The vector of a node in the precision of the weights."""
        if not isinstance(node, (Encoded, Numbers, Scaled)) or self.dtype == np.float64:
            return self.name(node)
        vector = self.vector(node.size)
        self.call("to_real", self.name(node), f"n * {node.size}", vector)
        return vector

    def copy(self, node: Node) -> str:
        """A vector of a node's numbers, to be changed in place."""
        vector = self.vector(node.size)
        self.statements.append(
            f"memcpy({vector}, {self.real(node)}, n * {node.size} * sizeof(real));"
        )
        return vector

    def activate(self, vector: str, activation: str, n_blocks: int, size: int) -> None:
        """Apply the activation of a layer in place."""
        if activation == "softmax":
            self.call("softmax", vector, f"n * {n_blocks}", size)
        elif activation != "identity":
            self.call(ACTIVATIONS[activation], vector, f"n * {n_blocks * size}")


@singledispatch
def emit(node: Node, program: Program) -> str:
    """Add a node to a program, and return the name of its vector."""
    raise TypeError(f"{type(node).__name__} cannot be written in C.")


@emit.register
def _(node: Numbers, program: Program) -> str:
    return "x"


@emit.register
def _(node: Scaled, program: Program) -> str:
    center = program.constant("center", node.center, "double")
    scale = program.constant("scale", node.scale, "double")
    vector = program.vector(node.size, "double")
    source = program.name(node.source)
    program.call("scale", source, "n", node.size, center, scale, vector)
    return vector


@emit.register
def _(node: Encoded, program: Program) -> str:
    layout, step = node.layout, node.source.size
    vector, x = program.vector(node.size, "double"), program.name(node.source)
    program.statements.append(f"memset({vector}, 0, sizeof {vector});")

    def scatter(function, source, kind, values, places):
        if len(values):
            arrays = (
                program.constant("values", values, kind),
                program.constant("places", places, "size_t"),
            )
            size = len(values)
            program.call(function, source, "n", step, size, *arrays, node.size, vector)

    n_numbers = len(layout.fills)
    scatter("fill_gaps", x, "double", layout.fills, layout.number_positions)
    scatter("indicate_gaps", x, "size_t", layout.indicators, layout.indicator_positions)
    codes = f"{x} + {n_numbers}"
    scatter("one_hot", codes, "size_t", layout.n_codes, layout.code_positions)
    return vector


@emit.register
def _(node: ColumnSums, program: Program) -> str:
    vector, step = program.vector(node.size), node.source.size
    x = program.name(node.source)
    intercept = program.constant("intercept", node.intercept)
    program.call("repeat", intercept, "n", node.size, vector)
    numbers = [column for column in node.columns if len(column.anchors)]
    codes = node.columns[len(numbers) :]
    if numbers:
        tables = column_tables(program, numbers)
        program.call(
            "add_columns", x, "n", step, len(numbers), *tables, node.size, vector
        )
    if codes:
        first, values = bin_limits(codes), [column.values for column in codes]
        tables = (
            program.constant("first_row", first, "size_t"),
            program.constant("value", np.concatenate(values)),
        )
        x = f"{x} + {len(numbers)}"
        program.call("add_codes", x, "n", step, len(codes), *tables, node.size, vector)
    program.activate(vector, node.activation, node.n_blocks, node.size // node.n_blocks)
    return vector


def column_tables(program: Program, columns: Sequence[Column]) -> tuple[str, ...]:
    """Define the tables of columns of numbers, and return their names."""
    columns = [with_missing_bin(column) for column in columns]
    return (
        program.constant("first_bin", bin_limits(columns), "size_t"),
        program.constant(
            "anchor", np.concatenate([c.anchors for c in columns]), "double"
        ),
        program.constant("value", np.concatenate([c.values for c in columns])),
        program.constant("slope", np.concatenate([c.slopes for c in columns])),
    )


@emit.register
def _(node: Dense, program: Program) -> str:
    n_blocks, n_inputs, n_outputs = node.weights.shape
    source = program.real(node.source)
    weights = program.constant("weights", node.weights)
    intercept = program.constant("intercept", node.intercepts)
    vector = program.vector(node.size)
    step = n_inputs if node.source.size > n_inputs else 0
    size = node.source.size, n_inputs
    if n_blocks == 1:
        arguments = source, "n", *size, weights, intercept, n_outputs, vector, node.size
        program.call("dense", *arguments)
    else:
        program.call(
            "dense",
            f"{source} + b * {step}",
            "n",
            *size,
            f"{weights} + b * {n_inputs * n_outputs}",
            f"{intercept} + b * {n_outputs}",
            n_outputs,
            f"{vector} + b * {n_outputs}",
            node.size,
            before=f"for (size_t b = 0; b < {n_blocks}; b++)\n        ",
        )
    program.activate(vector, node.activation, n_blocks, n_outputs)
    return vector


@emit.register
def _(node: Trees, program: Program) -> str:
    table = lay_out(node.trees)
    missing_right = table.missing_right.astype(int)
    fields = table.threshold, table.feature, table.left, missing_right
    rows = zip(*fields, strict=True)
    nodes = np.array([f"{{{', '.join(map(str, row))}}}" for row in rows])
    constants = (
        program.constant("nodes", nodes, "tree_node"),
        program.constant("places", table.place, "int"),
        program.constant("roots", table.roots, "size_t"),
        program.constant("depths", table.depths, "int"),
        len(table.roots),
        program.constant("values", table.values),
    )
    vector = program.vector(node.size)
    source = program.name(node.source)
    size = node.source.size
    program.call("average_trees", source, "n", size, *constants, node.size, vector)
    return vector


@emit.register
def _(node: BlockMean, program: Program) -> str:
    vector = program.vector(node.size)
    source = program.real(node.source)
    program.call("average_blocks", source, "n", node.n_blocks, node.size, vector)
    return vector


@emit.register
def _(node: Mean, program: Program) -> str:
    vector = program.vector(node.size)
    size = f"n * {node.size}"
    program.statements.append(f"memset({vector}, 0, {size} * sizeof(real));")
    for source, weight in zip(node.sources, node.weights, strict=True):
        weight = f"(real){float(weight)}"
        program.call("add", program.real(source), size, weight, vector)
    return vector


@emit.register
def _(node: Mixture, program: Program) -> str:
    vector, shares = program.vector(node.size), program.real(node.shares)
    program.statements.append(f"memset({vector}, 0, n * {node.size} * sizeof(real));")
    for i, source in enumerate(node.sources):
        numbers = program.real(source), "n", node.size
        program.call("add_share", *numbers, f"{shares} + {i}", node.shares.size, vector)
    return vector


@emit.register
def _(node: Normalized, program: Program) -> str:
    vector = program.copy(node.source)
    program.call("normalize", vector, "n", node.size, f"(real){node.floor}")
    return vector


@emit.register
def _(node: Power, program: Program) -> str:
    vector = program.copy(node.source)
    program.call("raise_power", vector, "n", node.size, f"(real){node.exponent}")
    return vector


@emit.register
def _(node: Squashed, program: Program) -> str:
    vector = program.copy(node.source)
    program.call("squash", vector, f"n * {node.size}", f"(real){node.temperature}")
    return vector


@emit.register
def _(node: Logarithm, program: Program) -> str:
    vector = program.copy(node.source)
    program.call("logarithm", vector, f"n * {node.size}", f"(real){node.floor}")
    return vector


@emit.register
def _(node: Votes, program: Program) -> str:
    vector = program.copy(node.source)
    program.call("vote", vector, "n", node.size)
    return vector


@emit.register
def _(node: Joined, program: Program) -> str:
    vector, place = program.vector(node.size), 0
    for source in node.sources:
        to = f"{vector} + {place}"
        program.call("join", program.real(source), "n", source.size, to, node.size)
        place += source.size
    return vector


@emit.register
def _(node: Placed, program: Program) -> str:
    places = program.constant("places", node.places, "size_t")
    vector = program.vector(node.size)
    source = program.real(node.source)
    program.call("place", source, "n", node.source.size, places, node.size, vector)
    return vector
