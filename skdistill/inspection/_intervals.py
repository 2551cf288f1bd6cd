"""Confidence intervals of differences between models on the same test samples."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

N_RESAMPLES = 2_000
CONFIDENCE = 0.95

# Resamples that are counted at a time.
BLOCK = 50


class Interval(NamedTuple):
    """A value with its 95 % interval.

    Read more in the :ref:`User Guide <report>`.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """The difference of a score between two models.

    Read more in the :ref:`User Guide <report>`.

    Attributes
    ----------
    score : str
    of, minus : str
        The models.
    value : float
    low, high : float
        Ends of its 95 % interval.
    """

    score: str
    of: str
    minus: str
    value: float
    low: float
    high: float

    @property
    def is_within_noise(self) -> bool:
        """Whether the interval has both signs, or zero, in it."""
        return self.low <= 0 <= self.high


def bootstrap_means(contributions, *, n_resamples=N_RESAMPLES, seed=0):
    """Draw the means of several values of the same samples.

    All values of a sample are drawn together, so differences are paired.

    Parameters
    ----------
    contributions : ndarray of shape (n_samples, n_values)
    n_resamples : int, default=2000
    seed : int, default=0

    Returns
    -------
    means : ndarray of shape (n_resamples, n_values)

    References
    ----------
    .. [1] B. Efron and R. J. Tibshirani, "An introduction to the bootstrap", 1993.
    """
    n_samples = len(contributions)
    rng = np.random.default_rng(seed)
    means = np.empty((n_resamples, contributions.shape[1]))
    for start in range(0, n_resamples, BLOCK):
        block = means[start : start + BLOCK]
        drawn = rng.integers(n_samples, size=(len(block), n_samples))
        counts = np.array([np.bincount(row, minlength=n_samples) for row in drawn])
        np.matmul(counts.astype(np.float64), contributions, out=block)
    return means / n_samples


def mean_intervals(contributions, *, confidence=CONFIDENCE, **settings):
    """Percentile intervals of means.

    Parameters
    ----------
    contributions : ndarray of shape (n_samples, n_values)
    confidence : float, default=0.95
    **settings : dict
        For :func:`bootstrap_means`.

    Returns
    -------
    low, high : ndarray of shape (n_values,)
    """
    tail = (1 - confidence) / 2
    means = bootstrap_means(contributions, **settings)
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    return low, high


def paired_differences(of: str, minus: str, contributions: dict) -> list[Difference]:
    """Compare two models score by score.

    Parameters
    ----------
    of, minus : str
        Names of the models.
    contributions : dict of str to dict of str to ndarray of shape (n_samples,)
        What each sample adds to each score, by model and score. Scores with NaN, and
        those that do not differ, have no entry.

    Returns
    -------
    differences : list of Difference
    """
    first, second = contributions[of], contributions[minus]
    names = [name for name in first if not np.isnan(first[name] - second[name]).any()]
    values: NDArray = np.column_stack([first[name] - second[name] for name in names])
    low, high = mean_intervals(values)
    return [
        Difference(name, of, minus, *map(float, ends))
        for name, *ends in zip(names, values.mean(axis=0), low, high, strict=True)
    ]
