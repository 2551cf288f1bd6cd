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

from skdistill.inspection._conditions import (
    Feature,
    features_of,
    leaf_rules,
    numbered,
)
from skdistill.tables._encoding import make_encoder
from skdistill.utils._dataframes import column_names

# A region has at least this share of the samples that find it, and so many of them.
MIN_SHARE, MIN_SAMPLES = 0.05, 10
# The mean of fewer measured samples says nothing.
MIN_MEASURED = 5

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
        The one with the most disagreement first. Those in which hardly a sample is
        measured are left out.
    """
    matrix, features = _as_matrix(X)
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
    rules = leaf_rules(tree.tree_, features)
    regions = [
        Region(
            rules[leaf],
            int((leaves == leaf).sum()),
            float(disagreement[measured][leaves == leaf].mean()),
        )
        for leaf in np.unique(leaves)
    ]
    known = [region for region in regions if region.n_samples >= MIN_MEASURED]
    return sorted(known or regions, key=lambda region: -region.disagreement)


def _as_matrix(X) -> tuple[Any, list[Feature]]:
    """Samples as numbers, and what each column stands for."""
    encoder = make_encoder(X)
    if encoder is not None:
        matrix = encoder.fit_transform(X)
        return matrix, features_of(encoder)
    matrix = check_array(X, accept_sparse="csr")
    names = column_names(X) or numbered(matrix.shape[1])
    return matrix, [Feature(str(name)) for name in names]
