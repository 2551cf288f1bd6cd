"""A teacher's predictions for its training samples, without leaking their labels.

A teacher's probabilities for the samples it was fitted on are nearly their labels, and
teach little beyond them. The sources of better ones, in the order of preference:

- "oob": probabilities of a bagged ensemble's members that left the sample out,
- "cv": probabilities of clones that were fitted on the other folds,
- "train": those of the teacher itself, for frozen teachers that were fitted elsewhere.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples

from skdistill.probability import proba_to_logits
from skdistill.transfer._cross_fitting import cross_val_raw
from skdistill.transfer._predictions import TeacherPredictions
from skdistill.transfer._responses import (
    align_columns,
    check_single_label,
    n_votes,
    unwrap,
)
from skdistill.utils._metaestimators import has_frozen_part, is_frozen

# A frozen teacher that is right on this share of the samples may have memorized them
MEMORIZED_ACCURACY = 0.995
# ... unless there are too few to tell.
MIN_SAMPLES = 100


def predict_teacher(
    teacher, data, fit_params=None, *, source, keep_teacher=False, parallel=None
):
    """Fit a teacher, and predict the training samples without leaking their labels.

    Everything that the result depends on is an argument, so that joblib can cache it.

    Parameters
    ----------
    teacher : classifier
        Not fitted, or frozen.
    data : TrainingData
        With splits, for the source "cv".
    fit_params : dict, default=None
        For the teacher's `fit`.
    source : {"oob", "cv", "train"}
        As :func:`choose_source` returns it.
    keep_teacher : bool, default=False
        Whether the fitted teacher is wanted.
    parallel : dict, default=None
        `n_jobs` and `verbose` of the fits on folds.

    Returns
    -------
    predictions : TeacherPredictions
    """
    check_single_label(teacher)
    answers = SOURCES[source](teacher, data, fit_params or {}, parallel or {})
    raw, fitted, is_uncalibrated = answers
    (missing,) = np.nonzero(np.isnan(raw).any(axis=1))
    on_unlabeled = data.X_unlabeled is not None
    if fitted is None and (keep_teacher or on_unlabeled or missing.size):
        fitted = _fit(teacher, data, fit_params or {})
    if missing.size:
        samples = _safe_indexing(data.X, missing)
        raw[missing] = data.targets.predict_raw(fitted, samples)
        is_uncalibrated = data.targets.is_uncalibrated(fitted)
    if source != "oob" and has_frozen_part(teacher):
        _warn_if_memorized(raw, data.encoded)
    raw_unlabeled = None
    if on_unlabeled:
        raw_unlabeled = data.targets.predict_raw(fitted, data.X_unlabeled)
    predictions = TeacherPredictions(
        raw, source, raw_unlabeled, fitted if keep_teacher else None
    )
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
    """Turn decision-function scores into logits, by what fits the labels best.

    Parameters
    ----------
    predictions : TeacherPredictions
        Scores without a scale.
    data : TrainingData

    Returns
    -------
    predictions : TeacherPredictions
    """
    raw, raw_unlabeled = predictions.raw, predictions.raw_unlabeled
    slope, biases = data.targets.calibrate(raw, data.encoded, data.sample_weight)
    if raw_unlabeled is not None:
        raw_unlabeled = slope * raw_unlabeled + biases
    return TeacherPredictions(
        slope * raw + biases, predictions.source, raw_unlabeled, predictions.estimator
    )


def choose_source(teacher, target_source):
    """Choose where a teacher's predictions for its training samples come from.

    Parameters
    ----------
    teacher : classifier
    target_source : {"auto", "oob", "cv", "train"}

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
        return "oob" if out_of_bag else "cv"
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
    """Whether a teacher has out-of-bag probabilities once it is fitted."""
    core = unwrap(teacher)
    if is_frozen(teacher):
        return hasattr(core, "oob_decision_function_")
    return (
        hasattr(core, "oob_score")
        and getattr(core, "bootstrap", False)
        and not getattr(core, "warm_start", False)
    )


class _Answers(NamedTuple):
    """What a source has: raw predictions (NaN where it has none), and how."""

    raw: NDArray
    fitted: Any
    is_uncalibrated: bool


def _out_of_bag(teacher, data, fit_params, parallel):
    fitted = _fit(teacher, data, fit_params, oob_score=True)
    core = unwrap(fitted)
    proba = np.asarray(core.oob_decision_function_)
    n_samples = _num_samples(data.X)
    if len(proba) != n_samples:
        raise ValueError(
            'target_source="oob": the frozen teacher has out-of-bag probabilities of '
            f"{len(proba)} samples, but X has {n_samples}."
        )
    proba = align_columns(proba, core.classes_, data.targets.classes)
    raw = proba_to_logits(proba, n_votes(core))
    raw[~(proba.sum(axis=1) > 0)] = np.nan
    return _Answers(raw, fitted, False)


def _out_of_fold(teacher, data, fit_params, parallel):
    predictions = cross_val_raw(teacher, data, fit_params, **parallel)
    return _Answers(predictions.raw, None, predictions.is_uncalibrated)


def _in_sample(teacher, data, fit_params, parallel):
    nothing = np.full((_num_samples(data.X), data.targets.n_outputs), np.nan)
    return _Answers(nothing, None, False)


SOURCES = {"oob": _out_of_bag, "cv": _out_of_fold, "train": _in_sample}


def _fit(teacher, data, fit_params, oob_score=False):
    teacher = clone(teacher)
    if oob_score and not is_frozen(teacher):
        core = unwrap(teacher)
        core.set_params(oob_score=core.oob_score or True)
    with warnings.catch_warnings():
        # Samples that every member was fitted on are left to the whole teacher.
        warnings.filterwarnings("ignore", "Some inputs do not have OOB scores")
        warnings.filterwarnings("ignore", "invalid value encountered in divide")
        return teacher.fit(data.X, data.y, **fit_params)


def _warn_if_memorized(raw, labels):
    accuracy = np.mean(raw.argmax(axis=1) == labels)
    if len(labels) >= MIN_SAMPLES and accuracy >= MEMORIZED_ACCURACY:
        warnings.warn(
            f"The frozen teacher, or the frozen part of it, is right on {accuracy:.1%} "
            "of the training samples, as if it had memorized them; its predictions for "
            "them then teach little beyond their labels. Distil on samples that it was "
            "not fitted on, or pass the teacher unfrozen. A bagged teacher fitted with "
            "oob_score=True on these very samples can be used with "
            'target_source="oob".',
            stacklevel=4,
        )
