"""The scratch student: the same student, trained on the labels alone."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.metrics import log_loss

from skdistill.inspection._compared import Compared
from skdistill.losses import PinballDistillation
from skdistill.probability import fit_temperature, soften
from skdistill.transfer._cross_fitting import cross_val_raw, split_samples
from skdistill.transfer._quantile_targets import labels_alone
from skdistill.transfer._training_data import TrainingData
from skdistill.transfer._validation import check_weights
from skdistill.utils._metaestimators import unwrap, weight_params


def fit_scratch(parts: Compared, X: Any, y: Any, sample_weight=None) -> Any:
    """Fit a clone of a student to the labels.

    Parameters
    ----------
    parts : Compared
        With the student.
    X : array-like of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    sample_weight : array-like of shape (n_samples,), default=None

    Returns
    -------
    scratch : estimator or None
        None where it is to learn quantiles, and can learn those of a teacher only.
    """
    student = clone(parts.student)
    if parts.quantiles is None:
        return student.fit(X, y, **weight_params(student, sample_weight))
    # What is inside of a wrapper may be no network.
    if not all(hasattr(s, "fit_distill") for s in (student, unwrap(parts.student))):
        return None
    loss = PinballDistillation(parts.quantiles, alpha=0)
    transfer = labels_alone(X, y, loss.levels, check_weights(sample_weight, X))
    return student.fit_distill(transfer, loss)


def calibrated_log_loss(scratch, train, test, targets):
    """Log loss of a student whose logits are divided by one out-of-fold temperature.

    Parameters
    ----------
    scratch : classifier
        Fitted to the training samples.
    train : tuple of (X, y, sample_weight)
    test : tuple of (X, y)
    targets : ClassTargets

    Returns
    -------
    loss : float or None
        In nats. None if a class has a single training sample.
    """
    X, y, sample_weight = train
    encoded = targets.encode(y)
    counts = np.bincount(encoded)
    n_folds = min(5, counts[counts > 0].min())
    if n_folds < 2:
        return None
    data = TrainingData(X, y, targets, encoded, sample_weight)
    data = replace(data, splits=split_samples(n_folds, data, {}))
    raw = cross_val_raw(scratch, data, weight_params(scratch, sample_weight)).raw
    temperature = fit_temperature(raw, encoded, sample_weight)
    X_test, y_test = test
    proba = soften(targets.predict_raw(scratch, X_test), temperature)
    return log_loss(y_test, proba, labels=targets.classes)
