"""SoftTargetClassifier: any scikit-learn estimator learns from probabilities."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin, _fit_context, clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.utils import _safe_indexing, get_tags
from sklearn.utils._param_validation import HasMethods
from sklearn.utils.validation import check_is_fitted, has_fit_parameter

from skdistill._base import ProbabilityClassifierMixin, check_rows, keeps_fit_on_failure
from skdistill._responses import align_columns
from skdistill._targets import check_weights
from skdistill._transfer import TransferSet
from skdistill.losses import mix_targets
from skdistill.softening import sharpen, soften

# A class with less than this share of a row gets no copy of the row.
NEGLIGIBLE = 1e-4


class SoftTargetClassifier(
    ProbabilityClassifierMixin, MetaEstimatorMixin, BaseEstimator
):
    """Let any classifier that takes `sample_weight` learn from class probabilities.

    Each row is repeated once per class, with that class as its label and the class's
    probability as its weight. The log loss of the copies is the cross-entropy to the
    probabilities, so a learner that minimises log loss gets exactly the soft objective.

    Parameters
    ----------
    estimator : estimator, default=None
        A classifier whose `fit` takes `sample_weight`, or a
        :class:`~sklearn.pipeline.Pipeline` that ends in one (or in a student of this
        package). None: :class:`~sklearn.linear_model.LogisticRegression`.

    Attributes
    ----------
    estimator_ : estimator
        The fitted estimator.

    classes_ : ndarray of shape (n_classes,)
        Class labels; 0, 1, ... after a fit to probabilities.

    temperature_ : float
        At which the targets were softened; predictions are sharpened by it.

    n_features_in_ : int
        Number of features, where X has any.

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X had any.

    See Also
    --------
    DistilledClassifier : Makes the probabilities by a teacher.

    Notes
    -----
    Every row becomes as many as it has classes of some weight. Limit the leaves of trees
    by ``min_weight_fraction_leaf`` or ``max_leaf_nodes``: ``min_samples_leaf`` would
    count the copies.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill import SoftTargetClassifier
    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> P = np.array([[0.9, 0.1], [0.5, 0.5], [0.1, 0.9]])
    >>> SoftTargetClassifier().fit(X, P).predict_proba([[1.0]]).round(2)
    array([[0.5, 0.5]])
    """

    _parameter_constraints: dict = {"estimator": [HasMethods(["fit"]), None]}

    def __init__(self, estimator=None):
        self.estimator = estimator

    @_fit_context(prefer_skip_nested_validation=False)
    @keeps_fit_on_failure
    def fit(self, X, y, sample_weight=None):
        """Fit the estimator to labels or probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows, in any form that the estimator takes.
        y : array-like of shape (n_samples,) or (n_samples, n_classes)
            Class labels, or class probabilities.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        self : SoftTargetClassifier
        """
        X, y, sample_weight = check_rows(self, X, y, sample_weight)
        weights = check_weights(sample_weight, X)
        transfer = TransferSet.from_targets(X, y, weights)
        alpha = float((transfer.labels < 0).any())
        return self.fit_distill(transfer, temperature=1.0, alpha=alpha)

    @_fit_context(prefer_skip_nested_validation=False)
    @keeps_fit_on_failure
    def fit_distill(self, transfer, *, temperature=1.0, alpha=0.5):
        """Fit the estimator to what a teacher says.

        Parameters
        ----------
        transfer : TransferSet
            Rows, the teacher's logits, labels and weights.
        temperature : float, default=1.0
            Softens the teacher's probabilities; predictions are sharpened likewise.
        alpha : float, default=0.5
            Weight of the teacher's probabilities, against the labels.

        Returns
        -------
        self : SoftTargetClassifier
        """
        check_rows(self, transfer.X)
        estimator = clone(self._get_estimator())
        self.classes_, self.temperature_ = transfer.classes, temperature
        if isinstance(estimator, Pipeline):
            self.temperature_ = 1.0  # the last step sharpens for itself
            self.estimator_ = _fit_by_last_step(
                estimator, transfer, temperature=temperature, alpha=alpha
            )
            return self
        proba = soften(transfer.logits, temperature)
        proba = mix_targets(transfer.labels, proba, alpha)
        self.estimator_ = _fit_copies(estimator, transfer, proba)
        return self

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
        proba = self.estimator_.predict_proba(X)
        proba = align_columns(proba, self.estimator_.classes_, self.classes_)
        return sharpen(proba, self.temperature_)

    def _get_estimator(self):
        return LogisticRegression() if self.estimator is None else self.estimator

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self._get_estimator()).input_tags
        return tags


def as_student(estimator):
    """A clone of an estimator with the student protocol, wrapped where it has none."""
    if hasattr(estimator, "fit_distill"):
        return clone(estimator)
    return SoftTargetClassifier(clone(estimator))


def expand_targets(proba, weights=None):
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
    >>> from skdistill._soft_targets import expand_targets
    >>> expand_targets(np.array([[1.0, 0.0], [0.25, 0.75]]))
    (array([0, 1, 1]), array([0, 0, 1]), array([1.  , 0.25, 0.75]))
    """
    rows, labels = np.nonzero(proba > NEGLIGIBLE)
    copy_weights = proba[rows, labels]
    if weights is not None:
        copy_weights = copy_weights * weights[rows]
    return rows, labels, copy_weights


def _fit_copies(estimator, transfer, proba):
    """Fit a classifier to the weighted copies of the rows."""
    if not has_fit_parameter(estimator, "sample_weight"):
        raise ValueError(
            f"estimator={estimator!r} cannot learn from probabilities, because its fit "
            "takes no sample_weight."
        )
    rows, labels, weights = expand_targets(proba, transfer.sample_weight)
    X = _safe_indexing(transfer.X, rows)
    return estimator.fit(X, transfer.classes[labels], sample_weight=weights)


def _fit_by_last_step(pipeline, transfer, **distillation):
    """Fit a pipeline whose last step learns from the teacher.

    The steps before it see each row once; copies would change what they learn.
    """
    *before, (name, last) = pipeline.steps
    X = transfer.X
    if before:
        X = pipeline[:-1].fit_transform(X, transfer.likeliest_labels())
    student = as_student(last).fit_distill(transfer.with_rows(X), **distillation)
    pipeline.steps = [*before, (name, student)]
    return pipeline
