"""The distillation loss as a list of cross-entropies, and its mixed targets."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdistill.losses._kernels import cross_entropy_in_place
from skdistill.probability import check_probabilities, soften
from skdistill.probability._validation import (
    check_labels,
    check_logits,
    check_sample_weight,
    check_temperature,
)


class Term(NamedTuple):
    """One cross-entropy of the loss, or its squared error, over all samples.

    Networks that train together may each have targets, weights and a temperature of
    their own. So students of several temperatures or weights of the soft targets can
    train in one pass over the samples.

    Read more in the :ref:`User Guide <loss>`.

    Attributes
    ----------
    targets : ndarray of shape (n_samples,) or (n_samples, n_classes)
        Class indices, or probabilities; ``(n_samples, n_networks, n_classes)`` for
        networks with targets of their own. Of a squared error, numbers of each output
        in place of probabilities.
    weights : ndarray of shape (n_samples,) or None
        Sample weights; ``(n_samples, n_networks)`` likewise.
    temperature : float or ndarray of shape (n_networks, 1, 1)
        Temperature of the student's logits.
    """

    targets: NDArray
    weights: NDArray | None = None
    temperature: float | NDArray = 1.0

    def take(self, rows: NDArray) -> Self:
        """Select samples by their indices."""
        weights = None if self.weights is None else self.weights[rows]
        return self._replace(targets=self.targets[rows], weights=weights)


def distillation_terms(
    logits: NDArray,
    labels: NDArray,
    *,
    labeled: NDArray | None = None,
    temperature: float = 1.0,
    alpha: float = 0.5,
    weights: NDArray | None = None,
) -> list[Term]:
    """Write the distillation loss as a list of terms.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes)
        The teacher's logits.
    labels : ndarray of shape (n_samples,)
        Class indices.
    labeled : ndarray of bool of shape (n_samples,), default=None
        Where the labels are known; None: everywhere.
    temperature : float, default=1.0
        Softens the teacher's and the student's probabilities in the soft term.
    alpha : float, default=0.5
        Weight of the soft term for labeled samples. Unlabeled samples have the soft
        term alone, with weight one.
    weights : ndarray of shape (n_samples,), default=None
        Sample weights.

    Returns
    -------
    terms : list of Term
        One term, or two where the temperature keeps them apart.

    Raises
    ------
    ValueError
        If logits are no matrix of numbers, or labels no indices of its columns.

    References
    ----------
    .. [1] G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural
       network", 2015. :arxiv:`1503.02531`

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.losses import distillation_terms
    >>> logits = np.log([[0.8, 0.2], [0.6, 0.4]])
    >>> (term,) = distillation_terms(logits, np.array([1, 0]), alpha=0.5)
    >>> term.targets
    array([[0.4, 0.6],
           [0.8, 0.2]])
    """
    targets = soften(logits, temperature)
    if temperature == 1:
        return [Term(mix_targets(targets, labels, alpha, labeled), weights)]
    labels, labeled = _known_labels(labels, labeled, *targets.shape)
    hard = np.where(labeled, 1.0 - alpha, 0.0)
    terms = [
        Term(labels, _times(weights, hard)),
        Term(targets, _times(weights, 1.0 - hard), temperature),
    ]
    return [term for term in terms if term.weights is None or term.weights.any()]


def mix_targets(
    proba: NDArray, labels: NDArray, alpha: float, labeled: NDArray | None = None
) -> NDArray:
    """Mix soft targets with labels.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
        Soft targets.
    labels : ndarray of shape (n_samples,)
        Class indices.
    alpha : float
        Weight of the soft targets of labeled samples.
    labeled : ndarray of bool of shape (n_samples,), default=None
        Where the labels are known; the other samples keep their soft targets. None:
        everywhere.

    Returns
    -------
    targets : ndarray of shape (n_samples, n_classes)
        ``(1 - alpha) * onehot(labels) + alpha * proba``.

    Raises
    ------
    ValueError
        If the labels are no indices of the columns of `proba`.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.losses import mix_targets
    >>> proba = np.array([[0.8, 0.2], [0.6, 0.4]])
    >>> mix_targets(proba, np.array([1, 0]), 0.5, labeled=np.array([True, False]))
    array([[0.4, 0.6],
           [0.6, 0.4]])
    """
    targets = np.array(proba)
    labels, labeled = _known_labels(labels, labeled, *targets.shape)
    rows = np.flatnonzero(labeled)
    targets[rows] *= alpha
    targets[rows, labels[rows]] += 1.0 - alpha
    return targets


def softmax_cross_entropy(
    logits: ArrayLike,
    targets: ArrayLike,
    sample_weight: ArrayLike | None = None,
    temperature: float = 1.0,
) -> tuple[float, NDArray]:
    r"""Value and gradient of one weighted cross-entropy, summed over the samples.

    The value is :math:`\sum_i w_i T^2\, CE(q_i, \mathrm{softmax}(u_i / T))`, and the
    gradient :math:`w_i T\, (\mathrm{softmax}(u_i / T) - q_i)`. The factor :math:`T^2`
    keeps the size of the gradient the same at every temperature.

    Parameters
    ----------
    logits : array-like of shape (n_samples, n_classes)
        The student's logits :math:`u`.
    targets : array-like of shape (n_samples,) or (n_samples, n_classes)
        Class indices, or the probabilities :math:`q`.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights :math:`w`.
    temperature : float, default=1.0
        The temperature :math:`T` of the logits.

    Returns
    -------
    loss : float
    gradient : ndarray of shape (n_samples, n_classes)
        With respect to the logits.

    Raises
    ------
    ValueError
        If an argument has another shape, or values that it cannot have.

    Examples
    --------
    >>> from skdistill.losses import softmax_cross_entropy
    >>> loss, gradient = softmax_cross_entropy([[0.0, 0.0]], [[0.9, 0.1]])
    >>> round(loss, 4)  # the logarithm of 2
    0.6931
    >>> gradient
    array([[-0.4,  0.4]])
    """
    gradient = np.array(check_logits(logits, finite=True), dtype=np.float64).T
    n_classes, n_samples = gradient.shape
    if np.ndim(targets) == 1:
        targets = np.eye(n_classes)[check_labels(targets, n_classes, n_samples)]
    proba = check_probabilities(targets, n_classes, "targets")
    weights = check_sample_weight(sample_weight, n_samples)
    check_temperature(temperature)
    loss = cross_entropy_in_place(gradient, proba.T, weights, temperature)
    return loss, gradient.T


def _known_labels(labels, labeled, n_samples, n_classes):
    """Class indices, 0 where there is none, and the mask of those that are known."""
    if labeled is None:
        labeled = np.ones(n_samples, dtype=bool)
    if np.shape(labels) == np.shape(labeled):
        labels = np.where(labeled, labels, 0)
    return check_labels(labels, n_classes, n_samples), labeled


def _times(weights: NDArray | None, factor: NDArray) -> NDArray | None:
    """Multiply weights by a factor; None while all of them are one."""
    if weights is not None:
        return weights * factor
    return None if (factor == 1).all() else factor
