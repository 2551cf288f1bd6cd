"""Fitted estimators read into graphs, one small function for each kind.

An estimator is looked up by the name of its class and of the package that the class is
from, so that nothing needs to be imported for the look-up. Subclasses are read as their
base is, unless they predict in a way of their own.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from skdistill.export._graph import (
    BlockMean,
    Dense,
    Encoded,
    Foreign,
    Graph,
    Mean,
    Node,
    Normalized,
    Numbers,
    PiecewiseLinear,
    Placed,
    Power,
    Scaled,
    Table,
    TableColumn,
    Tree,
    Trees,
    walk,
)
from skdistill.export._served import Signature

READERS: dict[str, Callable[[BaseEstimator, Node], Node]] = {}

# What a subclass may not redefine if it is to be read as its base is.
PREDICTIONS = {"predict_proba", "predict", "decision_function", "transform"}

# Below this, SoftTargetClassifier takes no prediction of a regressor for a probability.
LEAST_REGRESSED = 1e-3


def read_graph(estimator: BaseEstimator, *, allow_foreign: bool = False) -> Graph:
    """Read a fitted classifier.

    Parameters
    ----------
    estimator : classifier
    allow_foreign : bool, default=False
        Whether estimators of other kinds may be inside.

    Returns
    -------
    graph : Graph
        Of the probabilities that it predicts.

    Raises
    ------
    TypeError
        If the estimator, or one inside it, is of a kind that cannot be written.
    """
    check_is_fitted(estimator)
    if not hasattr(estimator, "classes_"):
        raise TypeError(f"{estimator!r} cannot be exported: it is no classifier.")
    output = read(estimator, Numbers(estimator.n_features_in_))
    for node in walk(output):
        if isinstance(node, Foreign) and not allow_foreign:
            known = sorted(name.partition(".")[2] for name in READERS)
            raise TypeError(
                f"{node.estimator!r} cannot be exported. These can: {', '.join(known)}."
            )
    names = getattr(estimator, "feature_names_in_", None)
    signature = Signature(
        estimator.classes_,
        estimator.n_features_in_,
        None if names is None else tuple(names),
        next((node.encoder for node in walk(output) if isinstance(node, Table)), None),
    )
    return Graph(output, signature)


def read(estimator: BaseEstimator, source: Node) -> Node:
    """Read a fitted estimator.

    Parameters
    ----------
    estimator : estimator
    source : Node
        What the estimator is given.

    Returns
    -------
    node : Node
        What a classifier predicts as probabilities, a regressor as numbers, or what a
        transformer returns. A Foreign one for an estimator that has no reader.
    """
    for ancestor in type(estimator).__mro__:
        package = ancestor.__module__.partition(".")[0]
        reader = READERS.get(f"{package}.{ancestor.__name__}")
        if reader is not None:
            return reader(estimator, source)
        if PREDICTIONS & vars(ancestor).keys():
            break
    return Foreign(source, estimator)


def _reads(*names):
    def register(reader):
        READERS.update(dict.fromkeys(names, reader))
        return reader

    return register


@_reads("skdistill.SoftmaxMLPClassifier")
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


@_reads("skdistill.TableEncoder")
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


@_reads("skdistill.DistilledClassifier")
def _read_student(distilled, source):
    return read(distilled.student_, source)


@_reads("skdistill.SoftTargetClassifier")
def _read_wrapped(student, source):
    proba = read(student.estimator_, source)
    if student.strategy_ == "regression":
        proba = Normalized(_both_classes(proba), LEAST_REGRESSED)
    elif not np.array_equal(student.estimator_.classes_, student.classes_):
        places = np.searchsorted(student.classes_, student.estimator_.classes_)
        proba = Placed(proba, places, len(student.classes_))
    if student.temperature_ == 1:
        return proba
    return Power(proba, float(student.temperature_))


def _both_classes(proba):
    """Probabilities of two classes, where a node has that of the second only."""
    if proba.size > 1:
        return proba
    return Dense(proba, np.array([[[-1.0, 1.0]]]), np.array([[1.0, 0.0]]), "identity")


@_reads("sklearn.DecisionTreeClassifier")
def _read_tree(tree, source):
    return Trees(source, (_as_tree(tree, normalize=True),))


@_reads("sklearn.DecisionTreeRegressor")
def _read_tree_regressor(tree, source):
    return Trees(source, (_as_tree(tree, normalize=False),))


@_reads("sklearn.RandomForestClassifier", "sklearn.ExtraTreesClassifier")
def _read_forest(forest, source):
    trees = [_as_tree(tree, normalize=True) for tree in forest.estimators_]
    return Trees(source, tuple(trees))


@_reads("sklearn.RandomForestRegressor", "sklearn.ExtraTreesRegressor")
def _read_forest_regressor(forest, source):
    trees = [_as_tree(tree, normalize=False) for tree in forest.estimators_]
    return Trees(source, tuple(trees))


def _as_tree(estimator, normalize):
    tree = estimator.tree_
    is_leaf = tree.children_left < 0
    if normalize:
        values = tree.value[:, 0]
        values = values / values.sum(axis=1, keepdims=True)
    else:
        values = tree.value[:, :, 0]
    return Tree(
        feature=np.where(is_leaf, -1, tree.feature),
        # Where only missing values go right, the threshold is infinite.
        threshold=np.minimum(tree.threshold, np.finfo(np.float64).max),
        left=tree.children_left,
        right=tree.children_right,
        missing_left=tree.__getstate__()["nodes"]["missing_go_to_left"].astype(bool),
        values=values,
    )


@_reads("sklearn.LogisticRegression", "sklearn.LogisticRegressionCV")
def _read_logistic(model, source):
    is_ovr = model.solver == "liblinear" or getattr(model, "multi_class", "") == "ovr"
    return _linear_classifier(model, source, is_ovr)


@_reads("sklearn.LinearDiscriminantAnalysis")
def _read_discriminant(model, source):
    return _linear_classifier(model, source, one_versus_rest=False)


@_reads("sklearn.SGDClassifier")
def _read_sgd(model, source):
    if model.loss != "log_loss":
        return Foreign(source, model)
    return _linear_classifier(model, source, one_versus_rest=True)


def _linear_classifier(model, source, one_versus_rest):
    weights, intercept = _linear(model)
    if weights.shape[1] == 1:
        # Of two classes one score is known; that of the first class is zero.
        weights = np.hstack([np.zeros_like(weights), weights])
        intercept = np.concatenate([np.zeros(1), intercept])
        one_versus_rest = False
    activation = "logistic" if one_versus_rest else "softmax"
    scores = Dense(source, weights[None], intercept[None], activation)
    return Normalized(scores, 0.0) if one_versus_rest else scores


@_reads("sklearn.LinearRegression", "sklearn.Ridge", "sklearn.RidgeCV")
@_reads("sklearn.ElasticNet", "sklearn.Lasso")
def _read_linear_regression(model, source):
    weights, intercept = _linear(model)
    return Dense(source, weights[None], intercept[None], "identity")


def _linear(model):
    """Weights of shape (n_features, n_outputs) and intercepts of a linear model."""
    weights = np.atleast_2d(model.coef_).T
    return weights, np.broadcast_to(np.ravel(model.intercept_), weights.shape[1])


@_reads("sklearn.MLPClassifier")
def _read_mlp(network, source):
    activations = [*[network.activation] * (network.n_layers_ - 2)]
    activations.append(network.out_activation_)
    layers = zip(network.coefs_, network.intercepts_, activations, strict=True)
    for weights, intercept, activation in layers:
        source = Dense(source, weights[None], intercept[None], activation)
    return _both_classes(source)


@_reads("sklearn.VotingClassifier")
def _read_vote(vote, source):
    if vote.voting != "soft":
        return Foreign(source, vote)
    weights = vote._weights_not_none
    weights = np.ones(len(vote.estimators_)) if weights is None else np.array(weights)
    members = tuple(read(member, source) for member in vote.estimators_)
    return Mean(members, weights / weights.sum())


@_reads("sklearn.Pipeline")
def _read_pipeline(pipeline, source):
    for _, step in pipeline.steps:
        if step is not None and step != "passthrough":
            source = read(step, source)
    return source


@_reads("sklearn.FrozenEstimator")
def _read_frozen(frozen, source):
    return read(frozen.estimator, source)


@_reads("sklearn.StandardScaler")
def _read_scaler(scaler, source):
    return Scaled(
        source,
        scaler.mean_ if scaler.with_mean else np.zeros(source.size),
        scaler.scale_ if scaler.with_std else np.ones(source.size),
    )
