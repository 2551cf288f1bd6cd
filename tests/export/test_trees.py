"""Trees laid out for C and JavaScript."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris
from sklearn.ensemble import ExtraTreesClassifier

from skdistill.export._readers import read_graph
from skdistill.export._trees import lay_out


def test_every_walk_ends_in_the_same_leaf(rng):
    X, y = load_iris(return_X_y=True)
    X = np.where(rng.uniform(size=X.shape) < 0.2, np.nan, X).astype(np.float32)
    forest = ExtraTreesClassifier(4, random_state=0).fit(X, y)
    table = lay_out(read_graph(forest).output.trees)
    proba = np.zeros((len(X), 3))
    for root, depth in zip(table.roots, table.depths, strict=True):
        at = np.zeros(len(X), dtype=int)
        for _ in range(depth):
            x = X[np.arange(len(X)), table.feature[root + at]]
            missing = np.isnan(x) & table.missing_right[root + at]
            at = table.left[root + at] + ((x > table.threshold[root + at]) | missing)
        assert_array_equal(table.place[root + at] >= 0, True)
        proba += table.values[table.place[root + at]] / 4
    assert_allclose(proba, forest.predict_proba(X))
    assert_array_equal(table.depths, [tree.get_depth() for tree in forest.estimators_])
