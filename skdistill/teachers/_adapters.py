"""Teachers that are no estimators of scikit-learn, or not quite."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    RegressorMixin,
    is_classifier,
    is_clusterer,
    is_outlier_detector,
    is_regressor,
)
from sklearn.frozen import FrozenEstimator

from skdistill.utils._metaestimators import unwrap

# What can teach nothing at all.
OTHERS = {is_clusterer: "a clusterer", is_outlier_detector: "an outlier detector"}


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
    refused = {is_regressor: "a regressor"} | OTHERS
    _refuse(teacher, refused, "Only a classifier can teach class probabilities.")


def as_regressor(teacher: Any) -> Any:
    """Wrap a teacher that can only predict in a frozen regressor.

    Parameters
    ----------
    teacher : regressor, or object with `predict`, or callable

    Returns
    -------
    teacher : regressor
        The very one if it has a `fit`.
    """
    if hasattr(teacher, "fit"):
        return teacher
    return FrozenEstimator(PredictorRegressor(teacher))


def check_regressor_teacher(teacher: Any) -> None:
    """Refuse teachers that predict no numbers.

    Parameters
    ----------
    teacher : estimator

    Raises
    ------
    TypeError
        If it is a classifier, a clusterer or an outlier detector.
    """
    refused = {is_classifier: "a classifier"} | OTHERS
    _refuse(teacher, refused, "Only a regressor can teach numbers.")


def _refuse(teacher, refused, reason):
    core = unwrap(teacher)
    for is_kind, kind in refused.items():
        if hasattr(core, "__sklearn_tags__") and is_kind(core):
            raise TypeError(f"teacher={core!r} is {kind}. {reason}")


class BasePredictor(BaseEstimator):
    """A fitted estimator made of an object that only predicts.

    Parameters
    ----------
    predictor : object with a method that predicts, or callable
    """

    def __init__(self, predictor):
        self.predictor = predictor

    def fit(self, X, y):
        """Do nothing: there is nothing to fit."""
        return self

    def __sklearn_is_fitted__(self):
        return True

    def __sklearn_clone__(self):
        return self


class PredictorRegressor(RegressorMixin, BasePredictor):
    """A fitted regressor made of an object that only predicts.

    Parameters
    ----------
    predictor : object with `predict`, or callable
        ``predictor(X)`` is an array of shape (n_samples,) or (n_samples, n_outputs).
    """

    def predict(self, X):
        """Return the predictor's numbers."""
        predict = getattr(self.predictor, "predict", self.predictor)
        return np.asarray(predict(X))


class PredictorTeacher(ClassifierMixin, BasePredictor):
    """A fitted classifier made of an object that only predicts.

    Parameters
    ----------
    predictor : object with `predict_proba`, or callable
        ``predictor(X)`` is an array of shape (n_samples, n_classes).
    """

    def predict_proba(self, X):
        """Return the predictor's probabilities."""
        predict = getattr(self.predictor, "predict_proba", self.predictor)
        return np.asarray(predict(X))

    def __getattr__(self, name):
        # The classes, where the predictor knows them.
        if name == "classes_":
            return self.predictor.classes_
        raise AttributeError(name)
