"""Teachers that are no scikit-learn classifiers, or not quite."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    MetaEstimatorMixin,
    clone,
    is_clusterer,
    is_outlier_detector,
    is_regressor,
)
from sklearn.frozen import FrozenEstimator
from sklearn.preprocessing import LabelEncoder
from sklearn.utils import get_tags

from skdistill.transfer._responses import has_exact_log_proba, unwrap
from skdistill.utils._metaestimators import is_frozen, weight_parameter

# Packages whose classifiers want the labels 0, 1, ..., n_classes - 1.
WANT_INTEGERS = {"xgboost"}


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


def with_label_encoder(teacher: Any, y: Any) -> Any:
    """Encode the labels for a teacher that takes integers only.

    Parameters
    ----------
    teacher : classifier
    y : array-like of shape (n_samples,)
        Class labels.

    Returns
    -------
    teacher : classifier
        The very one where it takes the labels as they are.
    """
    core = unwrap(teacher)
    wants_integers = type(core).__module__.split(".")[0] in WANT_INTEGERS
    if wants_integers and not is_frozen(teacher) and not _are_consecutive(y):
        return LabelEncodedTeacher(teacher)
    return teacher


def _are_consecutive(y):
    found = np.unique(np.asarray(y))
    return found.dtype.kind in "iu" and np.array_equal(found, np.arange(len(found)))


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


class LabelEncodedTeacher(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """A classifier of integers behind labels of any kind.

    Parameters
    ----------
    estimator : classifier
        Takes the labels 0, 1, ..., n_classes - 1.
    """

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, X, y, sample_weight=None, **fit_params):
        """Fit a clone of the estimator to encoded labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), default=None
        **fit_params : dict
            For the estimator's `fit`.

        Returns
        -------
        self : LabelEncodedTeacher
        """
        encoder = LabelEncoder()
        encoded = encoder.fit_transform(y)
        if sample_weight is not None:
            fit_params[str(weight_parameter(self.estimator))] = sample_weight
        self.estimator_ = clone(self.estimator).fit(X, encoded, **fit_params)
        self.classes_ = encoder.classes_
        return self

    def predict(self, X):
        """Predict labels as they were in `fit`."""
        return self.classes_[self.estimator_.predict(X)]

    def predict_proba(self, X):
        """Predict class probabilities."""
        return self.estimator_.predict_proba(X)

    @property
    def _has_exact_log_proba(self):
        return has_exact_log_proba(self.estimator_)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self.estimator).input_tags
        return tags
