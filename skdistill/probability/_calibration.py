"""A few numbers that make predictions fit labels: calibration by the log loss."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax

from skdistill.probability._validation import (
    check_labels,
    check_logits,
    check_probabilities,
    check_sample_weight,
)

# The least probability that is told from zero: it limits what a sample can cost.
LEAST_PROBABILITY = 1e-7


def log_loss(
    logits: NDArray, targets: NDArray, weights: NDArray
) -> tuple[float, NDArray[np.float64]]:
    """Cross-entropy of targets and logits, summed over samples, and its gradient.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes)
    targets : ndarray of shape (n_samples, n_classes)
        Probabilities; one-hot for hard labels.
    weights : ndarray of shape (n_samples,)

    Returns
    -------
    loss : float
    gradient : ndarray of shape (n_samples, n_classes)
        By the logits.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability._calibration import log_loss
    >>> loss, gradient = log_loss(np.zeros((1, 2)), np.array([[1.0, 0.0]]), np.ones(1))
    >>> round(loss, 4)  # log 2
    0.6931
    >>> gradient
    array([[-0.5,  0.5]])
    """
    log_proba = log_softmax(logits, axis=1)
    loss = -np.einsum("n,nk,nk", weights, targets, log_proba)
    return float(loss), weights[:, np.newaxis] * (np.exp(log_proba) - targets)


def fit_calibration(
    scores: ArrayLike, labels: ArrayLike, sample_weight: ArrayLike | None = None
) -> tuple[float, NDArray[np.float64]]:
    """Find the slope and the biases with which decision-function scores become logits.

    Of two classes this is Platt's sigmoid; in general, a temperature and a bias for
    each class.

    Parameters
    ----------
    scores : array-like of shape (n_samples, n_classes)
        Of samples that their model was not fitted on.
    labels : array-like of shape (n_samples,)
        Class indices.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the samples.

    Returns
    -------
    slope : float
        Positive, within 0.01 to 100 times the reciprocal of the scores' own scale.
    biases : ndarray of shape (n_classes,)
        Zero for classes without a label; those of the others sum to zero. Slope and
        biases minimize the log loss of ``softmax(slope * scores + biases)`` among the
        classes that have labels.

    Raises
    ------
    ValueError
        If an argument is not as described. The message names it.

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
    >>> scores = scores_to_logits([-1, -1, -1, -1, 1, 1, 1, 1])
    >>> slope, biases = fit_calibration(scores, [0, 0, 0, 1, 1, 1, 1, 0])
    >>> soften(slope * scores[[0, -1]] + biases).round(3)
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    z, y, weights = _check_data(scores, labels, sample_weight, "scores")
    present, codes = np.unique(y, return_inverse=True)
    scale = _scale(z, weights)
    columns = z[:, present] / scale
    onehot, weights = np.eye(len(present))[codes], weights / weights.sum()

    def objective(theta):
        loss, error = log_loss(theta[0] * columns + theta[1:], onehot, weights)
        return loss, np.append((error * columns).sum(), error.sum(axis=0))

    best = minimize(
        objective,
        np.append(1.0, np.zeros(len(present))),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.01, 100)] + [(None, None)] * len(present),
        options={"gtol": 1e-7},
    ).x
    biases = np.zeros(z.shape[1])
    biases[present] = best[1:] - best[1:].mean()
    return float(best[0]) / scale, biases


def fit_temperature(
    logits: ArrayLike, labels: ArrayLike, sample_weight: ArrayLike | None = None
) -> float:
    """Find the temperature at which logits fit labels best.

    Parameters
    ----------
    logits : array-like of shape (n_samples, n_classes)
        Logits of samples that their model was not fitted on.
    labels : array-like of shape (n_samples,)
        Class indices.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the samples.

    Returns
    -------
    temperature : float
        Minimizes the log loss of ``softmax(logits / temperature)``, within 0.01 to 100
        times the logits' own scale.

    Raises
    ------
    ValueError
        If an argument is not as described. The message names it.

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
    z, y, weights = _check_data(logits, labels, sample_weight, "logits")
    scale, weights = _scale(z, weights), weights / weights.sum()
    onehot = np.eye(z.shape[1])[y]

    def objective(log_temperature):
        loss, _ = log_loss(z / (scale * np.exp(log_temperature)), onehot, weights)
        return loss

    best = minimize_scalar(objective, bounds=np.log([0.01, 100]), method="bounded")
    return scale * float(np.exp(best.x))


def fit_inverse_temperature(
    proba: ArrayLike, targets: ArrayLike, sample_weight: ArrayLike | None = None
) -> tuple[float, float]:
    """Find the power that makes probabilities fit targets best.

    Parameters
    ----------
    proba, targets : array-like of shape (n_samples, n_classes)
        Probabilities of samples that their model was not fitted on, and what they
        should have been.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the samples.

    Returns
    -------
    inverse_temperature : float
        Between 0.1 and 10, for use as a temperature by
        :func:`~skdistill.probability.sharpen`: above 1 where the probabilities are
        underconfident.
    loss : float
        Mean cross-entropy of targets and sharpened probabilities, and the prior's
        share.

    Raises
    ------
    ValueError
        If an argument is not as described. The message names it.

    Notes
    -----
    Few samples may all be right by chance. So there is a prior that weighs as much as
    one sample. It holds the power near 1. As Platt does, it adds to the targets a
    sample of which nothing is known.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability import fit_inverse_temperature
    >>> proba = np.array([[0.9, 0.1]] * 400)  # sure, but right only 3 times in 4
    >>> targets = np.eye(2)[[0, 0, 0, 1] * 100]
    >>> inverse_temperature, _ = fit_inverse_temperature(proba, targets)
    >>> round(inverse_temperature, 1)
    0.5
    """
    p = check_probabilities(proba, allow_unknown=True)
    y = check_probabilities(targets, p.shape[1], "targets")
    if len(y) != len(p) or not len(p):
        raise ValueError(f"targets has {len(y)} rows, but proba has {len(p)}.")
    weights = check_sample_weight(sample_weight, len(p))
    total = weights.sum()
    y = (total * y + 1 / p.shape[1]) / (total + 1)
    z = np.log(np.maximum(p, LEAST_PROBABILITY))

    def objective(log_power):
        loss, _ = log_loss(np.exp(log_power) * z, y, weights)
        return (loss + log_power**2) / total

    best = minimize_scalar(
        objective, bounds=np.log([0.1, 10]), method="bounded", options={"xatol": 0.01}
    )
    return float(np.exp(best.x)), float(best.fun)


def _check_data(
    logits: ArrayLike, labels: ArrayLike, sample_weight: ArrayLike | None, name: str
) -> tuple[NDArray, NDArray[np.intp], NDArray[np.float64]]:
    """Arrays of what is fitted to labels: logits, class indices and weights."""
    z = check_logits(logits, name, finite=True)
    if not len(z):
        raise ValueError(f"{name} has no samples to fit.")
    y = check_labels(labels, z.shape[1], len(z))
    return z, y, check_sample_weight(sample_weight, len(z))


def _scale(logits: NDArray, weights: NDArray) -> float:
    """The scale of logits, which have no unit of their own."""
    spread = np.average(np.std(logits, axis=1), weights=weights)
    return max(float(spread), 1e-12)
