"""RealMetrics: how good a regressor's predictions are, and how like the teacher's.

It has the face of `ClassMetrics`, and each score is the mean of one contribution per
sample, as there.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdistill.inspection._score import Score
from skdistill.transfer._validation import as_matrix, encode_numbers


@dataclass(frozen=True, eq=False)
class RealPredictions:
    """A regressor's predictions for the test samples.

    Attributes
    ----------
    values : ndarray of shape (n_samples, n_outputs)
    """

    values: NDArray

    def disagreement(self, teacher: "RealPredictions") -> NDArray:
        """Return the mean absolute difference from a teacher, of each sample."""
        return np.abs(self.values - teacher.values).mean(axis=1)


class RealMetrics:
    """Scores of regressors.

    Attributes
    ----------
    scores : dict of str to Score
    main : str
        The score that the verdict is about.
    fidelity_scores : dict of str to Score
        How closely a surrogate imitates a model.
    """

    scores = {
        "r2": Score("R2"),
        "rmse": Score("RMSE", greater_is_better=False),
        "mae": Score("MAE", greater_is_better=False),
        "teacher_r2": Score("R2 to teacher", with_teacher=True),
        "teacher_rmse": Score(
            "RMSE from teacher", greater_is_better=False, with_teacher=True
        ),
    }
    main = "r2"
    fidelity_scores = {
        "r2": Score("R2 to the model"),
        "rmse": Score("RMSE from the model", greater_is_better=False),
    }
    classes = None

    def encode(self, y: ArrayLike) -> NDArray:
        """Return numbers as a matrix."""
        return encode_numbers(y)

    def predict(self, estimator: Any, X: Any) -> RealPredictions:
        """Read a fitted regressor's predictions.

        Parameters
        ----------
        estimator : regressor
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        predictions : RealPredictions
        """
        return self._read(estimator.predict(X), type(estimator).__name__)

    def read(self, values: ArrayLike) -> RealPredictions:
        """Read precomputed numbers."""
        return self._read(values, "teacher")

    def contributions(
        self, y: NDArray, predictions: RealPredictions, teacher: RealPredictions
    ) -> dict[str, NDArray]:
        """Return what each sample adds to each score.

        Parameters
        ----------
        y : ndarray of shape (n_samples, n_outputs)
        predictions, teacher : RealPredictions

        Returns
        -------
        contributions : dict of str to ndarray of shape (n_samples,)
            Their mean is the score.

        Raises
        ------
        ValueError
            If there are not as many outputs as in y.
        """
        values = predictions.values
        if values.shape[1] != y.shape[1]:
            raise ValueError(
                f"y has {y.shape[1]} outputs, but {values.shape[1]} are predicted."
            )
        return {
            "r2": r_squared(y, values),
            "rmse": root_mean_square(y - values),
            "mae": np.abs(y - values).mean(axis=1),
            "teacher_r2": r_squared(teacher.values, values),
            "teacher_rmse": root_mean_square(teacher.values - values),
        }

    def fidelity(
        self, found: RealPredictions, expected: RealPredictions
    ) -> dict[str, NDArray]:
        """Return what each sample adds to each score of a surrogate.

        Parameters
        ----------
        found, expected : RealPredictions
            Of the surrogate, and of the model.

        Returns
        -------
        contributions : dict of str to ndarray of shape (n_samples,)
        """
        return {
            "r2": r_squared(expected.values, found.values),
            "rmse": root_mean_square(expected.values - found.values),
        }

    def calibrated_loss(self, scratch: Any, train: tuple, test: tuple) -> None:
        """Numbers have no calibration that a report could try."""

    def columns(self, predictions: RealPredictions) -> dict[str, NDArray]:
        """Return the numbers by output."""
        columns = predictions.values.T
        if len(columns) == 1:
            return {"prediction": columns[0]}
        return {f"output {j}": column for j, column in enumerate(columns)}

    def breakdown(self, y: NDArray, predictions: RealPredictions) -> list[dict]:
        """Return the scores of each output.

        Parameters
        ----------
        y : ndarray of shape (n_samples, n_outputs)
        predictions : RealPredictions

        Returns
        -------
        rows : list of dict
        """
        rows = []
        for j in range(y.shape[1]):
            output = RealPredictions(predictions.values[:, [j]])
            contributions = self.contributions(y[:, [j]], output, output)
            scores = {
                name: float(values.mean())
                for name, values in contributions.items()
                if not self.scores[name].with_teacher
            }
            rows.append({"output": j, **scores})
        return rows

    def _read(self, values, name):
        return RealPredictions(read_finite(values, name))


def read_finite(values, name):
    """Read predictions as a matrix of finite numbers.

    Parameters
    ----------
    values : array-like of shape (n_samples,) or (n_samples, n_outputs)
    name : str
        Of who predicts them, in an error.

    Returns
    -------
    matrix : ndarray of shape (n_samples, n_outputs)

    Raises
    ------
    ValueError
        If there are other than finite real numbers.
    """
    matrix = as_matrix(values, name)
    wrong = np.count_nonzero(~np.isfinite(matrix).all(axis=1))
    if wrong:
        raise ValueError(
            f"{name} predicts NaN or infinite numbers for {wrong} of {len(matrix)} "
            "samples."
        )
    return matrix


def r_squared(y, values):
    """Contributions to the coefficient of determination; the mean over outputs.

    Parameters
    ----------
    y, values : ndarray of shape (n_samples, n_outputs)

    Returns
    -------
    contributions : ndarray of shape (n_samples,)
        NaN if an output of y does not vary.
    """
    errors, deviations = np.square(y - values), np.square(y - y.mean(axis=0))
    variance = deviations.mean(axis=0)
    variance = np.where(variance > 0, variance, np.nan)
    unexplained = errors.mean(axis=0) / variance
    # The influence of a sample on the ratio of two means, subtracted from one.
    contributions = 1 - unexplained - (errors - unexplained * deviations) / variance
    return contributions.mean(axis=1)


def root_mean_square(errors):
    """Contributions to the root of the mean square; the mean over outputs.

    Parameters
    ----------
    errors : ndarray of shape (n_samples, n_outputs)

    Returns
    -------
    contributions : ndarray of shape (n_samples,)
    """
    squares = np.square(errors)
    root = np.sqrt(squares.mean(axis=0))
    # Where all errors are zero, so is their influence.
    influence = (squares - root**2) / (2 * np.where(root > 0, root, 1))
    return (root + influence).mean(axis=1)
