"""The parameters of a fully connected network, as one flat vector.

An optimizer's step is then a few operations on one array. Intercepts come out of the
matrix products: the input of every layer has a last column of ones, and the intercepts
are the last row of its weights. To keep that column inside the arrays that the products
write, each hidden layer has one unit more than it says. The incoming weights of this
unit make it one and never change.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from itertools import pairwise
from math import prod

import numpy as np
from numpy.random import RandomState
from numpy.typing import DTypeLike, NDArray

from skdistill.neural_network._activations import ACTIVATIONS


@dataclass(frozen=True)
class Architecture:
    """Sizes and activation of a network, or of several that train together.

    Parameters
    ----------
    sizes : tuple of int
        Number of units of each layer, from the inputs to the classes.
    activation : {"relu", "tanh", "logistic", "identity"}, default="relu"
        Of the hidden layers.
    n_networks : int or None, default=None
        None: one network, whose arrays have no axis for networks.
    """

    sizes: tuple[int, ...]
    activation: str = "relu"
    n_networks: int | None = None

    @property
    def network_axis(self) -> tuple[int, ...]:
        """The axis of networks in shapes: () or (n_networks,)."""
        return () if self.n_networks is None else (self.n_networks,)

    @property
    def layer_shapes(self) -> list[tuple[int, ...]]:
        """Shapes of the layers' weights within the flat vector.

        Those of a hidden layer are (n_inputs + 1, n_outputs + 1), those of the output
        (n_inputs + 1, n_classes). The axis of networks, if any, comes first, but second
        in the first layer, so that the weights of all networks are one matrix.
        """
        n_inputs, *hidden, n_classes = self.sizes
        outputs = [*(width + 1 for width in hidden), n_classes]
        shapes = [(n_inputs + 1, *self.network_axis, outputs[0])]
        for n_in, n_out in pairwise(outputs):
            shapes.append((*self.network_axis, n_in, n_out))
        return shapes

    @property
    def n_parameters(self) -> int:
        """Length of the flat vector."""
        return sum(map(prod, self.layer_shapes))

    def layers(self, theta: NDArray) -> list[NDArray]:
        """View a flat vector as one array of weights for each layer.

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

    def coefs_and_intercepts(
        self, theta: NDArray, network: int = 0
    ) -> tuple[list[NDArray], list[NDArray]]:
        """View a flat vector as one network's weights, in scikit-learn's form.

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

    def networks(self, theta: NDArray) -> list[tuple[list[NDArray], list[NDArray]]]:
        """View a flat vector as the coefficients and intercepts of each network."""
        n_networks = self.n_networks or 1
        return [self.coefs_and_intercepts(theta, i) for i in range(n_networks)]

    def initial(
        self, random_states: list[RandomState], dtype: DTypeLike = np.float32
    ) -> NDArray:
        """Draw initial parameters by Glorot's uniform rule, as MLPClassifier does.

        Parameters
        ----------
        random_states : list of RandomState
            One for each network; seeded alike, MLPClassifier starts from the same
            weights.
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
        factor = ACTIVATIONS[self.activation].glorot_factor
        # Where training goes on from other weights, no generator is handed in.
        for network, random_state in zip(
            self.networks(theta), random_states, strict=False
        ):
            for weights, intercept in zip(*network, strict=True):
                bound = np.sqrt(factor / sum(weights.shape))
                weights[:] = random_state.uniform(-bound, bound, weights.shape)
                intercept[:] = random_state.uniform(-bound, bound, intercept.shape)
        return theta

    def is_weight(self, dtype: DTypeLike = np.float32) -> NDArray:
        """Mark the weights of the flat vector by 1, intercepts and constants by 0."""
        theta = np.zeros(self.n_parameters, dtype)
        for coefs, _ in self.networks(theta):
            for weights in coefs:
                weights[:] = 1
        return theta

    def _set_constant_units(self, theta: NDArray) -> None:
        """Let the last unit of each hidden layer be one, whatever comes in."""
        one = ACTIVATIONS[self.activation].one
        for i, layer in enumerate(self.layers(theta)[:-1]):
            intercepts = layer[-1] if i == 0 else layer[..., -1, :]
            intercepts[..., -1] = one
