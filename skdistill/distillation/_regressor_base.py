"""BaseDistilledRegressor: what a distillation knows of numbers to predict."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from sklearn.base import RegressorMixin
from sklearn.utils import get_tags

from skdistill.distillation._base import BaseDistilled
from skdistill.distillation._defaults import NUMBER_DEFAULTS
from skdistill.losses import SquaredErrorDistillation
from skdistill.teachers._adapters import as_regressor, check_regressor_teacher
from skdistill.teachers._precomputed import read_precomputed_numbers
from skdistill.transfer._real_targets import read_numbers
from skdistill.transfer._training_data import TrainingData
from skdistill.transfer._validation import check_weights
from skdistill.utils._mixins import DocLinkMixin


class BaseDistilledRegressor(DocLinkMixin, BaseDistilled, RegressorMixin):
    """What distilled regressors share: a mixin."""

    _defaults = NUMBER_DEFAULTS

    def _get_teacher(self):
        return as_regressor(super()._get_teacher())

    def _prepare_teacher(self, teacher, y):
        check_regressor_teacher(teacher)
        return teacher

    def _loss(self):
        return SquaredErrorDistillation(self.alpha)

    def _hard_loss(self):
        return SquaredErrorDistillation(alpha=0.0)

    def _weights(self, sample_weight, X, y):
        return check_weights(sample_weight, X)

    def _read_targets(self, inputs, teacher):
        """The numbers, and the predictions that the user brings, if any."""
        X, X_unlabeled = inputs.X, inputs.X_unlabeled
        if not any(part is not None for part in inputs.precomputed):
            targets, y, encoded = read_numbers(inputs.y)
            return TrainingData(X, y, targets, encoded, X_unlabeled=X_unlabeled), None
        if self.teacher is not None:
            raise ValueError(
                "teacher_prediction needs teacher=None: no teacher predicts."
            )
        return read_precomputed_numbers(inputs.precomputed, X, inputs.y, X_unlabeled)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        student = self._defaults.as_student(self._get_student())
        tags.target_tags.multi_output = all(
            get_tags(part).target_tags.multi_output
            for part in (self._get_teacher(), student)
        )
        return tags
