"""A teacher's predictions for its training samples, without leaking their labels.

A teacher's predictions for the samples it was fitted on are nearly their labels, and
teach little beyond them. The sources of better ones, in the order of preference:

- "oob": predictions of a bagged ensemble's members that left the sample out,
- "cv": predictions of clones that were fitted on the other folds,
- "train": those of the teacher itself, for frozen teachers that were fitted elsewhere.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.utils.validation import _num_samples

from skdistill.transfer._cross_fitting import cross_val_raw
from skdistill.transfer._predictions import TeacherPredictions
from skdistill.utils._metaestimators import (
    check_single_label,
    is_frozen,
    unwrap,
)
from skdistill.utils._warnings import ignore_warnings, warn_user

# Where classifiers and regressors keep their out-of-bag predictions.
OUT_OF_BAG = "oob_decision_function_", "oob_prediction_"

# Out-of-bag predictions of a sample count if they are of so many members, or of this
# share of a small ensemble. Weights can draw a heavy sample into nearly every bag.
MIN_MEMBERS, MIN_SHARE = 10, 0.1


def predict_teacher(
    teacher, data, fit_params=None, *, source, keep_teacher=False, n_jobs=None
):
    """Fit a teacher, and predict the training samples without leaking their labels.

    Everything that the result depends on is an argument, so that joblib can cache it.

    Parameters
    ----------
    teacher : estimator
        Not fitted, or frozen.
    data : TrainingData
        With splits.
    fit_params : dict, default=None
        For the teacher's `fit`.
    source : {"oob", "cv", "train"}
        As :func:`choose_source` returns it.
    keep_teacher : bool, default=False
        Whether the fitted teacher is wanted.
    n_jobs : int, default=None
        Folds to fit at a time.

    Returns
    -------
    predictions : TeacherPredictions
        NaN for samples that no fold leaves out, or whose prediction is NaN.
    """
    check_single_label(teacher)
    fit_params = fit_params or {}
    raw, fitted, is_uncalibrated = SOURCES[source](teacher, data, fit_params, n_jobs)
    on_unlabeled = data.X_unlabeled is not None
    if fitted is None and (keep_teacher or on_unlabeled):
        fitted = _fit(teacher, data, fit_params)
    raw_unlabeled = None
    if on_unlabeled:
        raw_unlabeled = data.targets.predict_raw(fitted, data.X_unlabeled)
    predictions = TeacherPredictions(
        raw, source, raw_unlabeled, fitted if keep_teacher else None
    )
    _warn_of_gaps(teacher, predictions)
    if data.targets.calibrates_held_out and source != "train":
        is_uncalibrated = True
    return calibrated(predictions, data) if is_uncalibrated else predictions


def no_predictions(teacher, data, fit_params=None, *, keep_teacher=False):
    """Stand in for the predictions of a teacher that a student does not learn from.

    Parameters
    ----------
    teacher, data, fit_params, keep_teacher
        As in :func:`predict_teacher`. The teacher is fitted only if it is wanted.

    Returns
    -------
    predictions : TeacherPredictions
        Zeros, of the source None.
    """
    fitted = _fit(teacher, data, fit_params or {}) if keep_teacher else None
    raw = np.zeros((_num_samples(data.X), data.targets.n_outputs))
    raw_unlabeled = None
    if data.X_unlabeled is not None:
        shape = (_num_samples(data.X_unlabeled), data.targets.n_outputs)
        raw_unlabeled = np.zeros(shape)
    return TeacherPredictions(raw, None, raw_unlabeled, fitted)


def calibrated(predictions, data):
    """Turn scores into logits, or shift quantiles, by what fits the labels best.

    Parameters
    ----------
    predictions : TeacherPredictions
        Decision-function scores without a scale, or quantiles of samples held out.
    data : TrainingData

    Returns
    -------
    predictions : TeacherPredictions

    Raises
    ------
    ValueError
        If there are none for the training samples.
    """
    raw, raw_unlabeled = predictions.raw, predictions.raw_unlabeled
    known = ~np.isnan(raw).any(axis=1)
    if not known.any():
        raise ValueError(
            f"The teacher predicts none of n_samples={len(known)} held out, by which "
            "its predictions could be calibrated."
        )
    weights = data.sample_weight
    weights = None if weights is None else weights[known]
    slope, biases = data.targets.calibrate(raw[known], data.encoded[known], weights)
    if raw_unlabeled is not None:
        raw_unlabeled = slope * raw_unlabeled + biases
    return TeacherPredictions(
        slope * raw + biases, predictions.source, raw_unlabeled, predictions.estimator
    )


def choose_source(teacher, target_source, grouped=False):
    """Choose where a teacher's predictions for its training samples come from.

    Parameters
    ----------
    teacher : estimator
    target_source : {"auto", "oob", "cv", "train"}
    grouped : bool, default=False
        Whether samples come in groups, of which bags know nothing.

    Returns
    -------
    source : {"oob", "cv", "train"}

    Raises
    ------
    ValueError
        If the teacher does not have the source that is asked for.
    """
    frozen, out_of_bag = is_frozen(teacher), has_out_of_bag(teacher)
    if target_source == "auto":
        if frozen:
            return "train"
        return "oob" if out_of_bag and not grouped else "cv"
    if target_source == "oob" and not out_of_bag:
        raise ValueError(
            'target_source="oob" needs a bagged teacher with bootstrap=True, not '
            f"{teacher!r}."
        )
    if target_source == "cv" and frozen:
        raise ValueError(
            'target_source="cv" needs a teacher that can be fitted again, not a frozen '
            "one."
        )
    return target_source


def has_out_of_bag(teacher):
    """Whether a teacher has out-of-bag predictions once it is fitted."""
    core = unwrap(teacher)
    if is_frozen(teacher):
        return _kept_out_of_bag(core) is not None
    return (
        hasattr(core, "oob_score")
        and getattr(core, "bootstrap", False)
        and not getattr(core, "warm_start", False)
    )


def _kept_out_of_bag(ensemble):
    """Out-of-bag predictions as a fitted ensemble keeps them, or None."""
    kept = (getattr(ensemble, name, None) for name in OUT_OF_BAG)
    return next((values for values in kept if values is not None), None)


class _Answers(NamedTuple):
    """What a source has: raw predictions (NaN where it has none), and how."""

    raw: NDArray
    fitted: Any
    is_uncalibrated: bool


def _out_of_bag(teacher, data, fit_params, n_jobs):
    """Out-of-bag predictions; out-of-fold ones for samples in nearly every bag."""
    fitted = _fit(teacher, data, fit_params, oob_score=True)
    core = unwrap(fitted)
    n_samples, n_kept = _num_samples(data.X), len(_kept_out_of_bag(core))
    if n_kept != n_samples:
        raise ValueError(
            'target_source="oob": the frozen teacher has out-of-bag predictions of '
            f"{n_kept} samples, but X has {n_samples}."
        )
    raw = data.targets.out_of_bag_raw(core)
    n_members = count_out_of_bag(core, raw)
    rare = n_members < min(MIN_MEMBERS, MIN_SHARE * core.n_estimators)
    raw[rare] = np.nan
    if rare.any() and len(data.splits) and not is_frozen(teacher):
        raw[rare] = cross_val_raw(teacher, data, fit_params, n_jobs=n_jobs).raw[rare]
    return _Answers(raw, fitted, False)


def count_out_of_bag(ensemble, raw):
    """Count the members of a bagged ensemble that were not fitted on each sample.

    Parameters
    ----------
    ensemble : estimator
        Fitted.
    raw : ndarray of shape (n_samples, n_outputs)
        Its out-of-bag predictions; NaN where there are none.

    Returns
    -------
    n_members : ndarray of shape (n_samples,)
        Where the ensemble does not tell its bags, all members or none.
    """
    has_any = ~np.isnan(raw).any(axis=1)
    bags = getattr(ensemble, "estimators_samples_", None)
    if bags is None:
        return np.where(has_any, ensemble.n_estimators, 0)
    n_members = np.full(len(raw), len(bags))
    for bag in bags:
        n_members[np.unique(bag)] -= 1
    return np.where(has_any, n_members, 0)


def _out_of_fold(teacher, data, fit_params, n_jobs):
    predictions = cross_val_raw(teacher, data, fit_params, n_jobs=n_jobs)
    return _Answers(predictions.raw, None, predictions.is_uncalibrated)


def _in_sample(teacher, data, fit_params, n_jobs):
    fitted = _fit(teacher, data, fit_params)
    raw = data.targets.predict_raw(fitted, data.X)
    return _Answers(raw, fitted, data.targets.is_uncalibrated(fitted))


SOURCES = {"oob": _out_of_bag, "cv": _out_of_fold, "train": _in_sample}


def _fit(teacher, data, fit_params, oob_score=False):
    teacher = clone(teacher)
    if oob_score and not is_frozen(teacher):
        core = unwrap(teacher)
        core.set_params(oob_score=core.oob_score or True)
    # Samples that were in every bag are predicted out-of-fold.
    with (
        ignore_warnings("Some inputs do not have OOB scores"),
        np.errstate(invalid="ignore"),
    ):
        return teacher.fit(data.X, data.y, **fit_params)


def _warn_of_gaps(teacher, predictions):
    """Warn of samples that a teacher predicts NaN for."""
    for raw, kind in (
        (predictions.raw, "training"),
        (predictions.raw_unlabeled, "unlabeled and synthetic"),
    ):
        n_gaps = 0 if raw is None else int(np.isnan(raw).any(axis=1).sum())
        if n_gaps and not (kind == "training" and predictions.source == "cv"):
            warn_user(
                f"teacher={teacher!r} predicts no finite numbers for {n_gaps} of "
                f"{len(raw)} {kind} samples. The student learns nothing from it there.",
            )
