r"""The linear opinion pool: members' numbers combined by their squared error.

The pool [1]_ is a weighted sum of predictions for each output :math:`k`,

.. math::

   z_k = \sum_m w_{mk}\, z_{mk} + b_k,

with weights that are not negative. They need not sum to one: predictions that vary too
little, as the means of many trees do, are spread out.

References
----------
.. [1] C. Genest and J. Zidek, "Combining probability distributions: a critique and an
   annotated bibliography", Statistical Science 1, 1986.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from skdistill.probability._pooling import Pool, shares

# Precision of the normal prior of the weights, whose mean is the first member alone.
# The unit is that of a sample: a squared error as large as the first member's.
PRIOR_PRECISION = 3.0


class LinearPool(Pool):
    """A weighted sum of members' numbers.

    Attributes
    ----------
    weights : ndarray of shape (n_members, n_outputs)
    offsets : ndarray of shape (n_outputs,)
    """

    __slots__ = ()

    def mix(self, values: NDArray) -> NDArray:
        """Combine the members' predictions.

        Parameters
        ----------
        values : ndarray of shape (n_members, n_samples, n_outputs)

        Returns
        -------
        values : ndarray of shape (n_samples, n_outputs)
        """
        return np.einsum("mk,mnk->nk", self.weights, values) + self.offsets

    def relative_weights(
        self, values: NDArray, sample_weight: NDArray | None = None
    ) -> NDArray:
        """Measure how much each member moves the pool.

        Parameters
        ----------
        values : ndarray of shape (n_members, n_samples, n_outputs)
        sample_weight : ndarray of shape (n_samples,), default=None

        Returns
        -------
        weights : ndarray of shape (n_members,)
            The member's weight times the spread of its predictions over the samples,
            divided by the sum, and averaged over the outputs.
        """
        centered = values - np.average(
            values, axis=1, weights=sample_weight, keepdims=True
        )
        variances = np.average(centered**2, axis=1, weights=sample_weight)
        return shares(self.weights * np.sqrt(variances)).mean(axis=1)


def fit_linear_pool(
    values: NDArray, y: NDArray, sample_weight: NDArray | None = None
) -> LinearPool:
    """Find the pool that has the least squared error.

    A normal prior favors the first member alone. Its influence shrinks as samples are
    added.

    Parameters
    ----------
    values : ndarray of shape (n_members, n_samples, n_outputs)
    y : ndarray of shape (n_samples, n_outputs)
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    pool : LinearPool
        Its weights are not negative.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability._linear_pooling import fit_linear_pool
    >>> y = np.linspace(0, 1, 300)[:, None]
    >>> too_low = np.stack([y - 2, np.zeros_like(y)])
    >>> pool = fit_linear_pool(too_low, y)
    >>> pool.weights.round(2).ravel(), pool.offsets.round(2)
    (array([1., 0.]), array([2.]))
    """
    n_samples = values.shape[1]
    sample = np.ones(n_samples) if sample_weight is None else sample_weight
    sample = sample * (n_samples / sample.sum())
    means = np.average(values, axis=1, weights=sample)
    mean = np.average(y, axis=0, weights=sample)
    columns = zip((values - means[:, None]).T, (y - mean).T, strict=True)
    weights = np.column_stack([_fit_output(z.T, t, sample) for z, t in columns])
    return LinearPool(weights, mean - np.sum(weights * means, axis=0))


def _fit_output(values: NDArray, y: NDArray, sample_weight: NDArray) -> NDArray:
    """Weights of the members for one output, of centered numbers."""
    n_members = len(values)
    alone = np.eye(n_members)[0]
    variance = np.average((values[0] - y) ** 2, weights=sample_weight)
    root = np.sqrt(sample_weight)
    prior = np.sqrt(PRIOR_PRECISION * variance)
    if prior == 0:
        return alone
    design = np.vstack([(root * values).T, prior * np.eye(n_members)])
    return nnls(design, np.append(root * y, prior * alone))[0]
