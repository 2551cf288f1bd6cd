"""What an ensemble refuses at the door."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.base import is_classifier, is_regressor

# By this much, sums of squares may be larger than the largest square.
ROOM_FOR_SUMS = 1e6
# Sums of weights, between which products with a penalty are normal numbers.
MIN_TOTAL_WEIGHT, MAX_TOTAL_WEIGHT = 1e-300, 1e300


def check_member(estimator: Any) -> None:
    """Refuse what cannot be a member.

    Parameters
    ----------
    estimator : estimator

    Raises
    ------
    TypeError
        If it learns no classes, such as a clusterer or an outlier detector.
    """
    learns = is_classifier(estimator) or is_regressor(estimator)
    if not learns and not hasattr(estimator, "fit_distill"):
        raise TypeError(
            f"estimator={estimator!r} cannot be a member: it is neither a classifier "
            "nor a regressor."
        )


def check_squares(X: Any) -> None:
    """Refuse numbers whose squares overflow, as distances and penalties need them.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
        Of float32 or float64.

    Raises
    ------
    ValueError
        If the sum of a million squares might be infinite.
    """
    values = X.data if issparse(X) else X
    largest = max(values.max(initial=0), -values.min(initial=0))
    limit = np.sqrt(np.finfo(values.dtype).max / ROOM_FOR_SUMS)
    if largest > limit:
        raise ValueError(
            f"X contains values up to {largest:.0e}, and squares of more than "
            f"{limit:.0e} are too large for {values.dtype}. Standardize the features."
        )


def check_total_weight(sample_weight: NDArray | None) -> None:
    """Refuse weights that vanish, or whose sum is infinite.

    Parameters
    ----------
    sample_weight : ndarray of shape (n_samples,) or None

    Raises
    ------
    ValueError
        If their sum is too small or too large to be multiplied with.
    """
    if sample_weight is None:
        return
    with np.errstate(over="ignore"):
        total = sample_weight.sum()
    if not MIN_TOTAL_WEIGHT < total < MAX_TOTAL_WEIGHT:
        raise ValueError(
            f"sample_weight: the sum of the weights is {total:.0e}, but must be "
            f"between {MIN_TOTAL_WEIGHT} and {MAX_TOTAL_WEIGHT}."
        )


def check_predictions(proba: NDArray) -> NDArray:
    """Refuse probabilities that are no numbers.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
        The very array that was given.

    Raises
    ------
    ValueError
        If there is one that is not finite.
    """
    wrong = np.flatnonzero(~np.isfinite(proba).all(axis=1))
    if wrong.size:
        raise ValueError(
            f"Members predict no finite probabilities for {wrong.size} of {len(proba)} "
            f"samples, the first at row {wrong[0]}. X contains values too large for "
            "them, or the estimator is one that gives up on some samples."
        )
    return proba
