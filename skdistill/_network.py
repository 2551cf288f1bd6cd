"""A fully connected softmax network: parameters, forward and backward pass.

The parameters of all layers lie in one flat vector, so that a solver's step is a few
operations on one array; :meth:`Architecture.layers` gives the layers as views of it.

Inside the passes rows are the *last* axis: a layer's input is an array of shape
``(n_units + 1, n_samples)`` whose last row is all ones. The intercept is then the last
column of a layer's weights, and both it and its gradient come out of the matrix
product. Networks in the plural have one more axis in front; they share the rows, and
the first layer of all of them is a single product.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from skdistill.losses import softmax_cross_entropy

# Rows that a prediction takes at a time, so that hidden layers stay in the cache.
PREDICTION_CHUNK = 2048


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
    def layer_shapes(self):
        """Shapes (n_outputs, n_inputs + 1) of the layers, networks in front."""
        several = () if self.n_networks is None else (self.n_networks,)
        return [(*several, n_out, n_in + 1) for n_in, n_out in pairwise(self.sizes)]

    @property
    def n_parameters(self):
        """Length of the flat parameter vector."""
        return sum(map(prod, self.layer_shapes))

    def layers(self, theta):
        """Views of a flat vector as one array a layer.

        Parameters
        ----------
        theta : ndarray of shape (n_parameters,)

        Returns
        -------
        layers : list of ndarray of shape (..., n_outputs, n_inputs + 1)
            Weights, with the intercept as the last column.
        """
        views, start = [], 0
        for shape in self.layer_shapes:
            stop = start + prod(shape)
            views.append(theta[start:stop].reshape(shape))
            start = stop
        return views

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
        theta = np.empty(self.n_parameters, dtype)
        layers = self.layers(theta)
        for network, random_state in enumerate(random_states):
            for layer in layers:
                weights = layer if self.n_networks is None else layer[network]
                n_out, n_in = weights.shape[0], weights.shape[1] - 1
                factor = 2.0 if self.activation == "logistic" else 6.0
                bound = np.sqrt(factor / (n_in + n_out))
                weights[:, :-1] = random_state.uniform(-bound, bound, (n_in, n_out)).T
                weights[:, -1] = random_state.uniform(-bound, bound, n_out)
        return theta

    def is_weight(self, dtype=np.float32):
        """Mark the weights of the flat vector by 1 and the intercepts by 0."""
        theta = np.ones(self.n_parameters, dtype)
        for layer in self.layers(theta):
            layer[..., -1] = 0
        return theta


def loss_and_gradient(architecture, theta, gradient, batch_size):
    """Build the function that passes one batch forward and back.

    All arrays that the passes need are made here, once, so that a step allocates
    almost nothing.

    Parameters
    ----------
    architecture : Architecture
    theta, gradient : ndarray of shape (n_parameters,)
        Read and written by each call.
    batch_size : int
        Number of rows of every batch.

    Returns
    -------
    evaluate : callable
        ``evaluate(X, terms) -> loss``, with X of shape (batch_size, n_features + 1)
        having ones in its last column, or a sparse matrix likewise, and terms a list of
        (targets of shape (..., n_classes, batch_size), weights or None, temperature).
        The mean of the rows' losses is returned (the sum of it over networks where
        there are several), its gradient is left in `gradient`.
    """
    weights = architecture.layers(theta)
    gradients = architecture.layers(gradient)
    several = weights[0].shape[:-2]
    # np.dot is about a microsecond faster than matmul, but knows no stacks.
    product = np.matmul if several else np.dot

    units = architecture.sizes[1:]
    outputs = [np.empty((*several, n, batch_size), theta.dtype) for n in units]
    inputs = [np.ones((*several, n + 1, batch_size), theta.dtype) for n in units[:-1]]
    build = ACTIVATIONS[architecture.activation]
    hidden = [build(z, a[..., :-1, :]) for z, a in zip(outputs, inputs, strict=False)]
    weights_transposed = [np.swapaxes(layer[..., :-1], -1, -2) for layer in weights]
    inputs_transposed = [np.swapaxes(layer, -1, -2) for layer in inputs]

    # The first layers of all networks see the same rows: one product does them all.
    first = weights[0].reshape(-1, weights[0].shape[-1])
    first_output = outputs[0].reshape(-1, batch_size)
    first_gradient = gradients[0].reshape(first.shape)
    logits = outputs[-1]
    last = len(hidden)

    def evaluate(X, terms):
        np.dot(first, X.T, out=first_output)
        for i in range(last):
            hidden[i].activate()
            product(weights[i + 1], inputs[i], out=outputs[i + 1])
        loss = _sum_terms(logits, terms)
        np.multiply(logits, 1 / batch_size, out=logits)
        for i in range(last, 0, -1):
            product(outputs[i], inputs_transposed[i - 1], out=gradients[i])
            product(weights_transposed[i], outputs[i], out=outputs[i - 1])
            hidden[i - 1].derive()
        np.dot(first_output, X, out=first_gradient)
        return loss / batch_size

    return evaluate


def _sum_terms(logits, terms):
    """Sum of the terms' losses; the sum of their gradients replaces the logits."""
    if len(terms) == 1:
        return softmax_cross_entropy(logits, *terms[0])
    gradients = [logits.copy() for _ in terms]
    losses = map(softmax_cross_entropy, gradients, *zip(*terms, strict=True))
    loss = sum(losses)
    np.copyto(logits, sum(gradients))
    return loss


