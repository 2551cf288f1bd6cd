"""Readers of this package's own estimators."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np

from skdistill.export._ensembles import gate_weights, members_of, mixture_weights
from skdistill.export._graph import (
    BlockMean,
    Dense,
    Encoded,
    Foreign,
    Joined,
    Logarithm,
    Mean,
    Mixture,
    Normalized,
    Numbers,
    PiecewiseLinear,
    Placed,
    Power,
    Squashed,
    Table,
    TableColumn,
    Votes,
)
from skdistill.export._registry import aligned, both_classes, read, reads

# Lower predictions of regressors, and of members that are stacked, are raised to this.
LEAST_PREDICTED = 1e-3


@reads("skdistill.SoftmaxMLPClassifier", "skdistill.SquaredErrorMLPRegressor")
def _read_network(network, source):
    if network._features.piecewise is not None:
        source = PiecewiseLinear(source, *network._features.piecewise)
    coefs = [weights.reshape(-1, *weights.shape[-2:]) for weights in network.coefs_]
    n_networks = len(coefs[0])
    intercepts = [values.reshape(n_networks, -1) for values in network.intercepts_]
    activations = [*[network.activation] * (len(coefs) - 1), network.out_activation_]
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


@reads("skdistill.TabularMLPClassifier", "skdistill.TabularMLPRegressor")
def _read_tabular(student, source):
    return read(student.network_, read(student.encoder_, source))


@reads("skdistill.DistilledClassifier", "skdistill.DistilledRegressor")
@reads("skdistill.DistilledClassifierCV", "skdistill.DistilledRegressorCV")
@reads("skdistill.BornAgainClassifier")
def _read_student(distilled, source):
    return read(distilled.student_, source)


@reads("skdistill.SoftTargetClassifier")
def _read_wrapped(student, source):
    proba = read(student.estimator_, source)
    if student.strategy_ == "regression":
        proba = Normalized(both_classes(proba), LEAST_PREDICTED)
    else:
        proba = aligned(proba, student.estimator_.classes_, student.classes_)
    return _to_the(student.temperature_, proba)


@reads("skdistill.SoftTargetRegressor")
def _read_wrapped_regressor(student, source):
    return read(student.estimator_, source)


def _to_the(exponent, proba):
    """A power of probabilities; the very node that is given for an exponent of one."""
    return proba if exponent == 1 else Power(proba, float(exponent))


@reads("skdistill.SubtaskEnsembleClassifier")
def _read_ensemble(ensemble, source):
    if ensemble.feature_temperature is not None:
        source = Squashed(source, float(ensemble.feature_temperature))
    proba = _combined(ensemble, source)
    if ensemble.hard_label_ensemble_ is None:
        return proba
    second = _combined(ensemble.hard_label_ensemble_, source)
    return Mean((proba, second), np.full(2, 0.5))


def _combined(ensemble, source):
    """What an ensemble makes of its members' probabilities."""
    probas = _member_probabilities(ensemble, source)
    temperature = ensemble.temperature_
    if ensemble.combine == "stack":
        logits = Joined(tuple(Logarithm(proba, LEAST_PREDICTED) for proba in probas))
        stacker = ensemble.stacker_
        combined = aligned(read(stacker, logits), stacker.classes_, ensemble.classes_)
    elif ensemble.combine == "vote":
        votes = tuple(Votes(proba) for proba in probas)
        combined = _to_the(temperature, Mean(votes, mixture_weights(ensemble)))
    else:
        softened = tuple(_to_the(1 / temperature, proba) for proba in probas)
        combined = _to_the(temperature, _mean(ensemble, softened, source))
    return _to_the(ensemble.inverse_temperature_, combined)


def _mean(ensemble, probas, source):
    """The mean over members, weighted by responsibilities where there is a gate."""
    weights = mixture_weights(ensemble)
    if ensemble.gate_ is None:
        return Mean(probas, weights)
    of_gate, intercept = gate_weights(ensemble.gate_)
    shares = Dense(source, of_gate[None], intercept[None], "softmax")
    n_gated, n_members = shares.size, len(probas)
    # The generalist's weight is the same for all samples.
    scaled = (np.eye(n_gated, n_members) * weights)[None]
    rest = np.where(np.arange(n_members) < n_gated, 0.0, weights)[None]
    return Mixture(Dense(shares, scaled, rest, "identity"), probas)


def _member_probabilities(ensemble, source):
    """The probabilities of all classes by each member, the generalist's last."""
    members, classes = members_of(ensemble), ensemble.classes_
    general = None
    if ensemble.generalist_ is not None:
        general = _of_member(ensemble.generalist_, source, classes)
    probas = []
    for member, subtask in members:
        if subtask is None:
            probas.append(general)
            continue
        numbers = _chosen(source, subtask.features)
        if subtask.classes is None:
            probas.append(_of_member(member, numbers, classes))
        else:
            known = np.arange(min(len(subtask.classes) + 1, len(classes)))
            proba = _of_member(member, numbers, known)
            probas.append(_split_others(proba, subtask.classes, general))
    return tuple(probas)


def _of_member(member, source, classes):
    return aligned(read(member, source), member.classes_, classes)


def _split_others(proba, classes, general):
    """The last probability, of all other classes, split as the generalist would."""
    n_classes = general.size
    others = np.setdiff1d(np.arange(n_classes), classes)
    if not len(others):
        return proba
    n_known = len(classes)
    own = _linear(proba, np.eye(n_known + 1)[:, :n_known])
    rest = Normalized(_linear(general, np.eye(n_classes)[:, others]), 0.0)
    # Own probabilities are as they are; those of the others share the last one.
    last = np.zeros((1, n_known + 1, 2))
    last[0, -1, 1] = 1
    shares = Dense(proba, last, np.array([[1.0, 0.0]]), "identity")
    parts = Placed(own, classes, n_classes), Placed(rest, others, n_classes)
    return Mixture(shares, parts)


def _chosen(source, features):
    """Some of the features, or all."""
    return (
        source
        if features is None
        else _linear(source, np.eye(source.size)[:, features])
    )


def _linear(source, weights):
    return Dense(source, weights[None], np.zeros((1, weights.shape[1])), "identity")
