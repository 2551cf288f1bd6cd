"""Readers of this package's own estimators."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np

from skdistill.export._graph import (
    BlockMean,
    Dense,
    Encoded,
    Foreign,
    Mean,
    Mixture,
    Normalized,
    Numbers,
    PiecewiseLinear,
    Power,
    Table,
    TableColumn,
)
from skdistill.export._registry import aligned, both_classes, read, reads

# Below this, SoftTargetClassifier takes no prediction of a regressor for a probability.
LEAST_REGRESSED = 1e-3


@reads("skdistill.SoftmaxMLPClassifier")
def _read_network(network, source):
    if network._features.piecewise is not None:
        source = PiecewiseLinear(source, *network._features.piecewise)
    coefs = [weights.reshape(-1, *weights.shape[-2:]) for weights in network.coefs_]
    n_networks = len(coefs[0])
    intercepts = [values.reshape(n_networks, -1) for values in network.intercepts_]
    activations = [*[network.activation] * (len(coefs) - 1), "softmax"]
    for layer in zip(coefs, intercepts, activations, strict=True):
        source = Dense(source, *layer)
    return source if n_networks == 1 else BlockMean(source, n_networks)


@reads("skdistill.TableEncoder")
def _read_encoder(encoder, source):
    if type(source) is not Numbers:
        return Foreign(source, encoder)  # nothing is known of what comes before it
    columns = tuple(
        TableColumn(
            kind,
            parts=getattr(column, "parts", ()),
            codes=getattr(column, "codes", {}),
            missing=getattr(column, "missing", 0),
            rare=getattr(column, "rare", 0),
        )
        for kind, column in zip(encoder.kinds_.values(), encoder.encoders_, strict=True)
    )
    layout = encoder.layout_
    n_inputs = len(layout.fills) + len(layout.n_codes)
    return Encoded(Table(n_inputs, columns, encoder), layout)


@reads("skdistill.TabularMLPClassifier")
def _read_tabular(student, source):
    return read(student.network_, read(student.encoder_, source))


@reads("skdistill.DistilledClassifier", "skdistill.BornAgainClassifier")
def _read_student(distilled, source):
    return read(distilled.student_, source)


@reads("skdistill.SoftTargetClassifier")
def _read_wrapped(student, source):
    proba = read(student.estimator_, source)
    if student.strategy_ == "regression":
        proba = Normalized(both_classes(proba), LEAST_REGRESSED)
    else:
        proba = aligned(proba, student.estimator_.classes_, student.classes_)
    return _to_the(student.temperature_, proba)


def _to_the(exponent, proba):
    """A power of probabilities; the very node that is given for an exponent of one."""
    return proba if exponent == 1 else Power(proba, float(exponent))


@reads("skdistill.SubtaskEnsembleClassifier")
def _read_ensemble(ensemble, source):
    is_partial = any(subtask.classes is not None for subtask in ensemble.subtasks_)
    is_known = ensemble.combine in ("gate", "mean") and not is_partial
    if not is_known or ensemble.feature_temperature is not None:
        raise TypeError(
            f"{ensemble!r} cannot be exported: of subtask ensembles those can that "
            "combine by 'gate' or 'mean', and split no classes and squash no features."
        )
    proba = _combined(ensemble, source)
    if ensemble.hard_label_ensemble_ is None:
        return proba
    second = _combined(ensemble.hard_label_ensemble_, source)
    return Mean((proba, second), np.full(2, 0.5))


def _combined(ensemble, source):
    """The combination of an ensemble's members."""
    temperature, gate = ensemble.temperature_, ensemble.gate_
    members = list(ensemble.estimators_)
    inputs = [_chosen(source, subtask.features) for subtask in ensemble.subtasks_]
    if ensemble.generalist_ is not None:
        members.append(ensemble.generalist_)
        inputs.append(source)
    softened = tuple(
        _to_the(
            1 / temperature,
            aligned(read(member, numbers), member.classes_, ensemble.classes_),
        )
        for member, numbers in zip(members, inputs, strict=True)
    )
    if gate is None:
        mean = Mean(softened, np.full(len(members), 1 / len(members)))
    else:
        shares = _responsibilities(gate, ensemble.generalist_weight_, source)
        mean = Mixture(shares, softened)
    return _to_the(ensemble.inverse_temperature_, _to_the(temperature, mean))


def _chosen(source, features):
    """Some of the features, or all."""
    if features is None:
        return source
    weights = np.eye(source.size)[:, features]
    return Dense(source, weights[None], np.zeros((1, len(features))), "identity")


def _responsibilities(gate, generalist_weight, source):
    """Weights of the members, and of the generalist as the last, for each sample."""
    middle = gate.centers.mean(axis=0)
    away = gate.centers - middle
    offsets = 2 * away @ middle + np.square(away).sum(axis=1)
    weights, intercept = 2 * away.T / gate.scale, -offsets / gate.scale
    shares = Dense(source, weights[None], intercept[None], "softmax")
    if generalist_weight is None:
        return shares
    n_members = len(away)
    rest = (1 - generalist_weight) * np.eye(n_members, n_members + 1)
    general = generalist_weight * np.eye(1, n_members + 1, n_members)
    return Dense(shares, rest[None], general, "identity")
