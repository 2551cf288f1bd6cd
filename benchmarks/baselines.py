"""Estimators that only the benchmarks need."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from skdistill.probability import fit_temperature, soften

# A network may answer 0 in single precision.
LEAST_PROBABILITY = 1e-30


class TemperatureCalibrated(ClassifierMixin, BaseEstimator):
    """A classifier calibrated by one temperature, chosen on out-of-fold rows.

    Parameters
    ----------
    estimator : classifier
        Fitted to all rows in the end.
    """

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, X, y):
        """Fit the classifier, and its temperature to labels 0, 1, ..."""
        folds = StratifiedKFold(max(2, min(5, np.bincount(y).min())))
        proba = cross_val_predict(
            self.estimator, X, y, cv=folds, method="predict_proba"
        )
        self.estimator_ = clone(self.estimator).fit(X, y)
        self.classes_ = self.estimator_.classes_
        self.temperature_ = fit_temperature(_logits(proba), y)
        return self

    def predict_proba(self, X):
        """Probabilities at the temperature."""
        return soften(_logits(self.estimator_.predict_proba(X)), self.temperature_)


class IdleStudent(ClassifierMixin, BaseEstimator):
    """Learns nothing; a distilled estimator with it asks the teacher only."""

    def fit(self, X, y):
        """Do nothing."""
        return self

    def predict(self, X):
        """Predict the first class."""
        return np.repeat(self.classes_[:1], len(X))

    def fit_distill(self, transfer, loss):
        """Do nothing."""
        self.classes_ = transfer.classes
        return self


def _logits(proba):
    return np.log(np.maximum(proba, LEAST_PROBABILITY))
