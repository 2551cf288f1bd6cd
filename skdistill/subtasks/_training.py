"""How an ensemble is fitted: generalist, subtasks, members, combination."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, NamedTuple

from skdistill.subtasks._combination import Combination
from skdistill.subtasks._subtask import Subtask
from skdistill.subtasks._tuning import (
    CrossValidation,
    choose_members,
    first_member,
    make_folds,
)


class FittedParts(NamedTuple):
    """What an ensemble is made of.

    Attributes
    ----------
    generalist : classifier or None
    subtasks : list of Subtask
    members : list of classifiers
    combination : Combination
    inverse_temperature : float
    """

    generalist: Any
    subtasks: list[Subtask]
    members: list[Any]
    combination: Combination
    inverse_temperature: float


def fit_parts(task, estimator, partition, combination, fitter):
    """Fit the generalist, split the task, fit the members and what combines them.

    Parameters
    ----------
    task : Task
    estimator : classifier or None
        The members are clones of it. None: logistic regressions, to be tuned.
    partition : Partition
    combination : Combination
        Not fitted.
    fitter : MemberFitter
        Its random state also draws folds and subtasks.

    Returns
    -------
    parts : FittedParts
    """
    folds = []
    if estimator is None or combination.needs_folds:
        folds = make_folds(task, fitter.random_state)
    validation = CrossValidation(task, folds, fitter)
    generalist = of_generalist = None
    if partition.has_generalist:
        generalist, of_generalist = fit_generalist(validation, estimator)
    subtasks, assigned = partition.split(task, generalist, fitter.random_state)
    X, has_generalist = task.transfer.X, partition.has_generalist
    combination = combination.place(X, assigned, has_generalist)
    ways = [candidate.combine for candidate in combination.candidates()]
    choice = choose_members(validation, estimator, subtasks, ways, of_generalist)
    members = fitter.fit(choice.estimator, task, subtasks)
    fitted, inverse_temperature = combination.finish(choice, validation)
    # A student keeps nothing of the samples that it learned from.
    subtasks = [subtask.without_samples() for subtask in subtasks]
    return FittedParts(generalist, subtasks, members, fitted, inverse_temperature)


def fit_generalist(validation, estimator):
    """Choose and fit the member of all samples.

    Parameters
    ----------
    validation : CrossValidation
    estimator : classifier or None
        As in :func:`fit_parts`.

    Returns
    -------
    generalist : classifier
    choice : Choice
        What was chosen for it.
    """
    whole = [Subtask()]
    choice = choose_members(validation, estimator, whole, [first_member])
    (generalist,) = validation.fitter.fit(choice.estimator, validation.task, whole)
    return generalist, choice
