"""What each column adds to the first layer of a network, as a table of lines.

Scaling, ramps and the first layer's weights are, for one column, a piecewise-linear
function of its value. So the first layer is a sum over columns of one look-up and one
interpolation each, however many ramps there are.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from functools import singledispatch
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdistill.export._graph import Dense, Node, Numbers, PiecewiseLinear, Scaled, walk


class Column(NamedTuple):
    """A piecewise-linear function of one feature.

    In bin q, the number of anchors but the first that are not above x, it is
    ``values[q] + (x - anchors[q]) * slopes[q]``.

    Attributes
    ----------
    anchors : ndarray of shape (n_bins,)
        Starts of the bins; of the first, which has none, the start of the second.
    values, slopes : ndarray of shape (n_bins, n_outputs)
    outputs : ndarray of shape (n_outputs,)
        Places of the outputs in the vector that all columns make together.
    """

    anchors: NDArray
    values: NDArray
    slopes: NDArray
    outputs: NDArray


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


def fuse(output: Node) -> Node:
    """Draw scaling and ramps into the layers that read them.

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
    """A layer that gives for the numbers what this one gives for scaled ones."""
    if not isinstance(layer.source, (PiecewiseLinear, Scaled)):
        return layer
    (numbers,) = (node for node in walk(layer) if isinstance(node, Numbers))
    weights = np.concatenate(layer.weights.astype(np.float64), axis=1)
    columns = [
        column._replace(
            values=column.values @ weights[column.outputs],
            slopes=column.slopes @ weights[column.outputs],
            outputs=np.arange(weights.shape[1]),
        )
        for column in columns_of(layer.source)
    ]
    return ColumnSums(
        numbers,
        tuple(columns),
        np.ravel(layer.intercepts),
        layer.activation,
        len(layer.weights),
    )


@singledispatch
def columns_of(node: Node) -> list[Column]:
    """Functions of the single features that make up a node's vector.

    Parameters
    ----------
    node : Numbers, Scaled or PiecewiseLinear

    Returns
    -------
    columns : list of Column
        One for each feature.

    Raises
    ------
    TypeError
        If the node mixes features.
    """
    raise TypeError(f"{type(node).__name__} is no function of single features.")


@columns_of.register
def _(node: Numbers):
    line = np.zeros(1), np.zeros((1, 1)), np.ones((1, 1))
    return [Column(*line, np.array([i])) for i in range(node.size)]


@columns_of.register
def _(node: Scaled):
    return [
        column._replace(
            values=(column.values - node.center[column.outputs])
            / node.scale[column.outputs],
            slopes=column.slopes / node.scale[column.outputs],
        )
        for column in columns_of(node.source)
    ]


@columns_of.register
def _(node: PiecewiseLinear):
    return [_append_ramps(node, column) for column in columns_of(node.source)]


def _append_ramps(node, line):
    """A line and the ramps of its values, which follow one another."""
    ramps = np.flatnonzero(node.columns == line.outputs)
    if len(ramps) == 0:
        return line
    starts, widths = node.starts[ramps], node.widths[ramps]
    anchor, value, slope = line.anchors[0], line.values[0, 0], line.slopes[0, 0]
    # A bin begins where the line meets the start of a ramp, the last one at their end.
    levels = np.append(starts, starts[-1] + widths[-1])
    knots = anchor + (levels - value) / slope
    anchors = np.concatenate([knots[:1], knots])
    at_levels = np.concatenate([levels[:1], levels])[:, None]
    rises = np.zeros((len(anchors), len(ramps)))
    rises[1:-1] = np.diag(slope / widths)
    return Column(
        anchors,
        np.hstack([at_levels, np.clip((at_levels - starts) / widths, 0, 1)]),
        np.hstack([np.full_like(at_levels, slope), rises]),
        np.concatenate([line.outputs, node.source.size + ramps]),
    )
