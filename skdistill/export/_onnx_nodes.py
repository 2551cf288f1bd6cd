"""Each kind of node as nodes of ONNX.

All operators are those of opset 13 that later ones have not changed.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from functools import singledispatch
from itertools import count
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from skdistill.export._graph import (
    BlockMean,
    Dense,
    Encoded,
    Foreign,
    Graph,
    Joined,
    Logarithm,
    Mean,
    Mixture,
    Node,
    Normalized,
    Numbers,
    PiecewiseLinear,
    Placed,
    Power,
    Scaled,
    Squashed,
    Trees,
    Votes,
    walk,
)
from skdistill.export._onnx_tables import DOUBLE, FLOAT, ML_DOMAIN, encode
from skdistill.export._onnx_trees import tree_attributes

ACTIVATIONS = {"relu": "Relu", "tanh": "Tanh", "logistic": "Sigmoid"}

ELEMENT_TYPES = {np.dtype(np.float32): FLOAT, np.dtype(np.float64): DOUBLE}


class OnnxNode(NamedTuple):
    """What a node of ONNX is made of."""

    operator: str
    inputs: list[str]
    output: str
    domain: str
    attributes: dict[str, Any]


class Precision(NamedTuple):
    """Types of the numbers of a sample, and of the weights."""

    numbers: np.dtype
    weights: np.dtype

    @classmethod
    def of(cls, graph: Graph) -> "Precision":
        """Single, unless weights are double, numbers are scaled, or there are dates."""
        nodes = list(walk(graph.output))
        weights = [node.weights for node in nodes if isinstance(node, Dense)]
        dtype = np.result_type(np.float32, *weights)
        columns = getattr(graph.numbers, "columns", ())
        has_dates = any(column.kind == "datetime" for column in columns)
        is_scaled = any(isinstance(node, Scaled) for node in nodes)
        return cls(np.dtype(np.float64) if is_scaled or has_dates else dtype, dtype)


class OnnxProgram:
    """What a graph becomes in ONNX, node by node.

    Parameters
    ----------
    output : Node
    inputs : list of str
        The tensor of the samples' numbers, or those of a table's columns.
    precision : Precision
    unique : callable, default=None
        Makes unique names of names.
    convert : callable, default=None
        Writes an estimator of a kind that is not known here, given the tensor that it
        reads, and returns the tensor of what it gives.

    Attributes
    ----------
    nodes : list of OnnxNode
    constants : dict of str to ndarray
    result : str
        The tensor of the output.
    """

    def __init__(
        self,
        output: Node,
        inputs: list[str],
        precision: Precision,
        unique: Callable[[str], str] | None = None,
        convert: Callable[[Foreign, str], str] | None = None,
    ) -> None:
        self.inputs = inputs
        self.precision = precision
        self.convert = convert
        self.dtype = precision.weights
        self.nodes: list[OnnxNode] = []
        self.constants: dict[str, NDArray] = {}
        self._unique = unique or unique_names(inputs)
        self._tensors: dict[Node, list[str]] = {}
        self._dtypes: dict[str, np.dtype] = {}
        for node in walk(output):
            self._tensors[node] = emit(node, self)
        self.result = self.tensor(output, self.dtype)

    def constant(self, values: ArrayLike, dtype: DTypeLike) -> str:
        """Add an initializer, and return its name."""
        name = self._unique("constant")
        self.constants[name] = np.asarray(values, dtype=dtype)
        self._dtypes[name] = self.constants[name].dtype
        return name

    def add(self, operator: str, *inputs: str, domain: str = "", **attributes) -> str:
        """Add a node, and return the name of its only output."""
        output = self._unique(operator.lower())
        self.nodes.append(OnnxNode(operator, [*inputs], output, domain, attributes))
        self._dtypes[output] = self._dtypes.get(inputs[0], self.precision.numbers)
        return output

    def cast(self, tensor: str, dtype: np.dtype) -> str:
        """The same tensor in another precision."""
        if self._dtypes.get(tensor, self.precision.numbers) == dtype:
            return tensor
        output = self.add("Cast", tensor, to=ELEMENT_TYPES[dtype])
        self._dtypes[output] = dtype
        return output

    def blocks(self, node: Node, dtype: np.dtype) -> list[str]:
        """The tensors of a node's blocks; of most nodes there is one."""
        return [self.cast(tensor, dtype) for tensor in self._tensors[node]]

    def tensor(self, node: Node, dtype: np.dtype) -> str:
        """The one tensor of a node."""
        blocks = self.blocks(node, dtype)
        return blocks[0] if len(blocks) == 1 else self.add("Concat", *blocks, axis=1)


