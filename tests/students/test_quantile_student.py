"""Which students get one regressor for each quantile."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from skdistill import SquaredErrorMLPRegressor, TabularMLPRegressor
from skdistill.students._quantile_student import QuantileLearner, as_quantile_student

BOOSTING = HistGradientBoostingRegressor()


@pytest.mark.parametrize(
    "student",
    [
        DecisionTreeRegressor(),
        Ridge(),
        SquaredErrorMLPRegressor(),
        TabularMLPRegressor(),
    ],
    ids=str,
)
def test_students_of_several_outputs_stay(student):
    assert as_quantile_student(student) is student
    pipeline = as_quantile_student(make_pipeline(StandardScaler(), student))
    assert pipeline[-1] is student


def test_students_of_one_output_are_wrapped():
    wrapped = as_quantile_student(BOOSTING)
    assert isinstance(wrapped, MultiOutputRegressor)
    assert wrapped.estimator is BOOSTING
    steps = [("scaler", StandardScaler()), ("boosting", BOOSTING)]
    pipeline = as_quantile_student(Pipeline(steps, memory="cache"))
    assert pipeline.memory == "cache"
    assert pipeline["boosting"].estimator is BOOSTING


def test_a_network_learns_quantiles_of_labels(rng):
    X, levels = rng.uniform(size=(1000, 1)), np.array([0.1, 0.5, 0.9])
    y = X[:, 0] + rng.normal(size=1000)
    learner = QuantileLearner(SquaredErrorMLPRegressor((), random_state=0), levels)
    quantiles = learner.fit(X, y).predict(X)
    assert_allclose((y[:, None] <= quantiles).mean(axis=0), levels, atol=0.06)
    weights = np.where(y > 0.5, 1.0, 0.0)
    above = learner.fit(X, y, sample_weight=weights).predict(X)
    assert above[:, 0].min() > 0.3
