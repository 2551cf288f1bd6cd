"""Teachers that are no scikit-learn classifiers, or not quite."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    is_clusterer,
    is_outlier_detector,
    is_regressor,
)
from sklearn.frozen import FrozenEstimator

from skdistill.utils._metaestimators import unwrap


def as_classifier(teacher: Any) -> Any:
    """Wrap a teacher that can only predict in a frozen classifier.

    Parameters
    ----------
    teacher : classifier, or object with `predict_proba`, or callable

    Returns
    -------
    teacher : classifier
        The very one if it has a `fit`.
    """
    if hasattr(teacher, "fit"):
        return teacher
    return FrozenEstimator(PredictorTeacher(teacher))


def check_teacher(teacher: Any) -> None:
    """Refuse teachers that predict no classes.

    Parameters
    ----------
    teacher : estimator

    Raises
    ------
    TypeError
        If it is a regressor, a clusterer or an outlier detector.
    """
    core = unwrap(teacher)
    for is_kind, kind in (
        (is_regressor, "a regressor"),
        (is_clusterer, "a clusterer"),
        (is_outlier_detector, "an outlier detector"),
    ):
        if hasattr(core, "__sklearn_tags__") and is_kind(core):
            raise TypeError(
                f"teacher={core!r} is {kind}. Only a classifier can teach class "
                "probabilities."
            )


class PredictorTeacher(ClassifierMixin, BaseEstimator):
    """A fitted classifier made of an object that only predicts.

    Parameters
    ----------
    predictor : object with `predict_proba`, or callable
        ``predictor(X)`` is an array of shape (n_samples, n_classes).
    """

    def __init__(self, predictor):
        self.predictor = predictor

    def fit(self, X, y):
        """Do nothing: there is nothing to fit."""
        return self

    def predict_proba(self, X):
        """Return the predictor's probabilities."""
        predict = getattr(self.predictor, "predict_proba", self.predictor)
        return np.asarray(predict(X))

    def __getattr__(self, name):
        # The classes, where the predictor knows them.
        if name == "classes_":
            return self.predictor.classes_
        raise AttributeError(name)

    def __sklearn_is_fitted__(self):
        return True

    def __sklearn_clone__(self):
        return self
