"""QuantileMetrics: how good quantiles are, and how many numbers they cover."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdistill.inspection._real_metrics import (
    RealMetrics,
    RealPredictions,
    read_finite,
)
from skdistill.inspection._score import Score
from skdistill.losses._pinball import pinball


@dataclass(frozen=True, eq=False)
class QuantilePredictions(RealPredictions):
    """A regressor's quantiles for the test samples.

    Attributes
    ----------
    values : ndarray of shape (n_samples, 1)
        The medians.
    quantiles : ndarray of shape (n_samples, n_levels)
        Increasing.
    """

    quantiles: NDArray


class QuantileMetrics(RealMetrics):
    """Scores of regressors that predict quantiles, with an output for each level.

    To those of the median come the pinball loss, and, of the interval between the
    lowest and the highest quantile, the share of numbers in it and its width.

    Parameters
    ----------
    levels : array-like of shape (n_levels,)
        Increasing, with 0.5 among them.

    Attributes
    ----------
    scores : dict of str to Score
    """

    main = "pinball"

    def __init__(self, levels: ArrayLike) -> None:
        self.levels = np.asarray(levels, dtype=np.float64)
        nominal = 100 * (self.levels[-1] - self.levels[0])
        self.scores = {
            "pinball": Score("pinball loss", greater_is_better=False),
            "coverage": Score(f"covered, of {nominal:g} %"),
            "width": Score("width of interval", greater_is_better=False),
            **RealMetrics.scores,
        }

    def contributions(self, y, predictions, teacher) -> dict[str, NDArray]:
        """Return what each sample adds to each score.

        Parameters
        ----------
        y : ndarray of shape (n_samples, 1)
        predictions, teacher : QuantilePredictions

        Returns
        -------
        contributions : dict of str to ndarray of shape (n_samples,)
            Their mean is the score.
        """
        quantiles = predictions.quantiles
        low, high = quantiles[:, 0], quantiles[:, -1]
        return {
            "pinball": pinball(y, quantiles, self.levels).mean(axis=1),
            "coverage": ((low <= y[:, 0]) & (y[:, 0] <= high)).astype(float),
            "width": high - low,
            **super().contributions(y, predictions, teacher),
        }

    def columns(self, predictions: Any) -> dict[str, NDArray]:
        """Return the quantiles by level."""
        names = [f"quantile {level:g}" for level in self.levels]
        return dict(zip(names, predictions.quantiles.T, strict=True))

    def breakdown(self, y: NDArray, predictions: Any) -> list[dict]:
        """Return the pinball loss of each level, and the share of numbers below.

        Parameters
        ----------
        y : ndarray of shape (n_samples, 1)
        predictions : QuantilePredictions

        Returns
        -------
        rows : list of dict
        """
        losses = pinball(y, predictions.quantiles, self.levels).mean(axis=0)
        below = (y <= predictions.quantiles).mean(axis=0)
        names = ("level", "pinball", "below")
        columns = (part.tolist() for part in (self.levels, losses, below))
        return [
            dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)
        ]

    def _read(self, values, name):
        quantiles = np.sort(read_finite(values, name), axis=1)
        if quantiles.shape[1] != len(self.levels):
            raise ValueError(
                f"{name} predicts {quantiles.shape[1]} columns, but there are "
                f"{len(self.levels)} quantiles."
            )
        return QuantilePredictions(quantiles[:, self.levels == 0.5], quantiles)
