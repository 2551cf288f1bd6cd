"""Fitted networks as plain scikit-learn estimators."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag
from sklearn.base import BaseEstimator
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import FunctionTransformer, LabelBinarizer

from skdistill.export._plain_parts import append, chain, clipped, linear
from skdistill.utils._voting import as_voting_classifier


class Bins(NamedTuple):
    """Piecewise-linear features: column, lower bound and width of each bin."""

    columns: NDArray
    starts: NDArray
    widths: NDArray


def as_sklearn(
    networks: list[tuple[list[NDArray], list[NDArray]]],
    activation: str,
    classes: NDArray | None,
    bins: Bins | None = None,
) -> BaseEstimator:
    """Build a fitted estimator that predicts as networks do together.

    Parameters
    ----------
    networks : list of (coefs, intercepts)
        One or more.
    activation : {"relu", "tanh", "logistic", "identity"}
    classes : ndarray of shape (n_classes,) or None
        Sorted class labels of softmax networks; None: the outputs are numbers.
    bins : tuple of three ndarrays of shape (n_bins,), default=None
        Columns, starts and widths of the piecewise-linear features that follow the
        columns of X among the networks' inputs.

    Returns
    -------
    estimator : MLPRegressor, MLPClassifier, VotingClassifier or Pipeline
        The last where there are bins that are no layer of the network, since its
        activation is not "relu".
    """
    if bins is not None and activation != "relu":
        features = bins_as_steps(Bins(*bins), len(networks[0][0][0]))
        return chain(*features, as_sklearn(networks, activation, classes))
    if classes is None:
        networks = [side_by_side(networks)]
    if bins is not None:
        networks = [bins_as_layer(Bins(*bins), *network) for network in networks]
    if classes is None:
        return as_mlp_regressor(*networks[0], activation)
    classifiers = [
        as_mlp_classifier(*network, activation, classes) for network in networks
    ]
    if len(classifiers) == 1:
        return classifiers[0]
    return as_voting_classifier(classifiers, classes)


def as_mlp_classifier(
    coefs: list[NDArray], intercepts: list[NDArray], activation: str, classes: NDArray
) -> MLPClassifier:
    """Build a fitted MLPClassifier of a softmax network's weights.

    Parameters
    ----------
    coefs : list of ndarray of shape (n_inputs, n_outputs)
    intercepts : list of ndarray of shape (n_outputs,)
    activation : {"relu", "tanh", "logistic", "identity"}
    classes : ndarray of shape (n_classes,)
        Sorted class labels.

    Returns
    -------
    classifier : MLPClassifier
        Two classes have one logistic output there: the difference of the two here.
    """
    coefs, intercepts = list(coefs), list(intercepts)
    if len(classes) == 2:
        coefs[-1] = coefs[-1][:, 1:] - coefs[-1][:, :1]
        intercepts[-1] = intercepts[-1][1:] - intercepts[-1][:1]
    classifier = _with_layers(MLPClassifier, coefs, intercepts, activation)
    classifier.classes_ = classes
    classifier.out_activation_ = "logistic" if len(classes) == 2 else "softmax"
    # The one private name that MLPClassifier needs in order to predict.
    classifier._label_binarizer = LabelBinarizer().fit(classes)
    return classifier


def as_mlp_regressor(
    coefs: list[NDArray], intercepts: list[NDArray], activation: str
) -> MLPRegressor:
    """Build a fitted MLPRegressor of a network's weights.

    Parameters
    ----------
    coefs : list of ndarray of shape (n_inputs, n_outputs)
    intercepts : list of ndarray of shape (n_outputs,)
    activation : {"relu", "tanh", "logistic", "identity"}

    Returns
    -------
    regressor : MLPRegressor
    """
    regressor = _with_layers(MLPRegressor, coefs, intercepts, activation)
    regressor.out_activation_ = "identity"
    return regressor


def _with_layers(kind, coefs, intercepts, activation):
    hidden = tuple(weights.shape[1] for weights in coefs[:-1])
    estimator = kind(hidden_layer_sizes=hidden, activation=activation)
    estimator.coefs_ = coefs
    estimator.intercepts_ = intercepts
    estimator.n_features_in_ = len(coefs[0])
    estimator.n_layers_ = len(coefs) + 1
    estimator.n_outputs_ = coefs[-1].shape[1]
    return estimator


def side_by_side(
    networks: list[tuple[list[NDArray], list[NDArray]]],
) -> tuple[list[NDArray], list[NDArray]]:
    """Merge networks into one whose outputs are the mean of theirs.

    Parameters
    ----------
    networks : list of (coefs, intercepts)
        Of the same numbers of inputs, layers and outputs.

    Returns
    -------
    coefs : list of ndarray of shape (n_inputs, n_outputs)
        The units of a layer lie side by side. Between two hidden layers there is a
        block of weights for each network, and zeros elsewhere.
    intercepts : list of ndarray of shape (n_outputs,)
    """
    if len(networks) == 1:
        return networks[0]
    coefs, intercepts = (
        [list(layer) for layer in zip(*part, strict=True)]
        for part in zip(*networks, strict=True)
    )
    *hidden_intercepts, last_intercepts = intercepts
    merged = [np.concatenate(layer) for layer in hidden_intercepts]
    merged.append(np.mean(last_intercepts, axis=0))
    if len(coefs) == 1:
        return [np.mean(coefs[0], axis=0)], merged
    first, *between, last = coefs
    blocks = [block_diag(*layer) for layer in between]
    outputs = np.concatenate(last) / len(networks)
    return [np.hstack(first), *blocks, outputs], merged


def bins_as_steps(bins: Bins, n_features: int) -> list[BaseEstimator]:
    """Make transformers that append piecewise-linear features.

    Parameters
    ----------
    bins : Bins
    n_features : int
        Of the columns and the features together.

    Returns
    -------
    steps : list of transformer
        The first validates the columns.
    """
    n_columns = n_features - len(bins.columns)
    columns = FunctionTransformer(validate=True)
    columns.n_features_in_ = n_columns
    of_bins = linear(np.eye(n_columns)[:, bins.columns])
    rises = clipped(1 / bins.widths, -bins.starts / bins.widths, low=0.0)
    return [columns, append(chain(of_bins, rises))]


def bins_as_layer(
    bins: Bins, coefs: list[NDArray], intercepts: list[NDArray]
) -> tuple[list[NDArray], list[NDArray]]:
    """Turn piecewise-linear features into one more hidden layer of rectified units.

    A feature is the difference of two such units, ``max(0, (x - start) / width)`` and
    ``max(0, (x - start) / width - 1)``. A column passes through as the difference of
    its positive and its negative part.

    Parameters
    ----------
    bins : Bins
    coefs : list of ndarray of shape (n_inputs, n_outputs)
        The first takes the columns and then the features.
    intercepts : list of ndarray of shape (n_outputs,)

    Returns
    -------
    coefs, intercepts : list of ndarray
        Of an equal relu network that takes the columns alone; its new layer is in
        double precision.
    """
    n_bins = len(bins.columns)
    n_columns = len(coefs[0]) - n_bins
    rise = np.zeros((n_columns, n_bins))
    rise[bins.columns, np.arange(n_bins)] = 1 / bins.widths
    offset = -bins.starts / bins.widths
    identity = np.eye(n_columns)
    layer = np.hstack([identity, -identity, rise, rise])
    layer_intercept = np.concatenate([np.zeros(2 * n_columns), offset, offset - 1])
    of_columns, of_bins = np.split(coefs[0].astype(np.float64), [n_columns])
    first = np.vstack([of_columns, -of_columns, of_bins, -of_bins])
    return [layer, first, *coefs[1:]], [layer_intercept, *intercepts]
