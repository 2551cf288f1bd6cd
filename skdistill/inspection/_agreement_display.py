"""AgreementDisplay: the student's predictions against the teacher's."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdistill.inspection._plotting import AxesMixin, predict_both


class AgreementDisplay(AxesMixin):
    """Plot of a student's predictions against its teacher's.

    Of regressors these are numbers. Of classifiers these are probabilities: with two
    classes those of the second one, with more those of the class that the teacher
    predicts.

    Read more in the :ref:`User Guide <displays>`. Make it by `from_estimator` or
    `from_predictions`.

    Parameters
    ----------
    teacher_values, student_values : ndarray of shape (n_samples,)
        Probabilities of one class for each sample, or numbers.
    agrees : ndarray of shape (n_samples,) or None
        Whether both predict the same class. None for numbers.
    what : str
        What the values are.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from skdistill.inspection import AgreementDisplay
    >>> teacher, student = [[0.2, 0.8], [0.6, 0.4]], [[0.3, 0.7], [0.4, 0.6]]
    >>> display = AgreementDisplay.from_predictions(teacher, student)
    >>> display.agrees.tolist()
    [True, False]
    """

    def __init__(
        self,
        teacher_values: NDArray,
        student_values: NDArray,
        agrees: NDArray | None,
        what: str,
    ) -> None:
        self.teacher_values = teacher_values
        self.student_values = student_values
        self.agrees = agrees
        self.what = what

    @classmethod
    def from_estimator(
        cls, model: Any, X: Any, *, teacher: Any = None, ax: Any = None
    ) -> Self:
        """Plot the predictions of a fitted model and its teacher.

        Parameters
        ----------
        model : estimator
            Distilled model, or a pipeline or search around one; or a student.
        X : array-like of shape (n_samples, n_features)
            Samples that none was fitted on.
        teacher : estimator or array-like of shape (n_samples, n_classes), default=None
            The teacher or its probabilities. None: the one that the model has kept.
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : AgreementDisplay
        """
        first, second, metrics = predict_both(model, X, teacher)
        return cls.from_predictions(
            first.values, second.values, classes=metrics.classes, ax=ax
        )

    @classmethod
    def from_predictions(
        cls,
        teacher: ArrayLike,
        student: ArrayLike,
        *,
        classes: ArrayLike | None = None,
        ax: Any = None,
    ) -> Self:
        """Plot probabilities or numbers.

        Parameters
        ----------
        teacher, student : array-like of shape (n_samples, n_classes) or \
                (n_samples, n_outputs) or (n_samples,)
            Probabilities, whose rows sum to one; or numbers. Several outputs are drawn
            in standard deviations of the teacher's predictions.
        classes : array-like of shape (n_classes,), default=None
            Their names. None: 0, 1, ...
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : AgreementDisplay
        """
        first, second = np.asarray(teacher), np.asarray(student)
        if first.ndim == 1 or not is_distribution(first):
            first, second, what = on_one_scale(first, second)
            return cls(first, second, None, what).plot(ax)
        labels, n_classes = first.argmax(axis=1), first.shape[1]
        agrees = labels == second.argmax(axis=1)
        what = "probability of the teacher's class"
        if n_classes == 2:
            labels = np.ones_like(labels)
            name = 1 if classes is None else np.asarray(classes)[1]
            what = f"probability of class {name}"
        rows = np.arange(len(labels))
        return cls(first[rows, labels], second[rows, labels], agrees, what).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the plot.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : AgreementDisplay
        """
        ax = self._use_axes(ax)
        values = [self.teacher_values, self.student_values]
        low, high = (
            (0, 1) if self.agrees is not None else (np.min(values), np.max(values))
        )
        ax.plot([low, high], [low, high], ":", color="black", lw=1)
        for chosen, color, label in self._groups():
            ax.scatter(
                *(both[chosen] for both in values),
                s=12,
                alpha=0.5,
                linewidths=0,
                color=color,
                label=label,
                rasterized=True,  # thousands of dots make a large file
            )
        margin = 0.02 * (high - low) or 1.0
        ends = low - margin, high + margin
        ax.set(
            xlabel=f"teacher's {self.what}",
            ylabel=f"student's {self.what}",
            xlim=ends,
            ylim=ends,
            aspect="equal",
        )
        if self.agrees is not None:
            ax.legend(loc="best")
        return self

    def _groups(self):
        """Samples of one color, with their label."""
        if self.agrees is None:
            return [(slice(None), "tab:blue", None)]
        n_same = self.agrees.sum()
        n_other = len(self.agrees) - n_same
        return [
            (self.agrees, "tab:blue", f"same prediction: {n_same:,}"),
            (~self.agrees, "tab:red", f"other prediction: {n_other:,}"),
        ]


def is_distribution(values: NDArray) -> bool:
    """Tell probabilities of several classes from numbers of several outputs.

    Parameters
    ----------
    values : ndarray of shape (n_samples, n_columns)
    """
    return values.shape[1] > 1 and np.allclose(values.sum(axis=1), 1)


def on_one_scale(first: NDArray, second: NDArray) -> tuple[NDArray, NDArray, str]:
    """Put all outputs of numbers on one scale, that of the first predictions.

    Parameters
    ----------
    first, second : ndarray of shape (n_samples,) or (n_samples, n_outputs)

    Returns
    -------
    first, second : ndarray of shape (n_samples * n_outputs,)
        A single output stays as it is.
    what : str
        What they are, for the axes.
    """
    if first.ndim == 1 or first.shape[1] == 1:
        return first.ravel(), second.ravel(), "prediction"
    mean, scale = first.mean(axis=0), first.std(axis=0)
    scale = np.where(scale > 0, scale, 1)
    first, second = (np.ravel((values - mean) / scale) for values in (first, second))
    return first, second, "predictions, standardized"
