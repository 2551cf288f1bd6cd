"""Which candidate of a search to take: the cheapest that is nearly as good as the best.

Everything here is a function of arrays.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Costs that differ by no more than this factor are the same: a second measurement may
# put them in the other order.
SAME_COST = 1.1


class Budget(NamedTuple):
    """What a student may cost.

    Attributes
    ----------
    max_latency : float or None
        Seconds for one sample.
    max_bytes : int or None
        Size of its joblib file.
    """

    max_latency: float | None = None
    max_bytes: int | None = None

    def excess(self, latency: NDArray, n_bytes: NDArray) -> NDArray:
        """Compute by what factor students exceed the tighter of the two limits.

        Parameters
        ----------
        latency, n_bytes : ndarray of shape (n_candidates,)

        Returns
        -------
        excess : ndarray of shape (n_candidates,)
            At most 1 where a student meets the budget; NaN where it was not measured.
            Zeros without a budget.
        """
        excess = np.zeros(len(latency))
        if self.max_latency is not None:
            excess = np.maximum(excess, latency / self.max_latency)
        if self.max_bytes is not None:
            excess = np.maximum(excess, n_bytes / self.max_bytes)
        return excess

    def cost(self, latency: NDArray, n_bytes: NDArray) -> NDArray:
        """Return what is to be small: the size if it alone has a limit, else the time.

        Parameters
        ----------
        latency, n_bytes : ndarray of shape (n_candidates,)

        Returns
        -------
        cost : ndarray of shape (n_candidates,)
        """
        only_bytes = self.max_latency is None and self.max_bytes is not None
        return n_bytes if only_bytes else latency


def complete_splits(scores: NDArray) -> NDArray:
    """Keep the splits on which candidates can be compared.

    Parameters
    ----------
    scores : ndarray of shape (n_candidates, n_splits)
        NaN where there was no time for a candidate.

    Returns
    -------
    scores : ndarray of shape (n_candidates, n_kept_splits)
        The splits with a score for every candidate; without any, all that were begun.
    """
    complete = ~np.isnan(scores).any(axis=0)
    if not complete.any():
        complete = ~np.isnan(scores).all(axis=0)
    return scores[:, complete]


def within_tolerance(
    scores: NDArray, best: int, tolerance: float | str = "one-standard-error"
) -> NDArray:
    """Find the candidates that score nearly as well as the best one.

    Parameters
    ----------
    scores : ndarray of shape (n_candidates, n_splits)
        The higher the better.
    best : int
        Index of the best candidate.
    tolerance : "one-standard-error" or float, default="one-standard-error"
        How much lower the mean score may be. The standard error is that of the best
        candidate's mean over the splits [1]_.

    Returns
    -------
    within : ndarray of bool of shape (n_candidates,)
        False for candidates without a score on some split (NaN).

    References
    ----------
    .. [1] L. Breiman, J. Friedman, R. Olshen and C. Stone, "Classification and
       regression trees", section 3.4.3, 1984.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.distillation._choice import within_tolerance
    >>> scores = np.array([[0.8, 0.9], [0.81, 0.85], [0.7, 0.71]])
    >>> within_tolerance(scores, best=0)
    array([ True,  True, False])
    """
    means = scores.mean(axis=1)
    if tolerance == "one-standard-error":
        tolerance = standard_errors(scores)[best]
    return means >= means[best] - tolerance


def standard_errors(scores: NDArray) -> NDArray:
    """Compute the standard errors of mean scores over splits.

    Parameters
    ----------
    scores : ndarray of shape (n_candidates, n_splits)

    Returns
    -------
    errors : ndarray of shape (n_candidates,)
        Zeros where there is one split.
    """
    n_splits = scores.shape[1]
    if n_splits < 2:
        return np.zeros(len(scores))
    return scores.std(axis=1, ddof=1) / np.sqrt(n_splits)


def choose(
    scores: NDArray,
    cost: NDArray,
    allowed: NDArray,
    tolerance: float | str = "one-standard-error",
) -> int:
    """Choose the cheapest candidate that is nearly as good as the best one.

    Parameters
    ----------
    scores : ndarray of shape (n_candidates, n_splits)
        The higher the better; NaN where there was no time for a candidate.
    cost : ndarray of shape (n_candidates,)
        Candidates of one student have one cost.
    allowed : ndarray of bool of shape (n_candidates,)
        Which candidates meet the budget. One at least has a score.
    tolerance : "one-standard-error" or float, default="one-standard-error"
        As in :func:`within_tolerance`.

    Returns
    -------
    index : int
        Of those whose cost is within a tenth of the lowest, the one with the highest
        mean score.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.distillation._choice import choose
    >>> scores = np.array([[0.90], [0.89], [0.88], [0.5]])
    >>> cost = np.array([9.0, 2.0, 2.0, 1.0])
    >>> choose(scores, cost, np.ones(4, dtype=bool), tolerance=0.05)
    1
    """
    means = np.where(allowed, scores.mean(axis=1), np.nan)
    best = int(np.nanargmax(means))
    good = allowed & within_tolerance(scores, best, tolerance)
    cheapest = good & (cost <= SAME_COST * cost[good].min())
    return int(np.argmax(np.where(cheapest, means, -np.inf)))
