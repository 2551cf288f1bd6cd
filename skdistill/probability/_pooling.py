r"""The logarithmic opinion pool: one answer of several, by what each is worth.

The pool [1]_ adds up logits,

.. math::

   z_k = \sum_m w_{mk}\, z_{mk} + b_k,

with a weight of each member for each class, and offsets that make up for classes that
the members favour or neglect. The logits of a row are those with a mean of zero. The
log loss is convex in all of it.

References
----------
.. [1] C. Genest and J. Zidek, "Combining probability distributions: a critique and an
   annotated bibliography", Statistical Science 1, 1986.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

# Precisions of a normal prior, which believes in the first member alone before it sees
# labels: of members' mean weights, of what classes differ from them by, of the offsets.
OF_MEANS, OF_DIFFERENCES, OF_OFFSETS = 3.0, 30.0, 10.0


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

    def mix(self, logits):
        """Make one answer of the members' answers.

        Parameters
        ----------
        logits : ndarray of shape (n_members, n_samples, n_classes)

        Returns
        -------
        logits : ndarray of shape (n_samples, n_classes)
        """
        return np.einsum("mk,mnk->nk", self.weights, center(logits)) + self.offsets

    def part(self, member, share):
        """What one member adds to the mixture, and its share of the offsets.

        Parameters
        ----------
        member : int
        share : float

        Returns
        -------
        pool : Pool
            Of this member alone.
        """
        return Pool(self.weights[[member]], share * self.offsets)


def single_member_pool(weight, n_classes, n_members=1):
    """A pool in which nobody but the first member has a say.

    Parameters
    ----------
    weight : float
        Its weight for every class.
    n_classes : int
    n_members : int, default=1

    Returns
    -------
    pool : Pool
    """
    weights = np.zeros((n_members, n_classes))
    weights[0] = weight
    return Pool(weights, np.zeros(n_classes))


def center(logits):
    """Logits whose mean over the classes is zero.

    Parameters
    ----------
    logits : ndarray of shape (..., n_classes)

    Returns
    -------
    logits : ndarray of shape (..., n_classes)
    """
    return logits - logits.mean(axis=-1, keepdims=True)


def fit_pool(logits, labels, sample_weight=None):
    """Find the pool that has the least log loss.

    Without labels it is the first member alone; a normal prior says so, and gives way
    as rows are added.

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
    rows, logits = np.arange(n_samples), center(logits)
    row_weights = np.ones(n_samples) if sample_weight is None else sample_weight
    row_weights = row_weights / row_weights.sum()
    start = single_member_pool(1.0, n_classes, n_members)

    def unpack(parameters):
        *weights, offsets = parameters.reshape(-1, n_classes)
        return Pool(np.array(weights), offsets)

    def loss(parameters):
        pool = unpack(parameters)
        log_proba = log_softmax(pool.mix(logits), axis=1)
        residual = np.exp(log_proba)
        residual[rows, labels] -= 1
        residual *= row_weights[:, None]
        by_class = np.einsum("nk,mnk->mk", residual, logits)
        gradient = np.vstack([by_class, residual.sum(axis=0)])
        penalty, slope = _penalty(pool, start)
        value = penalty / n_samples - row_weights @ log_proba[rows, labels]
        return value, (gradient + slope / n_samples).ravel()

    result = minimize(
        loss,
        np.vstack(start).ravel(),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * (n_members * n_classes) + [(None, None)] * n_classes,
        options={"ftol": 1e-12, "gtol": 1e-7},
    )
    return unpack(result.x)


def _penalty(pool, start):
    """What a pool costs by the prior, and the slope of that, offsets last."""
    away = pool.weights - start.weights
    mean = away.mean(axis=1, keepdims=True)
    slopes = [
        OF_MEANS * mean / away.shape[1] + OF_DIFFERENCES * (away - mean),
        OF_OFFSETS * pool.offsets,
    ]
    cost = OF_MEANS * np.sum(mean**2) + OF_DIFFERENCES * np.sum((away - mean) ** 2)
    return (cost + OF_OFFSETS * np.sum(pool.offsets**2)) / 2, np.vstack(slopes)
