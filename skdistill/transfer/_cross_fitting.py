"""Folds, and out-of-fold predictions: of models not fitted on the samples."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from numbers import Integral
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _check_method_params

from skdistill.utils._interrupts import raise_interrupts
from skdistill.utils._parallel import call_each
from skdistill.utils._warnings import ignore_warnings


class OutOfFold(NamedTuple):
    """Predictions of clones that were fitted on other folds.

    Attributes
    ----------
    raw : ndarray of shape (n_samples, n_outputs)
        Mean over the folds that leave a sample out; NaN where none does.
    raw_unlabeled : ndarray of shape (n_unlabeled, n_outputs) or None
        Average over all folds, for samples without a label.
    is_uncalibrated : bool
        Whether they are scores without a scale.
    """

    raw: NDArray
    raw_unlabeled: NDArray | None
    is_uncalibrated: bool


def split_samples(cv, data, split_params):
    """Split samples into folds, as suits their targets where that is left to us.

    Parameters
    ----------
    cv : int, splitter, iterable or None
        None: 5 folds.
    data : TrainingData
    split_params : dict
        For the splitter's `split`.

    Returns
    -------
    splits : list of (train, test)

    Raises
    ------
    ValueError
        If the splitter fails, makes no folds, or something else. The message names cv.
    """
    n_samples = len(data.encoded)
    try:
        splits = _make_splits(cv, data, split_params)
    except ValueError as error:
        raise ValueError(f"cv={cv!r} cannot split the samples: {error}") from error
    if not (splits and all(_is_split(split, n_samples) for split in splits)):
        raise ValueError(
            f"cv={cv!r} must make pairs (train, test) of indices of the {n_samples} "
            "samples: one pair or more, and no empty part."
        )
    return splits


def _make_splits(cv, data, split_params):
    cv = 5 if cv is None else cv
    if not isinstance(cv, Integral) and not hasattr(cv, "split"):
        return list(cv)
    if isinstance(cv, Integral):
        cv = data.targets.make_folds(cv, data.encoded)
    # Classes that a fold lacks are aligned.
    with ignore_warnings("The least populated class"):
        return list(cv.split(data.X, data.y, **split_params))


def _is_split(split, n_samples):
    """Whether a pair of indices, or of masks, divides samples."""
    try:
        train, test = (np.arange(n_samples)[part] for part in split)
        return len(train) > 0 and len(test) > 0
    except (TypeError, ValueError, IndexError):
        return False


def cross_val_raw(estimator, data, fit_params=None, *, on_unlabeled=False, n_jobs=None):
    """Fit clones of an estimator on all folds but one, and predict that one.

    Parameters
    ----------
    estimator : estimator
        Not fitted.
    data : TrainingData
        With splits.
    fit_params : dict, default=None
        For `fit`; what has one value for each sample is split, too.
    on_unlabeled : bool, default=False
        Whether the clones predict the samples without a label as well.
    n_jobs : int, default=None
        Folds to fit at a time.

    Returns
    -------
    predictions : OutOfFold
    """
    calls = (
        (clone(estimator), data, train, test, fit_params or {}, on_unlabeled)
        for train, test in data.splits
    )
    folds = call_each(_fit_and_predict, calls, n_jobs)
    n_samples = len(data.encoded)
    total = np.zeros((n_samples, data.targets.n_outputs))
    count = np.zeros((n_samples, 1))
    for (_, test), fold in zip(data.splits, folds, strict=True):
        total[test] += fold.raw
        count[test] += 1
    with np.errstate(invalid="ignore"):
        raw = total / count
    raw_unlabeled = None
    if on_unlabeled and data.X_unlabeled is not None:
        raw_unlabeled = data.targets.average([fold.raw_unlabeled for fold in folds])
    return OutOfFold(raw, raw_unlabeled, any(fold.is_uncalibrated for fold in folds))


def _fit_and_predict(estimator, data, train, test, fit_params, on_unlabeled):
    """Fit an estimator on one part of the data, and predict another part."""
    X, targets = data.X, data.targets
    params = _check_method_params(X, fit_params, train)
    # The user who interrupts one of many fits means all of them.
    with raise_interrupts():
        estimator.fit(_safe_indexing(X, train), _safe_indexing(data.y, train), **params)
    raw_unlabeled = None
    if on_unlabeled and data.X_unlabeled is not None:
        raw_unlabeled = targets.predict_raw(estimator, data.X_unlabeled)
    raw = targets.predict_raw(estimator, _safe_indexing(X, test))
    return OutOfFold(raw, raw_unlabeled, targets.is_uncalibrated(estimator))
