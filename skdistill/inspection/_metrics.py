"""Which metrics a model is measured by: those of classes, or those of numbers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, Protocol

from numpy.typing import ArrayLike, NDArray
from sklearn.base import is_regressor

from skdistill.inspection._class_metrics import ClassMetrics
from skdistill.inspection._compared import is_model, known_classes
from skdistill.inspection._quantile_metrics import QuantileMetrics
from skdistill.inspection._real_metrics import RealMetrics
from skdistill.inspection._score import Score


class Metrics(Protocol):
    """The face that reports and displays ask, of classes and of numbers.

    Predictions are objects with ``values`` and a method ``disagreement``.
    """

    scores: dict[str, Score]
    main: str
    fidelity_scores: dict[str, Score]

    @property
    def classes(self) -> NDArray | None:
        """Class labels; None for numbers."""

    def encode(self, y: ArrayLike) -> NDArray:
        """Return what is to be predicted, as the other methods take it."""

    def predict(self, estimator: Any, X: Any) -> Any:
        """Read a fitted estimator's predictions."""

    def read(self, values: ArrayLike) -> Any:
        """Read predictions that were made elsewhere."""

    def contributions(
        self, y: NDArray, predictions: Any, teacher: Any
    ) -> dict[str, NDArray]:
        """Return what each sample adds to each score."""

    def fidelity(self, found: Any, expected: Any) -> dict[str, NDArray]:
        """Return what each sample adds to each score of a surrogate."""

    def calibrated_loss(self, scratch: Any, train: Any, test: tuple) -> float | None:
        """Return the loss that calibration alone gives a student."""

    def columns(self, predictions: Any) -> dict[str, NDArray]:
        """Return what is predicted, by class or output."""

    def breakdown(self, y: NDArray, predictions: Any) -> list[dict]:
        """Return scores of each class or output."""


def choose_metrics(student: Any, teacher: Any, quantiles: Any = None) -> Metrics:
    """Choose the metrics of a student and its teacher.

    Parameters
    ----------
    student : estimator
        Fitted.
    teacher : estimator or array-like
    quantiles : sequence of float, default=None
        Levels of the quantiles that they predict, if they do.

    Returns
    -------
    metrics : Metrics
    """
    if quantiles is not None:
        return QuantileMetrics(quantiles)
    if is_regressor(student):
        return RealMetrics()
    return ClassMetrics(known_classes(teacher, student))


def read_or_predict(metrics: Metrics, model: Any, X: Any) -> Any:
    """Predict by a model, or read predictions that were made elsewhere.

    Parameters
    ----------
    metrics : Metrics
    model : estimator or array-like
    X : array-like of shape (n_samples, n_features)

    Returns
    -------
    predictions : ClassPredictions or RealPredictions
    """
    return metrics.predict(model, X) if is_model(model) else metrics.read(model)
