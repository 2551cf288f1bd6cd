"""Metadata for members and splitters."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import GroupKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier
from subtask_models import ensemble, tuned


class Noting(ClassifierMixin, BaseEstimator):
    """Notes what it is given."""

    def fit(self, X, y, sample_weight=None, color=None):
        self.X_, self.color_, self.classes_ = X, color, np.unique(y)
        return self

    def predict_proba(self, X):
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))


@pytest.fixture(params=[True, False], ids=["routing", "no_routing"])
def with_or_without_routing(request):
    with sklearn.config_context(enable_metadata_routing=request.param):
        yield


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


GROUPS = np.arange(150) % 10


@pytest.mark.usefixtures("with_or_without_routing")
class TestGroups:
    def test_they_reach_the_splitter(self, iris):
        X, y = iris
        model = ensemble(GroupKFold(5), "mean", DecisionTreeClassifier())
        model.fit(X, y, groups=GROUPS)
        assert len(model.estimators_) == 5
        assert model.estimators_[0].tree_.n_node_samples[0] == 120

    def test_of_the_default_members(self, iris):
        X, y = iris
        model = tuned(partition=GroupKFold(3)).fit(X, y, groups=GROUPS)
        assert len(model.estimators_) == 3

    def test_samples_without_weight_have_none(self, iris):
        X, y = iris
        model = ensemble(GroupKFold(5), "mean", DecisionTreeClassifier())
        weights = (GROUPS > 4).astype(float)
        if sklearn.get_config()["enable_metadata_routing"]:
            model.set_fit_request(sample_weight=True)
            model.estimator.set_fit_request(sample_weight=True)
        model.fit(X, y, sample_weight=weights, groups=GROUPS)
        assert model.estimators_[0].tree_.n_node_samples[0] == 60

    def test_where_nothing_takes_them(self, iris):
        with pytest.raises(TypeError, match="groups"):
            ensemble("random", "mean", GaussianNB()).fit(*iris, groups=GROUPS)


class TestMembers:
    @pytest.mark.usefixtures("with_or_without_routing")
    def test_they_get_what_they_request(self, iris):
        X, y = iris
        member = Noting()
        if sklearn.get_config()["enable_metadata_routing"]:
            member.set_fit_request(color=True)
        model = ensemble("random", "mean", member, subtask_size=20)
        model.fit(X, y, color=np.arange(150))
        for fitted in model.estimators_:
            assert_array_equal(X[fitted.color_], fitted.X_)

    def test_what_members_do_not_take_is_no_secret(self, iris):
        """Also of regressions that are not fitted by their own `fit`."""
        with pytest.raises(TypeError, match="color"):
            ensemble("random", "mean").fit(*iris, color=np.arange(150))

    def test_metadata_that_cannot_be_passed_on(self, iris):
        X, y = iris
        P = 0.1 + 0.7 * np.eye(3)[y]
        with pytest.raises(ValueError, match="color"):
            ensemble(estimator=Noting()).fit(X, P, color=np.arange(150))

    @pytest.mark.usefixtures("routing")
    def test_inside_a_router(self, iris):
        X, y = iris
        model = ensemble().set_fit_request(sample_weight=True)
        router = CalibratedClassifierCV(model, cv=2)
        router.fit(X, y, sample_weight=np.where(y == 1, 20.0, 1.0))
        plain = CalibratedClassifierCV(model, cv=2).fit(X, y)
        assert not np.allclose(router.predict_proba(X), plain.predict_proba(X))
