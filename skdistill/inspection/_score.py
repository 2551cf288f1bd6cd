"""Score: what a figure of a report is called, and which direction is better."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """A score of a report.

    Attributes
    ----------
    title : str
        As the heading of a column.
    greater_is_better : bool
    percent : bool
        Whether differences are read in points of a percentage.
    with_teacher : bool
        Whether it compares predictions with the teacher's, and not with the truth.
    """

    title: str
    greater_is_better: bool = True
    percent: bool = False
    with_teacher: bool = False
