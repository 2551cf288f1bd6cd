"""FrontierDisplay: the scores of students against what they cost."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, Self

import numpy as np

from skdistill.inspection._frontier import Frontier, efficient
from skdistill.inspection._plotting import AxesMixin

# Factors and labels of what students cost.
COSTS = {
    "latency": (1e6, "Microseconds for one sample"),
    "batch_latency": (1e3, "Milliseconds for 10,000 samples"),
    "n_bytes": (1e-3, "Kilobytes"),
}


class FrontierDisplay(AxesMixin):
    """Frontier of a search: the score of each student against what it costs.

    Make it by :meth:`from_estimator`.

    Read more in the :ref:`User Guide <choosing>`.

    Parameters
    ----------
    frontier : Frontier

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes of the plot.
    figure_ : matplotlib Figure
        The figure that has them.
    errorbar_ : matplotlib ErrorbarContainer
        The students, with standard errors.
    line_ : matplotlib Line2D
        The frontier: to these students none is both better and cheaper.

    See Also
    --------
    skdistill.DistilledClassifierCV : Searches temperature, alpha and student.
    """

    def __init__(self, frontier: Frontier) -> None:
        self.frontier = frontier

    @classmethod
    def from_estimator(
        cls, estimator: Any, *, cost: str = "latency", ax: Any = None
    ) -> Self:
        """Plot the frontier of a fitted search.

        Parameters
        ----------
        estimator : DistilledClassifierCV
            Fitted.
        cost : {"latency", "batch_latency", "n_bytes"}, default="latency"
            What to plot the score against.
        ax : matplotlib Axes, default=None
            Where to plot. None: on new axes.

        Returns
        -------
        display : FrontierDisplay
        """
        return cls(estimator.frontier_).plot(ax, cost=cost)

    def plot(self, ax: Any = None, *, cost: str = "latency") -> Self:
        """Plot it.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to plot. None: on new axes.
        cost : {"latency", "batch_latency", "n_bytes"}, default="latency"
            What to plot the score against.

        Returns
        -------
        display : FrontierDisplay
            This one.
        """
        ax = self._use_axes(ax)
        scale, label = COSTS[cost]
        points = self.frontier.points
        costs = scale * np.array([getattr(point, cost) for point in points])
        scores = np.array([point.score for point in points])
        errors = [point.standard_error for point in points]
        self.errorbar_ = ax.errorbar(costs, scores, errors, fmt="o", capsize=2)
        for point, x, y in zip(points, costs, scores, strict=True):
            ax.annotate(
                point.student,
                (x, y),
                xytext=(5, 5),
                textcoords="offset points",
                fontweight="bold" if point.is_chosen else "normal",
            )
        best = efficient(scores, costs)
        order = np.argsort(costs[best])
        (self.line_,) = ax.plot(costs[best][order], scores[best][order], "--", zorder=0)
        ax.set(xscale="log", xlabel=label, ylabel=self.frontier.scoring)
        return self
