"""Students of quantiles: any regressor, with an output for each level."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags


def as_quantile_student(estimator: Any) -> Any:
    """Give a student of a single output one regressor for each.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    student : estimator
        The very one if it learns several outputs.
    """
    if isinstance(estimator, Pipeline) and estimator.steps:
        *before, (name, last) = estimator.steps
        last = as_quantile_student(last)
        return Pipeline([*before, (name, last)], memory=estimator.memory)
    if get_tags(estimator).target_tags.multi_output:
        return estimator
    return MultiOutputRegressor(estimator)