def unique_names(taken: list[str]) -> Callable[[str], str]:
    """Make a function that makes names unique.

    Parameters
    ----------
    taken : list of str
        Names that are given already.

    Returns
    -------
    unique : callable
    """
    numbers = count(1)

    def unique(name):
        candidates = (f"{name}_{number}" for number in numbers)
        return next(each for each in candidates if each not in taken)

    return unique


@singledispatch
def emit(node: Node, program: OnnxProgram) -> list[str]:
    """Add a node to a program, and return the names of its blocks' tensors."""
    raise TypeError(f"{type(node).__name__} cannot be written in ONNX.")


@emit.register
def _(node: Numbers, program: OnnxProgram) -> list[str]:
    return program.inputs


@emit.register
def _(node: Encoded, program: OnnxProgram) -> list[str]:
    return [encode(node, program, program.inputs)]


@emit.register
def _(node: Foreign, program: OnnxProgram) -> list[str]:
    X = program.tensor(node.source, program.precision.numbers)
    if program.convert is None:
        raise TypeError(f"{node.estimator!r} cannot be exported without skl2onnx.")
    # Its precision is for the other converter to choose.
    to = ELEMENT_TYPES[program.dtype]
    return [program.add("Cast", program.convert(node, X), to=to)]


@emit.register
def _(node: Scaled, program: OnnxProgram) -> list[str]:
    dtype = program.precision.numbers
    X = program.tensor(node.source, dtype)
    X = program.add("Sub", X, program.constant(node.center, dtype))
    return [program.add("Div", X, program.constant(node.scale, dtype))]


@emit.register
def _(node: PiecewiseLinear, program: OnnxProgram) -> list[str]:
    dtype = program.precision.numbers
    X = program.tensor(node.source, dtype)
    ramps = program.add("Gather", X, program.constant(node.columns, np.int64), axis=1)
    ramps = program.add("Sub", ramps, program.constant(node.starts, dtype))
    ramps = program.add("Div", ramps, program.constant(node.widths, dtype))
    limits = program.constant(0, dtype), program.constant(1, dtype)
    return [program.add("Concat", X, program.add("Clip", ramps, *limits), axis=1)]


@emit.register
def _(node: Dense, program: OnnxProgram) -> list[str]:
    dtype = program.dtype
    sources = program.blocks(node.source, dtype)
    if len(sources) != len(node.weights):
        sources = [program.tensor(node.source, dtype)] * len(node.weights)
    blocks = []
    for X, weights, intercept in zip(
        sources, node.weights, node.intercepts, strict=True
    ):
        parts = program.constant(weights, dtype), program.constant(intercept, dtype)
        block = program.add("Gemm", X, *parts)
        if node.activation == "softmax":
            block = program.add("Softmax", block, axis=1)
        elif node.activation != "identity":
            block = program.add(ACTIVATIONS[node.activation], block)
        blocks.append(block)
    return blocks


@emit.register
def _(node: Trees, program: OnnxProgram) -> list[str]:
    # Trees take their samples in single precision.
    single = np.dtype(np.float32)
    X = program.tensor(node.source, single)
    attributes = tree_attributes(node)
    y = program.add("TreeEnsembleRegressor", X, domain=ML_DOMAIN, **attributes)
    return [y]


