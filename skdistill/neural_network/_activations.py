"""Activations of hidden layers and their derivatives, in place.

Each takes the arrays of a layer once, and makes two functions of no arguments that go
over them at every step.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from math import prod
from typing import NamedTuple

import numpy as np
from scipy.special import expit

# What comes into a constant unit: where its activation is exactly one, in single and
# in double precision.
ONE = {"relu": 1.0, "identity": 1.0, "tanh": 40.0, "logistic": 40.0}


class HiddenLayer(NamedTuple):
    """Buffers of one hidden layer, and the two passes over them.

    ``activate`` turns the layer's values, the products that come in, into activations.
    ``derive`` takes what has since been put in place of the values, the gradient with
    respect to the activations, and makes it the gradient with respect to the values,
    zero for the constant unit.
    """

    flat: np.ndarray  # the values of all networks side by side
    values: np.ndarray
    activations: np.ndarray
    activations_transposed: np.ndarray
    activate: Callable
    derive: Callable


def hidden_layer(activation, several, width, batch_size, theta):
    """Make the buffers of a hidden layer.

    Parameters
    ----------
    activation : {"relu", "tanh", "logistic", "identity"}
    several : tuple of int
        The networks' axis: () or (n_networks,).
    width : int
        Number of units, without the constant one, which is the last.
    batch_size : int
    theta : ndarray
        Parameters, of whose precision the layer is.

    Returns
    -------
    layer : HiddenLayer
        Its arrays have the shape (n_networks, batch_size, width + 1), or without the
        first axis.
    """
    shape = (batch_size, *several, width + 1)
    flat = np.empty((batch_size, prod(shape[1:])), theta.dtype)
    # Nothing but the mask is needed of a ReLU's values: one array less in the cache.
    activated = flat if activation == "relu" else np.empty_like(flat)
    constant_units = np.s_[:, width :: width + 1]
    activate, derive = ACTIVATIONS[activation](flat, activated, constant_units)
    values, activations = flat.reshape(shape), activated.reshape(shape)
    if several:
        values, activations = values.swapaxes(0, 1), activations.swapaxes(0, 1)
    activations_transposed = np.swapaxes(activations, -1, -2)
    return HiddenLayer(
        flat, values, activations, activations_transposed, activate, derive
    )


def _relu(values, activations, constant_units):
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


# Where their constant units are, the next two are flat: their gradient is zero there.


def _tanh(values, activations, constant_units):
    def activate():
        np.tanh(values, activations)

    def derive():
        np.multiply(values, 1 - activations**2, values)

    return activate, derive


def _logistic(values, activations, constant_units):
    def activate():
        expit(values, activations)

    def derive():
        np.multiply(values, activations * (1 - activations), values)

    return activate, derive


def _identity(values, activations, constant_units):
    constant = values[constant_units]

    def activate():
        np.copyto(activations, values)

    def derive():
        constant.fill(0)

    return activate, derive


ACTIVATIONS = {
    "relu": _relu,
    "tanh": _tanh,
    "logistic": _logistic,
    "identity": _identity,
}
