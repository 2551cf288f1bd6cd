"""Logits and probabilities: from one to the other, softer and sharper.

Everything here takes and returns arrays with one row a sample and one column a
class. *Logits* are log-probabilities up to a constant per row.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

UNKNOWN_RESOLUTION = 1e-3


def soften(logits, temperature=1.0):
    """Probabilities of logits at a temperature.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes)
        Log-probabilities up to a constant per row. ``-inf`` is a probability
        of zero at every temperature.
    temperature : float, default=1.0
        Above 1 the probabilities draw together, below 1 the largest takes all.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
        ``softmax(logits / temperature)``.

    References
    ----------
    .. [1] G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural
       network", 2015. :arxiv:`1503.02531`

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.softening import soften
    >>> logits = np.log([[0.9, 0.1]])
    >>> soften(logits, temperature=2.0)
    array([[0.75, 0.25]])
    """
    return softmax(np.divide(logits, temperature), axis=1)


def sharpen(proba, temperature=1.0):
    """Undo the softening of probabilities.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
        Probabilities learnt from targets softened at `temperature`.
    temperature : float, default=1.0
        The temperature of those targets.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
        ``proba ** temperature``, each row divided by its sum; the very array
        that was given at temperature 1.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.softening import sharpen
    >>> sharpen(np.array([[0.75, 0.25]]), temperature=2.0)
    array([[0.9, 0.1]])
    """
    if temperature == 1:
        return proba
    # Dividing by the row's maximum first keeps the powers from underflowing.
    power = (proba / proba.max(axis=1, keepdims=True)) ** temperature
    return power / power.sum(axis=1, keepdims=True)


def proba_to_logits(proba, n_votes=None):
    """Logits of probabilities, with zeros floored at the teacher's resolution.

    A probability of zero means "less than I can tell apart". How much less shows
    only when the logits are softened, and a floor far below the teacher's
    resolution then turns into arbitrary, large logits.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
        Rows that sum to one.
    n_votes : int or None, default=None
        How many votes the probabilities are shares of (trees of a forest): each
        class gets one vote more, Laplace's rule ``(N p + 1) / (N + k)``. None: a
        teacher of unknown resolution, whose probabilities are cut at 1e-3.

    Returns
    -------
    logits : ndarray of shape (n_samples, n_classes)
        Finite; ``softmax(logits)`` are the floored probabilities.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.softening import proba_to_logits, soften
    >>> soften(proba_to_logits(np.array([[1.0, 0.0]]), n_votes=8))
    array([[0.9, 0.1]])
    """
    if n_votes is None:
        return np.log(np.maximum(proba, UNKNOWN_RESOLUTION))
    return np.log1p(n_votes * proba)


def margins_to_logits(margins):
    """Logits of decision values.

    Parameters
    ----------
    margins : ndarray of shape (n_samples,) or (n_samples, n_classes)
        What a `decision_function` returns. Of two classes it is one column ``d``
        for the second class, and becomes ``(0, d)``: ``(-d, d)`` would halve the
        temperature.

    Returns
    -------
    logits : ndarray of shape (n_samples, n_classes)

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.softening import margins_to_logits
    >>> margins_to_logits(np.array([2.0]))
    array([[0., 2.]])
    """
    margins = np.asarray(margins, dtype=np.float64)
    if margins.ndim == 2:
        return margins
    return np.column_stack([np.zeros_like(margins), margins])


def labels_to_logits(labels, n_classes):
    """Logits of hard labels, smoothed by the resolution of an unknown teacher.

    Parameters
    ----------
    labels : ndarray of shape (n_samples,)
        Class indices.
    n_classes : int
        Number of classes.

    Returns
    -------
    logits : ndarray of shape (n_samples, n_classes)

    Examples
    --------
    >>> from skdistill.softening import labels_to_logits, soften
    >>> soften(labels_to_logits([0], n_classes=2)).round(3)
    array([[0.999, 0.001]])
    """
    return proba_to_logits(np.eye(n_classes)[labels])


def fit_temperature(logits, labels, sample_weight=None):
    """Temperature at which logits fit labels best.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes)
        Logits of rows that their model was not fitted on.
    labels : ndarray of shape (n_samples,)
        Class indices.
    sample_weight : ndarray of shape (n_samples,), default=None
        Weights of the rows.

    Returns
    -------
    temperature : float
        Minimises the log loss of ``softmax(logits / temperature)``, within 0.01
        to 100 times the logits' own scale.

    References
    ----------
    .. [1] C. Guo, G. Pleiss, Y. Sun and K. Weinberger, "On calibration of modern
       neural networks", ICML 2017. :arxiv:`1706.04599`

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.softening import fit_temperature
    >>> logits = np.log([[0.9, 0.1]] * 4)  # sure, but right only 3 times in 4
    >>> round(fit_temperature(logits, [0, 0, 0, 1]), 2)
    2.0
    """
    rows = np.arange(len(labels))
    # Margins have no unit, so the search runs in multiples of their own spread.
    scale = max(float(np.std(logits, axis=1).mean()), 1e-12)

    def log_loss(log_temperature):
        log_proba = log_softmax(logits / (scale * np.exp(log_temperature)), axis=1)
        return -np.average(log_proba[rows, labels], weights=sample_weight)

    best = minimize_scalar(log_loss, bounds=np.log([0.01, 100]), method="bounded")
    return scale * float(np.exp(best.x))
