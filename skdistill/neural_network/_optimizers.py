"""Adam and L-BFGS for a network whose parameters are one flat vector."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import get_blas_funcs
from scipy.optimize import minimize

if TYPE_CHECKING:
    from skdistill.neural_network._objective import Objective

# Parameters that Adam updates at a time: their five arrays should stay in the cache.
ADAM_BLOCK = 2**15


def cosine_decay(learning_rate: float, n_steps: int) -> NDArray:
    """Learning rates that fall from a value to zero along half a cosine.

    Parameters
    ----------
    learning_rate : float
        The first one.
    n_steps : int
        Number of steps in all.

    Returns
    -------
    learning_rates : ndarray of shape (n_steps,)

    References
    ----------
    .. [1] I. Loshchilov and F. Hutter, "SGDR: Stochastic gradient descent with warm
       restarts", ICLR 2017. :arxiv:`1608.03983`
    """
    return learning_rate * (0.5 + 0.5 * np.cos(np.linspace(0, np.pi, n_steps, False)))


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


def adam_steps(
    objective: "Objective",
    orders: Iterable[NDArray],
    learning_rates: Iterable[float],
    settings: AdamSettings,
    state: AdamState,
) -> Iterator[tuple[tuple | None, float | None]]:
    """Minimize a loss by Adam, as a generator that the caller drives.

    Parameters
    ----------
    objective : Objective
        Its `theta` is the start, and the result.
    orders : iterable of ndarray of shape (n_samples,)
        Order of the samples in each epoch; as many epochs as it yields.
    learning_rates : iterable of float
        One for each step.
    settings : AdamSettings
    state : AdamState
        For batches of the objective's size. Changed in place.

    Yields
    ------
    batch : tuple of (X, terms), or None after the last batch of an epoch
        The batch that the next step is taken on. The caller may fill in targets.
    loss : float, or None before a step
        Mean loss of the epoch.

    References
    ----------
    .. [1] D. Kingma and J. Ba, "Adam: A method for stochastic optimization", ICLR
       2015. :arxiv:`1412.6980`
    """
    batches, passes = objective.batches, objective.passes
    add_penalty = objective.penalty.add_gradient
    # Gradients are sums over a batch; a last, smaller batch is scaled up to the usual
    # size.
    batch_size = state.batch_size
    in_sums = settings._replace(epsilon=settings.epsilon * batch_size)
    update = objective.make_update(state.moments, in_sums)
    learning_rates = iter(learning_rates)
    for order in orders:
        for batch in batches.epoch(order):
            yield batch, None
            X, terms = batch
            of_size = passes[len(X)]
            of_size.run(X, terms)
            add_penalty()
            state.n_steps += 1
            rate = settings.rate(next(learning_rates), state.n_steps)
            update(of_size, rate, batch_size / len(X))
        yield None, objective.take_epoch_loss()


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


def lbfgs(
    objective: "Objective",
    rows: NDArray,
    monitor: Callable[[float], bool],
    *,
    tol: float,
    max_iter: int,
    max_fun: int,
) -> bool:
    """Minimize a loss over all samples by L-BFGS.

    Parameters
    ----------
    objective : Objective
        Its `theta` is the start, and the result. The L2 penalty is divided by the
        number of samples.
    rows : ndarray of shape (n_samples,)
        Indices of the samples, in any order.
    monitor : callable
        ``monitor(loss) -> bool`` after each iteration; True stops.
    tol : float
        Largest element of the gradient at which to stop.
    max_iter, max_fun : int
        Limits on iterations and evaluations of the loss.

    Returns
    -------
    converged : bool
        Whether `tol` was reached, or nothing was left to gain in the arithmetic's
        precision, before a limit was.

    References
    ----------
    .. [1] R. Byrd, P. Lu, J. Nocedal and C. Zhu, "A limited memory algorithm for bound
       constrained optimization", SIAM J. Sci. Comput. 16, 1995.
    """
    theta, gradient = objective.theta, objective.gradients[0]
    batches, passes, penalty = objective.batches, objective.passes, objective.penalty

    def evaluate(x):
        theta[:] = x
        total = np.zeros(x.shape)
        for X, terms in batches.epoch(rows):
            passes[len(X)].run(X, terms)
            total += gradient
        gradient.fill(0)
        penalty.add_gradient()
        total += gradient
        value = penalty.value() + objective.take_loss()
        return value / len(rows), total / len(rows)

    def callback(intermediate_result):
        theta[:] = intermediate_result.x
        if monitor(float(intermediate_result.fun)):
            raise StopIteration

    options = {"maxiter": max_iter, "maxfun": max_fun, "gtol": tol}
    result = minimize(
        evaluate,
        theta.astype(np.float64),
        jac=True,
        method="L-BFGS-B",
        callback=callback,
        options=options,
    )
    if not np.isfinite(result.fun):
        monitor(float(result.fun))  # no callback told it
    theta[:] = result.x
    # Status 1 is a limit reached; 99, a stop that the monitor asked for.
    return result.status != 1
