"""RealTargets: everything that a distillation has to know about numbers to predict.

It has the face of `ClassTargets`: what asks that one serves numbers, too.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.model_selection import KFold

from skdistill.probability._linear_pooling import LinearPool, fit_linear_pool
from skdistill.transfer._responses import regressor_values
from skdistill.transfer._validation import as_y, encode_numbers

# Folds are shuffled, because tables are often sorted by what is to be predicted.
FOLD_SEED = 0


@dataclass(frozen=True, eq=False)
class RealTargets:
    """Numbers to predict as a matrix, with a column for each output.

    Parameters
    ----------
    scale : ndarray of shape (n_outputs,)
        Standard deviation of each output, the unit of its errors; not zero.
    """

    scale: NDArray

    classes: ClassVar[None] = None
    score_name: ClassVar[str] = "an R² score"
    constant_name: ClassVar[str] = "the mean"
    calibrates_held_out: ClassVar[bool] = False

    @property
    def n_outputs(self) -> int:
        """Number of columns of raw predictions."""
        return len(self.scale)

    @property
    def expected_columns(self) -> str:
        """Why predictions have so many columns, as the end of an error."""
        return f"y has {self.n_outputs}"

    def encode(self, y: ArrayLike) -> NDArray:
        """Return numbers as a matrix.

        Parameters
        ----------
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)

        Returns
        -------
        y : ndarray of shape (n_samples, n_outputs)

        Raises
        ------
        ValueError
            If there are other than finite numbers, or another number of outputs.
        """
        encoded = encode_numbers(y)
        if encoded.shape[1] != self.n_outputs:
            raise ValueError(
                f"y has {encoded.shape[1]} outputs, but there were {self.n_outputs}."
            )
        return encoded

    def make_folds(self, n_folds: int, y: NDArray) -> KFold:
        """Make the splitter that a number of folds stands for.

        Parameters
        ----------
        n_folds : int
        y : ndarray of shape (n_samples, n_outputs)

        Returns
        -------
        splitter : KFold
            Of no more folds than samples; it shuffles them, always in the same way.
        """
        n_folds = max(2, min(n_folds, len(y)))
        return KFold(n_folds, shuffle=True, random_state=FOLD_SEED)

    def can_be_split(self, y: NDArray) -> bool:
        """Whether there are samples to leave out.

        Parameters
        ----------
        y : ndarray of shape (n_samples, n_outputs)

        Returns
        -------
        can : bool
        """
        return len(y) > 1

    def has_valid_folds(self, y, splits, sample_weight=None) -> bool:
        """Whether every fold has samples to learn, and samples to be judged by.

        Parameters
        ----------
        y : ndarray of shape (n_samples, n_outputs)
        splits : list of (train, test)
        sample_weight : ndarray of shape (n_samples,), default=None

        Returns
        -------
        valid : bool
        """
        weights = np.ones(len(y)) if sample_weight is None else sample_weight
        return len(splits) > 0 and all(
            np.count_nonzero(weights[train]) > 1 and weights[test].any()
            for train, test in splits
        )

    def predict_raw(self, estimator: Any, X: Any) -> NDArray:
        """Return a fitted regressor's predictions as a matrix.

        Parameters
        ----------
        estimator : regressor
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        raw_predictions : ndarray of shape (n_samples, n_outputs)
        """
        return regressor_values(estimator, X, self.n_outputs, self.expected_columns)

    def out_of_bag_raw(self, ensemble: Any) -> NDArray:
        """Return the out-of-bag predictions of a fitted bagged ensemble.

        Parameters
        ----------
        ensemble : regressor

        Returns
        -------
        raw_predictions : ndarray of shape (n_samples, n_outputs)
            Samples without any have what the ensemble keeps for them: zeros.
        """
        raw = np.array(ensemble.oob_prediction_, dtype=np.float64)
        return raw.reshape(len(raw), self.n_outputs)

    def label_raw(self, y: NDArray) -> NDArray:
        """Return the numbers themselves, as raw predictions.

        Parameters
        ----------
        y : ndarray of shape (n_samples, n_outputs)

        Returns
        -------
        raw_predictions : ndarray of shape (n_samples, n_outputs)
        """
        return y

    def is_uncalibrated(self, estimator: Any) -> bool:
        """Whether raw predictions are scores without a scale: numbers never are."""
        return False

    def average(self, raw_predictions: list) -> NDArray:
        """Return the mean of several models' predictions.

        Parameters
        ----------
        raw_predictions : list of ndarray of shape (n_samples, n_outputs)

        Returns
        -------
        raw_predictions : ndarray of shape (n_samples, n_outputs)
        """
        return np.mean(raw_predictions, axis=0)

    def sample_loss(self, raw_predictions: NDArray, y: NDArray) -> NDArray:
        """Return the squared error of each sample.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_samples, n_outputs)
        y : ndarray of shape (n_samples, n_outputs)

        Returns
        -------
        loss : ndarray of shape (n_samples,)
            Mean over the outputs, in units of their variances.
        """
        return np.mean(((raw_predictions - y) / self.scale) ** 2, axis=1)

    def sample_score(self, raw_predictions: NDArray, y: NDArray) -> NDArray:
        """Return each sample's part of the R² score, which is their mean.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_samples, n_outputs)
        y : ndarray of shape (n_samples, n_outputs)

        Returns
        -------
        scores : ndarray of shape (n_samples,)
            Means over the outputs.
        """
        return 1 - self.sample_loss(raw_predictions, y)

    def likelihood_ratio(self, raw_predictions: NDArray, y: NDArray) -> float:
        """Measure how much better predictions explain the numbers than constants do.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_samples, n_outputs)
            Of samples that their model was not fitted on.
        y : ndarray of shape (n_samples, n_outputs)

        Returns
        -------
        ratio : float
            Twice the logarithm of the ratio of the likelihoods of rescaled predictions
            and of the mean, for the output that is predicted best. Infinite where
            predictions are exact, and where y does not vary.
        """
        if not np.ptp(y, axis=0).any():
            return np.inf
        raw, y = (x - x.mean(axis=0) for x in (raw_predictions, y))
        with np.errstate(divide="ignore", invalid="ignore"):
            # Squares of numbers far from one would vanish, or be infinite.
            raw, y = (x / np.abs(x).max(axis=0) for x in (raw, y))
            correlation = (raw * y).sum(axis=0) / np.sqrt(
                (raw**2).sum(axis=0) * (y**2).sum(axis=0)
            )
            ratios = -len(y) * np.log1p(-(np.fmin(np.fmax(correlation, 0), 1) ** 2))
        return float(np.max(ratios))

    def expected_loss(self, raw_predictions: NDArray) -> NDArray:
        """Return the squared error that a model expects: numbers do not tell.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_samples, n_outputs)

        Returns
        -------
        loss : ndarray of shape (n_samples,)
            NaN.
        """
        return np.full(len(raw_predictions), np.nan)

    def pool_of_teacher(self, weight: float) -> LinearPool:
        """Make the pool of a teacher alone.

        Parameters
        ----------
        weight : float

        Returns
        -------
        pool : LinearPool
        """
        return LinearPool.of_first(weight, self.n_outputs)

    def fit_pool(self, raw_predictions, y, sample_weight=None) -> LinearPool:
        """Fit the weights with which several models' predictions are pooled.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_models, n_samples, n_outputs)
            The first model is the teacher, toward which the weights are shrunk.
        y : ndarray of shape (n_samples, n_outputs)
        sample_weight : ndarray of shape (n_samples,), default=None

        Returns
        -------
        pool : LinearPool
        """
        return fit_linear_pool(raw_predictions, y, sample_weight)


def read_numbers(y: ArrayLike) -> tuple[RealTargets, NDArray, NDArray]:
    """Read the numbers that are to be learned.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)

    Returns
    -------
    targets : RealTargets
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        As estimators take them: a single output is a vector.
    encoded : ndarray of shape (n_samples, n_outputs)

    Raises
    ------
    ValueError
        If y holds other than finite numbers.
    """
    encoded = encode_numbers(y)
    scale = encoded.std(axis=0)
    targets = RealTargets(np.where(scale > 0, scale, 1.0))
    return targets, as_y(encoded), encoded
