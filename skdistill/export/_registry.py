"""Readers of fitted estimators, one small function for each kind.

An estimator is looked up by the name of its class and of the package that the class is
from, so that nothing needs to be imported for the look-up. Subclasses are read as their
base is, unless they predict in a way of their own.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable

import numpy as np
from sklearn.base import BaseEstimator

from skdistill.export._graph import Dense, Foreign, Node, Placed

Reader = Callable[[BaseEstimator, Node], Node]

READERS: dict[str, Reader] = {}

# What a subclass may not redefine if it is to be read as its base is.
PREDICTIONS = {"predict_proba", "predict", "decision_function", "transform"}


def reads(*names: str) -> Callable[[Reader], Reader]:
    """Decorate the reader of some classes.

    Parameters
    ----------
    *names : str
        The package and the name of each class.

    Returns
    -------
    register : callable
    """

    def register(reader):
        READERS.update(dict.fromkeys(names, reader))
        return reader

    return register


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


def both_classes(proba: Node) -> Node:
    """Probabilities of two classes, where a node has that of the second only."""
    if proba.size > 1:
        return proba
    return Dense(proba, np.array([[[-1.0, 1.0]]]), np.array([[1.0, 0.0]]), "identity")


def aligned(proba: Node, known: np.ndarray, classes: np.ndarray) -> Node:
    """Probabilities of all classes, zero for those that an estimator does not know.

    Parameters
    ----------
    proba : Node
    known, classes : ndarray
        Those of the estimator, and all, sorted.

    Returns
    -------
    proba : Node
    """
    if np.array_equal(known, classes):
        return proba
    return Placed(proba, np.searchsorted(classes, known), len(classes))
