"""Conditions on features, as a reader would put them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, NamedTuple

import numpy as np

from skdistill.tables import TableEncoder


class Feature(NamedTuple):
    """What a column of numbers stands for.

    Attributes
    ----------
    name : str
    category : str or None
        The category that a column of 0 and 1 indicates.
    """

    name: str
    category: str | None = None

    def between(self, low: float, high: float) -> str:
        """Write that the feature is above `low` and at most `high`.

        Examples
        --------
        >>> from skdistill.inspection._conditions import Feature
        >>> Feature("age").between(20, float("inf"))
        'age > 20'
        >>> Feature("city", "Oslo").between(float("-inf"), 0.5)
        'city ≠ Oslo'
        """
        if self.category is not None:
            return f"{self.name} {'≠' if low == -np.inf else '='} {self.category}"
        if low == -np.inf:
            return f"{self.name} ≤ {high:.6g}"
        if high == np.inf:
            return f"{self.name} > {low:.6g}"
        return f"{low:.6g} < {self.name} ≤ {high:.6g}"


def features_of(encoder: Any) -> list[Feature]:
    """Name the columns that a fitted transformer makes.

    Parameters
    ----------
    encoder : transformer

    Returns
    -------
    features : list of Feature
    """
    if not isinstance(encoder, TableEncoder):
        return [Feature(str(name)) for name in encoder.get_feature_names_out()]
    names = getattr(encoder, "feature_names_in_", None)
    names = numbered(encoder.n_features_in_) if names is None else names
    columns = zip(names, encoder.encoders_, encoder.kinds_.values(), strict=True)
    return [
        Feature(str(name), out.removeprefix(f"{name}_"))
        if kind == "categorical"
        else Feature(out)
        for name, column, kind in columns
        for out in column.feature_names(name)
    ]


def numbered(n_features: int) -> list[str]:
    """Names for features that have none: x0, x1, ..."""
    return [f"x{j}" for j in range(n_features)]


def leaf_rules(tree: Any, features: list[Feature]) -> dict[int, str]:
    """Write down which samples fall into each leaf of a tree.

    Parameters
    ----------
    tree : sklearn.tree._tree.Tree
    features : list of Feature

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
            conditions = (features[j].between(*both) for j, both in bounds.items())
            rules[node] = " and ".join(conditions)
            continue
        j, threshold = tree.feature[node], float(tree.threshold[node])
        low, high = bounds.get(j, (-np.inf, np.inf))
        stack.append((left, {**bounds, j: (low, threshold)}))
        stack.append((right, {**bounds, j: (threshold, high)}))
    return rules
