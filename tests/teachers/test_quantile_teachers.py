"""Teachers of quantiles: by asking, by the members, one for each level, or none."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.ensemble import (
    BaggingRegressor,
    ExtraTreesRegressor,
    GradientBoostingRegressor,
    RandomForestRegressor,
    VotingRegressor,
)
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression, QuantileRegressor, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from skdistill.teachers._adapters import as_regressor
from skdistill.teachers._quantile_teachers import (
    MemberQuantiles,
    QuantileRegressors,
    ToldQuantiles,
    as_quantile_teacher,
    member_predictions,
    members_quantiles,
)
from skdistill.teachers._teacher import has_out_of_bag
from skdistill.utils._metaestimators import is_frozen

LEVELS = np.array([0.1, 0.5, 0.9])
FOREST = RandomForestRegressor(20, random_state=0)
LIST = [QuantileRegressor(quantile=level, alpha=0) for level in LEVELS]


@pytest.fixture
def table(rng):
    X = rng.normal(size=(120, 3))
    return X, X[:, 0] + rng.normal(size=120)


class Asked(RegressorMixin, BaseEstimator):
    """A regressor that tells its quantiles."""

    def fit(self, X, y):
        self.y_ = y
        return self

    def predict(self, X, quantiles=None):
        levels = 0.5 if quantiles is None else quantiles
        return np.broadcast_to(np.quantile(self.y_, levels), (len(X), np.size(levels)))


@pytest.mark.parametrize("missing", [False, True])
def test_quantiles_over_members_are_those_of_numpy(rng, missing):
    values = rng.normal(size=(7, 40))
    if missing:
        values[rng.uniform(size=(7, 40)) < 0.6] = np.nan
        values[:, 0] = np.nan
        values[1:, 1] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = np.nanquantile(values, LEVELS, axis=0).T
    assert_allclose(members_quantiles(values, LEVELS), expected)


@pytest.mark.parametrize(
    "ensemble",
    [
        FOREST,
        ExtraTreesRegressor(5, bootstrap=True, random_state=0),
        BaggingRegressor(LinearRegression(), 5, max_features=2, random_state=0),
        VotingRegressor([("one", LinearRegression()), ("two", Ridge(100.0))]),
    ],
    ids=str,
)
def test_the_mean_over_members_is_what_an_ensemble_predicts(table, ensemble):
    X, y = table
    ensemble = clone(ensemble).fit(X, y)
    values = member_predictions(ensemble, X)
    assert values.shape == (len(ensemble.estimators_), 120)
    assert_allclose(values.mean(axis=0), ensemble.predict(X))
    if not isinstance(ensemble, (BaggingRegressor, VotingRegressor)):
        assert_array_equal(member_predictions(ensemble, csr_array(X)), values)


def test_members_that_were_not_fitted_on_a_sample(table):
    X, y = table
    teacher = as_quantile_teacher(FOREST, LEVELS)
    assert isinstance(teacher, MemberQuantiles)
    assert has_out_of_bag(teacher)
    teacher = clone(teacher).set_params(oob_score=True).fit(X, y)
    forest = teacher.estimator_
    for i in (0, 7):
        outside = [i not in bag for bag in forest.estimators_samples_]
        values = [
            tree.predict(X[[i]])[0]
            for tree, out in zip(forest.estimators_, outside, strict=True)
            if out
        ]
        expected = np.quantile(values, LEVELS)
        assert_allclose(teacher.oob_prediction_[i], expected)
    assert teacher.n_estimators == 20
    inside = ((y >= teacher.predict(X)[:, 0]) & (y <= teacher.predict(X)[:, 2])).mean()
    out_of_bag = teacher.oob_prediction_
    assert inside > ((y >= out_of_bag[:, 0]) & (y <= out_of_bag[:, 2])).mean()


@pytest.mark.parametrize(
    "ensemble",
    [
        RandomForestRegressor(5, bootstrap=False),
        RandomForestRegressor(5, warm_start=True),
        VotingRegressor([("one", LinearRegression())]),
        Asked(),
    ],
    ids=str,
)
def test_some_have_no_bags(ensemble):
    assert not has_out_of_bag(as_quantile_teacher(ensemble, LEVELS))


def test_a_regressor_is_asked(table):
    X, y = table
    teacher = as_quantile_teacher(Asked(), LEVELS).fit(X, y)
    assert isinstance(teacher, ToldQuantiles)
    assert_allclose(teacher.predict(X[:2]), [np.quantile(y, LEVELS)] * 2)
    one = as_quantile_teacher(Asked(), LEVELS[1:2]).fit(X, y)
    assert_allclose(one.predict(X[:2]), [[np.median(y)]] * 2)


def test_quantile_forest(table):
    quantile_forest = pytest.importorskip("quantile_forest")
    X, y = table
    forest = quantile_forest.RandomForestQuantileRegressor(5, random_state=0)
    teacher = as_quantile_teacher(forest, LEVELS)
    assert has_out_of_bag(teacher)
    teacher.set_params(oob_score=True).fit(X, y)
    forest.fit(X, y)
    assert_array_equal(teacher.predict(X), forest.predict(X, list(LEVELS)))
    never_out = np.isnan(teacher.oob_prediction_).any(axis=1)
    assert 0 < never_out.sum() < 60


def test_one_regressor_for_each_level(table):
    X, y = table
    teacher = as_quantile_teacher(QuantileRegressors(LIST), LEVELS)
    quantiles = clone(teacher).fit(X, y, sample_weight=np.ones(120)).predict(X)
    assert_allclose((y[:, None] <= quantiles).mean(axis=0), LEVELS, atol=0.03)
    with pytest.raises(ValueError, match="a list of 3 regressors, but there are 2"):
        as_quantile_teacher(QuantileRegressors(LIST), LEVELS[:2])


def test_regressors_of_a_list_are_seeded(table):
    X, y = table
    boosting = [
        GradientBoostingRegressor(
            loss="quantile", alpha=level, n_estimators=3, subsample=0.5
        )
        for level in LEVELS
    ]
    teachers = [QuantileRegressors(boosting, seed).fit(X, y) for seed in (0, 0, 1)]
    first, again, other = (teacher.predict(X) for teacher in teachers)
    assert_array_equal(first, again)
    assert (first != other).any()


def test_frozen_teachers_stay_as_they_are(table):
    X, y = table
    fitted = clone(FOREST).fit(X, y)
    expected = members_quantiles(member_predictions(fitted, X), LEVELS)
    for teacher in (fitted, make_pipeline(StandardScaler(), FOREST).fit(X, y)):
        frozen = as_quantile_teacher(FrozenEstimator(teacher), LEVELS)
        assert is_frozen(frozen)
        assert_allclose(clone(frozen).fit(X, y[::-1]).predict(X), expected)
    regressors = [FrozenEstimator(each.fit(X, y)) for each in map(clone, LIST)]
    frozen = as_quantile_teacher(QuantileRegressors(regressors), LEVELS)
    assert is_frozen(frozen)
    expected = np.column_stack([each.predict(X) for each in regressors])
    assert_array_equal(frozen.fit(X, -y).predict(X), expected)


def test_what_only_predicts_tells_quantiles_already(table):
    teacher = as_regressor(lambda X: X[:, :1] + LEVELS)
    assert as_quantile_teacher(teacher, LEVELS) is teacher


@pytest.mark.parametrize(
    "teacher",
    [SVR(), GradientBoostingRegressor(), make_pipeline(StandardScaler(), SVR())],
    ids=str,
)
def test_others_tell_no_quantiles(teacher):
    with pytest.raises(TypeError, match=r"tells no quantiles. Pass a list of regres"):
        as_quantile_teacher(teacher, LEVELS)
