"""Adam and L-BFGS for a network whose parameters are one flat vector.

Both change `theta` in place and call a monitor after each pass over the rows; when it
returns True, they stop.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from scipy.linalg.blas import get_blas_funcs
from scipy.optimize import minimize

from skdistill._network import loss_and_gradient

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
    gradient = np.empty_like(theta)
    evaluate = {
        size: loss_and_gradient(architecture, theta, gradient, size)
        for size in batches.sizes
    }
    moments, n_steps = state or (np.zeros((2, theta.size), theta.dtype), 0)
    update = _adam_update(theta, gradient, moments, beta_1, beta_2, epsilon)
    penalty = _l2_penalty(architecture, theta, gradient, alpha)
    learning_rates = iter(learning_rates)
    for order in orders:
        total = 0.0
        for X, terms in batches.epoch(order):
            n_rows = X.shape[0]
            loss = evaluate[n_rows](X, terms) + penalty(n_rows)
            n_steps += 1
            update(next(learning_rates), n_steps)
            total += n_rows * loss
        if monitor(total / batches.n_samples):
            break
    return moments, n_steps


def _adam_update(theta, gradient, moments, beta_1, beta_2, epsilon):
    """Build Adam's step; see Kingma and Ba (2015), end of section 2.

    The moments are kept without their factors 1 - beta: those, and the correction of
    the bias, become one factor of the learning rate and one of epsilon.
    """
    axpy = get_blas_funcs("axpy", (theta,))
    betas = np.array([[beta_1], [beta_2]], theta.dtype)
    buffer = np.empty(min(theta.size, ADAM_BLOCK), theta.dtype)
    blocks = []
    for start in range(0, theta.size, ADAM_BLOCK):
        block = slice(start, start + ADAM_BLOCK)
        both = moments[:, block]
        step = buffer[: both.shape[1]]
        blocks.append((theta[block], gradient[block], both, *both, step))

    def update(learning_rate, n_steps):
        factor = learning_rate * (1 - beta_1) / (1 - beta_1**n_steps)
        factor *= np.sqrt((1 - beta_2**n_steps) / (1 - beta_2))
        offset = epsilon / np.sqrt(1 - beta_2)
        for part, g, both, mean, square, step in blocks:
            np.multiply(both, betas, out=both)
            np.add(mean, g, out=mean)
            np.multiply(g, g, out=step)
            np.add(square, step, out=square)
            np.sqrt(square, out=step)
            np.add(step, offset, out=step)
            np.divide(mean, step, out=step)
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
    evaluate = {
        size: loss_and_gradient(architecture, theta, gradient, size)
        for size in batches.sizes
    }
    penalty = _l2_penalty(architecture, theta, gradient, alpha)

    def objective(x):
        theta[:] = x
        value, total = 0.0, np.zeros(x.shape)
        for X, terms in batches.epoch(rows):
            share = X.shape[0] / batches.n_samples
            value += share * evaluate[X.shape[0]](X, terms)
            total += share * gradient
        gradient.fill(0)
        value += penalty(batches.n_samples)
        total += gradient
        return value, total

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
    theta[:] = result.x
    # Status 1 is a limit reached; 99, a stop that the monitor asked for.
    return result.status != 1


def _l2_penalty(architecture, theta, gradient, alpha):
    """Build the function that adds the L2 term's gradient and returns its value."""
    if not alpha:
        return lambda n_rows: 0.0
    strength = alpha * architecture.is_weight(theta.dtype)
    decay = np.empty_like(theta)

    def penalty(n_rows):
        np.multiply(strength, theta, out=decay)
        value = float(np.vdot(decay, theta)) / (2 * n_rows)
        np.divide(decay, n_rows, out=decay)
        np.add(gradient, decay, out=gradient)
        return value

    return penalty
