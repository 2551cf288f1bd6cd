"""Trees as attributes of ONNX's operator for them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdistill.export._graph import Trees


def tree_attributes(node: Trees) -> dict[str, Any]:
    """Attributes of ONNX's operator for trees.

    Parameters
    ----------
    node : Trees

    Returns
    -------
    attributes : dict of str
    """
    sizes = [len(tree.feature) for tree in node.trees]
    tree_ids = np.repeat(np.arange(len(sizes)), sizes)
    node_ids = np.concatenate([np.arange(size) for size in sizes])
    feature, threshold, left, right, missing_left, values = map(
        np.concatenate, zip(*node.trees, strict=True)
    )
    is_leaf = feature < 0
    leaves = np.flatnonzero(is_leaf)
    return {
        "nodes_treeids": tree_ids,
        "nodes_nodeids": node_ids,
        "nodes_featureids": np.maximum(feature, 0),
        "nodes_modes": np.where(is_leaf, "LEAF", "BRANCH_LEQ"),
        "nodes_values": round_down(threshold),
        "nodes_truenodeids": np.where(is_leaf, 0, left),
        "nodes_falsenodeids": np.where(is_leaf, 0, right),
        "nodes_missing_value_tracks_true": missing_left.astype(int),
        "target_treeids": np.repeat(tree_ids[leaves], node.size),
        "target_nodeids": np.repeat(node_ids[leaves], node.size),
        "target_ids": np.tile(np.arange(node.size), len(leaves)),
        "target_weights": (values[leaves] / len(sizes)).astype(np.float32).ravel(),
        "n_targets": node.size,
    }


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
    >>> from skdistill.export._onnx_trees import round_down
    >>> round_down(np.array([0.1, 0.5])) <= [0.1, 0.5]
    array([ True,  True])
    """
    limits = np.finfo(np.float32)
    nearest = threshold.clip(limits.min, limits.max).astype(np.float32)
    below = np.nextafter(nearest, np.float32(-np.inf))
    return np.where(nearest > threshold, below, nearest)
