"""AgreementDisplay: the student's probabilities against the teacher's."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdistill.inspection._plotting import AxesMixin, predict_both


class AgreementDisplay(AxesMixin):
    """Plot of a student's probabilities against its teacher's.

    With two classes, the probabilities are those of the second one. With more, they are
    those of the class that the teacher predicts.

    Read more in the :ref:`User Guide <displays>`. Make it by `from_estimator` or
    `from_predictions`.

    Parameters
    ----------
    teacher_proba, student_proba : ndarray of shape (n_samples,)
        Probabilities of one class for each sample.
    agrees : ndarray of shape (n_samples,)
        Whether both predict the same class.
    class_name : str
        Of which class the probabilities are.

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
        teacher_proba: NDArray,
        student_proba: NDArray,
        agrees: NDArray,
        class_name: str,
    ) -> None:
        self.teacher_proba = teacher_proba
        self.student_proba = student_proba
        self.agrees = agrees
        self.class_name = class_name

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
        first, second, classes = predict_both(model, X, teacher)
        return cls.from_predictions(first.values, second.values, classes=classes, ax=ax)

    @classmethod
    def from_predictions(
        cls,
        teacher_proba: ArrayLike,
        student_proba: ArrayLike,
        *,
        classes: ArrayLike | None = None,
        ax: Any = None,
    ) -> Self:
        """Plot probabilities.

        Parameters
        ----------
        teacher_proba, student_proba : array-like of shape (n_samples, n_classes)
        classes : array-like of shape (n_classes,), default=None
            Their names. None: 0, 1, ...
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : AgreementDisplay
        """
        first, second = np.asarray(teacher_proba), np.asarray(student_proba)
        labels, n_classes = first.argmax(axis=1), first.shape[1]
        agrees = labels == second.argmax(axis=1)
        name = "the teacher's class"
        if n_classes == 2:
            labels = np.ones_like(labels)
            name = f"class {1 if classes is None else np.asarray(classes)[1]}"
        rows = np.arange(len(labels))
        return cls(first[rows, labels], second[rows, labels], agrees, name).plot(ax)

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
        ax.plot([0, 1], [0, 1], ":", color="black", lw=1)
        n_same = self.agrees.sum()
        n_other = len(self.agrees) - n_same
        for chosen, color, label in (
            (self.agrees, "tab:blue", f"same prediction: {n_same:,}"),
            (~self.agrees, "tab:red", f"other prediction: {n_other:,}"),
        ):
            ax.scatter(
                self.teacher_proba[chosen],
                self.student_proba[chosen],
                s=12,
                alpha=0.5,
                linewidths=0,
                color=color,
                label=label,
                rasterized=True,  # thousands of dots make a large file
            )
        ax.set(
            xlabel=f"teacher's probability of {self.class_name}",
            ylabel=f"student's probability of {self.class_name}",
            xlim=(-0.02, 1.02),
            ylim=(-0.02, 1.02),
            aspect="equal",
        )
        ax.legend(loc="lower right")
        return self
