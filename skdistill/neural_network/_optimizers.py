"""Adam and L-BFGS for a network whose parameters are one flat vector.

Both change `theta` in place and call a monitor after each pass over the rows; when it
returns True, they stop.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy.linalg.blas import get_blas_funcs
from scipy.optimize import minimize

from skdistill.neural_network._passes import Passes

# Parameters that Adam updates at a time: their five arrays should stay in the cache.
ADAM_BLOCK = 2**15


def cosine_decay(learning_rate, n_steps):
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


def adam(
    theta,
    architecture,
    batches,
    orders,
    monitor,
    *,
    learning_rates,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-8,
    alpha=0.0,
    state=None,
):
    """Minimise the loss by Adam over batches.

    Parameters
    ----------
    theta : ndarray of shape (n_parameters,)
        Start, and result.
    architecture : Architecture
    batches : Batches
    orders : iterable of ndarray of shape (n_samples,)
        Order of the rows in each epoch; as many epochs as it yields.
    monitor : callable
        ``monitor(loss) -> bool`` after each epoch, with the mean loss over the rows;
        True stops.
    learning_rates : iterable of float
        One a step.
    beta_1, beta_2, epsilon : float
        As in the paper and in MLPClassifier.
    alpha : float, default=0.0
        Strength of the L2 term ``alpha / 2 * |weights|^2``, which like
        MLPClassifier's is divided by the size of the batch.
    state : tuple of (ndarray of shape (2, n_parameters), int), default=None
        Moments and number of steps of an earlier run to go on from.

    Returns
    -------
    state : tuple
        To go on from.

    References
    ----------
    .. [1] D. Kingma and J. Ba, "Adam: A method for stochastic optimization", ICLR
       2015. :arxiv:`1412.6980`
    """
    gradients = np.empty((2, theta.size), theta.dtype)  # and their squares
    gradient = gradients[0]
    passes = {
        size: Passes(architecture, theta, gradient, size) for size in batches.sizes
    }
    moments, n_steps = state or (np.zeros((2, theta.size), theta.dtype), 0)
    # Gradients are sums over a batch, so the moments are in units of its size; a last,
    # smaller batch is scaled up to it.
    unit = batches.batch_size
    units = np.array([[unit], [unit**2]], theta.dtype)
    moments = moments * units
    update = adam_update(theta, gradients, moments, beta_1, beta_2, epsilon * unit)
    penalty = l2_penalty(architecture, theta, gradient, alpha)
    n_networks = architecture.n_networks or 1
    learning_rates = iter(learning_rates)
    for order in orders:
        for X, terms in batches.epoch(order):
            passes[len(X)](X, terms)
            penalty.add_gradient()
            if len(X) != unit:
                gradient *= unit / len(X)
            n_steps += 1
            update(next(learning_rates), n_steps)
        loss = sum(each.take_loss() for each in passes.values()) / batches.n_samples
        if monitor((loss + penalty.value() / unit) / n_networks):
            break
    return moments / units, n_steps


def adam_update(theta, gradients, moments, beta_1, beta_2, epsilon):
    """Build Adam's step; see Kingma and Ba (2015), end of section 2.

    The moments are kept without their factors 1 - beta: those, and the correction of
    the bias, become one factor of the learning rate and one of epsilon.
    """
    axpy = get_blas_funcs("axpy", (theta,))
    # Written out, because broadcasting two numbers would take a small network longer.
    betas = np.empty((2, min(theta.size, ADAM_BLOCK)), theta.dtype)
    betas[:] = [[beta_1], [beta_2]]
    offset = np.array(epsilon / sqrt(1 - beta_2), theta.dtype)
    blocks = []
    for start in range(0, theta.size, ADAM_BLOCK):
        part = theta[start : start + ADAM_BLOCK]
        block = slice(start, start + part.size)
        g, m = gradients[:, block], moments[:, block]
        blocks.append((part, g, *g, m, *m, betas[:, : part.size]))

    def update(learning_rate, n_steps):
        factor = learning_rate * (1 - beta_1) / (1 - beta_1**n_steps)
        factor *= sqrt((1 - beta_2**n_steps) / (1 - beta_2))
        for part, powers, g, square, m, mean, mean_square, decays in blocks:
            np.multiply(g, g, square)
            np.multiply(m, decays, m)
            np.add(m, powers, m)
            step = square  # has served
            np.sqrt(mean_square, step)
            np.add(step, offset, step)
            np.divide(mean, step, step)
            axpy(step, part, a=-factor)

    return update


def lbfgs(
    theta,
    architecture,
    batches,
    rows,
    monitor,
    *,
    tol,
    max_iter,
    max_fun,
    alpha=0.0,
):
    """Minimise the loss over all rows by L-BFGS.

    Parameters
    ----------
    theta, architecture, batches, monitor, alpha
        As in :func:`adam`; the monitor is called after each iteration, and the L2 term
        is divided by the number of rows.
    rows : ndarray of shape (n_samples,)
        The rows, in any order.
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
    gradient = np.empty_like(theta)
    passes = {
        size: Passes(architecture, theta, gradient, size) for size in batches.sizes
    }
    penalty = l2_penalty(architecture, theta, gradient, alpha)

    def objective(x):
        theta[:] = x
        total = np.zeros(x.shape)
        for X, terms in batches.epoch(rows):
            passes[len(X)](X, terms)
            total += gradient
        gradient.fill(0)
        penalty.add_gradient()
        total += gradient
        value = penalty.value() + sum(each.take_loss() for each in passes.values())
        return value / batches.n_samples, total / batches.n_samples

    def callback(intermediate_result):
        theta[:] = intermediate_result.x
        if monitor(float(intermediate_result.fun)):
            raise StopIteration

    options = {"maxiter": max_iter, "maxfun": max_fun, "gtol": tol}
    result = minimize(
        objective,
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


class _Penalty(NamedTuple):
    """The L2 term: adds its gradient in place, and tells its value."""

    add_gradient: Callable
    value: Callable


def l2_penalty(architecture, theta, gradient, alpha, start=0):
    """Build the L2 term; its gradient is added from parameter `start` on."""
    strength = alpha * architecture.is_weight(theta.dtype)
    s, t, g = strength[start:], theta[start:], gradient[start:]
    decay = np.empty_like(t)

    def add_gradient():
        if alpha:
            np.multiply(s, t, decay)
            np.add(g, decay, g)

    def value():
        return float(np.vdot(strength * theta, theta)) / 2

    return _Penalty(add_gradient, value)
