"""What all displays share: axes to draw on, and the parts of a model to draw."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

from sklearn.utils._optional_dependencies import check_matplotlib_support

from skdistill.inspection._compared import find_parts
from skdistill.inspection._metrics import choose_metrics, read_or_predict

# Of teacher and student, in all pictures: told apart by the color-blind, too.
COLORS = {"teacher": "tab:gray", "scratch": "tab:orange", "student": "tab:blue"}


class AxesMixin:
    """A display that draws on given axes, or on new ones."""

    def _use_axes(self, ax: Any) -> Any:
        """Remember axes and figure, and return the axes."""
        check_matplotlib_support(f"{type(self).__name__}.plot")
        if ax is None:
            import matplotlib.pyplot as plt

            _, ax = plt.subplots(layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        return ax


def predict_both(model: Any, X: Any, teacher: Any = None) -> tuple:
    """Predict samples by the teacher and the student of a fitted model.

    Parameters
    ----------
    model : estimator
    X : array-like of shape (n_samples, n_features)
    teacher : estimator or array-like of shape (n_samples, n_classes), default=None
        Instead of the one that the model has kept.

    Returns
    -------
    teacher, student : ClassPredictions or RealPredictions
    metrics : Metrics

    Raises
    ------
    ValueError
        If there is no teacher.
    """
    parts = find_parts(model)
    teacher = parts.get_teacher(teacher)
    metrics = choose_metrics(parts.student, teacher, parts.quantiles)
    predictions = [read_or_predict(metrics, m, X) for m in (teacher, parts.student)]
    return (*predictions, metrics)
