"""What the optimizers minimize: the loss over batches, and its gradient."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdistill.neural_network._adam import AdamSettings, adam_step
from skdistill.neural_network._architecture import Architecture
from skdistill.neural_network._batches import BatchSource
from skdistill.neural_network._passes import Passes


class Objective:
    """Loss and gradient of a network, by batches of dense samples.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_parameters,)
        The parameters, which the optimizer changes in place.
    batches : BatchSource
    alpha : float, default=0.0
        Strength of the L2 penalty ``alpha / 2 * |weights|^2``, which like
        MLPClassifier's is divided by the number of samples of a batch.

    Attributes
    ----------
    gradients : ndarray of shape (2, n_parameters)
        The gradient of the last batch, summed over its samples. The second row is room
        for the squares.
    passes : dict of int to Passes
        The passes of batches of each size.
    penalty : Penalty
    """

    def __init__(
        self,
        architecture: Architecture,
        theta: NDArray,
        batches: BatchSource,
        alpha: float = 0.0,
    ) -> None:
        self.architecture, self.theta = architecture, theta
        self.batches, self.alpha = batches, alpha
        self.gradients = np.empty((2, theta.size), theta.dtype)
        self.passes = {size: self._make_passes(size) for size in batches.sizes.distinct}
        self.penalty = self._make_penalty()

    def take_loss(self) -> float:
        """Sum the losses of all samples and networks since the last call."""
        return sum(passes.take_loss() for passes in self.passes.values())

    def take_epoch_loss(self) -> float:
        """Mean loss of an epoch, over its samples and the networks."""
        sizes, n_networks = self.batches.sizes, self.architecture.n_networks or 1
        loss = self.take_loss() / sizes.n_samples
        return (loss + self.penalty.value() / sizes.batch_size) / n_networks

    def make_update(self, moments: NDArray, settings: AdamSettings) -> Callable:
        """Make the function that changes the parameters after a batch.

        Parameters
        ----------
        moments : ndarray of shape (2, n_parameters)
            Adam's moments, changed in place.
        settings : AdamSettings

        Returns
        -------
        update : callable
            ``update(passes, rate, scale)``, with the passes of the batch, the corrected
            learning rate, and a factor of the gradient.
        """
        gradient = self.gradients[0]
        step = adam_step(self.theta, self.gradients, moments, settings)

        def update(passes, rate, scale):
            if scale != 1:
                np.multiply(gradient, scale, gradient)
            step(rate)

        return update

    def _make_passes(self, size: int) -> Passes:
        return Passes(
            self.architecture,
            self.theta,
            self.gradients[0],
            size,
            self.batches.loss.bind,
        )

    def _make_penalty(self) -> "Penalty":
        return l2_penalty(self.architecture, self.theta, self.gradients[0], self.alpha)


class Penalty(NamedTuple):
    """The L2 penalty.

    Attributes
    ----------
    add_gradient : callable
        Adds the gradient in place.
    value : callable
        Returns the value.
    """

    add_gradient: Callable[[], None]
    value: Callable[[], float]


def l2_penalty(
    architecture: Architecture,
    theta: NDArray,
    gradient: NDArray,
    alpha: float,
    start: int = 0,
) -> Penalty:
    """Make the penalty ``alpha / 2 * |weights|^2``.

    Parameters
    ----------
    architecture : Architecture
    theta, gradient : ndarray of shape (n_parameters,)
        Read, and added to.
    alpha : float
    start : int, default=0
        First parameter whose gradient is added to.

    Returns
    -------
    penalty : Penalty
    """
    strength = alpha * architecture.is_weight(theta.dtype)
    s, t, g = strength[start:], theta[start:], gradient[start:]
    decay = np.empty_like(t)

    def add_gradient():
        if alpha:
            np.multiply(s, t, decay)
            np.add(g, decay, g)

    def value():
        return float(np.vdot(strength * theta, theta)) / 2

    return Penalty(add_gradient, value)
