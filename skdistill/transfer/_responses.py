"""Predictions of any fitted classifier as logits, of any regressor as a matrix."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.utils import _safe_indexing, gen_batches
from sklearn.utils.validation import _num_samples

from skdistill.probability import (
    UNKNOWN_RESOLUTION,
    check_probabilities,
    labels_to_logits,
    pairwise_to_class_scores,
    proba_to_logits,
    scores_to_logits,
)
from skdistill.transfer._validation import as_matrix
from skdistill.utils._metaestimators import unwrap

# Samples that a model predicts at a time.
CHUNK = 10_000

# Logarithms of probabilities are cut here: below, exponentials are zero.
LEAST_LOG_PROBA = -700.0

# Classifiers that minimize the log loss of their logits, by name: most of them are of
# packages that need not be there.
LOG_LOSS_LEARNERS = {
    "CatBoostClassifier",
    "GradientBoostingClassifier",
    "HistGradientBoostingClassifier",
    "LGBMClassifier",
    "LogisticRegression",
    "LogisticRegressionCV",
    "MLPClassifier",
    "XGBClassifier",
}

RESPONSES = ("predict_proba", "decision_function", "predict")


def response_method(estimator):
    """Name of the most telling method that an estimator has.

    Parameters
    ----------
    estimator : estimator
        Fitted, for the estimators whose methods depend on it.

    Returns
    -------
    method : {"predict_proba", "decision_function", "predict"}

    Raises
    ------
    TypeError
        If it has none.
    """
    for method in RESPONSES:
        if hasattr(estimator, method):
            return method
    raise TypeError(
        f"teacher={estimator!r} can teach nothing: it has none of the methods "
        f"{', '.join(RESPONSES)}."
    )


def has_uncalibrated_scores(estimator):
    """Whether a fitted classifier has decision-function scores, without a scale."""
    return response_method(estimator) == "decision_function"


def align_columns(values, known, classes, fill=0.0):
    """Columns for all classes, from those that an estimator knows.

    Parameters
    ----------
    values : ndarray of shape (n_samples, n_known)
    known : ndarray of shape (n_known,)
        The estimator's classes.
    classes : ndarray of shape (n_classes,)
        Sorted, and a superset of them.
    fill : float, default=0.0
        What unknown classes get.

    Returns
    -------
    values : ndarray of shape (n_samples, n_classes)
    """
    if np.array_equal(known, classes):
        return values
    aligned = np.full((len(values), len(classes)), fill, dtype=values.dtype)
    aligned[:, np.searchsorted(classes, known)] = values
    return aligned


def n_votes(estimator):
    """Number of trees whose votes the probabilities are shares of, or None."""
    estimator = unwrap(estimator)
    if isinstance(estimator, (RandomForestClassifier, ExtraTreesClassifier)):
        return estimator.n_estimators
    return None


def _has_pairwise_scores(estimator):
    """Whether a decision function has a column for each pair of classes.

    Of three classes there are three pairs, so the columns cannot tell.
    """
    return getattr(unwrap(estimator), "decision_function_shape", None) == "ovo"


def has_exact_log_proba(estimator):
    """Whether small probabilities of a fitted classifier mean what they say.

    Learners of the log loss compute each probability from logits. Those of votes, of
    neighbors and of unknown models are exact to their resolution only.

    Parameters
    ----------
    estimator : classifier

    Returns
    -------
    exact : bool
    """
    core = unwrap(estimator)
    ours = getattr(core, "_has_exact_log_proba", None)
    return type(core).__name__ in LOG_LOSS_LEARNERS if ours is None else ours


def classifier_logits(estimator, X, classes):
    """Logits of a fitted classifier, for a bounded number of samples at a time.

    Parameters
    ----------
    estimator : classifier
        Fitted to labels among `classes`; without ``classes_``, its columns are theirs.
    X : array-like of shape (n_samples, n_features)
        In any form that the estimator takes.
    classes : ndarray of shape (n_classes,)
        Sorted class labels.

    Returns
    -------
    logits : ndarray of shape (n_samples, n_classes)
        From probabilities; else decision-function scores, which have no calibrated
        scale; else smoothed hard labels. NaN where a prediction has a NaN.

    Raises
    ------
    ValueError
        If it predicts other labels, or numbers that are no probabilities, or NaN for
        every sample.
    """
    method = response_method(estimator)
    known = getattr(estimator, "classes_", classes)
    _check_known(estimator, known, classes)
    logits = _in_chunks(
        estimator, X, lambda part: _logits(estimator, method, part, known, classes)
    )
    if method == "decision_function":
        logits = align_columns(logits, known, classes, fill=np.nanmin(logits))
    return _mark_gaps(estimator, logits)


def regressor_values(estimator, X, n_outputs, expected_columns):
    """Predictions of a fitted regressor, for a bounded number of samples at a time.

    Parameters
    ----------
    estimator : regressor
    X : array-like of shape (n_samples, n_features)
        In any form that the estimator takes.
    n_outputs : int
    expected_columns : str
        What is said in an error of another number of columns.

    Returns
    -------
    values : ndarray of shape (n_samples, n_outputs)
        NaN where a prediction has a NaN.

    Raises
    ------
    ValueError
        If it predicts no real numbers, infinite ones, another number of outputs, or NaN
        for every sample.
    """
    name = f"{type(estimator).__name__}.predict(X)"
    values = _in_chunks(
        estimator, X, lambda part: as_matrix(estimator.predict(part), name)
    )
    if values.shape[1] != n_outputs:
        raise ValueError(
            f"{name} has {values.shape[1]} columns, but {expected_columns}."
        )
    if np.isinf(values).any():
        raise ValueError(f"{name} must not be infinite.")
    return _mark_gaps(estimator, values)


def _in_chunks(estimator, X, predict):
    """Predict a bounded number of samples at a time."""
    raw = np.concatenate(
        [
            predict(_safe_indexing(X, samples))
            for samples in gen_batches(_num_samples(X), CHUNK)
        ]
    )
    if len(raw) != _num_samples(X):
        raise ValueError(
            f"{estimator!r} predicts {len(raw)} rows for {_num_samples(X)} samples."
        )
    return raw


def _mark_gaps(estimator, raw):
    """Samples with a NaN have NaN everywhere; some sample must have none."""
    gaps = np.isnan(raw).any(axis=1)
    if gaps.all():
        raise ValueError(
            f"{estimator!r} predicts NaN for every sample. A classifier may have been "
            "fitted to samples of a single class, or of no weight."
        )
    raw[gaps] = np.nan
    return raw


def _check_known(estimator, labels, classes):
    """Refuse an estimator that predicts anything but the classes."""
    others = np.setdiff1d(labels, classes)
    if others.size:
        raise ValueError(
            f"{estimator!r} predicts {others[:5]}, but the classes are {classes}. Only "
            "a classifier can teach."
        )


def _logits(estimator, method, X, known, classes):
    """Logits of all classes; scores of those that are known, as they are."""
    if method == "predict":
        labels = estimator.predict(X)
        _check_known(estimator, labels, classes)
        return labels_to_logits(np.searchsorted(classes, labels), len(classes))
    if method == "predict_proba":
        return _logits_of_proba(estimator, X, known, classes)
    scores = np.asarray(estimator.decision_function(X))
    if len(known) > 2 and _has_pairwise_scores(estimator):
        scores = pairwise_to_class_scores(scores, len(known))
    return scores_to_logits(scores)


def _logits_of_proba(estimator, X, known, classes):
    """Exact log-probabilities, or those of probabilities of a bounded resolution."""
    exact = has_exact_log_proba(estimator)
    if exact and hasattr(estimator, "predict_log_proba"):
        with np.errstate(divide="ignore"):
            log_proba = np.asarray(estimator.predict_log_proba(X))
        log_proba = np.maximum(log_proba, LEAST_LOG_PROBA)
    else:
        name = f"{type(estimator).__name__}.predict_proba(X)"
        proba = estimator.predict_proba(X)
        proba = check_probabilities(proba, len(known), name, allow_unknown=True)
        if not exact:
            proba = align_columns(proba, known, classes)
            return proba_to_logits(proba, n_votes(estimator))
        with np.errstate(divide="ignore"):
            log_proba = np.maximum(np.log(proba), LEAST_LOG_PROBA)
    # Of a class that a model never saw it knows nothing.
    return align_columns(log_proba, known, classes, fill=np.log(UNKNOWN_RESOLUTION))
