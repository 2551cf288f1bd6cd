"""QuantileTargets: what a distillation has to know about quantiles of a number.

They are several outputs, one for each level, of which each has the number itself for a
label.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdistill.losses._pinball import pinball
from skdistill.probability._linear_pooling import LinearPool
from skdistill.probability._quantile_pooling import fit_quantile_pool, quantiles_at
from skdistill.transfer._real_targets import RealTargets, read_numbers
from skdistill.transfer._transfer_set import TransferSet


@dataclass(frozen=True, eq=False)
class QuantileTargets(RealTargets):
    """Quantiles of a number to predict, with a column for each level.

    Parameters
    ----------
    scale : ndarray of shape (n_levels,)
        Standard deviation of the number, the unit of its errors; not zero.
    levels : ndarray of shape (n_levels,)
        Increasing, with 0.5 among them.
    """

    levels: NDArray

    calibrates_held_out: ClassVar[bool] = True

    @property
    def expected_columns(self) -> str:
        """Why predictions have so many columns, as the end of an error."""
        return f"there are {self.n_outputs} quantiles"

    @property
    def median(self) -> int:
        """Index of the level 0.5."""
        return self.levels.tolist().index(0.5)

    def encode(self, y: ArrayLike) -> NDArray:
        """Return a number once for each level.

        Parameters
        ----------
        y : array-like of shape (n_samples,)

        Returns
        -------
        y : ndarray of shape (n_samples, n_levels)

        Raises
        ------
        ValueError
            If there are other than finite numbers, or several outputs.
        """
        return read_quantiles(y, self.levels)[2]

    def predict_raw(self, estimator: Any, X: Any) -> NDArray:
        """Return a fitted regressor's quantiles, increasing.

        Parameters
        ----------
        estimator : regressor
            With an output for each level.
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        raw_predictions : ndarray of shape (n_samples, n_levels)
        """
        return np.sort(super().predict_raw(estimator, X), axis=1)

    def label_raw(self, y: NDArray) -> NDArray:
        """Return NaN: a number tells no quantiles.

        Parameters
        ----------
        y : ndarray of shape (n_samples, n_levels)

        Returns
        -------
        raw_predictions : ndarray of shape (n_samples, n_levels)
        """
        return np.full_like(y, np.nan)

    def calibrate(
        self, raw_predictions: NDArray, y: NDArray, sample_weight: NDArray | None = None
    ) -> tuple[float, NDArray]:
        """Find the shifts with which quantiles are those of the samples.

        Of predictions for samples that their model was not fitted on, this is the
        correction of conformalized quantile regression [1]_, with a shift for each
        level.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_samples, n_levels)
        y : ndarray of shape (n_samples, n_levels)
        sample_weight : ndarray of shape (n_samples,), default=None

        Returns
        -------
        slope : float
            1.
        shifts : ndarray of shape (n_levels,)

        References
        ----------
        .. [1] Y. Romano, E. Patterson and E. Candès, "Conformalized quantile
           regression", NeurIPS 2019. :arxiv:`1905.03222`
        """
        return 1.0, quantiles_at(y - raw_predictions, self.levels, sample_weight)

    def fit_pool(self, raw_predictions, y, sample_weight=None) -> LinearPool:
        """Fit the weights with which several models' quantiles are pooled.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_models, n_samples, n_levels)
            The first model is the teacher, toward which the weights are shrunk.
        y : ndarray of shape (n_samples, n_levels)
        sample_weight : ndarray of shape (n_samples,), default=None

        Returns
        -------
        pool : LinearPool
        """
        return fit_quantile_pool(raw_predictions, y, self.levels, sample_weight)

    def sample_loss(self, raw_predictions: NDArray, y: NDArray) -> NDArray:
        """Return the pinball loss of each sample.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_samples, n_levels)
        y : ndarray of shape (n_samples, n_levels)

        Returns
        -------
        loss : ndarray of shape (n_samples,)
            Mean over the levels, in units of the standard deviation.
        """
        losses = pinball(y, raw_predictions, self.levels)
        return np.mean(losses / self.scale, axis=1)

    def sample_score(self, raw_predictions: NDArray, y: NDArray) -> NDArray:
        """Return each sample's part of the R² score of the median.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_samples, n_levels)
        y : ndarray of shape (n_samples, n_levels)

        Returns
        -------
        scores : ndarray of shape (n_samples,)
        """
        errors = (raw_predictions - y) / self.scale
        return 1 - errors[:, self.median] ** 2


def read_quantiles(
    y: ArrayLike, levels: NDArray
) -> tuple[QuantileTargets, NDArray, NDArray]:
    """Read the numbers whose quantiles are to be learned.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
    levels : ndarray of shape (n_levels,)

    Returns
    -------
    targets : QuantileTargets
    y : ndarray of shape (n_samples,)
        As estimators take them.
    encoded : ndarray of shape (n_samples, n_levels)
        The number once for each level.

    Raises
    ------
    ValueError
        If y holds other than finite numbers, or several outputs.
    """
    numbers, y, encoded = read_numbers(y)
    if numbers.n_outputs > 1:
        raise ValueError(
            f"y has {numbers.n_outputs} outputs: quantiles are learned of a single one."
        )
    n_levels = len(levels)
    targets = QuantileTargets(np.repeat(numbers.scale, n_levels), levels)
    return targets, y, np.repeat(encoded, n_levels, axis=1)


def labels_alone(
    X: Any, y: ArrayLike, levels: ArrayLike, sample_weight: ArrayLike | None = None
) -> TransferSet:
    """Make the transfer set of a student that learns quantiles without a teacher.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    levels : array-like of shape (n_levels,)
    sample_weight : array-like of shape (n_samples,), default=None

    Returns
    -------
    transfer : TransferSet
        For a loss with ``alpha=0``.
    """
    labels, weights = read_quantiles(y, np.asarray(levels))[2], None
    if sample_weight is not None:
        weights = np.asarray(sample_weight)
    return TransferSet(X, np.zeros_like(labels), labels, sample_weight=weights)
