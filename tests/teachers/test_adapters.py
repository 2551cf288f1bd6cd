"""Teachers that are no scikit-learn classifiers, or not quite."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.ensemble import IsolationForest
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM

from skdistill import DistilledClassifier

NAMES = np.array(["a", "b", "c"])


def distiller(teacher, **settings):
    settings = {"synthesizer": None, "committee": None, "random_state": 0} | settings
    student = LogisticRegression(max_iter=10_000)
    return DistilledClassifier(teacher, student, **settings)


class Service:
    """Knows nothing of scikit-learn."""

    def __init__(self, model):
        self.model = model

    def predict_proba(self, X):
        return self.model.predict_proba(X).tolist()


class TestPlainObjects:
    @pytest.fixture
    def fitted(self, iris):
        X, y = iris
        return GaussianNB().fit(X[::2], NAMES[y[::2]])

    @pytest.mark.parametrize("kind", ["object", "function"])
    def test_are_frozen_teachers(self, iris, fitted, kind):
        X, y = iris[0][1::2], NAMES[iris[1][1::2]]
        service = Service(fitted) if kind == "object" else fitted.predict_proba
        model = distiller(service).fit(X, y, X_unlabeled=iris[0][::2])
        expected = distiller(FrozenEstimator(fitted)).fit(
            X, y, X_unlabeled=iris[0][::2]
        )
        assert model.target_source_ == "train"
        assert_allclose(model.predict_proba(X), expected.predict_proba(X))
        assert_allclose(model.teacher_.predict_proba(X), fitted.predict_proba(X))
        assert "predict_proba" not in vars(clone(model).teacher)

    def test_their_classes_count_where_they_have_any(self, iris, fitted):
        X, y = iris
        two = np.flatnonzero(y != 2)
        service = Service(fitted)
        service.classes_ = fitted.classes_
        model = distiller(service, alpha=1.0).fit(X[two], NAMES[y[two]])
        assert_array_equal(model.classes_, NAMES)

    def test_are_pickled_with_their_model(self, iris, fitted):
        model = distiller(Service(fitted)).fit(iris[0], NAMES[iris[1]])
        loaded = pickle.loads(pickle.dumps(model))
        assert_array_equal(loaded.predict(iris[0]), model.predict(iris[0]))


@pytest.mark.parametrize(
    ("teacher", "kind"),
    [
        (LinearRegression(), "a regressor"),
        (make_pipeline(StandardScaler(), LinearRegression()), "a regressor"),
        (FrozenEstimator(LinearRegression()), "a regressor"),
        (KMeans(3), "a clusterer"),
        (IsolationForest(), "an outlier detector"),
        (OneClassSVM(), "an outlier detector"),
    ],
    ids=str,
)
def test_other_kinds_are_refused(iris, teacher, kind):
    with pytest.raises(
        TypeError, match=rf"teacher=\w+\(.*\) is {kind}\. Only a classifi"
    ):
        distiller(teacher).fit(*iris)
