"""Which students get one regressor for each quantile."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from skdistill import SquaredErrorMLPRegressor, TabularMLPRegressor
from skdistill.students._quantile_student import as_quantile_student

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