@emit.register
def _(node: BlockMean, program: OnnxProgram) -> list[str]:
    # Runtimes know a mean in single precision only.
    total = program.add("Sum", *program.blocks(node.source, program.dtype))
    share = program.constant(1 / node.n_blocks, program.dtype)
    return [program.add("Mul", total, share)]


@emit.register
def _(node: Mean, program: OnnxProgram) -> list[str]:
    weighted = [
        program.add(
            "Mul",
            program.tensor(source, program.dtype),
            program.constant(weight, program.dtype),
        )
        for source, weight in zip(node.sources, node.weights, strict=True)
    ]
    return [program.add("Sum", *weighted)]


@emit.register
def _(node: Mixture, program: OnnxProgram) -> list[str]:
    shares = program.tensor(node.shares, program.dtype)
    weighted = []
    for i, source in enumerate(node.sources):
        share = program.add("Gather", shares, program.constant([i], np.int64), axis=1)
        X = program.tensor(source, program.dtype)
        weighted.append(program.add("Mul", X, share))
    return [program.add("Sum", *weighted)]


@emit.register
def _(node: Normalized, program: OnnxProgram) -> list[str]:
    X = program.tensor(node.source, program.dtype)
    floor, one = (program.constant(x, program.dtype) for x in (node.floor, 1))
    return [_divided_by_sum(program, program.add("Clip", X, floor, one))]


@emit.register
def _(node: Power, program: OnnxProgram) -> list[str]:
    X = program.tensor(node.source, program.dtype)
    return [_divided_by_sum(program, X, node.exponent)]


def _divided_by_sum(program, X, exponent=1.0):
    """A power of numbers that are not negative, divided by the sum.

    By way of logarithms, of which a softmax is just that.
    """
    logits = program.add("Log", X)
    if exponent != 1:
        logits = program.add("Mul", logits, program.constant(exponent, program.dtype))
    return program.add("Softmax", logits, axis=1)


@emit.register
def _(node: Squashed, program: OnnxProgram) -> list[str]:
    X = program.tensor(node.source, program.dtype)
    # Runtimes have no softplus in double precision.
    small = program.add("Exp", program.add("Neg", program.add("Abs", X)))
    rest = program.add("Add", small, program.constant(1, program.dtype))
    least = program.add("Relu", program.add("Neg", X))
    minus_log = program.add("Add", least, program.add("Log", rest))
    share = program.constant(-1 / node.temperature, program.dtype)
    return [program.add("Sigmoid", program.add("Mul", minus_log, share))]


@emit.register
def _(node: Logarithm, program: OnnxProgram) -> list[str]:
    X = program.tensor(node.source, program.dtype)
    floor = program.constant(node.floor, program.dtype)
    return [program.add("Log", program.add("Max", X, floor))]


@emit.register
def _(node: Votes, program: OnnxProgram) -> list[str]:
    X = program.tensor(node.source, program.dtype)
    best = program.add("ArgMax", X, axis=1, keepdims=0)
    ones = program.constant(np.eye(node.size), program.dtype)
    return [program.add("Gather", ones, best, axis=0)]


@emit.register
def _(node: Joined, program: OnnxProgram) -> list[str]:
    parts = [program.tensor(source, program.dtype) for source in node.sources]
    return [program.add("Concat", *parts, axis=1)]


@emit.register
def _(node: Placed, program: OnnxProgram) -> list[str]:
    X = program.tensor(node.source, program.dtype)
    places = np.eye(node.size)[node.places]
    return [program.add("MatMul", X, program.constant(places, program.dtype))]


def add_label(program: OnnxProgram, classes: NDArray) -> str:
    """Add the most probable class to a program.

    Parameters
    ----------
    program : OnnxProgram
    classes : ndarray of shape (n_classes,)

    Returns
    -------
    label : str
        The tensor of class labels: integers or, where the classes are none, strings.
    """
    best = program.add("ArgMax", program.result, axis=1, keepdims=0)
    if classes.dtype.kind in "biu":
        names = program.constant(classes, np.int64)
    else:
        names = program.constant([str(name) for name in classes], object)
    return program.add("Gather", names, best, axis=0)
