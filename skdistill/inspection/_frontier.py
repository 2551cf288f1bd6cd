"""The frontier: how good students are, and what they cost."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class FrontierPoint:
    """One student of a search, with the loss that suits it best.

    Read more in the :ref:`User Guide <choosing>`.

    Attributes
    ----------
    student : str
        Its name.
    params : dict of str to float
        The best parameters of its loss.
    score, standard_error : float
        Mean score over the splits, and its standard error.
    latency, batch_latency : float
        Seconds for one sample, and for 10,000.
    n_bytes : float
        Size of its joblib file.
    is_efficient : bool
        Whether no student is both better and faster: it is on the frontier.
    is_chosen : bool
        Whether the search chose it.
    """

    student: str
    params: dict
    score: float
    standard_error: float
    latency: float
    batch_latency: float
    n_bytes: float
    is_efficient: bool
    is_chosen: bool


@dataclass(frozen=True)
class Frontier:
    """What a search saw: each student, how good it is, and what it costs.

    Print it to read it. Read more in the :ref:`User Guide <choosing>`.

    Attributes
    ----------
    points : tuple of FrontierPoint
        From the fastest student to the slowest.
    scoring : str
        Name of the score; the higher the better.
    hard_label_score, distilled_score : float or None
        Mean score of the chosen student, trained on the labels alone, and that with the
        best other loss. None where there was none.
    """

    points: tuple[FrontierPoint, ...]
    scoring: str
    hard_label_score: float | None = None
    distilled_score: float | None = None

    @property
    def chosen(self) -> FrontierPoint:
        """The student that the search chose."""
        (point,) = (point for point in self.points if point.is_chosen)
        return point

    def __str__(self) -> str:
        head = f"{'':2}{'student':<20}{self.scoring:>14}{'+/-':>9}"
        lines = [f"{head}{'us':>10}{'ms/10,000':>11}{'bytes':>11}"]
        for point in self.points:
            mark = "->" if point.is_chosen else "* " if point.is_efficient else "  "
            lines.append(
                f"{mark}{point.student:<20}{point.score:14.4f}"
                f"{point.standard_error:9.4f}{point.latency * 1e6:10.1f}"
                f"{point.batch_latency * 1e3:11.2f}{point.n_bytes:11,.0f}"
            )
        return "\n".join(
            [
                *lines,
                "-> is the chosen student; to those with * none is both better and "
                "faster.",
                self._verdict(),
            ]
        )

    def _verdict(self):
        params, others = self.chosen.params, self.hard_label_score
        if params.get("alpha") == 0:
            verdict = (
                "Distillation does not help here: the chosen student learns best from "
                "the labels alone"
            )
            others, how = self.distilled_score, "distilled"
        else:
            loss = ", ".join(f"{name}={value:g}" for name, value in params.items())
            verdict, how = f"It learns best with {loss}", "from the labels alone"
        if others is None:
            return f"{verdict}."
        return f"{verdict}; {how} it scores {others:.4f}."


def efficient(scores: NDArray, costs: NDArray) -> NDArray:
    """Find what is on the frontier of score and cost.

    Parameters
    ----------
    scores : ndarray of shape (n_students,)
        The higher the better.
    costs : ndarray of shape (n_students,)
        The lower the better.

    Returns
    -------
    efficient : ndarray of bool of shape (n_students,)
        Whether no other student is better in one and at least as good in the other.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.inspection._frontier import efficient
    >>> efficient(np.array([0.9, 0.8, 0.7]), np.array([3.0, 1.0, 2.0]))
    array([ True,  True, False])
    """
    as_good = scores[:, None] >= scores
    as_cheap = costs[:, None] <= costs
    better = (scores[:, None] > scores) | (costs[:, None] < costs)
    return np.logical_not((as_good & as_cheap & better).any(axis=0))
