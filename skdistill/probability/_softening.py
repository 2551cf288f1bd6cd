"""Logits and probabilities: from one to the other, softer and sharper.

Everything here takes and returns arrays with one row a sample and one column a
class. *Logits* are log-probabilities up to a constant per row.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax

from skdistill.probability._validation import (
    check_count,
    check_labels,
    check_logits,
    check_probabilities,
    check_temperature,
)

# Where probabilities of unknown origin are cut: most models tell no smaller ones apart.
UNKNOWN_RESOLUTION = 1e-3


def soften(logits: ArrayLike, temperature: float = 1.0) -> NDArray:
    """Turn logits into probabilities at a temperature.

    Parameters
    ----------
    logits : array-like of shape (n_samples, n_classes)
        Log-probabilities up to a constant per row. ``-inf`` is a probability of zero at
        every temperature. NaN makes its row NaN.
    temperature : float, default=1.0
        Above 1 the probabilities come closer to one another, below 1 the largest one
        approaches 1.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
        ``softmax(logits / temperature)``.

    Raises
    ------
    ValueError
        If logits are no matrix of numbers, or the temperature is not above 0.

    References
    ----------
    .. [1] G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural
       network", 2015. :arxiv:`1503.02531`

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability import soften
    >>> logits = np.log([[0.9, 0.1]])
    >>> soften(logits, temperature=2.0)
    array([[0.75, 0.25]])
    """
    logits = check_logits(logits)
    return softmax(np.divide(logits, check_temperature(temperature)), axis=1)


def sharpen(proba: ArrayLike, temperature: float = 1.0) -> NDArray:
    """Undo the softening of probabilities.

    Parameters
    ----------
    proba : array-like of shape (n_samples, n_classes)
        Probabilities learned from targets softened at `temperature`. NaN makes its row
        NaN.
    temperature : float, default=1.0
        The temperature of those targets.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
        ``proba ** temperature``, each row divided by its sum; the very array
        that was given at temperature 1.

    Raises
    ------
    ValueError
        If a probability is negative, no probability of a row is positive, or the
        temperature is not above 0.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability import sharpen
    >>> sharpen(np.array([[0.75, 0.25]]), temperature=2.0)
    array([[0.9, 0.1]])
    """
    proba = check_logits(proba, "proba")
    if check_temperature(temperature) == 1:
        return proba
    largest = proba.max(axis=1, keepdims=True)
    if (largest <= 0).any() or (proba < 0).any():
        raise ValueError(
            "proba must not be negative, and positive somewhere in each row."
        )
    # Dividing by the row's maximum first keeps the powers from underflowing.
    power = (proba / largest) ** temperature
    return power / power.sum(axis=1, keepdims=True)


def proba_to_logits(proba: ArrayLike, n_votes: int | None = None) -> NDArray:
    """Turn probabilities into logits, with zeros floored at the teacher's resolution.

    A teacher's probability of zero means that it is below the teacher's resolution. A
    floor far below that would become an arbitrary, large logit, which softening shows.

    Parameters
    ----------
    proba : array-like of shape (n_samples, n_classes)
        Rows that sum to one. Rows of zeros have equal logits, and NaN stays NaN.
    n_votes : int or None, default=None
        How many votes the probabilities are shares of (trees of a forest): each
        class gets one vote more, Laplace's rule ``(N p + 1) / (N + k)``. None: a
        teacher of unknown resolution, whose probabilities are cut at 0.001.

    Returns
    -------
    logits : ndarray of shape (n_samples, n_classes)
        ``softmax(logits)`` are the floored probabilities.

    Raises
    ------
    ValueError
        If `proba` holds no probabilities, or `n_votes` is no whole number above 0.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability import proba_to_logits, soften
    >>> soften(proba_to_logits(np.array([[1.0, 0.0]]), n_votes=8))
    array([[0.9, 0.1]])
    """
    proba = check_probabilities(proba, allow_unknown=True)
    if n_votes is None:
        return np.log(np.maximum(proba, UNKNOWN_RESOLUTION))
    return np.log1p(check_count(n_votes, "n_votes", 1) * proba)


def scores_to_logits(scores: ArrayLike) -> NDArray[np.float64]:
    """Turn decision-function scores into logits.

    Parameters
    ----------
    scores : array-like of shape (n_samples,) or (n_samples, n_classes)
        What a `decision_function` returns. Of two classes it is one column ``d``
        for the second class, and becomes ``(0, d)``: ``(-d, d)`` would halve the
        temperature.

    Returns
    -------
    logits : ndarray of shape (n_samples, n_classes)

    Raises
    ------
    ValueError
        If they are no numbers, or have more than two dimensions.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability import scores_to_logits
    >>> scores_to_logits([2.0])
    array([[0., 2.]])
    """
    columns = check_logits(np.transpose(np.atleast_2d(np.transpose(scores))), "scores")
    columns = columns.astype(np.float64, copy=False)
    is_binary = columns.shape[1] == 1
    return np.hstack([np.zeros_like(columns), columns]) if is_binary else columns


def pairwise_to_class_scores(pairs: ArrayLike, n_classes: int) -> NDArray[np.float64]:
    """Turn the scores of pairs of classes into scores of classes.

    Parameters
    ----------
    pairs : array-like of shape (n_samples, n_classes * (n_classes - 1) / 2)
        A column for each pair of classes in lexical order, positive where its first
        class is the more likely one. Support vector machines return it with
        ``decision_function_shape="ovo"``.
    n_classes : int
        Number of classes.

    Returns
    -------
    scores : ndarray of shape (n_samples, n_classes)
        Those whose differences come closest to `pairs` in least squares.

    Raises
    ------
    ValueError
        If there is not one column for each pair.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability import pairwise_to_class_scores
    >>> pairwise_to_class_scores(np.array([[1.0, 3.0, 2.0]]), n_classes=3).round(6)
    array([[ 1.333333,  0.333333, -1.666667]])
    """
    first, second = np.triu_indices(check_count(n_classes, "n_classes", 2), k=1)
    pairs = check_logits(pairs, "pairs")
    if pairs.shape[1] != len(first):
        raise ValueError(
            f"pairs must have one column for each of the {len(first)} pairs of "
            f"{n_classes} classes, but has shape {pairs.shape}."
        )
    identity = np.eye(n_classes)
    return pairs @ (identity[first] - identity[second]) / n_classes


def labels_to_logits(labels: ArrayLike, n_classes: int) -> NDArray[np.float64]:
    """Turn hard labels into logits, smoothed by the resolution of an unknown teacher.

    Parameters
    ----------
    labels : array-like of shape (n_samples,)
        Class indices.
    n_classes : int
        Number of classes.

    Returns
    -------
    logits : ndarray of shape (n_samples, n_classes)

    Raises
    ------
    ValueError
        If a label is no class index.

    Examples
    --------
    >>> from skdistill.probability import labels_to_logits, soften
    >>> soften(labels_to_logits([0], n_classes=2)).round(3)
    array([[0.999, 0.001]])
    """
    labels = check_labels(labels, check_count(n_classes, "n_classes", 1))
    return proba_to_logits(np.eye(n_classes)[labels])
