"""What an ensemble refuses, by name."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator
from sklearn.cluster import KMeans
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM
from subtask_models import PARTITIONS, ensemble, tuned

from skdistill import DistillationLoss, SoftTargetClassifier, TransferSet
from skdistill.subtasks._validation import (
    check_member,
    check_predictions,
    check_squares,
    check_total_weight,
)


class Duck(BaseEstimator):
    """Only the student protocol."""

    def fit_distill(self, transfer, loss):
        """Learn nothing."""


@pytest.mark.parametrize(
    "estimator",
    [
        KMeans(),
        OneClassSVM(),
        IsolationForest(),
        make_pipeline(StandardScaler(), KMeans()),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_no_members(estimator, iris):
    with pytest.raises(TypeError, match=r"estimator=.* cannot be a member"):
        ensemble(estimator=estimator).fit(*iris)
    transfer = TransferSet(iris[0], np.eye(3)[iris[1]], iris[1], np.arange(3))
    with pytest.raises(TypeError, match=r"estimator=.* cannot be a member"):
        ensemble(estimator=estimator).fit_distill(transfer, DistillationLoss())


@pytest.mark.parametrize(
    "estimator",
    [GaussianNB(), Ridge(), SoftTargetClassifier(Ridge()), Duck()],
    ids=lambda estimator: type(estimator).__name__,
)
def test_members(estimator):
    check_member(estimator)


@pytest.mark.parametrize("partition", PARTITIONS)
def test_regressors_learn_probabilities(partition, iris):
    X, y = iris
    model = ensemble(partition, estimator=Ridge()).fit(X, y)
    assert model.score(X, y) > 0.75
    assert all(member.strategy_ == "regression" for member in model.estimators_)


class TestSquares:
    @pytest.mark.parametrize(
        ("dtype", "limit"), [(np.float64, 1.3e151), (np.float32, 1.8e16)]
    )
    @pytest.mark.parametrize("sign", [1, -1])
    @pytest.mark.parametrize("kind", [np.asarray, csr_array])
    def test_limits(self, dtype, limit, sign, kind):
        X = np.zeros((3, 2), dtype)
        X[1, 1] = sign * limit
        check_squares(kind(X))
        X[1, 1] = sign * 1.1 * limit
        with pytest.raises(ValueError, match=r"X contains values up to .*Standardize"):
            check_squares(kind(X))

    def test_no_stored_values(self):
        check_squares(csr_array((3, 2)))

    @pytest.mark.parametrize("factor", [1e155, 1e200, 1e300])
    def test_fit(self, factor, iris):
        X, y = iris
        for model in (tuned(), ensemble(), tuned(combine="mean")):
            with pytest.raises(ValueError, match="X contains values"):
                model.fit(factor * X, y)


class TestTotalWeight:
    @pytest.mark.parametrize("weight", [5e-324, 1e-305, 1e305])
    def test_too_small_or_too_large(self, weight, iris):
        X, y = iris
        for model in (tuned(), ensemble()):
            with pytest.raises(ValueError, match="sample_weight: the sum"):
                model.fit(X, y, sample_weight=np.full(150, weight))

    def test_infinite_sum(self):
        with pytest.raises(ValueError, match="sum of the weights is inf"):
            check_total_weight(np.full(9, 1e308))

    @pytest.mark.parametrize("weight", [1e-200, 1e200])
    def test_far_from_one(self, weight, iris):
        X, y = iris
        model = ensemble(combine="mean").fit(X, y, sample_weight=np.full(150, weight))
        assert np.isfinite(model.predict_proba(X)).all()

    def test_none(self):
        check_total_weight(None)


class TestPredictions:
    def test_not_finite(self):
        proba = np.full((4, 2), 0.5)
        assert check_predictions(proba) is proba
        proba[1:3, 1] = np.nan, np.inf
        with pytest.raises(ValueError, match="2 of 4 samples, the first at row 1"):
            check_predictions(proba)
