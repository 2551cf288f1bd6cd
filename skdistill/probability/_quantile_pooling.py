r"""The pool of quantiles: members' quantiles averaged by their pinball loss.

The pool is a weighted mean of the members' quantiles at each level [1]_, with the same
weights at all levels, and a shift :math:`b_k` that makes it fit the samples,

.. math::

   z_k = \sum_m w_m\, z_{mk} + b_k, \qquad w_m \ge 0, \quad \sum_m w_m = 1.

References
----------
.. [1] K. C. Lichtendahl, Y. Grushka-Cockayne and R. L. Winkler, "Is it better to
   average probabilities or quantiles?", Management Science 59, 2013.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import softmax

from skdistill.probability._linear_pooling import LinearPool

# The prior favors the first member, as so many samples would whose loss without it were
# twice as large.
PRIOR_SAMPLES = 3.0


def fit_quantile_pool(
    values: NDArray,
    y: NDArray,
    levels: NDArray,
    sample_weight: NDArray | None = None,
) -> LinearPool:
    """Find the pool that has the least pinball loss.

    Parameters
    ----------
    values : ndarray of shape (n_members, n_samples, n_levels)
        Quantiles.
    y : ndarray of shape (n_samples, n_levels)
        The same number at each level.
    levels : ndarray of shape (n_levels,)
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    pool : LinearPool

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability._quantile_pooling import fit_quantile_pool
    >>> y = np.linspace(0, 1, 300)[:, None]
    >>> too_low = np.stack([y - 2, np.zeros_like(y)])
    >>> pool = fit_quantile_pool(too_low, y, np.array([0.5]))
    >>> pool.weights.round(2).ravel(), pool.offsets.round(2)
    (array([1., 0.]), array([2.]))
    """
    n_members, n_samples, n_levels = values.shape
    sample = np.ones(n_samples) if sample_weight is None else sample_weight
    sample = sample / sample.sum()

    def pooled(weights):
        means = np.tensordot(weights, values, 1)
        shifts = quantiles_at(y - means, levels, sample)
        return means + shifts, shifts

    def loss_of(weights):
        errors = y - pooled(weights)[0]
        slopes = np.where(errors > 0, levels, levels - 1) * sample[:, None]
        return np.sum(slopes * errors), -np.einsum("nk,mnk->m", slopes, values)

    alone = np.eye(n_members)[0]
    prior = PRIOR_SAMPLES / n_samples * loss_of(alone)[0]

    def objective(logits):
        weights = softmax(logits)
        loss, gradient = loss_of(weights)
        gradient -= prior * alone
        return loss - prior * weights[0], weights * (gradient - weights @ gradient)

    # Equal weights to start from: softmax hardly moves from weights near zero.
    found = minimize(objective, np.zeros(n_members), jac=True, method="L-BFGS-B")
    candidates = [softmax(found.x), *np.eye(n_members)]
    weights = min(candidates, key=lambda w: loss_of(w)[0] - prior * w[0])
    return LinearPool(np.repeat(weights[:, None], n_levels, axis=1), pooled(weights)[1])


def quantiles_at(
    values: NDArray, levels: NDArray, sample_weight: NDArray | None = None
) -> NDArray:
    """Return a quantile of each of several columns of weighted numbers.

    Parameters
    ----------
    values : ndarray of shape (n_samples, n_levels)
    levels : ndarray of shape (n_levels,)
        Between 0 and 1, one for each column.
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    quantiles : ndarray of shape (n_levels,)
        The least number with at least so much of the weight up to it.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability._quantile_pooling import quantiles_at
    >>> values = np.array([[3.0], [1.0], [2.0]])
    >>> quantiles_at(values, np.array([0.5]), np.array([1.0, 0.0, 2.0]))
    array([2.])
    """
    weights = np.ones(len(values)) if sample_weight is None else sample_weight
    order = np.argsort(values, axis=0)
    sums = np.cumsum(weights[order], axis=0)
    places = np.count_nonzero(sums < levels * sums[-1], axis=0)
    columns = np.arange(len(levels))
    return values[order[places, columns], columns]
