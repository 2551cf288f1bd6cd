"""ReliabilityDisplay: how often teacher and student are right, by confidence."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdistill.inspection._plotting import COLORS, AxesMixin, predict_both
from skdistill.transfer._validation import encode_labels


class ReliabilityCurve(NamedTuple):
    """Accuracy by confidence, the probability of the predicted class.

    Read more in the :ref:`User Guide <displays>`.

    Attributes
    ----------
    confidence, accuracy : ndarray of shape (n_bins,)
        Means of the samples in each bin.
    n_samples : ndarray of shape (n_bins,)
    """

    confidence: NDArray
    accuracy: NDArray
    n_samples: NDArray


def reliability_curve(y, proba, n_bins=10):
    """Compare confidence with accuracy in bins of equal numbers of samples.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Class indices.
    proba : ndarray of shape (n_samples, n_classes)
    n_bins : int, default=10
        At most; equal confidences share a bin.

    Returns
    -------
    curve : ReliabilityCurve
    """
    confidence, is_right = proba.max(axis=1), proba.argmax(axis=1) == y
    edges = np.unique(np.quantile(confidence, np.linspace(0, 1, n_bins + 1)[1:-1]))
    bins = np.searchsorted(edges, confidence)
    counts = np.bincount(bins)
    sums = [np.bincount(bins, values) for values in (confidence, is_right)]
    full = counts > 0
    confidence, accuracy = (values[full] / counts[full] for values in sums)
    return ReliabilityCurve(confidence, accuracy, counts[full])


class ReliabilityDisplay(AxesMixin):
    """Plot of accuracy against confidence, for a student and its teacher.

    A calibrated model is right in 80 % of the samples whose class it gives a
    probability of 0.8: it is on the diagonal. Each dot has about the same number of
    samples.

    Read more in the :ref:`User Guide <displays>`. Make it by `from_estimator` or
    `from_predictions`.

    Parameters
    ----------
    curves : dict of str to ReliabilityCurve
        By the name of the model.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from skdistill.inspection import ReliabilityDisplay
    >>> proba = [[0.2, 0.8], [0.8, 0.2]]
    >>> display = ReliabilityDisplay.from_predictions([1, 0], {"student": proba})
    >>> display.curves["student"].accuracy.tolist()
    [1.0]
    """

    def __init__(self, curves: dict[str, ReliabilityCurve]) -> None:
        self.curves = curves

    @classmethod
    def from_estimator(
        cls, model: Any, X: Any, y: ArrayLike, *, teacher: Any = None, ax: Any = None
    ) -> Self:
        """Plot the reliability of a fitted model and of its teacher.

        Parameters
        ----------
        model : estimator
            Distilled model, or a pipeline or search around one; or a student.
        X : array-like of shape (n_samples, n_features)
            Samples that none was fitted on.
        y : array-like of shape (n_samples,)
            Class labels.
        teacher : estimator or array-like of shape (n_samples, n_classes), default=None
            The teacher or its probabilities. None: the one that the model has kept.
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : ReliabilityDisplay
        """
        first, second, metrics = predict_both(model, X, teacher)
        if metrics.classes is None:
            raise TypeError(f"{type(model).__name__} is no classifier.")
        named = {"teacher": first.values, "student": second.values}
        return cls.from_predictions(y, named, classes=metrics.classes, ax=ax)

    @classmethod
    def from_predictions(
        cls,
        y: ArrayLike,
        probabilities: dict[str, ArrayLike],
        *,
        classes: ArrayLike | None = None,
        ax: Any = None,
    ) -> Self:
        """Plot the reliability of probabilities.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            Class labels.
        probabilities : dict of str to array-like of shape (n_samples, n_classes)
            By the name of the model.
        classes : array-like of shape (n_classes,), default=None
            What the columns are. None: the labels in y, sorted.
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : ReliabilityDisplay
        """
        labels = encode_labels(y, classes)[1]
        curves = {
            name: reliability_curve(labels, np.asarray(proba))
            for name, proba in probabilities.items()
        }
        return cls(curves).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the plot.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : ReliabilityDisplay
        """
        ax = self._use_axes(ax)
        ax.plot([0, 1], [0, 1], ":", color="black", lw=1, label="calibrated")
        for name, curve in self.curves.items():
            ax.plot(
                curve.confidence,
                curve.accuracy,
                "o-",
                color=COLORS.get(name),
                label=name,
            )
        low = min(
            min(c.confidence.min(), c.accuracy.min()) for c in self.curves.values()
        )
        ax.set(
            xlabel="confidence: probability of the predicted class",
            ylabel="accuracy",
            xlim=(low - 0.03, 1.02),
            ylim=(low - 0.03, 1.02),
            aspect="equal",
        )
        ax.legend(loc="lower right")
        return self
