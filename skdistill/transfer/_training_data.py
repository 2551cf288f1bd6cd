"""Rows that the teacher was not fitted on: unlabelled and synthetic ones."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from sklearn.base import clone
from sklearn.utils.validation import _num_samples

from skdistill.synthesis._samplers import MixedSampler, auto_n_samples, can_synthesize
from skdistill.utils._mixins import check_X_lazily
from skdistill.utils._rows import like_rows, stack_rows


def make_sampler(synthesizer, X):
    """The sampler that a `synthesizer` parameter stands for.

    Parameters
    ----------
    synthesizer : "auto", sampler or None
    X : array-like of shape (n_samples, n_features)

    Returns
    -------
    sampler : sampler or None
        Not fitted. None where there are to be no synthetic rows.
    """
    if synthesizer == "auto":
        return MixedSampler() if can_synthesize(X) else None
    return None if synthesizer is None else clone(synthesizer, safe=False)


def check_unlabeled(estimator, X, X_unlabeled):
    """Rows without labels, in the form of the training rows and as wide.

    Parameters
    ----------
    estimator : estimator
        That remembers the columns of X.
    X : array-like of shape (n_samples, n_features)
    X_unlabeled : array-like of shape (n_unlabeled, n_features) or None

    Returns
    -------
    X_unlabeled : array-like of shape (n_unlabeled, n_features) or None
        None if there are none.

    Raises
    ------
    ValueError, TypeError
        If they are of another kind. The message says X_unlabeled.
    """
    if X_unlabeled is None or _num_samples(X_unlabeled) == 0:
        return None
    X_unlabeled = like_rows(X_unlabeled, X, "X_unlabeled")
    try:
        (X_unlabeled,) = check_X_lazily(estimator, X_unlabeled, reset=False)
    except ValueError as error:
        raise ValueError(f"X_unlabeled: {error}") from error
    return X_unlabeled


def unseen_rows(X, X_unlabeled, sampler):
    """Unlabelled rows, and as many synthetic ones as are missing.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Training rows.
    X_unlabeled : array-like of shape (n_unlabeled, n_features) or None
    sampler : sampler or None
        Is fitted to X.

    Returns
    -------
    unseen : array-like of shape (n_unseen, n_features) or None
        None if there are none.
    """
    n_unlabeled = 0 if X_unlabeled is None else _num_samples(X_unlabeled)
    n_missing = auto_n_samples(_num_samples(X)) - n_unlabeled
    if sampler is None or n_missing <= 0:
        return X_unlabeled
    sampler.fit(X)
    synthetic = sampler.sample(X, n_missing)
    if _num_samples(synthetic) == 0:
        return X_unlabeled
    return synthetic if X_unlabeled is None else stack_rows(X_unlabeled, synthetic)
