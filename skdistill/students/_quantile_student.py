"""Students of quantiles: any regressor, with an output for each level."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, Self

from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin, clone
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from skdistill.losses import PinballDistillation
from skdistill.transfer._quantile_targets import labels_alone


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


class QuantileLearner(RegressorMixin, MetaEstimatorMixin, BaseEstimator):
    """A network that learns quantiles of the labels alone, as a regressor.

    Parameters
    ----------
    student : estimator
        A network, or a student that has one inside.
    levels : ndarray of shape (n_levels,)
    """

    def __init__(self, student, levels):
        self.student = student
        self.levels = levels

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train a clone of the network by the pinball loss."""
        transfer = labels_alone(X, y, self.levels, sample_weight)
        loss = PinballDistillation(self.levels, alpha=0)
        self.student_ = clone(self.student).fit_distill(transfer, loss)
        return self

    def predict(self, X: Any) -> NDArray:
        """Predict a column for each level."""
        return self.student_.predict(X)
