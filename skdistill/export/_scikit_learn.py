"""Fitted networks as plain scikit-learn estimators."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import LabelBinarizer

from skdistill.utils._voting import as_voting_classifier


def as_sklearn(networks, activation, classes, ramps=None):
    """Build a fitted estimator that answers as softmax networks do together.

    Parameters
    ----------
    networks : list of (coefs, intercepts)
        One or more.
    activation : str
    classes : ndarray of shape (n_classes,)
        Sorted class labels.
    ramps : PiecewiseLinear, default=None
        Further inputs of the networks.

    Returns
    -------
    classifier : MLPClassifier or VotingClassifier

    Raises
    ------
    ValueError
        If there are ramps and the activation is not "relu".
    """
    if ramps is not None:
        if activation != "relu":
            raise ValueError(
                "to_sklearn: a numeric_encoding can only be written as a layer of the "
                f'network if activation="relu", not {activation!r}.'
            )
        networks = [piecewise_as_layer(ramps, *network) for network in networks]
    classifiers = [
        as_mlp_classifier(*network, activation, classes) for network in networks
    ]
    if len(classifiers) == 1:
        return classifiers[0]
    return as_voting_classifier(classifiers, classes)


def as_mlp_classifier(coefs, intercepts, activation, classes):
    """Build a fitted MLPClassifier of a softmax network's weights.

    Parameters
    ----------
    coefs : list of ndarray of shape (n_inputs, n_outputs)
    intercepts : list of ndarray of shape (n_outputs,)
    activation : str
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


def piecewise_as_layer(ramps, coefs, intercepts):
    """Turn appended ramps into one more hidden layer of rectified units.

    A ramp is the difference of two such units, ``max(0, (x - start) / width)`` and
    ``max(0, (x - start) / width - 1)``, and a column passes through as the difference
    of its positive and its negative part.

    Parameters
    ----------
    ramps : PiecewiseLinear
    coefs : list of ndarray of shape (n_inputs, n_outputs)
        The first takes the columns and then the ramps.
    intercepts : list of ndarray of shape (n_outputs,)

    Returns
    -------
    coefs, intercepts : list of ndarray
        Of an equal relu network that takes the columns alone; its new layer is in
        double precision.
    """
    n_ramps = len(ramps.columns)
    n_columns = len(coefs[0]) - n_ramps
    rise = np.zeros((n_columns, n_ramps))
    rise[ramps.columns, np.arange(n_ramps)] = 1 / ramps.widths
    offset = -ramps.starts / ramps.widths
    identity = np.eye(n_columns)
    layer = np.hstack([identity, -identity, rise, rise])
    layer_intercept = np.concatenate([np.zeros(2 * n_columns), offset, offset - 1])
    columns, of_ramps = np.split(coefs[0].astype(np.float64), [n_columns])
    first = np.vstack([columns, -columns, of_ramps, -of_ramps])
    return [layer, first, *coefs[1:]], [layer_intercept, *intercepts]
