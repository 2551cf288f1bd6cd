"""DisagreementDisplay: where student and teacher disagree."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from textwrap import fill
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.multiclass import type_of_target

from skdistill.inspection._plotting import AxesMixin, predict_both
from skdistill.inspection._regions import Region, find_regions

# Characters of a rule on a line.
LINE = 40


class DisagreementDisplay(AxesMixin):
    """Plot of how much a student's predictions differ from its teacher's.

    Of classes, it is the share of samples with another prediction. Of numbers, it is
    the mean absolute difference. There is a bar for each region of the features. A
    small tree finds the regions on one half of the samples, and the other half measures
    them.

    Read more in the :ref:`User Guide <displays>`. Make it by `from_estimator` or
    `from_predictions`.

    Parameters
    ----------
    regions : list of Region
    is_share : bool, default=True
        Whether the disagreement is a share of the samples.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.inspection import DisagreementDisplay
    >>> X = np.arange(100.0)[:, None]
    >>> teacher, student = X[:, 0] > 50, X[:, 0] > 70
    >>> display = DisagreementDisplay.from_predictions(X, teacher, student)
    >>> display.regions[0].disagreement > 0.8
    True
    """

    def __init__(self, regions: list[Region], *, is_share: bool = True) -> None:
        self.regions = regions
        self.is_share = is_share

    @classmethod
    def from_estimator(
        cls, model: Any, X: Any, *, teacher: Any = None, ax: Any = None
    ) -> Self:
        """Plot where a fitted model and its teacher predict differently.

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
        display : DisagreementDisplay
        """
        first, second, metrics = predict_both(model, X, teacher)
        regions = find_regions(X, second.disagreement(first))
        return cls(regions, is_share=metrics.classes is not None).plot(ax)

    @classmethod
    def from_predictions(
        cls, X: Any, teacher: ArrayLike, student: ArrayLike, *, ax: Any = None
    ) -> Self:
        """Plot where predictions differ.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        teacher, student : array-like of shape (n_samples,)
            Predicted classes, or numbers.
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : DisagreementDisplay
        """
        first, second = np.asarray(teacher), np.asarray(student)
        is_share = not type_of_target(first).startswith("continuous")
        differs = first != second if is_share else np.abs(first - second)
        return cls(find_regions(X, differs.astype(float)), is_share=is_share).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the plot.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : DisagreementDisplay
        """
        ax = self._use_axes(ax)
        regions = self.regions[::-1]
        scale, form = (
            (100, "{:.1f} % of {:,}") if self.is_share else (1, "{:.3g} on {:,}")
        )
        values = [scale * region.disagreement for region in regions]
        bars = ax.barh(range(len(regions)), values, color="tab:red", height=0.6)
        labels = [
            form.format(value, region.n_samples)
            for value, region in zip(values, regions, strict=True)
        ]
        ax.bar_label(bars, labels, padding=4)
        rules = [fill(region.rule or "all samples", LINE) for region in regions]
        ax.set_yticks(range(len(regions)), rules)
        ax.set(
            xlabel="other prediction than the teacher's (%)"
            if self.is_share
            else "mean absolute difference from the teacher",
            xlim=(0, 1.5 * max(values) or 1),
        )
        return self
