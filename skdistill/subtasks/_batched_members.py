"""Members that are logistic regressions, all fitted at once."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from copy import copy
from dataclasses import replace

import numpy as np
from scipy.sparse import issparse
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.utils import gen_batches

from skdistill.students import SoftTargetClassifier
from skdistill.subtasks._batched_logistic import fit_logistic_regressions, is_worthwhile

# With any values of these, Newton's method finds the same as scikit-learn's solver.
FREE_PARAMETERS = {"C", "tol", "max_iter", "n_jobs", "random_state", "verbose"}

# Numbers of a stack of samples that Newton's method works on at a time.
MAX_BATCH_NUMBERS = 2**22


def is_plain_logistic(estimator):
    """Whether an estimator is a logistic regression that Newton's method can fit.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    plain : bool
    """
    if type(estimator) is not LogisticRegression:
        return False
    usual = LogisticRegression().get_params()
    params = estimator.get_params()
    return all(params[name] == usual[name] for name in usual.keys() - FREE_PARAMETERS)


def constant_member(transfer):
    """Make the member of a subtask that has one class only.

    Parameters
    ----------
    transfer : TransferSet

    Returns
    -------
    member : DummyClassifier
    """
    constant = DummyClassifier(strategy="prior")
    return constant.fit(transfer.X, transfer.most_likely_labels())


def fit_batched_members(estimator, task, subtasks):
    """Fit logistic regressions by Newton's method, where that pays.

    Parameters
    ----------
    estimator : LogisticRegression
        For which :func:`is_plain_logistic` is true.
    task : Task
    subtasks : list of Subtask

    Returns
    -------
    members : list of classifiers or None
        As if each had been fitted alone. None: it does not pay.
    """
    transfer = task.transfer
    n_samples, n_features = transfer.X.shape
    if issparse(transfer.X):
        if n_samples * n_features > MAX_BATCH_NUMBERS:
            return None
        task = replace(task, transfer=transfer.with_rows(transfer.X.toarray()))
    members: list = []
    largest = max(
        n_samples if part.samples is None else len(part.samples) for part in subtasks
    )
    batch_size = max(1, MAX_BATCH_NUMBERS // (largest * n_features))
    for batch in gen_batches(len(subtasks), batch_size):
        # A clone for each would take longer than all the arithmetic.
        some = [copy(estimator) for _ in subtasks[batch]]
        parts = [task.restrict(subtask) for subtask in subtasks[batch]]
        if not _solve(some, parts):
            return None
        members += map(_as_fitted, some, parts)
    return members


def _solve(members, tasks):
    """Solve logistic regressions in stacks; whether that could be done."""
    weighted = [task.weighted_targets() for task in tasks]
    # Those with the same classes and number of features make a stack.
    stacks: dict[tuple, list[int]] = {}
    for index, (targets, weights) in enumerate(weighted):
        present = tuple(np.flatnonzero(weights @ targets))
        n_features = tasks[index].transfer.X.shape[1]
        stacks.setdefault((n_features, present), []).append(index)
    for (n_features, present), stack in stacks.items():
        if len(present) == 1:
            continue
        X = [tasks[index].transfer.X for index in stack]
        if not is_worthwhile(max(map(len, X)), n_features, len(present)):
            return False
        shared = all(part is X[0] for part in X)
        try:
            solutions = fit_logistic_regressions(
                X[0].astype(np.float64, copy=False) if shared else _padded(X),
                _padded([weighted[index][0][:, present] for index in stack]),
                _padded([weighted[index][1] for index in stack]),
                np.array([members[index].C for index in stack]),
            )
        except np.linalg.LinAlgError:
            return False
        for index, coef, intercept, n_iter in zip(stack, *solutions, strict=True):
            member = members[index]
            member.classes_ = tasks[index].transfer.classes[list(present)]
            member.coef_, member.intercept_ = coef.copy(), intercept.copy()
            member.n_iter_ = np.array([n_iter])
            member.n_features_in_ = n_features
    return True


def _padded(parts):
    """Stack arrays of unequal lengths, filled up with zeros."""
    stack = np.zeros((len(parts), max(map(len, parts)), *parts[0].shape[1:]))
    for row, part in zip(stack, parts, strict=True):
        row[: len(part)] = part
    return stack


def _as_fitted(member, task):
    """Make of a solved regression what a fit of the member alone gives."""
    transfer = task.transfer
    if not hasattr(member, "coef_"):
        return constant_member(transfer)
    if task.only_labels:
        return member
    return SoftTargetClassifier.from_fitted(
        member, transfer.classes, task.loss.temperature
    )
