"""What each column adds to the first layer of a network, as a table of lines.

Scaling, piecewise-linear features, encoders and the first layer's weights are, for one
column, a piecewise-linear function of its value, or a vector for each category. So the
first layer is a sum over columns of one look-up each.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdistill.export._graph import (
    Dense,
    Encoded,
    Node,
    Numbers,
    PiecewiseLinear,
    Scaled,
    walk,
)


class Column(NamedTuple):
    """A function of one number of a sample.

    In bin q, the number of anchors but the first that are not above x, it is
    ``values[q] + (x - anchors[q]) * slopes[q]``. Of a code there are no anchors: it
    counts the bins itself, and the last is for all larger codes.

    Attributes
    ----------
    position : int
        Of the number.
    outputs : ndarray of shape (n_outputs,)
        Places of the function's values in the vector that all columns make together.
    anchors : ndarray of shape (n_bins,) or (0,)
        Starts of the bins; of the first, which has none, the start of the second.
    values, slopes : ndarray of shape (n_bins, n_outputs)
    missing : ndarray of shape (n_outputs,) or None
        The values where the number is missing, if it may be.
    """

    position: int
    outputs: NDArray
    anchors: NDArray
    values: NDArray
    slopes: NDArray
    missing: NDArray | None = None

    def affine(
        self, outputs: NDArray, weights: NDArray, intercept: NDArray | float = 0.0
    ) -> "Column":
        """Multiply the function's values by a matrix, and add a vector.

        Parameters
        ----------
        outputs : ndarray of shape (n_new,)
            Places of the new values.
        weights : ndarray of shape (n_outputs, n_new)
        intercept : ndarray of shape (n_new,), default=0.0

        Returns
        -------
        column : Column
        """
        missing = None if self.missing is None else self.missing @ weights + intercept
        return self._replace(
            outputs=outputs,
            values=self.values @ weights + intercept,
            slopes=self.slopes @ weights,
            missing=missing,
        )


@dataclass(frozen=True, eq=False)
class ColumnSums(Node):
    """``activation(intercept + sum of columns)``, in blocks side by side."""

    source: Numbers
    columns: tuple[Column, ...]
    intercept: NDArray
    activation: str
    n_blocks: int

    @property
    def size(self) -> int:
        return len(self.intercept)


def with_missing_bin(column: Column) -> Column:
    """A column whose last bin, which no number reaches, is for gaps, if there are."""
    if column.missing is None:
        return column
    return column._replace(
        anchors=np.append(column.anchors, np.finfo(np.float64).max),
        values=np.vstack([column.values, column.missing]),
        slopes=np.vstack([column.slopes, np.zeros_like(column.missing)]),
    )


def bin_limits(columns: Sequence[Column]) -> NDArray:
    """Where the bins of each column begin among those of all, and where they end."""
    return np.cumsum([0, *(len(column.values) for column in columns)])


def fuse(output: Node) -> Node:
    """Draw what works on single columns into the layers that read it.

    Parameters
    ----------
    output : Node

    Returns
    -------
    output : Node
        Of an equal graph of fewer nodes.
    """
    fused: dict[Node, Node] = {}
    for node in walk(output):
        inputs = tuple(fused[source] for source in node.inputs)
        fused[node] = node if inputs == node.inputs else node.with_inputs(inputs)
        if isinstance(node, Dense):
            fused[node] = _fuse_layer(fused[node])
    return fused[output]


def _fuse_layer(layer):
    """A layer that gives for the numbers what this one gives for their features."""
    if not isinstance(layer.source, (Encoded, PiecewiseLinear, Scaled)):
        return layer
    (numbers,) = (node for node in walk(layer) if isinstance(node, Numbers))
    weights = np.concatenate(layer.weights.astype(np.float64), axis=1)
    units, columns = np.arange(weights.shape[1]), []
    intercept = np.ravel(layer.intercepts).astype(np.float64)
    for column in columns_of(layer.source):
        of_column = weights[column.outputs]
        # Where features are far from zero, their large sums cancel here, in double
        # precision, and not in that of the weights.
        middle = column.values[len(column.values) // 2] @ of_column
        columns.append(column.affine(units, of_column, -middle))
        intercept += middle
    return ColumnSums(
        numbers, tuple(columns), intercept, layer.activation, len(layer.weights)
    )


@singledispatch
def columns_of(node: Node) -> list[Column]:
    """Functions of the single numbers that make up a node's vector.

    Parameters
    ----------
    node : Numbers, Encoded, Scaled or PiecewiseLinear

    Returns
    -------
    columns : list of Column
        One for each number.

    Raises
    ------
    TypeError
        If the node mixes numbers.
    """
    raise TypeError(f"{type(node).__name__} is no function of single numbers.")


@columns_of.register
def _(node: Numbers):
    line = np.zeros(1), np.zeros((1, 1)), np.ones((1, 1))
    return [Column(i, np.array([i]), *line) for i in range(node.size)]


@columns_of.register
def _(node: Encoded):
    layout = node.layout
    indicated = dict(zip(layout.indicators, layout.indicator_positions, strict=True))
    columns = []
    for i, place in enumerate(layout.number_positions):
        outputs = np.array([place, *([indicated[i]] if i in indicated else [])])
        slopes, fill = np.eye(1, len(outputs)), layout.fills[i]
        # Near the median, single precision is most precise.
        line = np.array([fill]), fill * slopes, slopes
        missing = np.array([fill, 1.0])[: len(outputs)]
        columns.append(Column(i, outputs, *line, missing))
    for place, n_codes in zip(layout.code_positions, layout.n_codes, strict=True):
        values = np.eye(n_codes + 1, n_codes)
        outputs, none = place + np.arange(n_codes), np.empty(0)
        column = Column(len(columns), outputs, none, values, np.zeros_like(values))
        columns.append(column)
    return columns


@columns_of.register
def _(node: Scaled):
    columns = []
    for column in columns_of(node.source):
        center, scale = node.center[column.outputs], node.scale[column.outputs]
        weights = np.diag(1 / scale)
        columns.append(column.affine(column.outputs, weights, -center / scale))
    return columns


@columns_of.register
def _(node: PiecewiseLinear):
    return [_append_features(node, column) for column in columns_of(node.source)]


def _append_features(node, column):
    """A line, or constants, and the piecewise-linear features of their values."""
    features = np.flatnonzero(np.isin(node.columns, column.outputs))
    starts, widths = node.starts[features], node.widths[features]
    sources = np.searchsorted(column.outputs, node.columns[features])

    def append(values):
        rises = np.clip((values[..., sources] - starts) / widths, 0, 1)
        return np.concatenate([values, rises], axis=-1)

    # Of codes, and of constants in other columns, features are constant, too.
    moving = np.flatnonzero(column.slopes[0, sources])
    rises = column.slopes[0, sources[moving]] / widths[moving]
    if len(moving):
        levels = np.append(starts[moving], starts[moving[-1]] + widths[moving[-1]])
        column = _split(column, sources[moving[0]], levels)
    slopes = np.zeros((len(column.slopes), len(features)))
    slopes[1 : len(moving) + 1, moving] = np.diag(rises)
    return column._replace(
        outputs=np.concatenate([column.outputs, node.source.size + features]),
        values=append(column.values),
        slopes=np.hstack([column.slopes, slopes]),
        missing=None if column.missing is None else append(column.missing),
    )


def _split(line, output, levels):
    """A line whose bins begin where an output is at some levels."""
    rise = (levels - line.values[0, output]) / line.slopes[0, output]
    steps = np.concatenate([rise[:1], rise])
    values = line.values + steps[:, None] * line.slopes
    values[:, output] = np.concatenate([levels[:1], levels])
    return line._replace(
        anchors=line.anchors + steps,
        values=values,
        slopes=np.repeat(line.slopes, len(steps), axis=0),
    )
