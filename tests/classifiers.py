"""Every classifier of scikit-learn, with what it needs to learn from a few rows.

And one that can do nothing but predict.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import NearestCentroid
from sklearn.svm import LinearSVC
from sklearn.utils import all_estimators


class PredictOnly(ClassifierMixin, BaseEstimator):
    """Says the class of the nearest centroid, and nothing else."""

    def fit(self, X, y):
        self.centroids_ = NearestCentroid().fit(X, y)
        self.classes_ = self.centroids_.classes_
        return self

    def predict(self, X):
        return self.centroids_.predict(X)


CLASSIFIERS = dict(all_estimators("classifier"))

# Beyond their defaults; a fold does not have all rows.
ARGUMENTS = {
    "CategoricalNB": {"min_categories": 10},
    "FixedThresholdClassifier": {"estimator": GaussianNB()},
    "GaussianProcessClassifier": {"optimizer": None},
    "OneVsOneClassifier": {"estimator": LinearSVC(random_state=0)},
    "OneVsRestClassifier": {"estimator": GaussianNB()},
    "OutputCodeClassifier": {"estimator": GaussianNB()},
    "RadiusNeighborsClassifier": {"outlier_label": "most_frequent"},
    "SelfTrainingClassifier": {"estimator": GaussianNB()},
    "SGDClassifier": {"average": True},
    "StackingClassifier": {"estimators": [("a", GaussianNB())], "cv": 2},
    "TunedThresholdClassifierCV": {"estimator": GaussianNB(), "cv": 2},
    "VotingClassifier": {"estimators": [("a", GaussianNB())], "voting": "soft"},
}

TWO_CLASSES = {"FixedThresholdClassifier", "TunedThresholdClassifierCV"}

# Why some cannot work; whatever is named here must fail, and nothing else may.
REASONS = dict.fromkeys(
    ["ClassifierChain", "MultiOutputClassifier"],
    "They learn several labels for each row, and there is one.",
)

every_classifier = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(raises=ValueError, reason=reason))
        if (reason := REASONS.get(name))
        else name
        for name in CLASSIFIERS
    ],
)


def make(name):
    """A classifier by its name, seeded, and with few trees if it has any."""
    if name in REASONS:
        return CLASSIFIERS[name](GaussianNB())
    estimator = CLASSIFIERS[name](**ARGUMENTS.get(name, {}))
    params = estimator.get_params()
    if params.get("random_state", 0) is None:
        estimator.set_params(random_state=0)
    if params.get("n_estimators", 0) == 100:
        estimator.set_params(n_estimators=30)
    return estimator
