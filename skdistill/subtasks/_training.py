"""How an ensemble is fitted: generalist, subtasks, members, combination."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace
from typing import Any, NamedTuple

from numpy.typing import NDArray

from skdistill.probability import sharpen
from skdistill.subtasks._combination import Combination
from skdistill.subtasks._members import member_proba, predict_members
from skdistill.subtasks._squashing import squash
from skdistill.subtasks._subtask import Subtask, Task
from skdistill.subtasks._tuning import (
    CrossValidation,
    choose_members,
    first_member,
    make_folds,
)
from skdistill.subtasks._validation import check_predictions, check_total_weight


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

    def predict_proba(self, X: NDArray, classes: NDArray) -> NDArray:
        """Predict by all members, combined and calibrated.

        Parameters
        ----------
        X : {ndarray, sparse matrix} of shape (n_samples, n_features)
            Validated, and squashed as for the fit.
        classes : ndarray of shape (n_classes,)

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """
        general = None
        if self.generalist is not None:
            general = member_proba(self.generalist, X, classes)
        probas = predict_members(self.members, self.subtasks, X, classes, general)
        proba = check_predictions(self.combination.combine(probas, X))
        return sharpen(proba, self.inverse_temperature)


def prepare(task: Task, feature_temperature: float | None) -> Task:
    """Leave out samples without weight, and squash the features.

    Parameters
    ----------
    task : Task
    feature_temperature : float or None
        As in :func:`~skdistill.subtasks._squashing.squash`.

    Returns
    -------
    task : Task
    """
    check_total_weight(task.transfer.sample_weight)
    task = task.without_weightless()
    X = squash(task.transfer.X, feature_temperature)
    return replace(task, transfer=task.transfer.with_rows(X))


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