class _Activation(NamedTuple):
    """The two passes of a hidden layer over its own buffers.

    ``activate`` writes the activations of the layer's outputs; ``derive`` multiplies
    what has since been put in place of those outputs, the gradient with respect to the
    activations, by the activation's derivative.
    """

    activate: Callable
    derive: Callable


def _relu(outputs, activations):
    # Clearing by a mask of the sign bit takes a quarter of the time that
    # `outputs[activations == 0] = 0` takes, in both directions together.
    bits = np.dtype(f"i{outputs.itemsize}")
    z, a = outputs.view(bits), activations.view(bits)
    positive = np.empty_like(z)
    shift = 8 * bits.itemsize - 1

    def activate():
        np.right_shift(z, shift, out=positive)
        np.invert(positive, out=positive)
        np.bitwise_and(z, positive, out=a)

    def derive():
        np.bitwise_and(z, positive, out=z)

    return _Activation(activate, derive)


def _tanh(outputs, activations):
    def activate():
        np.tanh(outputs, out=activations)

    def derive():
        np.multiply(outputs, 1 - activations**2, out=outputs)

    return _Activation(activate, derive)


def _logistic(outputs, activations):
    def activate():
        expit(outputs, out=activations)

    def derive():
        np.multiply(outputs, activations * (1 - activations), out=outputs)

    return _Activation(activate, derive)


def _identity(outputs, activations):
    def activate():
        np.copyto(activations, outputs)

    def derive():
        pass

    return _Activation(activate, derive)


ACTIVATIONS = {
    "relu": _relu,
    "tanh": _tanh,
    "logistic": _logistic,
    "identity": _identity,
}


def predict_logits(X, coefs, intercepts, activation):
    """Logits of one network, rows first, as everywhere outside the training.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    coefs : list of ndarray of shape (n_inputs, n_outputs)
    intercepts : list of ndarray of shape (n_outputs,)
    activation : str
        A key of ``ACTIVATIONS``.

    Returns
    -------
    logits : ndarray of shape (n_samples, n_classes)
    """
    activate = PREDICTION_ACTIVATIONS[activation]
    hidden = X.dot(coefs[0])
    hidden += intercepts[0]
    for i in range(1, len(coefs)):
        activate(hidden)
        hidden = hidden.dot(coefs[i])
        hidden += intercepts[i]
    return hidden


def predict_proba(X, coefs, intercepts, activation):
    """Probabilities of one network, for a bounded number of rows at a time.

    Parameters
    ----------
    X, coefs, intercepts, activation
        As in :func:`predict_logits`.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
    """
    n_samples = X.shape[0]
    proba = np.empty((n_samples, len(intercepts[-1])), coefs[0].dtype)
    for start in range(0, n_samples, PREDICTION_CHUNK):
        rows = slice(start, start + PREDICTION_CHUNK)
        logits = predict_logits(X[rows], coefs, intercepts, activation)
        # Reductions along rows of few classes are slow, along columns they are fast.
        columns = logits.T.copy()
        columns -= np.maximum.reduce(columns, axis=0)
        np.exp(columns, out=columns)
        np.divide(columns, np.add.reduce(columns, axis=0), out=proba[rows].T)
    return proba


def _relu_(hidden):
    # Against an array of zeros `maximum` is three times as fast as against a scalar.
    np.maximum(hidden, np.zeros(hidden.shape, hidden.dtype), out=hidden)


PREDICTION_ACTIVATIONS = {
    "relu": _relu_,
    "tanh": lambda hidden: np.tanh(hidden, out=hidden),
    "logistic": lambda hidden: expit(hidden, out=hidden),
    "identity": lambda hidden: hidden,
}
