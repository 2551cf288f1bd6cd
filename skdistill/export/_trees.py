"""Trees laid out to be walked through fast: children side by side, level by level."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdistill.export._graph import Tree


class TreeTable(NamedTuple):
    """The nodes of all trees, one tree after the other.

    A sample goes to the right where its feature is above the threshold, or is missing
    and `missing_right` is true. In a leaf it goes to the left: that is the leaf again.

    Attributes
    ----------
    roots, depths : ndarray of shape (n_trees,)
        Where each tree begins, and how many steps lead to its lowest leaf.
    feature : ndarray of shape (n_nodes,)
    threshold : ndarray of float32 of shape (n_nodes,)
    left : ndarray of shape (n_nodes,)
        The left child, counted from the root; the right one is the next.
    missing_right : ndarray of bool of shape (n_nodes,)
    place : ndarray of shape (n_nodes,)
        Of a leaf among the values; -1 elsewhere.
    values : ndarray of shape (n_leaves, n_outputs)
    """

    roots: NDArray
    depths: NDArray
    feature: NDArray
    threshold: NDArray
    left: NDArray
    missing_right: NDArray
    place: NDArray
    values: NDArray


def lay_out(trees: Sequence[Tree]) -> TreeTable:
    """Lay out trees.

    Parameters
    ----------
    trees : sequence of Tree

    Returns
    -------
    table : TreeTable
        With the same predictions.
    """
    ordered, depths = zip(*map(_breadth_first, trees), strict=True)
    sizes = [len(tree.feature) for tree in ordered]
    own = np.concatenate([np.arange(size) for size in sizes])
    tree = Tree(*map(np.concatenate, zip(*ordered, strict=True)))
    is_leaf = tree.feature < 0
    largest = np.finfo(np.float32).max
    return TreeTable(
        roots=np.cumsum([0, *sizes])[:-1],
        depths=np.array(depths),
        feature=np.maximum(tree.feature, 0),
        threshold=np.where(is_leaf, largest, round_down(tree.threshold)),
        left=np.where(is_leaf, own, tree.left),
        missing_right=~tree.missing_left & ~is_leaf,
        place=np.where(is_leaf, np.cumsum(is_leaf) - 1, -1),
        values=tree.values[is_leaf],
    )


def _breadth_first(tree):
    """The same tree with its nodes in the order of their depth, and its depth."""
    level = np.zeros(1, dtype=np.intp)
    levels = []
    while len(level):
        levels.append(level)
        inner = level[tree.feature[level] >= 0]
        level = np.column_stack([tree.left[inner], tree.right[inner]]).ravel()
    order = np.concatenate(levels)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    ordered = Tree(*(field[order] for field in tree))
    ordered = ordered._replace(left=rank[ordered.left], right=rank[ordered.right])
    return ordered, len(levels) - 1


def round_down(threshold: NDArray) -> NDArray:
    """The largest numbers in single precision that are not above others.

    Parameters
    ----------
    threshold : ndarray of float64

    Returns
    -------
    threshold : ndarray of float32
        Numbers in single precision are not above it just if they are not above what
        was given.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.export._trees import round_down
    >>> round_down(np.array([0.1, 0.5])) <= [0.1, 0.5]
    array([ True,  True])
    """
    limits = np.finfo(np.float32)
    nearest = threshold.clip(limits.min, limits.max).astype(np.float32)
    below = np.nextafter(nearest, np.float32(-np.inf))
    return np.where(nearest > threshold, below, nearest)
