"""Trees as attributes of ONNX's operator for them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

import numpy as np

from skdistill.export._graph import Trees
from skdistill.export._trees import round_down


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
