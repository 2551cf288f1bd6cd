"""The ladder: students from the smallest and fastest to the default one."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

from sklearn.base import BaseEstimator

from skdistill.neural_network._tabular import DEFAULT_NETWORK, behind_encoder
from skdistill.tables._encoding import make_encoder, with_encoder

# Parameters of the networks, from linear models to the default. A numeric encoding
# makes features piecewise linear.
NETWORKS: dict[str, dict[str, Any]] = {
    "linear": {"hidden_layer_sizes": ()},
    "additive": {"hidden_layer_sizes": (), "numeric_encoding": "auto"},
    "network-16": {"hidden_layer_sizes": (16,)},
    "network-64": {"hidden_layer_sizes": (64,)},
    "encoded-network-32": {"hidden_layer_sizes": (32,), "numeric_encoding": "auto"},
    "default": DEFAULT_NETWORK,
}

# Numbers of leaves of the trees.
LEAVES = 8, 32


def make_ladder(
    network: type, tree: type, X: Any, X_unlabeled: Any = None
) -> list[tuple[str, BaseEstimator]]:
    """Make the students that ``students="auto"`` stands for.

    Parameters
    ----------
    network, tree : type
        Classes of the estimators.
    X : array-like of shape (n_samples, n_features)
    X_unlabeled : array-like of shape (n_unlabeled, n_features), default=None

    Returns
    -------
    students : list of (str, estimator)
        Each with the encoder that X needs.
    """
    encoder = make_encoder(X, X_unlabeled)
    trees = {f"tree-{n}": tree(max_leaf_nodes=n) for n in LEAVES}
    networks = {name: network(**params) for name, params in NETWORKS.items()}
    default = networks.pop("default")
    students = [(name, with_encoder(tree, encoder)) for name, tree in trees.items()]
    students += [(name, behind_encoder(net, encoder)) for name, net in networks.items()]
    return [*students, ("default", behind_encoder(default, encoder))]
