"""A fully connected softmax network: parameters, forward and backward pass.

The parameters of all layers lie in one flat vector, so that a solver's step is a few
operations on one array. Intercepts come out of the matrix products: the input of every
layer has a last column of ones, and the intercepts are the last row of its weights. To
keep that column inside the arrays that the products write, each hidden layer has one
unit more than it says, whose incoming weights make it one and never change.

Hidden layers have rows first, as X has. The output has classes first, so that the sums
over classes of a softmax run along contiguous rows. Networks in the plural have one
more axis in front; they share the rows, and the first layer of all of them is a single
product.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from itertools import pairwise
from math import prod

import numpy as np

from skdistill.losses._cross_entropy import softmax_cross_entropy
from skdistill.neural_network._activations import ONE, hidden_layer
from skdistill.neural_network._fast_softmax import UnshiftedSoftmax

# Batches whose loss is summed at a time.
LOG_BATCHES = 32


@dataclass(frozen=True)
class Architecture:
    """Sizes and activation of a network, or of several that train together.

    Parameters
    ----------
    sizes : tuple of int
        Number of units of each layer, from the features to the classes.
    activation : {"relu", "tanh", "logistic", "identity"}
        Of the hidden layers.
    n_networks : int or None, default=None
        None: one network, whose arrays have no axis for networks.
    """

    sizes: tuple
    activation: str = "relu"
    n_networks: int | None = None

    @property
    def several(self):
        """The networks' axis in shapes: () or (n_networks,)."""
        return () if self.n_networks is None else (self.n_networks,)

    @property
    def layer_shapes(self):
        """Shapes of the layers' weights within the flat vector.

        Those of a hidden layer are (n_inputs + 1, n_outputs + 1), those of the output
        (n_inputs + 1, n_classes). The networks' axis, if any, comes first, but second
        in the first layer, so that the weights of all networks are one matrix.
        """
        n_features, *hidden, n_classes = self.sizes
        outputs = [*(width + 1 for width in hidden), n_classes]
        shapes = [(n_features + 1, *self.several, outputs[0])]
        for n_in, n_out in pairwise(outputs):
            shapes.append((*self.several, n_in, n_out))
        return shapes

    @property
    def n_parameters(self):
        """Length of the flat parameter vector."""
        return sum(map(prod, self.layer_shapes))

    def layers(self, theta):
        """Views of a flat vector as one array of weights a layer.

        Parameters
        ----------
        theta : ndarray of shape (n_parameters,)

        Returns
        -------
        layers : list of ndarray
            With the shapes ``layer_shapes``.
        """
        views, start = [], 0
        for shape in self.layer_shapes:
            stop = start + prod(shape)
            views.append(theta[start:stop].reshape(shape))
            start = stop
        return views

    def coefs_and_intercepts(self, theta, network=0):
        """Views of a flat vector as one network's weights, in scikit-learn's form.

        Parameters
        ----------
        theta : ndarray of shape (n_parameters,)
        network : int, default=0
            Which network.

        Returns
        -------
        coefs : list of ndarray of shape (n_inputs, n_outputs)
        intercepts : list of ndarray of shape (n_outputs,)
        """
        layers = self.layers(theta)
        if self.n_networks is not None:
            first, *later = layers
            layers = [first[:, network], *(layer[network] for layer in later)]
        widths = self.sizes[1:]
        coefs = [layer[:-1, :n] for layer, n in zip(layers, widths, strict=True)]
        intercepts = [layer[-1, :n] for layer, n in zip(layers, widths, strict=True)]
        return coefs, intercepts

    def initial(self, random_states, dtype=np.float32):
        """Draw initial parameters: Glorot's uniform rule, as in MLPClassifier.

        Parameters
        ----------
        random_states : list of RandomState
            One a network; seeded alike, MLPClassifier starts from the same weights.
        dtype : dtype, default=float32

        Returns
        -------
        theta : ndarray of shape (n_parameters,)

        References
        ----------
        .. [1] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
           feedforward neural networks", AISTATS 2010.
        """
        theta = np.zeros(self.n_parameters, dtype)
        self._set_constant_units(theta)
        factor = 2.0 if self.activation == "logistic" else 6.0
        for network, random_state in enumerate(random_states):
            parts = zip(*self.coefs_and_intercepts(theta, network), strict=True)
            for weights, intercept in parts:
                bound = np.sqrt(factor / sum(weights.shape))
                weights[:] = random_state.uniform(-bound, bound, weights.shape)
                intercept[:] = random_state.uniform(-bound, bound, intercept.shape)
        return theta

    def is_weight(self, dtype=np.float32):
        """Mark the weights of the flat vector by 1, intercepts and constants by 0."""
        theta = np.zeros(self.n_parameters, dtype)
        for network in range(self.n_networks or 1):
            for weights in self.coefs_and_intercepts(theta, network)[0]:
                weights[:] = 1
        return theta

    def _set_constant_units(self, theta):
        """Let the last unit of each hidden layer be one, whatever comes in."""
        one = ONE[self.activation]
        for i, layer in enumerate(self.layers(theta)[:-1]):
            intercepts = layer[-1] if i == 0 else layer[..., -1, :]
            intercepts[..., -1] = one


