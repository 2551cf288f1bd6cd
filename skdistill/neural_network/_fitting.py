"""From a network's parameters and checked rows to its fitted attributes.

Functions of a :class:`SoftmaxMLPClassifier`, which is a holder of parameters to them.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_random_state

from skdistill.neural_network._features import learn_scaling
from skdistill.neural_network._folding import (
    fold_networks,
    split_networks,
    unfold_networks,
)
from skdistill.neural_network._passes import Architecture
from skdistill.neural_network._piecewise import PiecewiseLinear, auto_bins
from skdistill.neural_network._training import (
    TrainingRun,
    most_likely_labels,
    normalize_weights,
)
from skdistill.utils._callbacks import FitCallbacks


def train(network, X, classes, terms, incremental=False):
    """Train on checked rows; what every way to fit a network comes down to.

    Parameters
    ----------
    network : SoftmaxMLPClassifier
        Gets its fitted attributes.
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    classes : ndarray of shape (n_classes,)
    terms : list of Term
        The loss.
    incremental : bool, default=False
        Whether to go on for one epoch from where the last call ended.

    Returns
    -------
    network : SoftmaxMLPClassifier
    """
    resume = hasattr(network, "coefs_") and (incremental or network.warm_start)
    if resume and not np.array_equal(classes, network.classes_):
        raise ValueError(
            f"warm_start needs the classes of the last fit, {network.classes_}, but y "
            f"has {classes}."
        )
    run = start(network, X, classes, terms, resume, incremental)
    callbacks = FitCallbacks(
        network,
        X,
        classes[most_likely_labels(terms)],
        run.n_epochs,
        lambda: _weights(network, classes, run.architecture, run.theta),
    )
    run.monitor.on_epoch = callbacks.end_epoch
    if incremental:
        network._adam_state = run.epoch(getattr(network, "_adam_state", None))
    else:
        run.minimize()
    finish(network, run, classes, resume)
    callbacks.end()
    if not incremental:
        vars(network).pop("_adam_state", None)
    return network


def start(network, X, classes, terms, resume=False, incremental=False):
    """Make the training as it is before its first step.

    Parameters
    ----------
    network, X, classes, terms, incremental
        As in :func:`train`. What the network is to see of its rows is learnt here.
    resume : bool, default=False
        Whether to start from the weights that the network has.

    Returns
    -------
    run : TrainingRun
    """
    random_state = check_random_state(network.random_state)
    terms, row_weight, mean_weight = normalize_weights(terms, X.shape[0])
    if not resume:
        _learn_inputs(network, X, row_weight)
    scaling, ramps = network._scaling, network._ramps
    n_inputs = X.shape[1] + (0 if ramps is None else len(ramps.columns))
    sizes = (n_inputs, *np.atleast_1d(network.hidden_layer_sizes), len(classes))
    if min(sizes) < 1:
        raise ValueError(
            f"hidden_layer_sizes must be > 0, got {network.hidden_layer_sizes}."
        )
    n_members = network.n_members
    architecture = Architecture(
        tuple(map(int, sizes)),
        network.activation,
        n_networks=None if n_members == 1 else n_members,
    )
    generators = [] if resume else [random_state] * n_members
    theta = architecture.initial(generators, training_dtype(network, X))
    if resume:
        networks = split_networks(network.coefs_, network.intercepts_)
        unfold_networks(architecture, theta, networks, scaling)
    return TrainingRun(
        theta,
        architecture,
        X,
        terms,
        scaling=scaling,
        ramps=ramps,
        settings=network,
        alpha=network.alpha / mean_weight,
        random_state=random_state,
        incremental=incremental,
    )


def finish(network, run, classes, resume=False):
    """Set a network's fitted attributes to what its training ended with.

    Parameters
    ----------
    network, classes, resume
        As in :func:`start`.
    run : TrainingRun
        After its last step.
    """
    theta = run.monitor.best
    vars(network).update(_weights(network, classes, run.architecture, theta))
    _record(network, run.monitor, resume)
    n_before = network.t_ if resume else 0
    network.t_ = n_before + run.n_samples * network.n_iter_


def training_dtype(network, X):
    """Precision to train in: the rows' own for "lbfgs", else float32.

    Parameters
    ----------
    network : SoftmaxMLPClassifier
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)

    Returns
    -------
    dtype : dtype
    """
    return X.dtype if network.solver == "lbfgs" else np.dtype(np.float32)


def _learn_inputs(network, X, row_weight):
    """Learn from the rows what the network is to see of them."""
    dense = not issparse(X)
    network._scaling = network._ramps = None
    if network.standardize and dense:
        network._scaling = learn_scaling(X, row_weight)
    if network.numeric_encoding is not None and dense:
        auto = network.numeric_encoding == "auto"
        n_bins = auto_bins(X) if auto else network.numeric_encoding
        network._ramps = PiecewiseLinear.learn(X, n_bins) if n_bins else None


def _weights(network, classes, architecture, theta):
    """Fitted attributes that predict, from a parameter vector."""
    coefs, intercepts = fold_networks(architecture, theta, network._scaling)
    return {
        "classes_": classes,
        "coefs_": coefs,
        "intercepts_": intercepts,
        "n_layers_": len(architecture.sizes),
        "n_outputs_": len(classes),
        "out_activation_": "softmax",
    }


def _record(network, monitor, resume):
    """Set the fitted attributes that tell how the training went."""
    network.n_iter_ = len(monitor.losses)
    network.loss_curve_ = (network.loss_curve_ if resume else []) + monitor.losses
    network.loss_ = network.loss_curve_[-1] if network.loss_curve_ else np.inf
    network.validation_scores_ = network.best_validation_score_ = None
    network.best_loss_ = None
    if network.early_stopping:
        network.validation_scores_ = monitor.scores
        network.best_validation_score_ = max(monitor.scores, default=-np.inf)
    else:
        network.best_loss_ = min(network.loss_curve_, default=np.inf)
