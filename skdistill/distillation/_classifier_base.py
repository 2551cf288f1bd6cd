"""BaseDistilledClassifier: what a distillation knows of classes and probabilities."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.metaestimators import available_if

from skdistill.distillation._base import BaseDistilled
from skdistill.distillation._defaults import CLASS_DEFAULTS
from skdistill.losses import DistillationLoss
from skdistill.teachers._adapters import as_classifier, check_teacher
from skdistill.teachers._precomputed import read_precomputed
from skdistill.transfer._label_encoder import with_label_encoder
from skdistill.transfer._responses import has_exact_log_proba
from skdistill.transfer._targets import ClassTargets
from skdistill.transfer._training_data import TrainingData
from skdistill.transfer._validation import encode_labels, flatten_labels, row_weights
from skdistill.utils._metaestimators import is_frozen
from skdistill.utils._mixins import ProbabilityClassifierMixin


def _student_has_proba(model):
    fitted = vars(model).get("student_")
    if fitted is None:
        fitted = model._defaults.as_student(model._get_student())
    return hasattr(fitted, "predict_proba")


class BaseDistilledClassifier(BaseDistilled, ProbabilityClassifierMixin):
    """What distilled classifiers share: a mixin."""

    _defaults = CLASS_DEFAULTS

    @available_if(_student_has_proba)
    def predict_proba(self, X: Any) -> NDArray:
        """Predict class probabilities, by the student.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """
        self._check_predict(X)
        return self.student_.predict_proba(X)

    @available_if(_student_has_proba)
    def predict_log_proba(self, X: Any) -> NDArray:
        """Predict logarithms of class probabilities, by the student.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        log_proba : ndarray of shape (n_samples, n_classes)
            Exact where the student's are.
        """
        self._check_predict(X)
        if hasattr(self.student_, "predict_log_proba"):
            return self.student_.predict_log_proba(X)
        return super().predict_log_proba(X)

    @property
    def _has_exact_log_proba(self):
        return has_exact_log_proba(self.student_)

    def _get_teacher(self):
        return as_classifier(super()._get_teacher())

    def _prepare_teacher(self, teacher, y):
        check_teacher(teacher)
        return with_label_encoder(teacher, y)

    def _loss(self):
        return DistillationLoss(self.temperature, self.alpha)

    def _hard_loss(self):
        return DistillationLoss(alpha=0.0)

    def _weights(self, sample_weight, X, y):
        return row_weights(sample_weight, self.class_weight, X, y)

    def _read_targets(self, inputs, teacher):
        """Classes and labels, and the predictions that the user brings, if any."""
        X, y, X_unlabeled = inputs.X, flatten_labels(inputs.y), inputs.X_unlabeled
        if not any(part is not None for part in inputs.precomputed):
            known = (
                _known_classes(teacher) if inputs.classes is None else inputs.classes
            )
            classes, encoded = encode_labels(y, known)
            targets = ClassTargets(classes)
            return TrainingData(X, y, targets, encoded, X_unlabeled=X_unlabeled), None
        if self.teacher is not None:
            raise ValueError("teacher_proba needs teacher=None: no teacher predicts.")
        return read_precomputed(inputs.precomputed, X, y, X_unlabeled, inputs.classes)


def _known_classes(teacher):
    """The classes of a frozen teacher; None for one that is yet to be fitted."""
    if not is_frozen(teacher) or not hasattr(teacher, "classes_"):
        return None
    return np.sort(teacher.classes_)
