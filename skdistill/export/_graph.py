"""Fitted students as a graph of few kinds of nodes, which every file format writes.

A node maps a sample to a vector of ``size`` numbers. The graph leads, without cycles,
from the numbers of a sample to the probabilities of its classes, or to the numbers that
are predicted.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from skdistill.export._served import Signature


@dataclass(frozen=True, eq=False)
class Node:
    """What all nodes have: the nodes that they read, and the size of their vector."""

    @property
    def inputs(self) -> tuple["Node", ...]:
        return (self.source,)

    @property
    def size(self) -> int:
        return self.source.size

    def with_inputs(self, inputs: tuple["Node", ...]) -> "Node":
        """The same node, but for the nodes that it reads."""
        (source,) = inputs
        changes: dict = {"source": source}
        return replace(self, **changes)


@dataclass(frozen=True, eq=False)
class Numbers(Node):
    """The numbers of a sample, as they come."""

    n_features: int

    @property
    def inputs(self) -> tuple[Node, ...]:
        return ()

    @property
    def size(self) -> int:
        return self.n_features


class TableColumn(NamedTuple):
    """What a column of a table is read as.

    Attributes
    ----------
    kind : {"numeric", "datetime", "categorical", "drop"}
    parts : tuple of str
        Of a date, those that are taken.
    codes : dict of str to int
        Of categories.
    missing, rare : int
        Codes of gaps, and of all other categories.
    """

    kind: str
    parts: tuple[str, ...] = ()
    codes: dict[str, int] = {}
    missing: int = 0
    rare: int = 0


@dataclass(frozen=True, eq=False)
class Table(Numbers):
    """The numbers of a table, NaN in gaps, and the codes of its categories."""

    columns: tuple[TableColumn, ...]
    encoder: BaseEstimator


@dataclass(frozen=True, eq=False)
class Encoded(Node):
    """A table as a matrix: gaps filled and indicated, categories one-hot."""

    source: Table
    layout: Any  # of skdistill.tables

    @property
    def size(self) -> int:
        return self.layout.n_features_out


@dataclass(frozen=True, eq=False)
class Scaled(Node):
    """``(x - center) / scale``, feature by feature."""

    source: Node
    center: NDArray
    scale: NDArray


@dataclass(frozen=True, eq=False)
class PiecewiseLinear(Node):
    """The features, followed by ``clip((x[columns] - starts) / widths, 0, 1)``."""

    source: Node
    columns: NDArray
    starts: NDArray
    widths: NDArray

    @property
    def size(self) -> int:
        return self.source.size + len(self.columns)


@dataclass(frozen=True, eq=False)
class Dense(Node):
    """``activation(x @ weights + intercepts)``, in blocks side by side.

    Each block reads its own slice of the source. The activations are those of the
    networks, and "softmax", which normalizes each block.
    """

    source: Node
    weights: NDArray  # (n_blocks, n_inputs, n_outputs)
    intercepts: NDArray  # (n_blocks, n_outputs)
    activation: str

    @property
    def size(self) -> int:
        return self.intercepts.size


class Tree(NamedTuple):
    """A binary tree; node 0 is the root, and a leaf has the feature -1.

    A sample goes left where ``float32(x[feature]) <= threshold``, and where the feature
    is missing and `missing_left` is true.
    """

    feature: NDArray
    threshold: NDArray
    left: NDArray
    right: NDArray
    missing_left: NDArray
    values: NDArray  # (n_nodes, n_outputs)


@dataclass(frozen=True, eq=False)
class Trees(Node):
    """The mean of the leaves' values over trees."""

    source: Node
    trees: tuple[Tree, ...]

    @property
    def size(self) -> int:
        return self.trees[0].values.shape[1]


@dataclass(frozen=True, eq=False)
class BlockMean(Node):
    """The mean of equal blocks of a vector."""

    source: Node
    n_blocks: int

    @property
    def size(self) -> int:
        return self.source.size // self.n_blocks


@dataclass(frozen=True, eq=False)
class Mean(Node):
    """The weighted mean of several vectors."""

    sources: tuple[Node, ...]
    weights: NDArray  # sum to one

    @property
    def inputs(self) -> tuple[Node, ...]:
        return self.sources

    @property
    def size(self) -> int:
        return self.sources[0].size

    def with_inputs(self, inputs: tuple[Node, ...]) -> "Mean":
        return replace(self, sources=inputs)


