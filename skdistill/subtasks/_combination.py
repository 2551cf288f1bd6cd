"""Several members' probabilities become one answer."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from skdistill.probability._softening import sharpen

# What a probability of zero costs at most, as that of what came to pass.
LEAST_PROBABILITY = 1e-7


def fuse(answers, shares, temperature=1.0):
    """Fuse members' probabilities, by a mean of powers.

    Parameters
    ----------
    answers : ndarray of shape (n_members, n_samples, n_classes)
        Probabilities.
    shares : ndarray of shape (n_samples, n_members)
        What counts whose answer; rows sum to one.
    temperature : float, default=1.0
        The probabilities are softened, averaged and sharpened. At 1 this is the
        arithmetic mean; the higher, the nearer to the geometric mean, where one member
        can veto a class.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.subtasks._combination import fuse
    >>> answers = np.array([[[0.9, 0.1]], [[0.5, 0.5]]])
    >>> fuse(answers, np.array([[0.75, 0.25]]))
    array([[0.8, 0.2]])
    """
    if temperature != 1:
        with np.errstate(divide="ignore"):
            answers = softmax(np.log(answers) / temperature, axis=2)
    return sharpen(np.einsum("nm,mnk->nk", shares, answers), temperature)


def fit_inverse_temperature(proba, targets, sample_weight=None):
    """The power that makes probabilities fit targets best.

    Parameters
    ----------
    proba, targets : ndarray of shape (n_samples, n_classes)
        Probabilities of rows that their model was not fitted on, and what they should
        have been.
    sample_weight : ndarray of shape (n_samples,), default=None
        Weights of the rows.

    Returns
    -------
    sharpness : float
        Between 0.1 and 10, for use as a temperature by
        :func:`~skdistill.probability.sharpen`: above 1 where the probabilities are too
        timid.
    loss : float
        Cross-entropy of targets and sharpened probabilities, and the prior's share.

    Notes
    -----
    Few rows may all be right by chance. So there is a prior that weighs as much as one
    row: it holds the sharpness near 1, and adds to the targets a row of which nothing
    is known, as Platt does.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.subtasks._combination import fit_inverse_temperature
    >>> proba = np.array([[0.9, 0.1]] * 400)  # sure, but right only 3 times in 4
    >>> targets = np.eye(2)[[0, 0, 0, 1] * 100]
    >>> sharpness, _ = fit_inverse_temperature(proba, targets)
    >>> round(sharpness, 1)
    0.5
    """
    weights = np.ones(len(proba)) if sample_weight is None else sample_weight
    total = weights.sum()
    targets = (total * targets + 1 / proba.shape[1]) / (total + 1)
    logits = np.log(np.maximum(proba, LEAST_PROBABILITY))

    def loss(log_sharpness):
        log_proba = log_softmax(np.exp(log_sharpness) * logits, axis=1)
        cost = -np.einsum("n,nk,nk", weights, targets, log_proba)
        return (cost + log_sharpness**2) / total

    bounds = np.log([0.1, 10])
    best = minimize_scalar(
        loss, bounds=bounds, method="bounded", options={"xatol": 0.01}
    )
    return float(np.exp(best.x)), float(best.fun)


def votes(answers):
    """Each member's probabilities as one whole vote.

    Parameters
    ----------
    answers : ndarray of shape (n_members, n_samples, n_classes)

    Returns
    -------
    answers : ndarray of shape (n_members, n_samples, n_classes)
        One for the most probable class, zero for the others.
    """
    return np.eye(answers.shape[2])[answers.argmax(axis=2)]


def split_other_classes(proba, classes, general):
    """Share what a specialist leaves to other classes out as the generalist would.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_known + 1)
        Of the specialist's classes, then of all others together.
    classes : ndarray of shape (n_known,)
        Sorted indices of the specialist's classes.
    general : ndarray of shape (n_samples, n_classes)
        The generalist's probabilities.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
    """
    others = np.setdiff1d(np.arange(general.shape[1]), classes)
    if others.size == 0:
        return proba
    full = np.empty_like(general)
    full[:, classes] = proba[:, :-1]
    rest = general[:, others] + np.finfo(float).tiny
    full[:, others] = proba[:, -1:] * (rest / rest.sum(axis=1, keepdims=True))
    return full
