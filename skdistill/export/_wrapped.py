"""Wrapped students as plain scikit-learn estimators.

A wrapper sharpens and normalizes predictions. This moves into a copy of the fitted
estimator: into the leaves of a tree, or the weights of a linear model.
Where it cannot, further steps do it.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import operator
from collections.abc import Callable
from copy import copy, deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    ExtraTreesClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.linear_model import (
    LogisticRegression,
    LogisticRegressionCV,
    SGDClassifier,
)
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)
from sklearn.tree._tree import Tree
from sklearn.utils import Bunch, get_tags

from skdistill.export._plain_parts import (
    chain,
    clipped,
    function,
    linear,
    predictions,
    raised,
    softmax,
)


def as_plain(estimator: Any) -> Any:
    """Return an equal estimator of scikit-learn's own classes.

    Parameters
    ----------
    estimator : estimator
        Fitted.

    Returns
    -------
    estimator : estimator
        The same object, if there is nothing of this package in it.

    Raises
    ------
    TypeError
        If it is a student that has no ``to_sklearn``.
    """
    if hasattr(estimator, "to_sklearn"):
        return estimator.to_sklearn()
    if hasattr(estimator, "fit_distill"):
        name = type(estimator).__name__
        raise TypeError(f"to_sklearn: {name} has no to_sklearn of its own.")
    if type(estimator) is Pipeline:
        return as_plain_pipeline(estimator)
    if type(estimator) is VotingClassifier:
        return _as_plain_vote(estimator)
    return estimator


def _as_plain_vote(vote):
    """A vote of the plain forms of all members; the same object, if they are plain."""
    members = [as_plain(member) for member in vote.estimators_]
    if all(map(operator.is_, members, vote.estimators_)):
        return vote
    plain = copy(vote)
    names = (name for name, member in vote.estimators if member != "drop")
    plain.estimators = list(zip(names, members, strict=True))
    plain.estimators_ = members
    plain.named_estimators_ = Bunch(**dict(plain.estimators))
    return plain


def as_plain_pipeline(pipeline: Pipeline) -> Pipeline:
    """Make a pipeline of the plain forms of all steps.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted.

    Returns
    -------
    pipeline : Pipeline
        Steps that pass everything through are left out. The same object, if all steps
        are plain.
    """
    steps = [step for step in pipeline.steps if step[1] not in (None, "passthrough")]
    plain = [(name, as_plain(step)) for name, step in steps]
    is_plain = all(map(operator.eq, plain, pipeline.steps))
    return pipeline if is_plain and len(plain) == len(pipeline) else Pipeline(plain)


def sharpened(classifier: Any, temperature: float) -> Any:
    """Copy a classifier, with its probabilities raised to a power and normalized.

    Parameters
    ----------
    classifier : classifier
        Fitted.
    temperature : float
        The power.

    Returns
    -------
    classifier : classifier
        The same object at temperature 1, and where it has no probabilities. A pipeline
        where no classifier of its kind has the power of its probabilities.
    """
    if temperature == 1 or not hasattr(classifier, "predict_proba"):
        return classifier
    sharpen = SHARPENERS.get(type(classifier))
    if sharpen is None or not _is_one_power(classifier):
        return raised(classifier, temperature)
    sharp = deepcopy(classifier)
    sharpen(sharp, temperature)
    return sharp


def regressor_as_classifier(regressor: Any, classes: NDArray, floor: float) -> Any:
    """Make a classifier of a regressor that was fitted to probabilities.

    Parameters
    ----------
    regressor : regressor
        Fitted to a column for each class, or to the second of two.
    classes : ndarray of shape (n_classes,)
    floor : float
        What predictions are cut at before they are divided by their sum.

    Returns
    -------
    classifier : DecisionTreeClassifier or Pipeline
        Predictions of a leaf are constant, so they are normalized there. After other
        regressors, further steps do it.
    """
    if type(regressor) in (DecisionTreeRegressor, ExtraTreeRegressor):
        return _as_tree_classifier(regressor, classes, floor)
    n_classes = len(classes)
    columns, offset = np.eye(n_classes), np.zeros(n_classes)
    if n_classes == 2 and not get_tags(regressor).target_tags.multi_output:
        # Its one output is for the second class; the first has the rest.
        columns, offset = np.array([[-1.0, 1.0]]), np.array([1.0, 0.0])
    return chain(
        predictions(regressor),
        linear(columns),
        clipped(np.ones(n_classes), offset, low=floor),
        function(np.log),
        softmax(np.eye(n_classes), classes),
    )


def _as_tree_classifier(regressor, classes, floor):
    """A tree for classes whose leaves have the probabilities of a regression tree's."""
    state = regressor.tree_.__getstate__()
    predicted = state["values"][:, :, 0]
    if predicted.shape[1] == 1:
        predicted = np.hstack([1 - predicted, predicted])
    proba = np.clip(predicted, floor, 1)
    proba /= proba.sum(axis=1, keepdims=True)
    n_features, n_classes = regressor.n_features_in_, len(classes)
    tree = Tree(n_features, np.array([n_classes], dtype=np.intp), 1)
    tree.__setstate__(state | {"values": np.ascontiguousarray(proba[:, None, :])})
    classifier = DecisionTreeClassifier()
    classifier.tree_, classifier.max_features_ = tree, regressor.max_features_
    classifier.classes_, classifier.n_classes_ = classes, n_classes
    classifier.n_features_in_, classifier.n_outputs_ = n_features, 1
    if hasattr(regressor, "feature_names_in_"):
        classifier.feature_names_in_ = regressor.feature_names_in_
    return classifier


def _sharpen_tree(classifier, temperature):
    values = classifier.tree_.value
    power = (values / values.max(axis=2, keepdims=True)) ** temperature
    values[...] = power / power.sum(axis=2, keepdims=True)


def _sharpen_only_tree(forest, temperature):
    _sharpen_tree(forest.estimators_[0], temperature)


def _sharpen_linear(classifier, temperature):
    classifier.coef_ = classifier.coef_ * temperature
    classifier.intercept_ = classifier.intercept_ * temperature


def _sharpen_network(classifier, temperature):
    classifier.coefs_[-1] = classifier.coefs_[-1] * temperature
    classifier.intercepts_[-1] = classifier.intercepts_[-1] * temperature


# What each kind of classifier does to itself. Subclasses may predict in other ways.
SHARPENERS: dict[type, Callable[[Any, float], None]] = {
    DecisionTreeClassifier: _sharpen_tree,
    ExtraTreeClassifier: _sharpen_tree,
    RandomForestClassifier: _sharpen_only_tree,
    ExtraTreesClassifier: _sharpen_only_tree,
    LogisticRegression: _sharpen_linear,
    LogisticRegressionCV: _sharpen_linear,
    SGDClassifier: _sharpen_linear,
    LinearDiscriminantAnalysis: _sharpen_linear,
    MLPClassifier: _sharpen_network,
}


def _is_one_power(classifier):
    """Whether the power of its probabilities is again of its kind.

    That of a mean over trees is not, nor that of one-vs-rest probabilities.
    """
    if hasattr(classifier, "estimators_") and len(classifier.estimators_) > 1:
        return False
    if getattr(classifier, "loss", "log_loss") != "log_loss":
        return False
    is_one_vs_rest = (
        isinstance(classifier, SGDClassifier)
        or getattr(classifier, "solver", None) == "liblinear"
        or getattr(classifier, "multi_class", None) == "ovr"
    )
    return len(classifier.classes_) == 2 or not is_one_vs_rest
