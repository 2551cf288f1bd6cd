"""Soft targets as samples that an ordinary classifier or regressor can be fitted to.

Weighted labels, sampled labels, or numbers: one function fits an estimator in each way.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.base import is_classifier, is_regressor
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils import _safe_indexing, get_tags
from sklearn.utils.validation import has_fit_parameter

from skdistill.losses import DistillationLoss
from skdistill.probability import UNKNOWN_RESOLUTION
from skdistill.transfer import TransferSet
from skdistill.utils._metaestimators import weight_params

# A sample is not copied for a class with a probability of no more than this.
NEGLIGIBLE = 1e-4

# Draws per sample where there can be no weights. Fewer make a noisy student.
N_DRAWS = 4


def choose_strategy(estimator: Any) -> str:
    """Choose how an estimator learns from probabilities.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    strategy : str
        "sample_weight", "sampling", "regression" or "final_step".

    Raises
    ------
    TypeError
        If it is frozen, or no classifier, regressor or pipeline, such as a clusterer.
    """
    if isinstance(estimator, FrozenEstimator):
        raise TypeError(
            f"{estimator!r} cannot be a student: frozen, it learns nothing."
        )
    if isinstance(estimator, Pipeline):
        return "final_step"
    if is_regressor(estimator):
        return "regression"
    if not is_classifier(estimator):
        raise TypeError(
            f"{estimator!r} cannot be a student: it is neither a classifier nor a "
            "regressor."
        )
    takes_weights = has_fit_parameter(estimator, "sample_weight")
    return "sample_weight" if takes_weights else "sampling"


def to_weighted_labels(
    proba: NDArray, weights: NDArray | None = None
) -> tuple[NDArray, NDArray, NDArray]:
    """Write soft targets as weighted hard labels.

    The log loss of the copies is the cross-entropy to the soft targets.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
    weights : ndarray of shape (n_samples,), default=None

    Returns
    -------
    rows, labels : ndarray of shape (n_copies,)
        Index of the sample and of the class of each copy.
    copy_weights : ndarray of shape (n_copies,)
        The class's probability times the sample's weight.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.students._reweighting import to_weighted_labels
    >>> to_weighted_labels(np.array([[1.0, 0.0], [0.25, 0.75]]))
    (array([0, 1, 1]), array([0, 0, 1]), array([1.  , 0.25, 0.75]))
    """
    rows, labels = np.nonzero(proba > NEGLIGIBLE)
    copy_weights = proba[rows, labels]
    if weights is not None:
        copy_weights = copy_weights * weights[rows]
    return rows, labels, copy_weights


def balance_classes(labels: NDArray, weights: NDArray) -> NDArray:
    """Scale weights so that all classes have the same total weight.

    Parameters
    ----------
    labels : ndarray of shape (n_copies,)
        Class indices.
    weights : ndarray of shape (n_copies,)

    Returns
    -------
    weights : ndarray of shape (n_copies,)
        Of the same sum. A class without weight stays without.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.students._reweighting import balance_classes
    >>> balance_classes(np.array([0, 0, 1]), np.array([1.0, 2.0, 1.0]))
    array([0.66666667, 1.33333333, 2.        ])
    """
    mass = np.bincount(labels, weights)
    share = weights.sum() / np.count_nonzero(mass)
    mass[mass == 0] = 1
    return weights * (share / mass[labels])


def sample_hard_labels(
    proba: NDArray, weights: NDArray | None, random_state: RandomState
) -> tuple[NDArray, NDArray]:
    """Write soft targets as hard labels without weights.

    Draws are stratified: a sample with the mean weight is drawn four times, and a class
    with half of its probability once to three times of these.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
    weights : ndarray of shape (n_samples,) or None
    random_state : RandomState

    Returns
    -------
    rows, labels : ndarray of shape (4 * n_samples,)
        Index of the sample and of the class of each draw.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.students._reweighting import sample_hard_labels
    >>> proba = np.array([[1.0, 0.0], [0.5, 0.5]])
    >>> sample_hard_labels(proba, None, np.random.RandomState(0))
    (array([0, 0, 0, 0, 1, 1, 1, 1]), array([0, 0, 0, 0, 0, 0, 1, 1]))
    """
    mass = proba if weights is None else proba * weights[:, None]
    drawn = _draw_stratified(mass.ravel(), N_DRAWS * len(proba), random_state)
    return np.divmod(drawn, proba.shape[1])


def sample_rows(weights: NDArray, random_state: RandomState) -> NDArray:
    """Write weights of samples as numbers of draws.

    Parameters
    ----------
    weights : ndarray of shape (n_samples,)
    random_state : RandomState

    Returns
    -------
    rows : ndarray of shape (4 * n_samples,)
        Index of the sample of each draw: four draws at the mean weight.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.students._reweighting import sample_rows
    >>> sample_rows(np.array([0.5, 0.0, 2.5]), np.random.RandomState(0))
    array([0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2])
    """
    return _draw_stratified(weights, N_DRAWS * len(weights), random_state)


def _draw_stratified(mass, n_draws, random_state):
    """Draw indices in proportion to their mass, one from each of n_draws parts."""
    upto = np.cumsum(mass)
    points = (np.arange(n_draws) + random_state.uniform(size=n_draws)) / n_draws
    drawn = np.searchsorted(upto, points * upto[-1], side="right")
    last = np.flatnonzero(mass)[-1]  # rounding may go beyond it
    return np.minimum(drawn, last)


def fit_by_weights(
    estimator: Any,
    transfer: TransferSet,
    loss: DistillationLoss,
    random_state: RandomState,
) -> Any:
    """Fit a classifier that takes weights to weighted copies of the samples.

    Parameters
    ----------
    estimator : classifier
        Is fitted. A `class_weight` of "balanced" is set to None, and the copies are
        balanced by their weights: it would balance the numbers of copies.
    transfer : TransferSet
    loss : DistillationLoss
    random_state : RandomState
        Not used.

    Returns
    -------
    estimator : classifier
    """
    proba = loss.mix(transfer)
    rows, labels, weights = to_weighted_labels(proba, transfer.sample_weight)
    if str(getattr(estimator, "class_weight", None)).startswith("balanced"):
        weights = balance_classes(labels, weights)
        estimator.set_params(class_weight=None)
    X = _safe_indexing(transfer.X, rows)
    return estimator.fit(X, transfer.classes[labels], sample_weight=weights)


def fit_by_sampling(
    estimator: Any,
    transfer: TransferSet,
    loss: DistillationLoss,
    random_state: RandomState,
) -> Any:
    """Fit a classifier that takes no weights to labels sampled from the targets.

    Parameters
    ----------
    estimator : classifier
        Is fitted.
    transfer : TransferSet
    loss : DistillationLoss
    random_state : RandomState

    Returns
    -------
    estimator : classifier
    """
    proba = loss.mix(transfer)
    rows, labels = sample_hard_labels(proba, transfer.sample_weight, random_state)
    return estimator.fit(_safe_indexing(transfer.X, rows), transfer.classes[labels])


def fit_by_regression(
    estimator: Any,
    transfer: TransferSet,
    loss: DistillationLoss,
    random_state: RandomState,
) -> Any:
    """Fit a regressor to the probabilities; of two classes, to those of the second.

    Parameters
    ----------
    estimator : regressor
        Is fitted. One of several outputs gets a column for each class.
    transfer : TransferSet
    loss : DistillationLoss
    random_state : RandomState
        Draws samples by their weights where the regressor takes no weights.

    Returns
    -------
    estimator : regressor

    Raises
    ------
    ValueError
        If there are more than two classes and the regressor has one output.
    """
    y = loss.mix(transfer)
    if y.shape[1] == 2 and not get_tags(estimator).target_tags.multi_output:
        y = y[:, 1]
    try:
        return fit_to_numbers(
            estimator, transfer.X, y, transfer.sample_weight, random_state
        )
    except ValueError as error:
        if y.ndim == 1 or "1d array" not in str(error):
            raise
        raise ValueError(
            f"{estimator!r} has one output only, but there are {y.shape[1]} "
            "classes: wrap it in sklearn.multioutput.MultiOutputRegressor."
        ) from error


def fit_to_numbers(
    estimator: Any,
    X: Any,
    y: NDArray,
    sample_weight: NDArray | None,
    random_state: RandomState,
) -> Any:
    """Fit a regressor to numbers, with weights where it takes some.

    Parameters
    ----------
    estimator : regressor
        Is fitted.
    X : array-like of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
    sample_weight : ndarray of shape (n_samples,) or None
    random_state : RandomState
        Draws samples by their weights where the regressor takes none.

    Returns
    -------
    estimator : regressor
    """
    params = weight_params(estimator, sample_weight)
    if sample_weight is not None and not params:
        rows = sample_rows(sample_weight, random_state)
        X, y = _safe_indexing(X, rows), y[rows]
    return estimator.fit(X, y, **params)


def normalize_predictions(predicted: NDArray) -> NDArray:
    """Turn a regressor's predictions into probabilities.

    Parameters
    ----------
    predicted : ndarray of shape (n_samples,) or (n_samples, n_classes)
        One column stands for the second of two classes.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
        Cut to the range from 0.001 to 1, and divided by their sum.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.students._reweighting import normalize_predictions
    >>> normalize_predictions(np.array([0.25, 0.5]))
    array([[0.75, 0.25],
           [0.5 , 0.5 ]])
    """
    if predicted.ndim == 1:
        predicted = np.column_stack([1 - predicted, predicted])
    proba = np.clip(predicted, UNKNOWN_RESOLUTION, 1)
    return proba / proba.sum(axis=1, keepdims=True)
