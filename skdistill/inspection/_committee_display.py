"""CommitteeDisplay: how much weight each member of the committee has."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, Self

from skdistill.inspection._compared import find_parts
from skdistill.inspection._plotting import COLORS, AxesMixin


class CommitteeDisplay(AxesMixin):
    """Plot of the weights of the teacher and of the other members of the committee.

    Read more in the :ref:`User Guide <displays>`. Make it by `from_estimator` or
    `from_weights`.

    Parameters
    ----------
    weights : dict of str to float
        Relative weight of each member.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from skdistill.inspection import CommitteeDisplay
    >>> display = CommitteeDisplay.from_weights({"teacher": 0.7, "student": 0.3})
    >>> len(display.ax_.patches)
    2
    """

    def __init__(self, weights: dict[str, float]) -> None:
        self.weights = weights

    @classmethod
    def from_estimator(cls, model: Any, *, ax: Any = None) -> Self:
        """Plot the weights of a fitted model's committee.

        Parameters
        ----------
        model : estimator
            Distilled model, or a pipeline or search around one.
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : CommitteeDisplay

        Raises
        ------
        ValueError
            If the model has no committee.
        """
        weights = find_parts(model).committee_weights
        if not weights:
            raise ValueError(f"{type(model).__name__} has no committee_weights_.")
        return cls.from_weights(weights, ax=ax)

    @classmethod
    def from_weights(cls, weights: dict[str, float], *, ax: Any = None) -> Self:
        """Plot weights.

        Parameters
        ----------
        weights : dict of str to float
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : CommitteeDisplay
        """
        return cls(weights).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the plot.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : CommitteeDisplay
        """
        ax = self._use_axes(ax)
        names = list(self.weights)[::-1]
        shares = [100 * self.weights[name] for name in names]
        colors = [COLORS.get(name, "tab:olive") for name in names]
        bars = ax.barh(names, shares, color=colors)
        ax.bar_label(bars, [f"{share:.0f} %" for share in shares], padding=4)
        ax.set(xlabel="weight in the committee (%)", xlim=(0, 1.15 * max(shares)))
        return self
