"""BaseDistilledRegressor: what a distillation knows of numbers to predict."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from functools import partial
from typing import Any

from sklearn.base import RegressorMixin
from sklearn.utils import get_tags

from skdistill.distillation._base import BaseDistilled
from skdistill.distillation._defaults import NUMBER_DEFAULTS
from skdistill.losses import PinballDistillation, SquaredErrorDistillation
from skdistill.losses._pinball import check_levels
from skdistill.students import SoftTargetRegressor
from skdistill.students._quantile_student import QuantileLearner, as_quantile_student
from skdistill.teachers._adapters import as_regressor, check_regressor_teacher
from skdistill.teachers._committee import SCRATCH
from skdistill.teachers._precomputed import read_precomputed_numbers
from skdistill.teachers._quantile_teachers import (
    QuantileRegressors,
    as_quantile_teacher,
)
from skdistill.transfer._quantile_targets import read_quantiles
from skdistill.transfer._real_targets import read_numbers
from skdistill.transfer._training_data import TrainingData
from skdistill.transfer._validation import check_weights
from skdistill.utils._metaestimators import unwrap
from skdistill.utils._mixins import DocLinkMixin


class BaseDistilledRegressor(DocLinkMixin, BaseDistilled, RegressorMixin):
    """What distilled regressors share: a mixin."""

    _defaults = NUMBER_DEFAULTS

    # Where quantiles are learned in place of the mean.
    quantiles: Any = None

    @property
    def _levels(self):
        """Levels of the quantiles; None where the mean is learned."""
        if self.quantiles is None:
            return None
        return check_levels(self.quantiles, "quantiles")

    def _get_teacher(self):
        teacher = super()._get_teacher()
        if isinstance(teacher, list):
            return QuantileRegressors(teacher)
        return as_regressor(teacher)

    def _get_student(self):
        student = super()._get_student()
        return student if self.quantiles is None else as_quantile_student(student)

    def _check_inputs(self, inputs):
        if self.quantiles is not None:
            check_median(self._levels)
        elif isinstance(self.teacher, list):
            raise TypeError(
                "A list of regressors teaches quantiles: pass quantiles=, with a level "
                "for each of them."
            )
        return super()._check_inputs(inputs)

    def _prepare_teacher(self, teacher, y):
        check_regressor_teacher(teacher)
        if self.quantiles is None:
            return teacher
        return as_quantile_teacher(teacher, self._levels)

    def _reference(self, X):
        trees = super()._reference(X)
        if trees is None or self.quantiles is None:
            return trees
        return as_quantile_teacher(trees, self._levels)

    def _prepare_members(self, members):
        if self.quantiles is None:
            return members
        return quantile_members(members, self._levels)

    def _loss(self):
        if self.quantiles is None:
            return SquaredErrorDistillation(self.alpha)
        return PinballDistillation(self.quantiles, self.alpha)

    def _hard_loss(self):
        if self.quantiles is None:
            return SquaredErrorDistillation(alpha=0.0)
        return PinballDistillation(self.quantiles, alpha=0.0)

    def _weights(self, sample_weight, X, y):
        return check_weights(sample_weight, X)

    def _read_targets(self, inputs, teacher):
        """The numbers, and the predictions that the user brings, if any."""
        X, X_unlabeled = inputs.X, inputs.X_unlabeled
        read = read_numbers
        if self.quantiles is not None:
            read = partial(read_quantiles, levels=self._levels)
        if not any(part is not None for part in inputs.precomputed):
            targets, y, encoded = read(inputs.y)
            return TrainingData(X, y, targets, encoded, X_unlabeled=X_unlabeled), None
        if self.teacher is not None:
            raise ValueError(
                "teacher_prediction needs teacher=None: no teacher predicts."
            )
        return read_precomputed_numbers(
            inputs.precomputed, X, inputs.y, X_unlabeled, read
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        student = self._defaults.as_student(self._get_student())
        tags.target_tags.multi_output = self.quantiles is None and all(
            get_tags(part).target_tags.multi_output
            for part in (self._get_teacher(), student)
        )
        return tags


def check_median(levels):
    """Check that the median is among the quantiles.

    Parameters
    ----------
    levels : ndarray of shape (n_levels,)

    Raises
    ------
    ValueError
        If 0.5 is not among the levels.
    """
    if 0.5 not in levels:
        raise ValueError(
            "quantiles must have 0.5 among them, the median that predict returns, got "
            f"{levels.tolist()}."
        )


def quantile_members(members, levels):
    """Make members of a committee learn quantiles of the labels.

    Parameters
    ----------
    members : list of (str, estimator)
        Students. Those that are no network must tell quantiles, as a teacher does.
    levels : ndarray of shape (n_levels,)

    Returns
    -------
    members : list of (str, estimator)
        Without the student, if it is no network.
    """
    learners = []
    for name, member in members:
        core = unwrap_student(member)
        if hasattr(core, "fit_distill"):
            learners.append((name, QuantileLearner(member, levels)))
        elif name != SCRATCH:
            learners.append((name, as_quantile_teacher(member.estimator, levels)))
    return learners


def unwrap_student(student):
    """Get the estimator at the heart of a student that is not fitted.

    Parameters
    ----------
    student : estimator

    Returns
    -------
    core : estimator
    """
    if isinstance(student, SoftTargetRegressor):
        return unwrap(student.estimator)
    return student
