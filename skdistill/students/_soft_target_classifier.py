"""SoftTargetClassifier: any scikit-learn estimator learns from probabilities."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace

import numpy as np
from sklearn.base import (
    BaseEstimator,
    MetaEstimatorMixin,
    _fit_context,
    clone,
    is_regressor,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.utils import _safe_indexing, check_random_state, get_tags
from sklearn.utils._param_validation import HasMethods
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, has_fit_parameter

from skdistill.losses import DistillationLoss
from skdistill.probability._softening import UNKNOWN_RESOLUTION, sharpen
from skdistill.transfer._responses import align_columns, check_single_label, unwrap
from skdistill.transfer._transfer_set import TransferSet
from skdistill.transfer._validation import check_weights
from skdistill.utils._metaestimators import MAX_SEED
from skdistill.utils._mixins import (
    ProbabilityClassifierMixin,
    check_X_lazily,
    restore_on_error,
)

# A class with less than this share of a row gets no copy of the row.
NEGLIGIBLE = 1e-4

# Labels drawn for each row where there can be no weights. Fewer make a noisy student.
N_DRAWS = 4


def _has_proba(model):
    core = unwrap(getattr(model, "estimator_", model._get_estimator()))
    return hasattr(core, "predict_proba") or is_regressor(core)


class SoftTargetClassifier(
    ProbabilityClassifierMixin, MetaEstimatorMixin, BaseEstimator
):
    """Let any classifier or regressor learn from class probabilities.

    For a classifier whose `fit` takes `sample_weight`, each row is repeated once per
    class, with that class as its label and the class's probability as its weight. The
    log loss of the copies is the cross-entropy to the probabilities, so a learner that
    minimises log loss gets exactly the soft objective.

    A classifier that takes no weights gets four copies of each row instead, with labels
    drawn by the probabilities. A regressor learns the probabilities as numbers; its
    predictions are cut at 0.001 and divided by their sum.

    Parameters
    ----------
    estimator : estimator, default=None
        A classifier or regressor, or a :class:`~sklearn.pipeline.Pipeline` that ends in
        one (or in a student of this package). With more than two classes a regressor
        must take several outputs. None:
        a :class:`~sklearn.linear_model.LogisticRegression`, by a solver that needs no
        columns of one scale.

    random_state : int, RandomState instance or None, default=None
        Draws the labels for a classifier that takes no weights.

    Attributes
    ----------
    estimator_ : estimator
        The fitted estimator. Where its `class_weight` was "balanced", the weights of
        the copies are, and it is None.

    strategy_ : {"sample_weight", "sampling", "regression", "final_step"}
        How the estimator learnt: from weighted copies of the rows, from drawn labels,
        by regression, or, in a pipeline, as its last step says.

    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted. After a fit to probabilities, the names of their columns
        if they came as a DataFrame, else 0, 1, ...

    temperature_ : float
        At which the targets were softened; predictions are sharpened by it.

    n_features_in_ : int
        Number of features, where X has any.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where X had any.

    See Also
    --------
    DistilledClassifier : Makes the probabilities by a teacher.

    Notes
    -----
    Every row becomes as many as it has classes of some weight. Limit the leaves of
    trees by ``min_weight_fraction_leaf`` or ``max_leaf_nodes``: ``min_samples_leaf``
    would count the copies. Likewise ``n_neighbors`` counts the four copies of each row.

    Classifiers without `predict_proba` learn, and predict labels. For probabilities,
    put them into a :class:`~sklearn.calibration.CalibratedClassifierCV`.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill import SoftTargetClassifier
    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> P = np.array([[0.9, 0.1], [0.5, 0.5], [0.1, 0.9]])
    >>> SoftTargetClassifier().fit(X, P).predict_proba([[1.0]]).round(2)
    array([[0.5, 0.5]])
    """

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit"]), None],
        "random_state": ["random_state"],
    }

    def __init__(self, estimator=None, *, random_state=None):
        self.estimator = estimator
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=False)
    @restore_on_error
    def fit(self, X, y, sample_weight=None):
        """Fit the estimator to labels or probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows, in any form that the estimator takes.
        y : {array-like, DataFrame} of shape (n_samples,) or (n_samples, n_classes)
            Class labels, or class probabilities.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        self : SoftTargetClassifier
        """
        X, y, sample_weight = check_X_lazily(self, X, y, sample_weight)
        weights = check_weights(sample_weight, X)
        transfer = TransferSet.from_targets(X, y, weights)
        return self.fit_distill(
            transfer, DistillationLoss(alpha=float(not transfer.all_labeled))
        )

    @_fit_context(prefer_skip_nested_validation=False)
    @restore_on_error
    def fit_distill(self, transfer, loss):
        """Fit the estimator to a teacher's predictions and the labels.

        Parameters
        ----------
        transfer : TransferSet
            Samples, the teacher's logits, labels and weights.
        loss : DistillationLoss
            Temperature and weight of the soft targets; predictions are sharpened by
            the temperature.

        Returns
        -------
        self : SoftTargetClassifier
        """
        check_X_lazily(self, transfer.X)
        estimator = clone(self._get_estimator())
        check_single_label(estimator)
        if loss.alpha == 0 and transfer.all_labeled:
            loss = replace(loss, temperature=1.0)  # there is nothing to be softened
        self.classes_, self.temperature_ = transfer.classes, loss.temperature
        self.strategy_ = _way_of_learning(estimator)
        random_state = check_random_state(self.random_state)
        if self.strategy_ == "final_step":
            self.temperature_ = 1.0  # the last step sharpens for itself
            self.estimator_ = _fit_by_last_step(estimator, transfer, random_state, loss)
            return self
        proba = loss.mix(transfer)
        if self.strategy_ == "sample_weight":
            self.estimator_ = _fit_copies(estimator, transfer, proba)
        elif self.strategy_ == "sampling":
            self.estimator_ = _fit_draws(estimator, transfer, proba, random_state)
        else:
            self.estimator_ = _fit_regression(estimator, transfer, proba, random_state)
        if not hasattr(self.estimator_, "predict"):
            raise TypeError(f"{estimator!r} cannot be a student: it predicts nothing.")
        return self

    def predict(self, X):
        """Predict class labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows to predict.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            One of ``classes_`` for each row: a classifier's own choice, else the most
            probable one.
        """
        check_is_fitted(self)
        if is_regressor(self.estimator_):
            return super().predict(X)
        return self.estimator_.predict(X)

    @available_if(_has_proba)
    def predict_proba(self, X):
        """Predict class probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows to predict.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """
        check_is_fitted(self)
        if is_regressor(self.estimator_):
            proba = _as_proba(self.estimator_.predict(X))
        else:
            proba = self.estimator_.predict_proba(X)
            proba = align_columns(proba, self.estimator_.classes_, self.classes_)
        return sharpen(proba, self.temperature_)

    def _get_estimator(self):
        if self.estimator is not None:
            return self.estimator
        # Unlike the default solver it gets there whatever the scale of the columns.
        return LogisticRegression(solver="newton-cg")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self._get_estimator()).input_tags
        return tags


def from_fitted(estimator, transfer, temperature):
    """A student around an estimator that learnt elsewhere what it would be taught.

    Parameters
    ----------
    estimator : classifier
        Fitted to the weighted copies of the rows.
    transfer : TransferSet
    temperature : float

    Returns
    -------
    student : SoftTargetClassifier
        Fitted.
    """
    student = SoftTargetClassifier(clone(estimator))
    student.estimator_, student.strategy_ = estimator, "sample_weight"
    student.classes_, student.temperature_ = transfer.classes, temperature
    student.n_features_in_ = transfer.X.shape[1]
    return student


def as_student(estimator):
    """A clone of an estimator with the student protocol, wrapped where it has none."""
    if hasattr(estimator, "fit_distill"):
        return clone(estimator)
    return SoftTargetClassifier(clone(estimator))


def _way_of_learning(estimator):
    """How an estimator can learn from probabilities; a value of ``strategy_``."""
    if isinstance(estimator, Pipeline):
        return "final_step"
    if is_regressor(estimator):
        return "regression"
    takes_weights = has_fit_parameter(estimator, "sample_weight")
    return "sample_weight" if takes_weights else "sampling"


def _as_proba(predicted):
    """Probabilities from what a regressor predicts for them."""
    if predicted.ndim == 1:
        predicted = np.column_stack([1 - predicted, predicted])
    proba = np.clip(predicted, UNKNOWN_RESOLUTION, 1)
    return proba / proba.sum(axis=1, keepdims=True)


def to_weighted_labels(proba, weights=None):
    """Write soft targets as weighted hard ones.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
    weights : ndarray of shape (n_samples,), default=None

    Returns
    -------
    rows, labels : ndarray of shape (n_copies,)
        Row and class index of each copy.
    copy_weights : ndarray of shape (n_copies,)
        The class's probability times the row's weight.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.students._soft_target_classifier import to_weighted_labels
    >>> to_weighted_labels(np.array([[1.0, 0.0], [0.25, 0.75]]))
    (array([0, 1, 1]), array([0, 0, 1]), array([1.  , 0.25, 0.75]))
    """
    rows, labels = np.nonzero(proba > NEGLIGIBLE)
    copy_weights = proba[rows, labels]
    if weights is not None:
        copy_weights = copy_weights * weights[rows]
    return rows, labels, copy_weights


def sample_hard_labels(proba, weights, random_state):
    """Write soft targets as hard ones without weights.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
    weights : ndarray of shape (n_samples,) or None
    random_state : RandomState

    Returns
    -------
    rows, labels : ndarray of shape (4 * n_samples,)
        Row and class index of each draw. Draws are stratified: a row with the mean
        weight is drawn four times, and a class with half of it once or twice or thrice.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.students._soft_target_classifier import sample_hard_labels
    >>> sample_hard_labels(np.array([[1.0, 0.0], [0.5, 0.5]]), None, np.random.RandomState(0))
    (array([0, 0, 0, 0, 1, 1, 1, 1]), array([0, 0, 0, 0, 0, 0, 1, 1]))
    """
    mass = proba if weights is None else proba * weights[:, None]
    upto = np.cumsum(mass)
    n_draws = N_DRAWS * len(proba)
    points = (np.arange(n_draws) + random_state.uniform(size=n_draws)) / n_draws
    drawn = np.searchsorted(upto, points * upto[-1], side="right")
    last = np.flatnonzero(mass)[-1]  # rounding may go beyond it
    return np.divmod(np.minimum(drawn, last), proba.shape[1])


def _fit_copies(estimator, transfer, proba):
    """Fit a classifier to the weighted copies of the rows."""
    rows, labels, weights = to_weighted_labels(proba, transfer.sample_weight)
    if str(getattr(estimator, "class_weight", None)).startswith("balanced"):
        # It would balance the numbers of copies, of which all classes have the same.
        mass = np.bincount(labels, weights)
        share = weights.sum() / np.count_nonzero(mass)
        mass[mass == 0] = 1  # a class whose rows weigh nothing
        weights = weights * (share / mass[labels])
        estimator.set_params(class_weight=None)
    X = _safe_indexing(transfer.X, rows)
    return estimator.fit(X, transfer.classes[labels], sample_weight=weights)


def _fit_draws(estimator, transfer, proba, random_state):
    """Fit a classifier to labels drawn from the targets."""
    rows, labels = sample_hard_labels(proba, transfer.sample_weight, random_state)
    return estimator.fit(_safe_indexing(transfer.X, rows), transfer.classes[labels])


def _fit_regression(estimator, transfer, proba, random_state):
    """Fit a regressor to the targets; of two classes, one output is enough."""
    several = get_tags(estimator).target_tags.multi_output
    X, y = transfer.X, proba if several or proba.shape[1] > 2 else proba[:, 1]
    params, weights = {}, transfer.sample_weight
    if weights is not None and has_fit_parameter(estimator, "sample_weight"):
        params["sample_weight"] = weights
    elif weights is not None:
        rows, _ = sample_hard_labels(np.ones((len(weights), 1)), weights, random_state)
        X, y = _safe_indexing(X, rows), y[rows]
    try:
        return estimator.fit(X, y, **params)
    except ValueError as error:
        if y.ndim == 1 or "1d array" not in str(error):
            raise
        raise ValueError(
            f"{estimator!r} has one output only, but there are {proba.shape[1]} "
            "classes: wrap it in sklearn.multioutput.MultiOutputRegressor."
        ) from error


def _fit_by_last_step(pipeline, transfer, random_state, loss):
    """Fit a pipeline whose last step learns from the teacher.

    The steps before it see each row once; copies would change what they learn.
    """
    *before, (name, last) = pipeline.steps
    X = transfer.X
    if before:
        X = pipeline[:-1].fit_transform(X, transfer.most_likely_labels())
    student = as_student(last)
    if isinstance(student, SoftTargetClassifier) and student.random_state is None:
        student.random_state = random_state.randint(MAX_SEED)
    student.fit_distill(transfer.with_rows(X), loss)
    pipeline.steps = [*before, (name, student)]
    return pipeline