class Passes:
    """Forward and backward passes of batches of one size.

    All arrays that the passes need are made once, so that a step allocates almost
    nothing.

    Parameters
    ----------
    architecture : Architecture
    theta, gradient : ndarray of shape (n_parameters,)
        Read and written by each call.
    batch_size : int
        Number of rows of every batch.
    """

    def __init__(self, architecture, theta, gradient, batch_size):
        self._architecture = architecture
        several = architecture.several
        self._weights = architecture.layers(theta)
        self._gradients = architecture.layers(gradient)
        *widths, n_classes = architecture.sizes[1:]
        self._logits = np.empty((*several, n_classes, batch_size), theta.dtype)
        self._hidden = [
            hidden_layer(architecture.activation, several, width, batch_size, theta)
            for width in widths
        ]
        n_networks = architecture.n_networks or 1
        self._normalizers = np.ones((LOG_BATCHES, n_networks, batch_size), theta.dtype)
        self._pending = list(self._normalizers)
        self._flat_logits = self._logits.reshape(-1)
        self._softmax, self._tame = UnshiftedSoftmax(self._logits), None
        self._n_pending, self._loss = 0, 0.0
        self._run = self._bind() if widths else self._bind_linear()

    def __call__(self, X, terms):
        """Leave the gradient of the sum of a batch's losses in `gradient`.

        Parameters
        ----------
        X : ndarray of shape (batch_size, n_features + 1)
            Ones in the last column.
        terms : list of (targets, weights, temperature)
            Targets of shape (..., n_classes, batch_size).
        """
        self._run(X, terms)

    def take_loss(self):
        """Sum of the losses of all rows (and networks) since this was last asked."""
        loss = self._loss + float(np.log(self._normalizers).sum())
        self._normalizers.fill(1)
        self._n_pending, self._loss = 0, 0.0
        return loss

    def _bind(self):
        # The method is some tenths of a microsecond faster than np.dot, and that is
        # about a microsecond faster than matmul, but knows no stacks.
        product = np.matmul if self._architecture.several else np.ndarray.dot
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
            (*layers, *parts)
            for layers, *parts in zip(
                pairwise(hidden), weights[1:-1], gradients[1:-1], strict=True
            )
        ]

        forward, backward = self._first_layer(flat, flat_gradient, first.flat)

        def compute_logits():
            product(output_transposed, last.activations_transposed, logits)

        def run(X, terms):
            forward(X)
            first.activate()
            for below, above, layer, _ in between:
                product(below.activations, layer, above.values)
                above.activate()
            add_loss(compute_logits, terms)
            product(last.activations_transposed, logits_transposed, output_gradient)
            product(logits_transposed, output_transposed, last.values)
            last.derive()
            for below, above, layer, layer_gradient in reversed(between):
                product(below.activations_transposed, above.values, layer_gradient)
                product(above.values, np.swapaxes(layer, -1, -2), below.values)
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
        if self._tame is None:
            self._tame = _is_plain(terms)  # as all batches to come
        if self._tame:
            if self._add_tame_loss(terms[0][0], normalizers):
                return
            self._tame = False
            compute_logits()
        logits = self._logits
        if len(terms) == 1:
            normalizers = normalizers.reshape(*logits.shape[:-2], 1, -1)
            self._loss += softmax_cross_entropy(logits, *terms[0], normalizers)
            return
        gradients = [logits.copy() for _ in terms]
        losses = map(softmax_cross_entropy, gradients, *zip(*terms, strict=True))
        self._loss += sum(losses)
        np.copyto(logits, sum(gradients))

    def _add_tame_loss(self, targets, normalizers):
        """Do so without a reduction, where the logits allow it; else return False."""
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


def _is_plain(terms):
    """Whether the loss is one cross-entropy without weights, at temperature 1."""
    (_, weights, temperature), *others = terms
    plain = weights is None and not others and isinstance(temperature, float)
    return plain and temperature == 1
