"""Adam's rule: its settings and state, and one step of one flat vector."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import get_blas_funcs

# Parameters that Adam updates at a time: their five arrays should stay in the cache.
ADAM_BLOCK = 2**15


class AdamSettings(NamedTuple):
    """Adam's decay rates, and its guard against division by zero."""

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8

    def rate(self, learning_rate: float, n_steps: int) -> float:
        """Correct a learning rate for the bias of the moments.

        The moments of :func:`adam_step` lack their factors 1 - beta, too.
        """
        rate = learning_rate * (1 - self.beta_1) / (1 - self.beta_1**n_steps)
        return rate * sqrt((1 - self.beta_2**n_steps) / (1 - self.beta_2))


@dataclass
class AdamState:
    """Where a run of Adam is, and another may go on.

    Parameters
    ----------
    moments : ndarray of shape (2, n_parameters)
        Decayed sums of the gradients and of their squares. A gradient is a sum over a
        batch of `batch_size` samples.
    batch_size : int
    n_steps : int, default=0
        Number of steps taken.
    """

    moments: NDArray
    batch_size: int
    n_steps: int = 0

    @classmethod
    def initial(cls, theta: NDArray, batch_size: int) -> "AdamState":
        """Make the state before the first step."""
        return cls(np.zeros((2, theta.size), theta.dtype), batch_size)

    def for_batches_of(self, batch_size: int) -> "AdamState":
        """Copy the state for batches of another size."""
        old, new = (
            np.array([[size], [size**2]], self.moments.dtype)
            for size in (self.batch_size, batch_size)
        )
        return AdamState(self.moments / old * new, batch_size, self.n_steps)


def adam_step(
    theta: NDArray, gradients: NDArray, moments: NDArray, settings: AdamSettings
) -> Callable[[float], None]:
    """Make the function that takes Adam's steps.

    The moments are kept without their factors 1 - beta; see Kingma and Ba (2015), end
    of section 2. These factors, and the correction of the bias, become one factor of
    the learning rate (:meth:`AdamSettings.rate`) and one of epsilon.

    Parameters
    ----------
    theta : ndarray of shape (n_parameters,)
        Is changed by each step.
    gradients : ndarray of shape (2, n_parameters)
        The gradient, and room for its squares.
    moments : ndarray of shape (2, n_parameters)
        Is changed by each step.
    settings : AdamSettings

    Returns
    -------
    step : callable
        ``step(rate)``, the learning rate being corrected already.
    """
    axpy = get_blas_funcs("axpy", (theta,))
    # Written out, because broadcasting two numbers would take a small network longer.
    betas = np.empty((2, min(theta.size, ADAM_BLOCK)), theta.dtype)
    betas[:] = [[settings.beta_1], [settings.beta_2]]
    offset = np.array(settings.epsilon / sqrt(1 - settings.beta_2), theta.dtype)
    blocks = []
    for start in range(0, theta.size, ADAM_BLOCK):
        part = theta[start : start + ADAM_BLOCK]
        block = slice(start, start + part.size)
        g, m = gradients[:, block], moments[:, block]
        blocks.append((part, g, *g, m, *m, betas[:, : part.size]))

    def step(rate):
        for part, powers, g, square, m, mean, mean_square, decays in blocks:
            np.multiply(g, g, square)
            np.multiply(m, decays, m)
            np.add(m, powers, m)
            direction = square  # no longer needed
            np.sqrt(mean_square, direction)
            np.add(direction, offset, direction)
            np.divide(mean, direction, direction)
            axpy(direction, part, a=-rate)

    return step
