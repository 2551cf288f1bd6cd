"""SoftTargetRegressor: any regressor learns the mean of teacher and labels."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.cluster import KMeans
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import (
    LinearRegression,
    LogisticRegression,
    Ridge,
    SGDRegressor,
)
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor

from skdistill import SoftTargetRegressor, SquaredErrorDistillation, TransferSet
from skdistill.students import check_student
from skdistill.students._reweighting import sample_rows

LOSS = SquaredErrorDistillation(alpha=0.25)


@pytest.fixture
def X(rng):
    return rng.normal(size=(80, 3))


@pytest.fixture
def transfer(rng, X):
    """Samples, some of them unlabeled, whose teacher is not right."""
    y = np.exp(X[:, 0]) + 1.0
    teacher = y + rng.uniform(0, 2, size=80)
    weights = rng.randint(1, 4, size=80).astype(float)
    return TransferSet(X, teacher, y, labeled=X[:, 1] > -1, sample_weight=weights)


REGRESSORS = [
    Ridge(),
    DecisionTreeRegressor(max_leaf_nodes=8, random_state=0),
    HistGradientBoostingRegressor(max_iter=5),
    RandomForestRegressor(5, random_state=0),
    SVR(),
    TransformedTargetRegressor(Ridge(), func=np.log, inverse_func=np.exp),
    TransformedTargetRegressor(transformer=StandardScaler()),
]


def test_weights_that_routing_keeps_from_a_regressor_are_drawn(transfer):
    with config_context(enable_metadata_routing=True):
        ridge = Ridge().set_fit_request(sample_weight=False)
        wrapped = SoftTargetRegressor(TransformedTargetRegressor(ridge), random_state=0)
        student = wrapped.fit_distill(transfer, LOSS)
    rows = sample_rows(transfer.sample_weight, np.random.RandomState(0))
    expected = Ridge().fit(transfer.X[rows], LOSS.mix(transfer)[rows, 0])
    assert_allclose(student.predict(transfer.X), expected.predict(transfer.X))


@pytest.mark.parametrize("estimator", REGRESSORS, ids=repr)
def test_it_is_fitted_to_mixed_targets_with_weights(transfer, estimator):
    student = SoftTargetRegressor(estimator).fit_distill(transfer, LOSS)
    mixed = LOSS.mix(transfer)[:, 0]
    assert np.ptp(mixed - transfer.raw_predictions[:, 0]) > 0.1
    expected = clone(estimator).fit(
        transfer.X, mixed, sample_weight=transfer.sample_weight
    )
    assert_array_equal(student.predict(transfer.X), expected.predict(transfer.X))
    assert student.to_sklearn() is student.estimator_
    again = pickle.loads(pickle.dumps(student))
    assert_array_equal(again.predict(transfer.X), student.predict(transfer.X))
    check_student(student)
    assert not hasattr(student, "classes_")


def test_samples_are_drawn_by_weights_that_cannot_be_taken(X):
    y, nearest = np.arange(80.0), KNeighborsRegressor(1)
    assert_array_equal(SoftTargetRegressor(nearest).fit(X, y).predict(X), y)
    weights = np.where(y < 40, 1.0, 0.0)
    student = SoftTargetRegressor(nearest, random_state=0).fit(X, y, weights)
    assert student.predict(X).max() < 40
    again = SoftTargetRegressor(nearest, random_state=0).fit(X, y, weights)
    assert_array_equal(again.predict(X), student.predict(X))


def test_several_outputs(X):
    Y = X[:, :2] * [1.0, 100.0]
    Z = Y + 1
    transfer = TransferSet(X, Z, Y)
    student = SoftTargetRegressor(Ridge(alpha=1e-9)).fit_distill(transfer, LOSS)
    assert_allclose(student.predict(X), Y + 0.25)
    many = SoftTargetRegressor(MultiOutputRegressor(SVR())).fit(X, Y)
    assert many.predict(X).shape == (80, 2)


def test_default(X):
    student = SoftTargetRegressor().fit(X, X[:, 0])
    assert_array_equal(student.predict(X), Ridge().fit(X, X[:, 0]).predict(X))
    with pytest.raises(NotFittedError):
        SoftTargetRegressor().predict(X)


class TestPipeline:
    def test_the_last_step_learns(self, transfer):
        steps = (
            StandardScaler(),
            DecisionTreeRegressor(max_leaf_nodes=5, random_state=0),
        )
        student = SoftTargetRegressor(make_pipeline(*steps))
        student.fit_distill(transfer, LOSS)
        Z = StandardScaler().fit_transform(transfer.X)
        expected = clone(steps[1]).fit(Z, LOSS.mix(transfer), transfer.sample_weight)
        assert_allclose(student.predict(transfer.X), expected.predict(Z))
        plain = student.to_sklearn()
        assert type(plain[-1]) is DecisionTreeRegressor
        assert_array_equal(plain.predict(transfer.X), expected.predict(Z))

    def test_of_one_step(self, transfer):
        student = SoftTargetRegressor(make_pipeline(Ridge()))
        alone = SoftTargetRegressor(Ridge()).fit_distill(transfer, LOSS)
        student.fit_distill(transfer, LOSS)
        assert_array_equal(student.predict(transfer.X), alone.predict(transfer.X))

    def test_texts(self):
        texts, y = ["good day", "bad night", "bad day"] * 5, [1.0, 0.0, 0.5] * 5
        student = SoftTargetRegressor(make_pipeline(TfidfVectorizer(), Ridge(0.01)))
        student.fit(texts, y)
        assert student.predict(["good day"])[0] == pytest.approx(1, abs=0.1)
        assert not hasattr(student, "n_features_in_")


class TestPartialFit:
    @pytest.mark.parametrize(
        "estimator",
        [
            SGDRegressor(random_state=0),
            make_pipeline(StandardScaler(), SGDRegressor(random_state=0)),
            make_pipeline(SGDRegressor(random_state=0)),
        ],
        ids=repr,
    )
    def test_one_more_pass(self, X, estimator):
        student = SoftTargetRegressor(estimator).fit(X, X[:, 0])
        last, steps = student.estimator_, []
        if hasattr(last, "steps"):
            steps, last = last[:-1], last[-1].estimator_
        expected = pickle.loads(pickle.dumps(last))
        Z = steps.transform(X) if len(steps) else X
        expected.partial_fit(Z, -X[:, 0])
        assert student.partial_fit(X, -X[:, 0]) is student
        assert_array_equal(student.predict(X), expected.predict(Z))

    def test_only_where_there_is_one(self, X):
        assert not hasattr(SoftTargetRegressor(SGDRegressor()), "partial_fit")
        student = SoftTargetRegressor(Ridge()).fit(X, X[:, 0])
        assert not hasattr(student, "partial_fit")

    def test_new_samples_are_like_the_old_ones(self, X):
        student = SoftTargetRegressor(SGDRegressor(random_state=0)).fit(X, X[:, 0])
        with pytest.raises(ValueError, match="X has 2 features, but"):
            student.partial_fit(X[:, :2], X[:, 0])


class Unlabeled(RegressorMixin, BaseEstimator):
    """A regressor that fails, after it has learned something."""

    def fit(self, X, y):
        self.seen_ = y
        if y[0] < 0:
            raise ValueError("negative")
        return self

    def predict(self, X):
        return np.full(len(X), self.seen_[0])


def test_a_failed_fit_leaves_it_as_it_was(X):
    student = SoftTargetRegressor(Unlabeled()).fit(X, np.full(80, 2.0))
    with pytest.raises(ValueError, match="negative"):
        student.fit(X[:, :2], np.full(80, -1.0))
    assert_array_equal(student.predict(X), np.full(80, 2.0))
    assert student.n_features_in_ == 3


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (LogisticRegression(), "cannot be a student of numbers: it is no regressor"),
        (KMeans(), "cannot be a student of numbers: it is no regressor"),
        (make_pipeline(LogisticRegression()), "it is no regressor"),
        (FrozenEstimator(LinearRegression()), "frozen, it learns nothing"),
    ],
    ids=repr,
)
def test_what_learns_no_numbers_is_refused(X, estimator, message):
    with pytest.raises(TypeError, match=message):
        SoftTargetRegressor(estimator).fit(X, X[:, 0])


def test_classes_are_refused(X):
    transfer = TransferSet.from_targets(X, (X[:, 0] > 0).astype(int))
    with pytest.raises(ValueError, match="transfer has classes: SoftTargetClassifier"):
        SoftTargetRegressor(MLPRegressor()).fit_distill(transfer, LOSS)
