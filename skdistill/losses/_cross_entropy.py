r"""The distillation loss: value and gradient.

With :math:`u` the student's and :math:`z` the teacher's logits,
:math:`p_T = \mathrm{softmax}(z / T)` and :math:`y` the label,

.. math::

   L = (1 - \alpha)\, CE(y, \mathrm{softmax}(u))
     + \alpha\, T^2\, CE(p_T, \mathrm{softmax}(u / T)),

and rows without a label have the soft term alone, with weight one. Either term is a
weighted cross-entropy at a temperature, so the loss is a short list of
:class:`Term`; at temperature 1 the two merge into one.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple

import numpy as np

from skdistill.probability._softening import soften


class Term(NamedTuple):
    """One cross-entropy of the loss, over all rows.

    Attributes
    ----------
    targets : ndarray of shape (n_samples,) or (n_samples, n_classes)
        Class indices, or probabilities. ``(n_samples, n_networks, n_classes)`` for
        networks with targets of their own.
    weights : ndarray of shape (n_samples,) or None
        Weights of the rows; ``(n_samples, n_networks)`` likewise.
    temperature : float or ndarray of shape (n_networks, 1, 1)
        Temperature of the student's logits.
    """

    targets: np.ndarray
    weights: np.ndarray | None = None
    temperature: float = 1.0


def distillation_terms(
    logits, labels, *, labeled=None, temperature=1.0, alpha=0.5, weights=None
):
    """The distillation loss, as a list of terms.

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
        Weight of the soft term in labelled rows.
    weights : ndarray of shape (n_samples,), default=None
        Weights of the rows.

    Returns
    -------
    terms : list of Term
        One term, or two where the temperature keeps them apart.

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
    if labeled is None:
        labeled = np.ones(len(labels), dtype=bool)
    hard = np.where(labeled, 1.0 - alpha, 0.0)
    terms = [
        Term(np.where(labeled, labels, 0), _times(weights, hard)),
        Term(targets, _times(weights, 1.0 - hard), temperature),
    ]
    return [term for term in terms if term.weights is None or term.weights.any()]


def mix_targets(proba, labels, alpha, labeled=None):
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

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.losses import mix_targets
    >>> proba = np.array([[0.8, 0.2], [0.6, 0.4]])
    >>> mix_targets(proba, np.array([1, 0]), 0.5, labeled=np.array([True, False]))
    array([[0.4, 0.6],
           [0.6, 0.4]])
    """
    rows = np.arange(len(proba)) if labeled is None else np.flatnonzero(labeled)
    targets = np.array(proba)
    targets[rows] *= alpha
    targets[rows, labels[rows]] += 1.0 - alpha
    return targets


def softmax_cross_entropy(
    logits, targets, weights=None, temperature=1.0, normalizers=None
):
    r"""Value and gradient of a weighted cross-entropy, summed over the rows.

    :math:`\sum_i w_i T^2\, CE(q_i, \mathrm{softmax}(u_i / T))`, whose gradient is
    :math:`w_i T\, (\mathrm{softmax}(u_i / T) - q_i)`: the factor :math:`T^2` keeps
    the gradient's size the same at every temperature.

    Classes are the *second last* axis and rows the last: what the networks work in,
    because reductions over classes then run along contiguous rows.

    Parameters
    ----------
    logits : ndarray of shape (..., n_classes, n_samples)
        Overwritten by the gradient.
    targets : ndarray of shape (..., n_classes, n_samples)
        Probabilities, which networks may share.
    weights : ndarray of shape (..., n_samples), default=None
        Weights of the rows.
    temperature : float or ndarray of shape (n_networks, 1, 1), default=1.0
        Temperature of the logits.
    normalizers : ndarray of shape (..., 1, n_samples), default=None
        Where to put the factors whose logarithms are still to be added to the value:
        taking those of many batches at once is cheaper. None: they are added here.

    Returns
    -------
    loss : float
        The sum over rows, and over networks where there are several; without
        ``log(normalizers).sum()`` where that is left to the caller.
    """
    plain = weights is None and np.ndim(temperature) == 0 and temperature == 1
    if not plain:
        logits /= temperature
        weights = 1.0 if weights is None else weights[..., None, :]
    np.subtract(logits, np.maximum.reduce(logits, axis=-2, keepdims=True), logits)
    if plain and targets.ndim == logits.ndim:
        loss = -float(np.vdot(targets, logits))
    elif plain:
        loss = -float(np.sum(targets * logits))
    else:
        loss = -float(np.sum(temperature**2 * weights * targets * logits))
    np.exp(logits, logits)
    norm = np.add.reduce(logits, axis=-2, keepdims=True, out=normalizers)
    np.divide(logits, norm, logits)
    np.subtract(logits, targets, logits)
    if not plain:
        logits *= weights * temperature
        loss += float(np.sum(temperature**2 * weights * np.log(norm)))
        norm.fill(1)
    elif normalizers is None:
        loss += float(np.log(norm).sum())
    return loss


def _times(weights, factor):
    """Weights times a factor; None while all of them are one."""
    if weights is not None:
        return weights * factor
    return None if (factor == 1).all() else factor
