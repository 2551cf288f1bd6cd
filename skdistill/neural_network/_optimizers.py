"""Adam and L-BFGS for a network whose parameters are one flat vector."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from skdistill.neural_network._adam import AdamSettings, AdamState
from skdistill.neural_network._objective import Objective


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


def adam_steps(
    objective: Objective,
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


def lbfgs(
    objective: Objective,
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
