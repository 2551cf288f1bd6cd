"""Readers of scikit-learn's estimators."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from sklearn.preprocessing import StandardScaler

from skdistill.export._graph import (
    Dense,
    Foreign,
    Mean,
    Normalized,
    Scaled,
    Tree,
    Trees,
)
from skdistill.export._registry import both_classes, read, reads


@reads("sklearn.DecisionTreeClassifier")
def _read_tree(tree, source):
    return Trees(source, (_as_tree(tree, normalize=True),))


@reads("sklearn.DecisionTreeRegressor")
def _read_tree_regressor(tree, source):
    return Trees(source, (_as_tree(tree, normalize=False),))


@reads("sklearn.RandomForestClassifier", "sklearn.ExtraTreesClassifier")
def _read_forest(forest, source):
    trees = [_as_tree(tree, normalize=True) for tree in forest.estimators_]
    return Trees(source, tuple(trees))


@reads("sklearn.RandomForestRegressor", "sklearn.ExtraTreesRegressor")
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


@reads("sklearn.LogisticRegression", "sklearn.LogisticRegressionCV")
def _read_logistic(model, source):
    is_ovr = model.solver == "liblinear" or getattr(model, "multi_class", "") == "ovr"
    return _linear_classifier(model, source, is_ovr)


@reads("sklearn.LinearDiscriminantAnalysis")
def _read_discriminant(model, source):
    return _linear_classifier(model, source, one_versus_rest=False)


@reads("sklearn.SGDClassifier")
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


@reads("sklearn.LinearRegression", "sklearn.Ridge", "sklearn.RidgeCV")
@reads("sklearn.ElasticNet", "sklearn.Lasso")
def _read_linear_regression(model, source):
    weights, intercept = _linear(model)
    return Dense(source, weights[None], intercept[None], "identity")


def _linear(model):
    """Weights of shape (n_features, n_outputs) and intercepts of a linear model."""
    weights = np.atleast_2d(model.coef_).T
    return weights, np.broadcast_to(np.ravel(model.intercept_), weights.shape[1])


@reads("sklearn.MLPClassifier")
def _read_mlp(network, source):
    return both_classes(_read_layers(network, source))


def _read_layers(network, source):
    activations = [*[network.activation] * (network.n_layers_ - 2)]
    activations.append(network.out_activation_)
    layers = zip(network.coefs_, network.intercepts_, activations, strict=True)
    for weights, intercept, activation in layers:
        source = Dense(source, weights[None], intercept[None], activation)
    return source


@reads("sklearn.MLPRegressor")
def _read_mlp_regressor(network, source):
    return _read_layers(network, source)


@reads("sklearn.VotingClassifier")
def _read_vote(vote, source):
    return Foreign(source, vote) if vote.voting != "soft" else _read_mean(vote, source)


@reads("sklearn.VotingRegressor")
def _read_mean(vote, source):
    weights = vote._weights_not_none
    weights = np.ones(len(vote.estimators_)) if weights is None else np.array(weights)
    members = tuple(read(member, source) for member in vote.estimators_)
    return Mean(members, weights / weights.sum())


@reads("sklearn.Pipeline")
def _read_pipeline(pipeline, source):
    for _, step in pipeline.steps:
        if step is not None and step != "passthrough":
            source = read(step, source)
    return source


@reads("sklearn.FrozenEstimator")
def _read_frozen(frozen, source):
    return read(frozen.estimator, source)


@reads("sklearn.StandardScaler")
def _read_scaler(scaler, source):
    return Scaled(source, *_center_and_scale(scaler, source.size))


def _center_and_scale(scaler, size):
    """What a scaler subtracts, and what it divides by."""
    center = scaler.mean_ if scaler.with_mean else np.zeros(size)
    return center, scaler.scale_ if scaler.with_std else np.ones(size)


@reads("sklearn.TransformedTargetRegressor")
def _read_transformed_target(model, source):
    """A regressor of standardized numbers; of no other transformation."""
    scaler = model.transformer_
    if type(scaler) is not StandardScaler:
        return Foreign(source, model)
    numbers = read(model.regressor_, source)
    center, scale = _center_and_scale(scaler, numbers.size)
    return Dense(numbers, np.diag(scale)[None], center[None], "identity")


@reads("sklearn.DummyRegressor")
def _read_constant(dummy, source):
    weights = np.zeros((1, source.size, dummy.constant_.size))
    return Dense(source, weights, dummy.constant_, "identity")


@reads("sklearn.DummyClassifier")
def _read_dummy(dummy, source):
    if dummy.strategy != "prior":
        return Foreign(source, dummy)
    proba = np.asarray(dummy.class_prior_)
    weights = np.zeros((1, source.size, len(proba)))
    return Dense(source, weights, proba[None], "identity")
