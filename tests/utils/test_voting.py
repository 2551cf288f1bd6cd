"""Soft votes of fitted classifiers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from skdistill.utils._voting import as_voting_classifier


def test_predicts_the_mean_of_the_probabilities(iris):
    X, y = iris[0], np.array(["b", "c", "a"])[iris[1]]
    fitted = [
        GaussianNB().fit(X, y),
        DecisionTreeClassifier(max_depth=1).fit(X[::2], y[::2]),
    ]
    voting = as_voting_classifier(fitted, fitted[0].classes_)
    expected = np.mean([each.predict_proba(X) for each in fitted], axis=0)
    assert_allclose(voting.predict_proba(X), expected)
    assert_array_equal(voting.classes_, ["a", "b", "c"])
    assert_array_equal(voting.predict(X), voting.classes_[expected.argmax(axis=1)])
