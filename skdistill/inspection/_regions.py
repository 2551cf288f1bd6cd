"""Regions of the features in which student and teacher disagree more or less."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeRegressor
from sklearn.utils.validation import check_array

from skdistill.tables import TableEncoder
from skdistill.tables._encoding import make_encoder
from skdistill.utils._dataframes import column_names

# A region has at least this share of the samples, and so many of them.
MIN_SHARE, MIN_SAMPLES = 0.05, 10

# Conditions that a reader can take in.
MAX_CONDITIONS = 3


@dataclass(frozen=True)
class Region:
    """A region of the features.

    Read more in the :ref:`User Guide <displays>`.

    Attributes
    ----------
    rule : str
        Which samples are in it; empty if it is all of them.
    n_samples : int
        Samples in it, none of which was used to find it.
    disagreement : float
        Mean of these samples.
    """

    rule: str
    n_samples: int
    disagreement: float


def find_regions(X: Any, disagreement: NDArray, max_regions: int = 5) -> list[Region]:
    """Find regions by a small tree, and measure them on other samples.

    One half of the samples finds the regions, and the other half measures them. On the
    same samples, chance would make some of them look bad.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    disagreement : ndarray of shape (n_samples,)
        How much student and teacher disagree; 0 or 1 for classes.
    max_regions : int, default=5

    Returns
    -------
    regions : list of Region
        The one with the most disagreement first; those without a sample are left out.
    """
    matrix, names = _as_matrix(X)
    found, measured = train_test_split(
        np.arange(len(disagreement)), test_size=0.5, random_state=0
    )
    tree = DecisionTreeRegressor(
        max_leaf_nodes=max_regions,
        max_depth=MAX_CONDITIONS,
        min_samples_leaf=max(MIN_SAMPLES, int(MIN_SHARE * len(found))),
        random_state=0,
    )
    tree.fit(matrix[found], disagreement[found])
    leaves = tree.apply(matrix[measured])
    rules = leaf_rules(tree.tree_, names)
    regions = [
        Region(
            rules[leaf],
            int((leaves == leaf).sum()),
            float(disagreement[measured][leaves == leaf].mean()),
        )
        for leaf in np.unique(leaves)
    ]
    return sorted(regions, key=lambda region: -region.disagreement)


def _as_matrix(X) -> tuple[Any, list[tuple]]:
    """Samples as numbers; for each column its name, and its category or None."""
    names, encoder = column_names(X), make_encoder(X)
    if encoder is None:
        matrix = check_array(X, accept_sparse="csr")
        names = names or [f"x{j}" for j in range(matrix.shape[1])]
        return matrix, [(name, None) for name in names]
    matrix = encoder.fit_transform(X)
    if not isinstance(encoder, TableEncoder):
        return matrix, [(word, None) for word in encoder.get_feature_names_out()]
    names = getattr(encoder, "feature_names_in_", None)
    if names is None:
        names = [f"x{j}" for j in range(encoder.n_features_in_)]
    columns = zip(names, encoder.encoders_, encoder.kinds_.values(), strict=True)
    return matrix, [
        (name, out.removeprefix(f"{name}_")) if kind == "categorical" else (out, None)
        for name, column, kind in columns
        for out in column.feature_names(name)
    ]


def leaf_rules(tree: Any, names: list[tuple]) -> dict[int, str]:
    """Write down which samples fall into each leaf of a tree.

    Parameters
    ----------
    tree : sklearn.tree._tree.Tree
    names : list of (str, str or None)
        Of the features, with the category of those that are 0 or 1.

    Returns
    -------
    rules : dict of int to str
        By the leaf's index; empty for a tree without splits.
    """
    rules = {}
    stack: list[tuple[int, dict]] = [(0, {})]
    while stack:
        node, bounds = stack.pop()
        left, right = tree.children_left[node], tree.children_right[node]
        if left == right:
            rules[node] = " and ".join(_write(*names[j], *b) for j, b in bounds.items())
            continue
        feature, threshold = tree.feature[node], float(tree.threshold[node])
        low, high = bounds.get(feature, (-np.inf, np.inf))
        stack.append((left, {**bounds, feature: (low, threshold)}))
        stack.append((right, {**bounds, feature: (threshold, high)}))
    return rules


def _write(name, category, low, high):
    """A feature's bounds, as a reader would put them."""
    if category is not None:
        return f"{name} {'≠' if low == -np.inf else '='} {category}"
    if low == -np.inf:
        return f"{name} ≤ {high:.4g}"
    if high == np.inf:
        return f"{name} > {low:.4g}"
    return f"{low:.4g} < {name} ≤ {high:.4g}"
