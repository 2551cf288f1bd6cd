"""Logits and probabilities: from one to the other, softer and sharper.

Everything here takes and returns arrays with one row a sample and one column a
class. *Logits* are log-probabilities up to a constant per row.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from scipy.optimize import minimize, minimize_scalar
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
    >>> from skdistill.probability import soften
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
    >>> from skdistill.probability import sharpen
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
    >>> from skdistill.probability import proba_to_logits, soften
    >>> soften(proba_to_logits(np.array([[1.0, 0.0]]), n_votes=8))
    array([[0.9, 0.1]])
    """
    if n_votes is None:
        return np.log(np.maximum(proba, UNKNOWN_RESOLUTION))
    return np.log1p(n_votes * proba)


def scores_to_logits(margins):
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
    >>> from skdistill.probability import scores_to_logits
    >>> scores_to_logits(np.array([2.0]))
    array([[0., 2.]])
    """
    margins = np.asarray(margins, dtype=np.float64)
    if margins.ndim == 2:
        return margins
    return np.column_stack([np.zeros_like(margins), margins])


def pairwise_to_class_scores(pairs, n_classes):
    """Margins of classes from the margins of pairs of classes.

    Parameters
    ----------
    pairs : ndarray of shape (n_samples, n_classes * (n_classes - 1) / 2)
        A column for each pair of classes in lexical order, positive where its first
        class is the likelier one: what a support vector machine tells with
        ``decision_function_shape="ovo"``.
    n_classes : int
        Number of classes.

    Returns
    -------
    margins : ndarray of shape (n_samples, n_classes)
        Those whose differences come closest to `pairs` in least squares.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability import pairwise_to_class_scores
    >>> pairwise_to_class_scores(np.array([[1.0, 3.0, 2.0]]), n_classes=3).round(6)
    array([[ 1.333333,  0.333333, -1.666667]])
    """
    first, second = np.triu_indices(n_classes, k=1)
    identity = np.eye(n_classes)
    return pairs @ (identity[first] - identity[second]) / n_classes


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
    >>> from skdistill.probability import labels_to_logits, soften
    >>> soften(labels_to_logits([0], n_classes=2)).round(3)
    array([[0.999, 0.001]])
    """
    return proba_to_logits(np.eye(n_classes)[labels])


def fit_calibration(margins, labels, sample_weight=None):
    """Slope and biases with which margins become logits.

    Of two classes this is Platt's sigmoid; in general, a temperature and a bias for
    each class.

    Parameters
    ----------
    margins : ndarray of shape (n_samples, n_classes)
        Of rows that their model was not fitted on.
    labels : ndarray of shape (n_samples,)
        Class indices.
    sample_weight : ndarray of shape (n_samples,), default=None
        Weights of the rows.

    Returns
    -------
    slope : float
        Positive, within 0.01 to 100 times the reciprocal of the margins' own scale.
    biases : ndarray of shape (n_classes,)
        Zero for classes without a label; those of the others sum to zero. Slope and
        biases minimise the log loss of ``softmax(slope * margins + biases)`` among
        the classes that have labels.

    References
    ----------
    .. [1] J. Platt, "Probabilistic outputs for support vector machines and comparisons
       to regularized likelihood methods", Advances in Large Margin Classifiers, 1999.
    .. [2] A. Alexandari, A. Kundaje and A. Shrikumar, "Maximum likelihood with
       bias-corrected calibration is hard-to-beat at label shift adaptation", ICML 2020.
       :arxiv:`1901.06852`

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability import fit_calibration, scores_to_logits, soften
    >>> margins = scores_to_logits(np.array([-1, -1, -1, -1, 1, 1, 1, 1]))
    >>> slope, biases = fit_calibration(margins, [0, 0, 0, 1, 1, 1, 1, 0])
    >>> soften(slope * margins[[0, -1]] + biases).round(3)
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    present, labels = np.unique(labels, return_inverse=True)
    scale = _spread(margins, sample_weight)
    columns = margins[:, present] / scale
    onehot = np.eye(len(present))[labels]
    weights = np.ones(len(labels)) if sample_weight is None else sample_weight
    weights = (weights / weights.sum())[:, None]

    def log_loss(theta):
        log_proba = log_softmax(theta[0] * columns + theta[1:], axis=1)
        error = weights * (np.exp(log_proba) - onehot)
        gradient = np.append((error * columns).sum(), error.sum(axis=0))
        return -(weights * onehot * log_proba).sum(), gradient

    best = minimize(
        log_loss,
        np.append(1.0, np.zeros(len(present))),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.01, 100)] + [(None, None)] * len(present),
        options={"gtol": 1e-7},
    ).x
    biases = np.zeros(margins.shape[1])
    biases[present] = best[1:] - best[1:].mean()
    return float(best[0]) / scale, biases


def _spread(logits, sample_weight):
    """The scale of logits, which have no unit of their own."""
    spread = np.average(np.std(logits, axis=1), weights=sample_weight)
    return max(float(spread), 1e-12)


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
    >>> from skdistill.probability import fit_temperature
    >>> logits = np.log([[0.9, 0.1]] * 4)  # sure, but right only 3 times in 4
    >>> round(fit_temperature(logits, [0, 0, 0, 1]), 2)
    2.0
    """
    rows = np.arange(len(labels))
    scale = _spread(logits, sample_weight)

    def log_loss(log_temperature):
        log_proba = log_softmax(logits / (scale * np.exp(log_temperature)), axis=1)
        return -np.average(log_proba[rows, labels], weights=sample_weight)

    best = minimize_scalar(log_loss, bounds=np.log([0.01, 100]), method="bounded")
    return scale * float(np.exp(best.x))
