"""Losses of one batch after another, in place of the outputs that they are of.

They are bound to the array that the forward pass writes. So a step allocates almost
nothing.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skdistill.losses._kernels import (
    cross_entropies_in_place,
    cross_entropy_in_place,
    pinball_in_place,
    squared_error_in_place,
)
from skdistill.neural_network._fast_softmax import UnshiftedSoftmax

# Batches whose loss is summed at a time.
LOG_BATCHES = 32


class BatchLoss(Protocol):
    """What the passes ask of a loss."""

    def add(self, compute_outputs: Callable[[], object], terms: list[tuple]) -> None:
        """Add the loss of a batch, and put its gradient in place of the outputs.

        Parameters
        ----------
        compute_outputs : callable
            Writes the outputs. It may be called again if they are spoiled.
        terms : list of (targets, weights, temperature)
            Targets have the shape (..., n_outputs, n_samples).
        """

    def take(self) -> float:
        """Sum the losses of all samples and networks since the last call."""


class BatchCrossEntropy:
    """Sum of softmax cross-entropies.

    Parameters
    ----------
    logits : ndarray of shape (..., n_classes, n_samples)
        Contiguous; the first of three axes is that of networks.
    """

    def __init__(self, logits: NDArray) -> None:
        *network_axis, _, n_samples = logits.shape
        n_networks = network_axis[0] if network_axis else 1
        self._logits = logits
        self._normalizers = np.ones((LOG_BATCHES, n_networks, n_samples), logits.dtype)
        self._pending = list(self._normalizers)
        self._flat_logits = logits.reshape(-1)
        self._softmax = UnshiftedSoftmax(logits)
        self._tries_unshifted: bool | None = None
        self._n_pending, self._loss = 0, 0.0

    def take(self) -> float:
        """Sum the losses of all samples and networks since the last call."""
        loss = self._loss + float(np.log(self._normalizers).sum())
        self._normalizers.fill(1)
        self._n_pending, self._loss = 0, 0.0
        return loss

    def add(self, compute_outputs: Callable[[], object], terms: list[tuple]) -> None:
        """Add the loss of a batch, and put its gradient in place of the logits.

        Parameters
        ----------
        compute_outputs, terms
            As of :meth:`BatchLoss.add`.
        """
        if self._n_pending == LOG_BATCHES:
            self._loss = self.take()
        normalizers = self._pending[self._n_pending]
        self._n_pending += 1
        compute_outputs()
        if self._tries_unshifted is None:
            self._tries_unshifted = _is_unweighted(terms)  # as all batches to come
        if self._tries_unshifted:
            if self._add_unshifted(terms[0][0], normalizers):
                return
            self._tries_unshifted = False
            compute_outputs()
        logits = self._logits
        if len(terms) == 1:
            ((targets, weights, temperature),) = terms
            normalizers = normalizers.reshape(*logits.shape[:-2], 1, -1)
            self._loss += cross_entropy_in_place(
                logits, targets, weights, temperature, normalizers
            )
            return
        self._loss += cross_entropies_in_place(logits, terms)

    def _add_unshifted(self, targets, normalizers):
        """Do so without a reduction; return False where the exponentials overflow."""
        logits = self._logits
        if targets.ndim == logits.ndim:
            gain = self._flat_logits.dot(targets.ravel())  # less to start than vdot
        else:
            gain = logits.reshape(len(logits), -1).dot(targets.ravel()).sum()
        if not self._softmax(normalizers):
            return False
        np.subtract(logits, targets, logits)
        self._loss -= float(gain)
        return True


class BatchSquaredError:
    """Sum of half the squared errors.

    Parameters
    ----------
    outputs : ndarray of shape (..., n_outputs, n_samples)
        The first of three axes is that of networks.
    """

    def __init__(self, outputs: NDArray) -> None:
        self._outputs, self._loss = outputs, 0.0

    def take(self) -> float:
        """Sum the losses of all samples and networks since the last call."""
        loss, self._loss = self._loss, 0.0
        return loss

    def add(self, compute_outputs: Callable[[], object], terms: list[tuple]) -> None:
        """Add the loss of a batch, and put its gradient in place of the outputs.

        Parameters
        ----------
        compute_outputs, terms
            As of :meth:`BatchLoss.add`; there is one term.
        """
        compute_outputs()
        ((targets, weights, _),) = terms
        self._loss += squared_error_in_place(self._outputs, targets, weights)


class BatchPinball:
    """Sum of pinball losses of labels, and of half the squared errors to a teacher.

    Parameters
    ----------
    outputs : ndarray of shape (..., n_levels, n_samples)
        The first of three axes is that of networks.
    levels : ndarray of shape (n_levels,)
    """

    def __init__(self, outputs: NDArray, levels: NDArray) -> None:
        self._outputs, self._loss = outputs, 0.0
        self._levels = levels[:, None].astype(outputs.dtype)

    def take(self) -> float:
        """Sum the losses of all samples and networks since the last call."""
        loss, self._loss = self._loss, 0.0
        return loss

    def add(self, compute_outputs: Callable[[], object], terms: list[tuple]) -> None:
        """Add the loss of a batch, and put its gradient in place of the outputs.

        Parameters
        ----------
        compute_outputs, terms
            As of :meth:`BatchLoss.add`; the terms are of labels and of the teacher.
        """
        compute_outputs()
        (labels, label_weights, _), (quantiles, teacher_weights, _) = terms
        to_teacher = self._outputs.copy()
        self._loss += squared_error_in_place(to_teacher, quantiles, teacher_weights)
        self._loss += pinball_in_place(
            self._outputs, labels, label_weights, self._levels
        )
        self._outputs += to_teacher


def _is_unweighted(terms):
    """Whether the loss is one cross-entropy without weights, at temperature 1."""
    (_, weights, temperature), *others = terms
    return weights is None and not others and np.all(temperature == 1)
