"""Classifiers that take the labels 0, 1, ... alone, behind labels of any kind."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    MetaEstimatorMixin,
    clone,
    is_classifier,
)
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection._search import BaseSearchCV
from sklearn.preprocessing import LabelEncoder
from sklearn.utils import get_tags

from skdistill.transfer._responses import has_exact_log_proba
from skdistill.utils._metaestimators import is_frozen, unwrap, weight_parameter

# Packages whose classifiers want the labels 0, 1, ..., n_classes - 1.
WANT_INTEGERS = {"xgboost"}

# What fits its `estimator` to the very labels that it gets. Ensembles encode them.
PASS_LABELS_ON = (BaseSearchCV, CalibratedClassifierCV)


def with_label_encoder(classifier: Any, y: Any) -> Any:
    """Encode the labels for a classifier that takes integers only.

    Parameters
    ----------
    classifier : classifier
    y : array-like of shape (n_samples,)
        Class labels.

    Returns
    -------
    classifier : classifier
        The very one where it takes the labels as they are.
    """
    if is_frozen(classifier) or not _wants_integers(classifier) or _are_consecutive(y):
        return classifier
    return LabelEncodedClassifier(classifier)


def _wants_integers(classifier):
    core = unwrap(classifier)
    if isinstance(core, PASS_LABELS_ON):
        return _wants_integers(core.estimator)
    package = type(core).__module__.split(".")[0]
    return package in WANT_INTEGERS and is_classifier(core)


def _are_consecutive(y):
    y = np.asarray(y)
    if y.dtype.kind not in "iu":
        return False
    found = np.unique(y)
    return np.array_equal(found, np.arange(len(found)))


class LabelEncodedClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
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
        self : LabelEncodedClassifier
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
