"""Accuracy, size and speed of one fitted classifier."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from io import BytesIO
from statistics import median
from time import perf_counter

import joblib
import numpy as np
from sklearn.metrics import accuracy_score, log_loss
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples

from skdistill.probability import soften
from skdistill.transfer._responses import align_columns, classifier_logits

# Samples of the batch whose prediction is timed.
BATCH = 10_000


@dataclass(frozen=True)
class Measures:
    """Measures of one classifier.

    Read more in the :ref:`User Guide <report>`.

    Attributes
    ----------
    accuracy : float
        On the test samples.
    log_loss : float
        On the test samples, in nats.
    agreement : float
        Share of test samples with the same prediction as the teacher's.
    n_bytes : int
        Size of its joblib file.
    row_seconds : float
        Time to predict the probabilities of one sample; the median of several calls.
    batch_seconds : float
        The same for 10,000 samples.
    """

    accuracy: float
    log_loss: float
    agreement: float
    n_bytes: int
    row_seconds: float
    batch_seconds: float


def measure(estimator, X, y, teacher_labels, classes):
    """Measure a fitted classifier on test samples.

    Parameters
    ----------
    estimator : classifier
    X : array-like of shape (n_samples, n_features)
    y, teacher_labels : array-like of shape (n_samples,)
        True labels, and the teacher's predictions.
    classes : ndarray of shape (n_classes,)
        All class labels.

    Returns
    -------
    measures : Measures
    """
    labels = estimator.predict(X)
    if hasattr(estimator, "predict_proba"):
        predict = estimator.predict_proba
        known = getattr(estimator, "classes_", classes)
        proba = align_columns(predict(X), known, classes)
    else:
        predict = estimator.predict
        proba = soften(classifier_logits(estimator, X, classes))
    file = BytesIO()
    joblib.dump(estimator, file)
    batch = _safe_indexing(X, np.resize(np.arange(_num_samples(X)), BATCH))
    return Measures(
        accuracy=accuracy_score(y, labels),
        log_loss=log_loss(y, proba, labels=classes),
        agreement=accuracy_score(teacher_labels, labels),
        n_bytes=len(file.getbuffer()),
        row_seconds=_median_seconds(predict, _safe_indexing(X, [0]), 20),
        batch_seconds=_median_seconds(predict, batch, 5),
    )


def _median_seconds(predict, X, n_repeats):
    predict(X)
    seconds = []
    for _ in range(n_repeats):
        start = perf_counter()
        predict(X)
        seconds.append(perf_counter() - start)
    return median(seconds)
