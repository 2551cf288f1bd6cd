"""Fitted networks as plain scikit-learn estimators."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import LabelBinarizer

from skdistill.utils._voting import as_voting_classifier


class Bins(NamedTuple):
    """Piecewise-linear features: column, lower bound and width of each bin."""

    columns: NDArray
    starts: NDArray
    widths: NDArray


def as_sklearn(
    networks: list[tuple[list[NDArray], list[NDArray]]],
    activation: str,
    classes: NDArray,
    bins: Bins | None = None,
) -> BaseEstimator:
    """Build a fitted estimator that predicts as softmax networks do together.

    Parameters
    ----------
    networks : list of (coefs, intercepts)
        One or more.
    activation : {"relu", "tanh", "logistic", "identity"}
    classes : ndarray of shape (n_classes,)
        Sorted class labels.
    bins : tuple of three ndarrays of shape (n_bins,), default=None
        Columns, starts and widths of the piecewise-linear features that follow the
        columns of X among the networks' inputs.

    Returns
    -------
    classifier : MLPClassifier or VotingClassifier

    Raises
    ------
    ValueError
        If there are bins and the activation is not "relu".
    """
    if bins is not None:
        if activation != "relu":
            raise ValueError(
                "to_sklearn: a numeric_encoding can only be written as a layer of the "
                f'network if activation="relu", not {activation!r}.'
            )
        networks = [bins_as_layer(Bins(*bins), *network) for network in networks]
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
    hidden = tuple(weights.shape[1] for weights in coefs[:-1])
    classifier = MLPClassifier(hidden_layer_sizes=hidden, activation=activation)
    classifier.coefs_ = coefs
    classifier.intercepts_ = intercepts
    classifier.classes_ = classes
    classifier.n_features_in_ = len(coefs[0])
    classifier.n_layers_ = len(coefs) + 1
    classifier.n_outputs_ = coefs[-1].shape[1]
    classifier.out_activation_ = "logistic" if len(classes) == 2 else "softmax"
    # The one private name that MLPClassifier needs in order to predict.
    classifier._label_binarizer = LabelBinarizer().fit(classes)
    return classifier


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
