"""Forward and backward passes of a network over batches.

Hidden layers have samples first, as X has. The outputs come before the samples, so that
the sums over classes of a softmax run along contiguous rows. Several networks have one
more axis in front. They share the batches, and one product computes the first layer of
all of them.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from skdistill.neural_network._activations import hidden_layer
from skdistill.neural_network._architecture import Architecture
from skdistill.neural_network._batch_loss import BatchLoss


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
    bind_loss : callable
        ``bind_loss(outputs) -> BatchLoss``, with the array that outputs are written to.

    Attributes
    ----------
    run : callable
        ``run(X, terms)`` leaves the gradient of the sum of a batch's losses in
        `gradient`. X has the shape (batch_size, n_inputs + 1), with ones in the last
        column. The terms are tuples of targets of shape (..., n_outputs, batch_size),
        weights and temperature.
    take_loss : callable
        ``take_loss() -> float`` sums the losses of all samples and networks since the
        last call.
    """

    def __init__(
        self,
        architecture: Architecture,
        theta: NDArray,
        gradient: NDArray,
        batch_size: int,
        bind_loss: Callable[[NDArray], BatchLoss],
    ) -> None:
        self._architecture = architecture
        axis = architecture.network_axis
        self._weights = architecture.layers(theta)
        self._gradients = architecture.layers(gradient)
        *widths, n_outputs = architecture.sizes[1:]
        self._outputs = np.empty((*axis, n_outputs, batch_size), theta.dtype)
        self._hidden = [
            hidden_layer(architecture.activation, axis, width, batch_size, theta.dtype)
            for width in widths
        ]
        loss = bind_loss(self._outputs)
        self.take_loss, self._add_loss = loss.take, loss.add
        self.run: Callable = self._bind() if widths else self._bind_linear()

    def _bind(self):
        # The method is some tenths of a microsecond faster than np.dot, and that is
        # about a microsecond faster than matmul, but knows no stacks.
        product: Callable = (
            np.matmul if self._architecture.network_axis else np.ndarray.dot
        )
        weights, gradients, hidden = self._weights, self._gradients, self._hidden
        outputs, add_loss = self._outputs, self._add_loss
        outputs_transposed = np.swapaxes(outputs, -1, -2)
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

        def compute_outputs():
            product(output_transposed, last.activations_transposed, outputs)

        def run(X, terms):
            forward(X)
            first.activate()
            for below, above, layer, *_ in between:
                product(below.activations, layer, above.values)
                above.activate()
            add_loss(compute_outputs, terms)
            product(last.activations_transposed, outputs_transposed, output_gradient)
            product(outputs_transposed, output_transposed, last.values)
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
        flat_outputs = self._outputs.reshape(flat.shape[1], -1)

        def run(X, terms):
            add_loss(lambda: flat.T.dot(X.T, flat_outputs), terms)
            X.T.dot(flat_outputs.T, flat_gradient)

        return run
