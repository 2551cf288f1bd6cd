"""Fit or reuse a teacher, and ask it about rows without leaking their labels.

A teacher's probabilities for the rows it was fitted on are nearly their labels, and
teach little beyond them. The sources of better ones, in the order of preference:

- "oob": a bagged ensemble's probabilities from the members that left the row out,
- "cv": those of clones fitted on the other folds,
- "train": those of the teacher itself, for frozen teachers that have not seen the rows.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import check_cv
from sklearn.utils import _safe_indexing
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import _check_method_params, _num_samples

from skdistill.probability._softening import fit_calibration, proba_to_logits
from skdistill.transfer._responses import (
    align_columns,
    check_single_label,
    classifier_logits,
    has_uncalibrated_scores,
    n_votes,
    unwrap,
)
from skdistill.utils._metaestimators import has_frozen_part, is_frozen

# A teacher that is right on this share of its rows may know them by heart ...
MEMORISED = 0.995
# ... unless they are so few that this proves nothing.
FEWEST_ROWS = 100


@dataclass(frozen=True)
class TeacherPredictions:
    """What a teacher has to say.

    Attributes
    ----------
    logits : ndarray of shape (n_samples, n_classes)
        For the training rows.
    source : {"oob", "cv", "train", "given"}
        Where they are from; "given" are those that the user brought along.
    teacher : estimator or None
        Fitted, where it was asked for.
    unseen_logits : ndarray of shape (n_unseen, n_classes) or None
        For rows that it was not fitted on.
    """

    logits: np.ndarray
    source: str
    teacher: Any = None
    unseen_logits: np.ndarray | None = None


def teach(
    teacher,
    X,
    y,
    *,
    classes,
    labels,
    target_source="auto",
    cv=5,
    fit_params=None,
    split_params=None,
    sample_weight=None,
    unseen=None,
    keep_teacher=False,
    n_jobs=None,
    verbose=0,
):
    """Get a teacher's logits for its training rows.

    Everything that the result depends on is an argument, so that joblib can cache it.

    Parameters
    ----------
    teacher : classifier
        Not fitted, or frozen.
    X : array-like of shape (n_samples, n_features)
        Rows, in any form that the teacher takes.
    y : array-like of shape (n_samples,)
        Class labels.
    classes : ndarray of shape (n_classes,)
        All classes, sorted.
    labels : ndarray of shape (n_samples,)
        y as indices of `classes`.
    target_source : {"auto", "oob", "cv", "train"}, default="auto"
        Source of the logits.
    cv : int, splitter or iterable, default=5
        Folds of the source "cv".
    fit_params, split_params : dict, default=None
        For the teacher's `fit` and the splitter's `split`.
    sample_weight : ndarray of shape (n_samples,), default=None
        For the calibration of margins.
    unseen : array-like of shape (n_unseen, n_features), default=None
        Further rows to ask the teacher about, which have no labels.
    keep_teacher : bool, default=False
        Whether the fitted teacher is wanted.
    n_jobs : int, default=None
        Folds to fit at a time.
    verbose : int, default=0
        For the parallel fits.

    Returns
    -------
    lesson : TeacherPredictions
    """
    check_single_label(teacher)
    fit_params = fit_params or {}
    n_samples = _num_samples(X)
    source = _choose_source(teacher, target_source)
    fitted, are_margins = None, False
    if source == "cv":
        splits = split_rows(cv, X, labels, split_params or {})
        parallel = Parallel(n_jobs=n_jobs, verbose=verbose)
        logits, are_margins = _out_of_fold(
            teacher, X, y, splits, classes, fit_params, parallel
        )
    elif source == "oob":
        fitted = _fit(teacher, X, y, fit_params, oob_score=True)
        logits = _out_of_bag(fitted, n_samples, classes)
    else:
        logits = np.full((n_samples, len(classes)), np.nan)
    (unanswered,) = np.nonzero(np.isnan(logits).any(axis=1))
    if fitted is None and (keep_teacher or unseen is not None or unanswered.size):
        fitted = _fit(teacher, X, y, fit_params)
    if unanswered.size:
        rows = _safe_indexing(X, unanswered)
        logits[unanswered] = classifier_logits(fitted, rows, classes)
        are_margins = has_uncalibrated_scores(fitted)
    if source != "oob" and has_frozen_part(teacher):
        _warn_if_memorised(logits, labels)
    unseen_logits = None
    if unseen is not None:
        unseen_logits = classifier_logits(fitted, unseen, classes)
    if are_margins:
        slope, biases = fit_calibration(logits, labels, sample_weight)
        logits = slope * logits + biases
        if unseen is not None:
            unseen_logits = slope * unseen_logits + biases
    return TeacherPredictions(
        logits, source, fitted if keep_teacher else None, unseen_logits
    )


def has_out_of_bag(teacher):
    """Whether a teacher can tell out-of-bag probabilities once it is fitted."""
    if is_frozen(teacher):
        return hasattr(unwrap(teacher), "oob_decision_function_")
    core = unwrap(teacher)
    return (
        hasattr(core, "oob_score")
        and getattr(core, "bootstrap", False)
        and not getattr(core, "warm_start", False)
    )


def _choose_source(teacher, target_source):
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
            'target_source="cv" needs a teacher that can be fitted again, not a frozen one.'
        )
    return target_source


def _fit(teacher, X, y, fit_params, oob_score=False):
    teacher = clone(teacher)
    if oob_score and not is_frozen(teacher):
        core = unwrap(teacher)
        core.set_params(oob_score=core.oob_score or True)
    with warnings.catch_warnings():
        # Rows that every member saw are answered by the whole teacher.
        warnings.filterwarnings("ignore", "Some inputs do not have OOB scores")
        warnings.filterwarnings("ignore", "invalid value encountered in divide")
        return teacher.fit(X, y, **fit_params)


def _out_of_bag(fitted, n_samples, classes):
    """Out-of-bag logits; NaN in rows that every member of the ensemble has seen."""
    core = unwrap(fitted)
    proba = np.asarray(core.oob_decision_function_)
    if len(proba) != n_samples:
        raise ValueError(
            f'target_source="oob": the frozen teacher has out-of-bag probabilities of '
            f"{len(proba)} rows, but X has {n_samples}."
        )
    proba = align_columns(proba, core.classes_, classes)
    logits = proba_to_logits(proba, n_votes(core))
    logits[~(proba.sum(axis=1) > 0)] = np.nan
    return logits


def split_rows(cv, X, labels, split_params):
    """Folds of a `cv` parameter, stratified where that is left to us.

    Parameters
    ----------
    cv : int, splitter or iterable
    X : array-like of shape (n_samples, n_features)
    labels : ndarray of shape (n_samples,)
        Class indices.
    split_params : dict
        For the splitter's `split`.

    Returns
    -------
    splits : list of (train, test)
    """
    if isinstance(cv, Integral):
        # More folds than rows of the largest class cannot be stratified.
        cv = max(2, min(cv, np.bincount(labels).max()))
    splitter = check_cv(cv, labels, classifier=True)
    with warnings.catch_warnings():
        # A class that a fold lacks is aligned.
        warnings.filterwarnings("ignore", "The least populated class")
        return list(splitter.split(X, labels, **split_params))


def _out_of_fold(teacher, X, y, splits, classes, fit_params, parallel):
    """Mean logits over the folds that leave a row out, and whether they are margins.

    They are NaN where no fold leaves the row out.
    """
    answers = parallel(
        delayed(_fold_logits)(clone(teacher), X, y, train, test, classes, fit_params)
        for train, test in splits
    )
    n_samples = _num_samples(X)
    total, count = np.zeros((n_samples, len(classes))), np.zeros((n_samples, 1))
    for (_, test), (logits, _) in zip(splits, answers, strict=True):
        total[test] += logits
        count[test] += 1
    with np.errstate(invalid="ignore"):
        return total / count, any(are_margins for _, are_margins in answers)


def _fold_logits(teacher, X, y, train, test, classes, fit_params):
    fold_params = _check_method_params(X, fit_params, train)
    teacher.fit(_safe_indexing(X, train), _safe_indexing(y, train), **fold_params)
    logits = classifier_logits(teacher, _safe_indexing(X, test), classes)
    return logits, has_uncalibrated_scores(teacher)


def _warn_if_memorised(logits, labels):
    right = np.mean(logits.argmax(axis=1) == labels)
    if len(labels) >= FEWEST_ROWS and right >= MEMORISED:
        warnings.warn(
            f"The frozen teacher, or the frozen part of it, is right on {right:.1%} of "
            "the training rows, as if it knew them by heart; what it says about them "
            "then teaches little beyond their labels. Distil on rows that it was not "
            "fitted on, or pass the teacher unfrozen. A bagged teacher fitted with "
            'oob_score=True on these very rows can be used with target_source="oob".',
            stacklevel=4,
        )
