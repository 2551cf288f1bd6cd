"""What a regressor learns about numbers: their mean, or quantiles of them.

Either makes what it needs of a teacher, a student and the members of a committee.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

from numpy.typing import ArrayLike

from skdistill.losses import PinballDistillation, SquaredErrorDistillation
from skdistill.losses._pinball import check_levels
from skdistill.students import SoftTargetRegressor
from skdistill.students._quantile_student import QuantileLearner, as_quantile_student
from skdistill.teachers._committee import SCRATCH
from skdistill.teachers._quantile_teachers import as_quantile_teacher
from skdistill.transfer._quantile_targets import read_quantiles
from skdistill.transfer._real_targets import read_numbers
from skdistill.utils._metaestimators import unwrap


class Mean:
    """The mean of one or several numbers, which all parts learn as they are."""

    takes_several_outputs = True

    def check(self, teacher: Any) -> None:
        """Refuse a list of teachers."""
        if isinstance(teacher, list):
            raise TypeError(
                "A list of regressors teaches quantiles: pass quantiles=, with a level "
                "for each of them."
            )

    def as_teacher(self, teacher: Any) -> Any:
        """Return the teacher as it is."""
        return teacher

    def as_student(self, student: Any) -> Any:
        """Return the student as it is."""
        return student

    def as_members(self, members: list) -> list:
        """Return the members of a committee as they are."""
        return members

    def loss(self, alpha: float) -> SquaredErrorDistillation:
        """Make the loss with some weight of the teacher."""
        return SquaredErrorDistillation(alpha)

    def read(self, y: ArrayLike) -> tuple:
        """Return targets, y as estimators take it, and y encoded."""
        return read_numbers(y)


class Quantiles:
    """Quantiles of one number, in a column for each.

    Parameters
    ----------
    levels : array-like of shape (n_levels,)
        As the user passed them.
    """

    takes_several_outputs = False

    def __init__(self, levels: ArrayLike) -> None:
        self.levels = levels

    @property
    def _levels(self):
        return check_levels(self.levels, "quantiles")

    def check(self, teacher: Any) -> None:
        """Refuse levels without the median."""
        levels = self._levels
        if 0.5 not in levels:
            raise ValueError(
                "quantiles must have 0.5 among them, the median that predict returns, "
                f"got {levels.tolist()}."
            )

    def as_teacher(self, teacher: Any) -> Any:
        """Wrap a teacher that tells quantiles."""
        return as_quantile_teacher(teacher, self._levels)

    def as_student(self, student: Any) -> Any:
        """Give a student of a single output one regressor for each level."""
        return as_quantile_student(student)

    def as_members(self, members: list) -> list:
        """Make the members of a committee learn quantiles of the labels.

        Parameters
        ----------
        members : list of (str, estimator)
            Students. Those that are no network must tell quantiles, as a teacher does.

        Returns
        -------
        members : list of (str, estimator)
            Without the student, if it is no network.
        """
        learners: list = []
        for name, member in members:
            is_wrapped = isinstance(member, SoftTargetRegressor)
            core = unwrap(member.estimator) if is_wrapped else member
            if hasattr(core, "fit_distill"):
                learners.append((name, QuantileLearner(member, self._levels)))
            elif name != SCRATCH:
                learners.append((name, self.as_teacher(member.estimator)))
        return learners

    def loss(self, alpha: float) -> PinballDistillation:
        """Make the loss with some weight of the teacher."""
        return PinballDistillation(self._levels, alpha)

    def read(self, y: ArrayLike) -> tuple:
        """Return targets, y as estimators take it, and y encoded."""
        return read_quantiles(y, self._levels)
