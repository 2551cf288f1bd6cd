"""Several members' probabilities become one answer."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from scipy.special import softmax

from skdistill.softening import sharpen


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
    >>> from skdistill._fusion import fuse
    >>> answers = np.array([[[0.9, 0.1]], [[0.5, 0.5]]])
    >>> fuse(answers, np.array([[0.75, 0.25]]))
    array([[0.8, 0.2]])
    """
    if temperature != 1:
        with np.errstate(divide="ignore"):
            answers = softmax(np.log(answers) / temperature, axis=2)
    return sharpen(np.einsum("nm,mnk->nk", shares, answers), temperature)


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
