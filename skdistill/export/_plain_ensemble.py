"""Subtask ensembles as pipelines of scikit-learn's own estimators.

Members' probabilities are multiplied by responsibilities as logarithms are added. So
all there is to do is linear, but for logarithms, exponentials and softmax in between.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from skdistill.export._ensembles import gate_weights, members_of, mixture_weights
from skdistill.export._plain_parts import (
    chain,
    checked,
    chosen,
    function,
    linear,
    logarithms,
    probabilities,
    raised,
    side_by_side,
    softmax,
    squashed,
)
from skdistill.export._wrapped import as_plain
from skdistill.utils._voting import as_voting_classifier

# To this power, probabilities are votes. Of equal ones the first is the larger then.
VOTE, TIE = 1e12, 50

# Below this, the stacker of an ensemble tells probabilities not apart.
LEAST_STACKED = 1e-3


def plain_ensemble(ensemble: Any) -> Pipeline:
    """Make a pipeline that predicts as a subtask ensemble does.

    Parameters
    ----------
    ensemble : SubtaskEnsembleClassifier
        Fitted.

    Returns
    -------
    classifier : Pipeline

    Raises
    ------
    TypeError
        If a member has no equal in scikit-learn, or no probabilities.
    """
    combined = [_combined(ensemble)]
    if ensemble.hard_label_ensemble_ is not None:
        combined.append(_combined(ensemble.hard_label_ensemble_))
    classifier = combined[0]
    if len(combined) > 1:
        classifier = as_voting_classifier(combined, ensemble.classes_)
    temperature = ensemble.feature_temperature
    parts = [checked(ensemble)]
    if temperature is not None:
        parts += squashed(ensemble.n_features_in_, temperature)
    return chain(*parts, classifier)


def _combined(ensemble: Any) -> BaseEstimator:
    """What an ensemble makes of its members' probabilities."""
    proba, classes = _member_probabilities(ensemble), ensemble.classes_
    n_classes, n_members = len(classes), len(members_of(ensemble))
    size = n_members * n_classes
    if ensemble.combine == "stack":
        stacker = as_plain(ensemble.stacker_)
        stacked = chain(proba, *logarithms(size, LEAST_STACKED), stacker)
        power = ensemble.inverse_temperature_
        return stacked if power == 1 else raised(stacked, power)
    parts = [proba]
    if ensemble.gate_ is not None and len(ensemble.gate_.centers) > 1:
        parts = _weighted(proba, ensemble.gate_, n_members, n_classes)
    weights = mixture_weights(ensemble)
    mean = linear(np.kron(weights[:, None], np.eye(n_classes)))
    power = ensemble.temperature_ * ensemble.inverse_temperature_
    final = softmax(power * np.eye(n_classes), classes)
    return chain(*parts, mean, *logarithms(n_classes), final)


def _weighted(proba, gate, n_members, n_classes):
    """Parts that multiply members' probabilities by responsibilities."""
    weights, intercept = gate_weights(gate)
    n_gated = len(gate.centers)
    size = n_members * n_classes
    shares = probabilities(softmax(weights, np.arange(n_gated), intercept))
    of_members = np.kron(np.eye(n_gated, n_members), np.ones(n_classes))
    products = linear(np.vstack([np.eye(size), of_members]))
    both = side_by_side(proba, shares)
    return [both, *logarithms(size + n_gated), products, function(np.exp)]


def _member_probabilities(ensemble: Any) -> Pipeline:
    """A transformer that returns the probabilities of all classes by each member."""
    members, classes = members_of(ensemble), ensemble.classes_
    n_classes, n_features = len(classes), ensemble.n_features_in_
    parts: list[BaseEstimator] = []
    for member, subtask in members:
        if not hasattr(member, "predict_proba"):
            raise TypeError(f"to_sklearn: {member!r}, a member, has no probabilities.")
        part = probabilities(as_plain(member))
        if subtask is not None and subtask.features is not None:
            part = chain(chosen(subtask.features, n_features), part)
        parts.append(part)
    placed = [_places(member, subtask, classes) for member, subtask in members]
    steps = [side_by_side(*parts), linear(block_diag(*placed))]
    others = np.array([_others(subtask, n_classes) for _, subtask in members])
    if others.any():
        steps += _split_others(others)
    if ensemble.combine == "vote":
        steps += _raise_each(classes, len(members), VOTE, -TIE * np.arange(n_classes))
    elif ensemble.combine != "stack" and ensemble.temperature_ != 1:
        steps += _raise_each(classes, len(members), 1 / ensemble.temperature_)
    return chain(*steps)


def _raise_each(classes, n_members, power, preference=0.0):
    """Transformers that raise each member's probabilities to a power, and normalize."""
    size = n_members * len(classes)
    each = np.split(power * np.eye(size), n_members, axis=1)
    raised = [probabilities(softmax(w, classes, preference)) for w in each]
    return [*logarithms(size), side_by_side(*raised)]


def _others(subtask, n_classes):
    """Which classes a member takes for one."""
    if subtask is None or subtask.classes is None:
        return np.zeros(n_classes, bool)
    return ~np.isin(np.arange(n_classes), subtask.classes)


def _places(member: Any, subtask: Any, classes: NDArray) -> NDArray:
    """The classes that a member's probabilities are of: one each, or all others."""
    if subtask is None or subtask.classes is None:
        return (member.classes_[:, None] == classes).astype(float)
    n_classes = len(classes)
    own = np.eye(n_classes)[subtask.classes]
    return np.vstack([own, _others(subtask, n_classes)])[member.classes_]


def _split_others(others: NDArray) -> list[BaseEstimator]:
    """Transformers that split the probability of other classes as the generalist does.

    Parameters
    ----------
    others : ndarray of shape (n_members, n_classes)
        Which classes each member takes for one. The last is the generalist.

    Returns
    -------
    parts : list of transformer
        They take the probabilities of all members.
    """
    n_members, n_classes = others.shape
    size = others.size
    generalist = np.arange(size - n_classes, size)
    sums = np.zeros((size, n_members))
    sums[generalist] = others.T
    own, of_generalist = np.eye(size), np.zeros((size, size))
    cells = np.flatnonzero(others)
    of_generalist[generalist[cells % n_classes], cells] = 1
    minus_sums = np.zeros((n_members, size))
    minus_sums[cells // n_classes, cells] = -1
    return [
        linear(np.hstack([own, sums])),
        *logarithms(size + n_members),
        linear(np.vstack([own + of_generalist, minus_sums])),
        function(np.exp),
    ]
