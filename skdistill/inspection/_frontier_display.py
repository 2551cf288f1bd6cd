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


# Students are told apart by these as well as by colors.
MARKERS = "osD^vP*X"


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
    errorbars_ : list of matplotlib ErrorbarContainer
        The students, with standard errors.
    legend_ : matplotlib Legend
        Their names. That of the chosen one is bold.
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
        from matplotlib.ticker import LogLocator, NullFormatter

        ax = self._use_axes(ax)
        scale, label = COSTS[cost]
        points = self.frontier.points
        costs = scale * np.array([getattr(point, cost) for point in points])
        scores = np.array([point.score for point in points])
        best = efficient(scores, costs)
        order = np.argsort(costs[best])
        (self.line_,) = ax.plot(
            costs[best][order], scores[best][order], "--", color="gray", zorder=0
        )
        self.errorbars_ = [
            ax.errorbar(
                x,
                y,
                point.standard_error,
                fmt=MARKERS[i % len(MARKERS)],
                color=f"C{i}",
                capsize=2,
                label=point.student,
            )
            for i, (point, x, y) in enumerate(zip(points, costs, scores, strict=True))
        ]
        # Names next to the points would hide each other: good students are neighbors.
        self.legend_ = ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
        for text, point in zip(self.legend_.get_texts(), points, strict=True):
            text.set_fontweight("bold" if point.is_chosen else "normal")
        ax.set(xscale="log", xlabel=label, ylabel=self.frontier.scoring)
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter("{x:g}")
        ax.xaxis.set_minor_formatter(NullFormatter())
        return self
