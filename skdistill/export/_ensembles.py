"""What subtask ensembles consist of: their members, and the weights of these."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

import numpy as np
from numpy.typing import NDArray


def members_of(ensemble: Any) -> list[tuple[Any, Any]]:
    """The members of a subtask ensemble and their subtasks.

    Parameters
    ----------
    ensemble : SubtaskEnsembleClassifier

    Returns
    -------
    members : list of (classifier, Subtask or None)
        The generalist, which has no subtask, is the last.
    """
    members = list(zip(ensemble.estimators_, ensemble.subtasks_, strict=True))
    if ensemble.generalist_ is not None:
        members.append((ensemble.generalist_, None))
    return members


def mixture_weights(ensemble: Any) -> NDArray:
    """The weight of each member, before responsibilities.

    Parameters
    ----------
    ensemble : SubtaskEnsembleClassifier

    Returns
    -------
    weights : ndarray of shape (n_members,)
        Under a gate, members that share by responsibility have the same.
    """
    n_members = len(members_of(ensemble))
    if ensemble.gate_ is None:
        return np.full(n_members, 1 / n_members)
    weight = ensemble.generalist_weight_
    weights = np.full(n_members, 1.0 if weight is None else 1 - weight)
    if weight is not None:
        weights[-1] = weight
    return weights


def gate_weights(gate: Any) -> tuple[NDArray, NDArray]:
    """A gate as a linear softmax.

    Parameters
    ----------
    gate : Gate

    Returns
    -------
    weights : ndarray of shape (n_features, n_members)
    intercept : ndarray of shape (n_members,)
        ``softmax(X @ weights + intercept)`` are the responsibilities.
    """
    middle = gate.centers.mean(axis=0)
    away = gate.centers - middle
    offsets = 2 * away @ middle + np.square(away).sum(axis=1)
    return 2 * away.T / gate.scale, -offsets / gate.scale
