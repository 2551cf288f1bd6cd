"""Members of an ensemble: fitted in parallel or all at once, and their predictions."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone, is_regressor
from sklearn.utils import check_random_state
from sklearn.utils.validation import has_fit_parameter

from skdistill.probability import soften
from skdistill.students import SoftTargetClassifier
from skdistill.students._soft_target import as_student
from skdistill.subtasks._batched_members import (
    constant_member,
    fit_batched_members,
    is_plain_logistic,
)
from skdistill.subtasks._subtask import split_other_classes
from skdistill.transfer._responses import align_columns, classifier_logits
from skdistill.utils._callbacks import fit_task
from skdistill.utils._metaestimators import MAX_SEED, set_random_states
from skdistill.utils._parallel import call_each


class MemberFitter(NamedTuple):
    """What fits members, time after time.

    Parameters
    ----------
    n_jobs : int or None
        Members to fit at a time.
    random_state : RandomState
        Seeds the members, before any of them is sent elsewhere.
    owner : estimator, default=None
        The ensemble, whose callbacks are told of each time.
    """

    n_jobs: int | None
    random_state: np.random.RandomState
    owner: Any = None

    def fit(self, estimator, task, subtasks):
        """Fit a clone of a classifier to each subtask.

        Parameters
        ----------
        estimator : classifier
        task : Task
        subtasks : list of Subtask

        Returns
        -------
        members : list of classifiers
            With `classes_` among those of their subtasks.
        """
        with fit_task(self.owner, f"{len(subtasks)} members"):
            return self._fit(estimator, task, subtasks)

    def _fit(self, estimator, task, subtasks):
        # Drawn even where nothing needs it: what follows is the same by any solver.
        seeds = check_random_state(self.random_state.randint(MAX_SEED))
        if is_plain_logistic(estimator) and not task.fit_params:
            solved = fit_batched_members(clone(estimator), task, subtasks)
            if solved is not None:
                return solved
        members = [clone(estimator) for _ in subtasks]
        for member in members:
            set_random_states(member, seeds)
        calls = (
            (member, task, subtask)
            for member, subtask in zip(members, subtasks, strict=True)
        )
        return call_each(_fit_member, calls, self.n_jobs)


def _fit_member(member, task, subtask):
    """Fit one classifier, to labels where there is nothing else to learn from."""
    task = task.restrict(subtask)
    transfer, params = task.transfer, task.fit_params
    X, weights = transfer.X, transfer.sample_weight
    targets, totals = task.weighted_targets()
    if np.count_nonzero(totals @ targets) == 1:
        return constant_member(transfer)
    if task.only_labels and not is_regressor(member):
        labels = transfer.classes[transfer.y]
        if weights is None:
            return member.fit(X, labels, **params)
        if has_fit_parameter(member, "sample_weight"):
            return member.fit(X, labels, sample_weight=weights, **params)
    if params:
        raise ValueError(
            f"{sorted(params)} cannot be passed on to members that learn from "
            "probabilities, or from weighted samples in a pipeline."
        )
    return as_student(member, SoftTargetClassifier).fit_distill(transfer, task.loss)


def predict_members(members, subtasks, X, classes, generalist_proba=None):
    """Predict probabilities of all classes by each fitted member.

    Parameters
    ----------
    members : list of classifiers
    subtasks : list of Subtask
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    classes : ndarray of shape (n_classes,)
    generalist_proba : ndarray of shape (n_samples, n_classes), default=None
        Probabilities of the generalist.

    Returns
    -------
    probas : ndarray of shape (n_members, n_samples, n_classes)
        The generalist's are the last.
    """
    probas = []
    for member, subtask in zip(members, subtasks, strict=True):
        part = X if subtask.features is None else X[:, subtask.features]
        if subtask.classes is None:
            probas.append(member_proba(member, part, classes))
        else:
            known = np.arange(min(len(subtask.classes) + 1, len(classes)))
            proba = member_proba(member, part, known)
            probas.append(split_other_classes(proba, subtask.classes, generalist_proba))
    return np.stack(probas if generalist_proba is None else [*probas, generalist_proba])


def member_proba(member, X, classes):
    """Predict probabilities by a fitted classifier, with a column for each class."""
    if hasattr(member, "predict_proba"):
        return align_columns(member.predict_proba(X), member.classes_, classes)
    return soften(classifier_logits(member, X, classes))
