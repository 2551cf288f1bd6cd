r"""The logarithmic opinion pool: members' predictions combined by their log loss.

The pool [1]_ is a weighted sum of logits,

.. math::

   z_k = \sum_m w_{mk}\, z_{mk} + b_k,

with a weight of each member for each class, and an offset for each class, where members
predict it too often or too rarely. The logits of each row are centered. The log loss is
convex in weights and offsets. A product of experts is the same with weights of 1.

References
----------
.. [1] C. Genest and J. Zidek, "Combining probability distributions: a critique and an
   annotated bibliography", Statistical Science 1, 1986.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from skdistill.probability._calibration import log_loss

# Precisions of the normal prior, whose mean is the first member alone: of members' mean
# weights, of the differences of classes from these, and of the offsets.
PRIOR_PRECISION_MEANS = 3.0
PRIOR_PRECISION_DIFFERENCES = 30.0
PRIOR_PRECISION_OFFSETS = 10.0


class Pool(NamedTuple):
    """A weighted sum of members' logits.

    Attributes
    ----------
    weights : ndarray of shape (n_members, n_classes)
    offsets : ndarray of shape (n_classes,)

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability._pooling import Pool
    >>> pool = Pool(np.array([[1.0, 1.0], [0.5, 0.5]]), np.array([0.1, -0.1]))
    >>> pool.mix(np.array([[[1.0, -1.0]], [[2.0, 0.0]]]))
    array([[ 1.6, -1.6]])
    """

    weights: np.ndarray
    offsets: np.ndarray

    @classmethod
    def of_first(cls, weight: float, n_outputs: int, n_members: int = 1) -> Self:
        """Make a pool in which only the first member has a weight.

        Parameters
        ----------
        weight : float
            Its weight for every output.
        n_outputs : int
        n_members : int, default=1

        Returns
        -------
        pool : Pool
        """
        weights = np.zeros((n_members, n_outputs))
        weights[0] = weight
        return cls(weights, np.zeros(n_outputs))

    def mix(self, logits: NDArray) -> NDArray:
        """Combine the members' predictions.

        Parameters
        ----------
        logits : ndarray of shape (n_members, n_samples, n_classes)

        Returns
        -------
        logits : ndarray of shape (n_samples, n_classes)
        """
        return np.einsum("mk,mnk->nk", self.weights, center(logits)) + self.offsets

    def relative_weights(
        self, logits: NDArray, sample_weight: NDArray | None = None
    ) -> NDArray:
        """Measure how much each member moves the pool.

        Parameters
        ----------
        logits : ndarray of shape (n_members, n_samples, n_classes)
        sample_weight : ndarray of shape (n_samples,), default=None

        Returns
        -------
        weights : ndarray of shape (n_members,)
            The member's mean weight times the spread of its logits between the classes,
            divided by the sum.
        """
        spreads = np.average(logits.std(axis=2), axis=1, weights=sample_weight)
        return shares((spreads * self.weights.mean(axis=1))[:, None])[:, 0]

    def part(self, member: int, share: float) -> Self:
        """Split off what one member adds to the sum, and its share of the offsets.

        Parameters
        ----------
        member : int
        share : float

        Returns
        -------
        pool : Pool
            Of this member alone.
        """
        return type(self)(self.weights[[member]], share * self.offsets)


def shares(parts: NDArray) -> NDArray:
    """Divide parts by their sum.

    Parameters
    ----------
    parts : ndarray of shape (n_members, n_outputs)
        Not negative.

    Returns
    -------
    shares : ndarray of shape (n_members, n_outputs)
        The first member has all where the sum is zero.
    """
    with np.errstate(invalid="ignore"):
        divided = parts / parts.sum(axis=0)
    return np.where(np.isnan(divided), np.eye(len(parts))[:, :1], divided)


def center(logits: NDArray) -> NDArray:
    """Shift logits so that their mean over the classes is zero.

    Parameters
    ----------
    logits : ndarray of shape (..., n_classes)

    Returns
    -------
    logits : ndarray of shape (..., n_classes)
    """
    return logits - logits.mean(axis=-1, keepdims=True)


def fit_pool(
    logits: NDArray, labels: NDArray[np.intp], sample_weight: NDArray | None = None
) -> Pool:
    """Find the pool that has the least log loss.

    A normal prior favors the first member alone. Its influence shrinks as samples are
    added.

    Parameters
    ----------
    logits : ndarray of shape (n_members, n_samples, n_classes)
    labels : ndarray of shape (n_samples,)
        Class indices.
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    pool : Pool
        Its weights are not negative.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.probability._pooling import fit_pool
    >>> knows_nothing = np.zeros((1, 300, 2))
    >>> pool = fit_pool(knows_nothing, np.array([0, 1, 1] * 100))
    >>> pool.offsets.round(1)
    array([-0.3,  0.3])
    """
    n_members, n_samples, n_classes = logits.shape
    logits, onehot = center(logits), np.eye(n_classes)[labels]
    weights = np.ones(n_samples) if sample_weight is None else sample_weight
    weights = weights / weights.sum()
    start = Pool.of_first(1.0, n_classes, n_members)

    def unpack(parameters):
        *members, offsets = parameters.reshape(-1, n_classes)
        return Pool(np.array(members), offsets)

    def objective(parameters):
        pool = unpack(parameters)
        cost, error = log_loss(pool.mix(logits), onehot, weights)
        by_class = np.einsum("nk,mnk->mk", error, logits)
        gradient = np.vstack([by_class, error.sum(axis=0)])
        penalty, slope = _penalty(pool, start)
        return cost + penalty / n_samples, (gradient + slope / n_samples).ravel()

    result = minimize(
        objective,
        np.vstack(start).ravel(),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * (n_members * n_classes) + [(None, None)] * n_classes,
        options={"ftol": 1e-12, "gtol": 1e-7},
    )
    return unpack(result.x)


def _penalty(pool: Pool, start: Pool) -> tuple[float, NDArray]:
    """Negative logarithm of the prior, and its gradient, that of the offsets last."""
    away = pool.weights - start.weights
    mean = away.mean(axis=1, keepdims=True)
    rest = away - mean
    slope_of_means = PRIOR_PRECISION_MEANS * mean / away.shape[1]
    gradient = [
        slope_of_means + PRIOR_PRECISION_DIFFERENCES * rest,
        PRIOR_PRECISION_OFFSETS * pool.offsets,
    ]
    cost = (
        PRIOR_PRECISION_MEANS * np.sum(mean**2)
        + PRIOR_PRECISION_DIFFERENCES * np.sum(rest**2)
        + PRIOR_PRECISION_OFFSETS * np.sum(pool.offsets**2)
    )
    return cost / 2, np.vstack(gradient)
