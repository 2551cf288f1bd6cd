"""The losses that networks train by: in place, with outputs before samples."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def cross_entropy_in_place(
    logits: NDArray,
    targets: NDArray,
    weights: NDArray | None = None,
    temperature: float | NDArray = 1.0,
    normalizers: NDArray | None = None,
) -> float:
    r"""Replace logits by the gradient of a cross-entropy, and return its value.

    The value is :math:`\sum_i w_i T^2\, CE(q_i, \mathrm{softmax}(u_i / T))`, and the
    gradient :math:`w_i T\, (\mathrm{softmax}(u_i / T) - q_i)`. The factor :math:`T^2`
    keeps the size of the gradient the same at every temperature.

    Classes are the second last axis and samples the last. Reductions over classes then
    run along contiguous rows.

    Parameters
    ----------
    logits : ndarray of shape (..., n_classes, n_samples)
        Overwritten by the gradient.
    targets : ndarray of shape (..., n_classes, n_samples)
        Probabilities. Several networks may share them.
    weights : ndarray of shape (..., n_samples), default=None
        Sample weights.
    temperature : float or ndarray of shape (n_networks, 1, 1), default=1.0
        Temperature of the logits.
    normalizers : ndarray of shape (..., 1, n_samples), default=None
        Filled with the factors whose logarithms the caller adds to the value: taking
        the logarithms of many batches at once is cheaper. None: they are added here.

    Returns
    -------
    loss : float
        The sum over samples and networks, without ``log(normalizers).sum()`` where
        `normalizers` are given.
    """
    if weights is not None or np.ndim(temperature) > 0 or temperature != 1:
        if normalizers is not None:
            normalizers.fill(1)
        return cross_entropies_in_place(logits, [(targets, weights, temperature)])
    np.subtract(logits, np.maximum.reduce(logits, axis=-2, keepdims=True), logits)
    if targets.ndim == logits.ndim:
        loss = -float(np.vdot(targets, logits))
    else:
        loss = -float(np.sum(targets * logits))
    np.exp(logits, logits)
    norm = np.add.reduce(logits, axis=-2, keepdims=True, out=normalizers)
    np.divide(logits, norm, logits)
    np.subtract(logits, targets, logits)
    if normalizers is None:
        loss += float(np.log(norm).sum())
    return loss


def cross_entropies_in_place(logits: NDArray, terms: Iterable[tuple]) -> float:
    r"""Replace logits by the gradient of a sum of cross-entropies; return the value.

    A term :math:`w T^2\, CE(q, \mathrm{softmax}(u / T))` is :math:`w T^2` times the
    logarithm of the softmax's normalizer, less :math:`w T q \cdot u`. So the targets of
    all terms can be added up before they meet the logits.

    Parameters
    ----------
    logits : ndarray of shape (..., n_classes, n_samples)
        Overwritten by the gradient.
    terms : iterable of (targets, weights, temperature)
        Each as of :func:`cross_entropy_in_place`.

    Returns
    -------
    loss : float
        The sum over terms, samples and networks.
    """
    np.subtract(logits, np.maximum.reduce(logits, axis=-2, keepdims=True), logits)
    proba, wanted = np.zeros_like(logits), np.zeros_like(logits)
    loss = 0.0
    for targets, weights, temperature in terms:
        scale = temperature
        if weights is not None:
            scale = weights[..., None, :] * temperature
        softened = logits / temperature
        np.exp(softened, softened)
        norm = np.add.reduce(softened, axis=-2, keepdims=True)
        softened *= scale / norm
        proba += softened
        wanted += scale * targets
        np.log(norm, norm)
        norm *= scale * temperature
        loss += float(np.add.reduce(norm, axis=None))
    loss -= float(np.vdot(wanted, logits))
    np.subtract(proba, wanted, logits)
    return loss


def squared_error_in_place(
    outputs: NDArray, targets: NDArray, weights: NDArray | None = None
) -> float:
    r"""Replace outputs by the gradient of half a squared error, and return its value.

    The value is :math:`\frac12 \sum_i w_i \|u_i - y_i\|^2`, and the gradient
    :math:`w_i (u_i - y_i)`.

    Parameters
    ----------
    outputs : ndarray of shape (..., n_outputs, n_samples)
        Overwritten by the gradient.
    targets : ndarray of shape (..., n_outputs, n_samples)
        Several networks may share them.
    weights : ndarray of shape (..., n_samples), default=None
        Sample weights.

    Returns
    -------
    loss : float
        The sum over samples, outputs and networks.
    """
    np.subtract(outputs, targets, outputs)
    if weights is None:
        return 0.5 * float(np.vdot(outputs, outputs))
    errors = outputs.copy()
    outputs *= weights[..., None, :]
    return 0.5 * float(np.vdot(errors, outputs))


def pinball_in_place(
    outputs: NDArray, targets: NDArray, weights: NDArray, levels: NDArray
) -> float:
    r"""Replace outputs by the gradient of a pinball loss, and return its value.

    The value is :math:`\sum_i w_i \sum_k \rho_{\tau_k}(y_{ik} - u_{ik})` with
    :math:`\rho_\tau(e) = \max(\tau e, (\tau - 1) e)`, and the gradient
    :math:`w_i (1[u_{ik} > y_{ik}] - \tau_k)`.

    Parameters
    ----------
    outputs : ndarray of shape (..., n_levels, n_samples)
        Overwritten by the gradient.
    targets : ndarray of shape (..., n_levels, n_samples)
        Several networks may share them.
    weights : ndarray of shape (..., n_samples)
        Sample weights.
    levels : ndarray of shape (n_levels, 1)
        Of the outputs' precision.

    Returns
    -------
    loss : float
        The sum over samples, levels and networks.
    """
    errors = outputs - targets
    np.subtract(errors > 0, levels, outputs)
    outputs *= weights[..., None, :]
    return float(np.vdot(errors, outputs))
