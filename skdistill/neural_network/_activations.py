"""Activations of hidden layers: their forward pass, and its derivative in training."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit


class Activation(NamedTuple):
    """One activation function.

    Attributes
    ----------
    apply : callable
        ``apply(hidden)`` activates an array in place, for predictions.
    bind : callable
        ``bind(values, activations, constant_units)`` takes the arrays of a layer once.
        It returns the functions `activate` and `derive` of a :class:`HiddenLayer`.
    one : float
        Input of a constant unit, where the activation is exactly one in single and in
        double precision.
    glorot_factor : float
        Numerator of Glorot's bound on the initial weights.
    """

    apply: Callable
    bind: Callable
    one: float
    glorot_factor: float = 6.0


def _relu(hidden):
    # Against an array of zeros `maximum` is three times as fast as against a scalar.
    np.maximum(hidden, np.zeros(hidden.shape, hidden.dtype), out=hidden)


def _bind_relu(values, activations, constant_units):
    # The bits of a positive number, read as an integer, are positive too: the smaller
    # of them and one says by what to multiply the gradient's bits. Three passes over
    # the numbers, and none over numbers of another size or over a broadcast one.
    bits = np.dtype(f"i{values.itemsize}")
    z, a = values.view(bits), activations.view(bits)
    zero, slope, steepest = np.zeros_like(z), np.empty_like(z), np.ones_like(z)
    steepest[constant_units] = 0

    def activate():
        np.maximum(z, zero, out=a)
        np.minimum(a, steepest, out=slope)

    def derive():
        np.multiply(z, slope, z)

    return activate, derive


# The inputs of constant units are so large that the next two are flat there: their
# gradient is zero without more ado.


def _tanh(hidden):
    np.tanh(hidden, out=hidden)


def _bind_tanh(values, activations, constant_units):
    def activate():
        np.tanh(values, activations)

    def derive():
        np.multiply(values, 1 - activations**2, values)

    return activate, derive


def _logistic(hidden):
    expit(hidden, out=hidden)


def _bind_logistic(values, activations, constant_units):
    def activate():
        expit(values, activations)

    def derive():
        np.multiply(values, activations * (1 - activations), values)

    return activate, derive


def _identity(hidden):
    pass


def _bind_identity(values, activations, constant_units):
    constant = values[constant_units]

    def activate():
        np.copyto(activations, values)

    def derive():
        constant.fill(0)

    return activate, derive


ACTIVATIONS = {
    "relu": Activation(_relu, _bind_relu, one=1.0),
    "tanh": Activation(_tanh, _bind_tanh, one=40.0),
    "logistic": Activation(_logistic, _bind_logistic, one=40.0, glorot_factor=2.0),
    "identity": Activation(_identity, _bind_identity, one=1.0),
}


class HiddenLayer(NamedTuple):
    """Buffers of one hidden layer in training, and the two passes over them.

    Attributes
    ----------
    flat : ndarray of shape (batch_size, n_networks * (width + 1))
        The values of all networks side by side.
    values, activations : ndarray of shape (n_networks, batch_size, width + 1)
        Input and output of the activation. A single network has no first axis.
    activations_transposed : ndarray of shape (n_networks, width + 1, batch_size)
    activate : callable
        Turns the values into activations.
    derive : callable
        Takes the gradient with respect to the activations, which has been put in place
        of the values. Makes it the gradient with respect to the values, which is zero
        for the constant unit.
    """

    flat: NDArray
    values: NDArray
    activations: NDArray
    activations_transposed: NDArray
    activate: Callable
    derive: Callable


def hidden_layer(
    activation: str,
    network_axis: tuple[int, ...],
    width: int,
    batch_size: int,
    dtype: np.dtype,
) -> HiddenLayer:
    """Make the buffers of a hidden layer.

    Parameters
    ----------
    activation : {"relu", "tanh", "logistic", "identity"}
    network_axis : tuple of int
        () or (n_networks,).
    width : int
        Number of units, without the constant one, which is the last.
    batch_size : int
    dtype : dtype

    Returns
    -------
    layer : HiddenLayer
    """
    shape = (batch_size, *network_axis, width + 1)
    flat = np.empty((batch_size, prod(shape[1:])), dtype)
    # Nothing but the mask is needed of a ReLU's values: one array less in the cache.
    activated = flat if activation == "relu" else np.empty_like(flat)
    constant_units = np.s_[:, width :: width + 1]
    activate, derive = ACTIVATIONS[activation].bind(flat, activated, constant_units)
    values, activations = flat.reshape(shape), activated.reshape(shape)
    if network_axis:
        values, activations = values.swapaxes(0, 1), activations.swapaxes(0, 1)
    activations_transposed = np.swapaxes(activations, -1, -2)
    return HiddenLayer(
        flat, values, activations, activations_transposed, activate, derive
    )
