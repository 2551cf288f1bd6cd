"""Forward and backward passes of a softmax network over batches.

Hidden layers have samples first, as X has. The output has classes first, so that the
sums over classes of a softmax run along contiguous rows. Several networks have one more
axis in front. They share the batches, and one product computes the first layer of all
of them.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from skdistill.losses._kernels import cross_entropy_in_place
from skdistill.neural_network._activations import hidden_layer
from skdistill.neural_network._architecture import Architecture
from skdistill.neural_network._fast_softmax import UnshiftedSoftmax

# Batches whose loss is summed at a time.
LOG_BATCHES = 32


class Passes:
    """Forward and backward passes of batches of one size.

    All arrays that the passes need are made once, so that a step allocates almost
    nothing.

    Parameters
    ----------
    architecture : Architecture
    theta, gradient : ndarray of shape (n_parameters,)
        Read and written by each pass.
    batch_size : int
        Number of samples of every batch.

    Attributes
    ----------
    run : callable
        ``run(X, terms)`` leaves the gradient of the sum of a batch's losses in
        `gradient`. X has the shape (batch_size, n_inputs + 1), with ones in the last
        column. The terms are tuples of targets of shape (..., n_classes, batch_size),
        weights and temperature.
    """

    def __init__(
        self,
        architecture: Architecture,
        theta: NDArray,
        gradient: NDArray,
        batch_size: int,
    ) -> None:
        self._architecture = architecture
        axis = architecture.network_axis
        self._weights = architecture.layers(theta)
        self._gradients = architecture.layers(gradient)
        *widths, n_classes = architecture.sizes[1:]
        self._logits = np.empty((*axis, n_classes, batch_size), theta.dtype)
        self._hidden = [
            hidden_layer(architecture.activation, axis, width, batch_size, theta.dtype)
            for width in widths
        ]
        n_networks = architecture.n_networks or 1
        self._normalizers = np.ones((LOG_BATCHES, n_networks, batch_size), theta.dtype)
        self._pending = list(self._normalizers)
        self._flat_logits = self._logits.reshape(-1)
        self._softmax = UnshiftedSoftmax(self._logits)
        self._tries_unshifted: bool | None = None
        self._n_pending, self._loss = 0, 0.0
        self.run: Callable = self._bind() if widths else self._bind_linear()

    def take_loss(self) -> float:
        """Sum the losses of all samples and networks since the last call."""
        loss = self._loss + float(np.log(self._normalizers).sum())
        self._normalizers.fill(1)
        self._n_pending, self._loss = 0, 0.0
        return loss

    def _bind(self):
        # The method is some tenths of a microsecond faster than np.dot, and that is
        # about a microsecond faster than matmul, but knows no stacks.
        product: Callable = (
            np.matmul if self._architecture.network_axis else np.ndarray.dot
        )
        weights, gradients, hidden = self._weights, self._gradients, self._hidden
        logits, add_loss = self._logits, self._add_loss
        logits_transposed = np.swapaxes(logits, -1, -2)
        first, last = hidden[0], hidden[-1]
        # The first layers of all networks see the same rows: one product does them all.
        flat = weights[0].reshape(len(weights[0]), -1)
        flat_gradient = gradients[0].reshape(flat.shape)
        output_transposed = np.swapaxes(weights[-1], -1, -2)
        output_gradient = gradients[-1]
        between = [
            (below, above, layer, np.swapaxes(layer, -1, -2), layer_gradient)
            for (below, above), layer, layer_gradient in zip(
                pairwise(hidden), weights[1:-1], gradients[1:-1], strict=True
            )
        ]

        forward, backward = self._first_layer(flat, flat_gradient, first.flat)

        def compute_logits():
            product(output_transposed, last.activations_transposed, logits)

        def run(X, terms):
            forward(X)
            first.activate()
            for below, above, layer, *_ in between:
                product(below.activations, layer, above.values)
                above.activate()
            add_loss(compute_logits, terms)
            product(last.activations_transposed, logits_transposed, output_gradient)
            product(logits_transposed, output_transposed, last.values)
            last.derive()
            for below, above, _, transposed, layer_gradient in reversed(between):
                product(below.activations_transposed, above.values, layer_gradient)
                product(above.values, transposed, below.values)
                below.derive()
            backward(X)

        return run

    def _first_layer(self, flat, flat_gradient, values):
        """The first product forward, and the last one backward."""

        def forward(X):
            X.dot(flat, values)

        def backward(X):
            X.T.dot(values, flat_gradient)

        return forward, backward

    def _bind_linear(self):
        """The passes of networks without hidden layers."""
        (weights,), (gradients,) = self._weights, self._gradients
        add_loss = self._add_loss
        flat = weights.reshape(len(weights), -1)
        flat_gradient = gradients.reshape(flat.shape)
        flat_logits = self._logits.reshape(flat.shape[1], -1)

        def run(X, terms):
            add_loss(lambda: flat.T.dot(X.T, flat_logits), terms)
            X.T.dot(flat_logits.T, flat_gradient)

        return run

    def _add_loss(self, compute_logits, terms):
        """Add the loss of the logits, and put its gradient in their place."""
        if self._n_pending == LOG_BATCHES:
            self._loss = self.take_loss()
        normalizers = self._pending[self._n_pending]
        self._n_pending += 1
        compute_logits()
        if self._tries_unshifted is None:
            self._tries_unshifted = _is_unweighted(terms)  # as all batches to come
        if self._tries_unshifted:
            if self._add_unshifted_loss(terms[0][0], normalizers):
                return
            self._tries_unshifted = False
            compute_logits()
        logits = self._logits
        if len(terms) == 1:
            ((targets, weights, temperature),) = terms
            normalizers = normalizers.reshape(*logits.shape[:-2], 1, -1)
            self._loss += cross_entropy_in_place(
                logits, targets, weights, temperature, normalizers
            )
            return
        gradients = [logits.copy() for _ in terms]
        self._loss += sum(
            cross_entropy_in_place(gradient, *term)
            for gradient, term in zip(gradients, terms, strict=True)
        )
        np.copyto(logits, sum(gradients))

    def _add_unshifted_loss(self, targets, normalizers):
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


def _is_unweighted(terms):
    """Whether the loss is one cross-entropy without weights, at temperature 1."""
    (_, weights, temperature), *others = terms
    return weights is None and not others and np.all(temperature == 1)