@dataclass(frozen=True, eq=False)
class Mixture(Node):
    """The mean of several vectors, weighted by the numbers of another vector."""

    shares: Node
    sources: tuple[Node, ...]

    @property
    def inputs(self) -> tuple[Node, ...]:
        return (self.shares, *self.sources)

    @property
    def size(self) -> int:
        return self.sources[0].size

    def with_inputs(self, inputs: tuple[Node, ...]) -> "Mixture":
        shares, *sources = inputs
        return replace(self, shares=shares, sources=tuple(sources))


@dataclass(frozen=True, eq=False)
class Normalized(Node):
    """``clip(x, floor, 1)``, divided by its sum."""

    source: Node
    floor: float


@dataclass(frozen=True, eq=False)
class Power(Node):
    """``x ** exponent``, divided by its sum: softened or sharpened probabilities."""

    source: Node
    exponent: float


@dataclass(frozen=True, eq=False)
class Squashed(Node):
    """``sigmoid(log(sigmoid(x)) / temperature)``."""

    source: Node
    temperature: float


@dataclass(frozen=True, eq=False)
class Logarithm(Node):
    """``log(max(x, floor))``."""

    source: Node
    floor: float


@dataclass(frozen=True, eq=False)
class Votes(Node):
    """One for the largest number, or the first of them, and zero for the others."""

    source: Node


@dataclass(frozen=True, eq=False)
class Joined(Node):
    """Vectors one after the other."""

    sources: tuple[Node, ...]

    @property
    def inputs(self) -> tuple[Node, ...]:
        return self.sources

    @property
    def size(self) -> int:
        return sum(source.size for source in self.sources)

    def with_inputs(self, inputs: tuple[Node, ...]) -> "Joined":
        return replace(self, sources=inputs)


@dataclass(frozen=True, eq=False)
class Placed(Node):
    """A vector put into places of a longer one that is zero elsewhere."""

    source: Node
    places: NDArray
    length: int

    @property
    def size(self) -> int:
        return self.length


@dataclass(frozen=True, eq=False)
class Foreign(Node):
    """What an estimator gives that is of no kind known here.

    It can be written in ONNX where skl2onnx knows the estimator.
    """

    source: Node
    estimator: BaseEstimator

    @property
    def size(self) -> int:
        methods = ("predict_proba", "transform", "predict")
        method = next(name for name in methods if hasattr(self.estimator, name))
        return np.size(getattr(self.estimator, method)(np.zeros((1, self.source.size))))


class Graph(NamedTuple):
    """A student: the node of what it predicts, and names.

    Attributes
    ----------
    output : Node
        Of the probabilities of classes, or of numbers.
    signature : Signature
    """

    output: Node
    signature: Signature

    @property
    def numbers(self) -> Numbers:
        """The node that all begins with."""
        (numbers,) = (node for node in walk(self.output) if isinstance(node, Numbers))
        return numbers

    @property
    def may_be_missing(self) -> bool:
        """Whether numbers may be NaN: where only trees and encoders read them."""
        return all(
            isinstance(node, (Trees, Encoded))
            for node in walk(self.output)
            if any(isinstance(source, Numbers) for source in node.inputs)
        )

    @property
    def dtype(self) -> np.dtype:
        """Single precision where all weights are, and there are no trees."""
        nodes = list(walk(self.output))
        dense = [node.weights for node in nodes if isinstance(node, Dense)]
        if not dense or any(isinstance(node, Trees) for node in nodes):
            return np.dtype(np.float64)
        return np.result_type(*dense)

    @property
    def takes_single(self) -> bool:
        """Whether numbers must be within single precision."""
        has_trees = any(isinstance(node, Trees) for node in walk(self.output))
        return has_trees or self.dtype == np.float32


def walk(output: Node) -> Iterator[Node]:
    """Yield the nodes of a graph once each, inputs before those that read them."""
    seen: set[Node] = set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for source in node.inputs:
                yield from visit(source)
            yield node

    return visit(output)
