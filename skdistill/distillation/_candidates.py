"""What a search tries: students, and losses to train them with."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from skdistill.losses import DistillationLoss, SquaredErrorDistillation

# The short lists that "auto" stands for. Longer ones overfit the held-out samples.
AUTO_TEMPERATURES = (1.0, 2.0)
AUTO_ALPHAS = (0.0, 0.25, 0.5)


class Candidate(NamedTuple):
    """A student and the loss it is trained with.

    Attributes
    ----------
    student : str
        Its name.
    loss : DistillationLoss
    """

    student: str
    loss: Any

    @property
    def params(self) -> dict:
        """The values that were searched, by name."""
        return {"student": self.student, **asdict(self.loss)}


def class_losses(
    temperatures: str | Sequence[float], alphas: str | Sequence[float]
) -> list[DistillationLoss]:
    """Make all combinations of temperatures and weights of the soft targets.

    Parameters
    ----------
    temperatures, alphas : "auto" or sequence of float

    Returns
    -------
    losses : list of DistillationLoss
        With an alpha of 0 there is one loss, as no temperature is used.

    Raises
    ------
    ValueError
        If a list is empty, or a value is not in its range.

    Examples
    --------
    >>> from skdistill.distillation._candidates import class_losses
    >>> class_losses([2.0], [0.0, 0.5])
    [DistillationLoss(temperature=1.0, alpha=0.0), \
DistillationLoss(temperature=2.0, alpha=0.5)]
    """
    temperatures = read_values("temperatures", temperatures, AUTO_TEMPERATURES)
    alphas = read_values("alphas", alphas, AUTO_ALPHAS)
    losses = [
        DistillationLoss(temperature if alpha else 1.0, alpha)
        for alpha in alphas
        for temperature in temperatures
    ]
    return list(dict.fromkeys(losses))


def number_losses(alphas: str | Sequence[float]) -> list[SquaredErrorDistillation]:
    """Make a loss of each weight of the teacher's predictions.

    Parameters
    ----------
    alphas : "auto" or sequence of float

    Returns
    -------
    losses : list of SquaredErrorDistillation

    Raises
    ------
    ValueError
        If the list is empty, or a value is not in its range.
    """
    alphas = read_values("alphas", alphas, AUTO_ALPHAS)
    return list(dict.fromkeys(SquaredErrorDistillation(alpha) for alpha in alphas))


def read_values(name: str, values: Any, auto: Sequence[float]) -> list[float]:
    """Read a list of numbers, or what "auto" stands for.

    Parameters
    ----------
    name : str
        Of the parameter.
    values : "auto" or array-like of shape (n_values,)
    auto : sequence of float

    Returns
    -------
    values : list of float

    Raises
    ------
    ValueError
        If the list is empty, or is no list of numbers. The message names it.
    """
    if isinstance(values, str) and values == "auto":
        return list(auto)
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if numbers.ndim != 1 or not numbers.size:
        raise ValueError(f'{name} must be "auto" or a list of numbers, got {values!r}.')
    return numbers.tolist()


def read_students(students: Any) -> list[tuple[str, Any]]:
    """Check a list of named students.

    Parameters
    ----------
    students : list of (str, estimator)

    Returns
    -------
    students : list of (str, estimator)

    Raises
    ------
    ValueError
        If it is empty, or holds anything else, or a name twice.
    """
    pairs = [pair for pair in students if isinstance(pair, tuple) and len(pair) == 2]
    names = {name for name, _ in pairs if isinstance(name, str)}
    if (
        not pairs
        or len(names) < len(students)
        or not all(hasattr(student, "fit") for _, student in pairs)
    ):
        raise ValueError(
            "students must be a list of (name, estimator), with different names, got "
            f"{students!r}."
        )
    return pairs


def one_pass_each(losses: Sequence[Any]) -> Iterator[list]:
    """Group losses whose students learn from the same samples and predictions.

    Those of both labels and teacher are the first: if the time is up after one group,
    it is the one of the default loss.

    Parameters
    ----------
    losses : sequence of DistillationLoss

    Yields
    ------
    losses : list of DistillationLoss
        All those with an alpha of 0, or of 1, or of some value in between.
    """
    for _, group in groupby(sorted(losses, key=_teaching), key=_teaching):
        yield list(group)


def _teaching(loss):
    """-1 for labels and teacher, 0 for the labels alone, 1 for the teacher alone."""
    return loss.alpha if loss.alpha in (0, 1) else -1
