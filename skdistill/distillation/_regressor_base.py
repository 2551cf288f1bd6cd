"""BaseDistilledRegressor: what a distillation knows of numbers to predict."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

from sklearn.base import RegressorMixin
from sklearn.utils import get_tags

from skdistill.distillation._base import BaseDistilled
from skdistill.distillation._defaults import NUMBER_DEFAULTS
from skdistill.distillation._statistics import Mean, Quantiles
from skdistill.teachers._adapters import as_regressor, check_regressor_teacher
from skdistill.teachers._precomputed import read_precomputed_numbers
from skdistill.teachers._quantile_teachers import QuantileRegressors
from skdistill.transfer._training_data import TrainingData
from skdistill.transfer._validation import check_weights
from skdistill.utils._mixins import DocLinkMixin


class BaseDistilledRegressor(DocLinkMixin, BaseDistilled, RegressorMixin):
    """What distilled regressors share: a mixin."""

    _defaults = NUMBER_DEFAULTS

    # Where quantiles are learned in place of the mean.
    quantiles: Any = None

    @property
    def _learned(self):
        """What is learned: the mean, or quantiles."""
        return Mean() if self.quantiles is None else Quantiles(self.quantiles)

    def _get_teacher(self):
        teacher = super()._get_teacher()
        if isinstance(teacher, list):
            return QuantileRegressors(teacher)
        return as_regressor(teacher)

    def _get_student(self):
        return self._learned.as_student(super()._get_student())

    def _check_inputs(self, inputs):
        self._learned.check(self.teacher)
        return super()._check_inputs(inputs)

    def _prepare_teacher(self, teacher, y):
        check_regressor_teacher(teacher)
        return self._learned.as_teacher(teacher)

    def _reference(self, X):
        trees = super()._reference(X)
        return None if trees is None else self._learned.as_teacher(trees)

    def _prepare_members(self, members):
        return self._learned.as_members(members)

    def _loss(self):
        return self._learned.loss(self.alpha)

    def _hard_loss(self):
        return self._learned.loss(0.0)

    def _weights(self, sample_weight, X, y):
        return check_weights(sample_weight, X)

    def _read_targets(self, inputs, teacher):
        """The numbers, and the predictions that the user brings, if any."""
        X, X_unlabeled = inputs.X, inputs.X_unlabeled
        read = self._learned.read
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
        tags.target_tags.multi_output = self._learned.takes_several_outputs and all(
            get_tags(part).target_tags.multi_output
            for part in (self._get_teacher(), student)
        )
        return tags
