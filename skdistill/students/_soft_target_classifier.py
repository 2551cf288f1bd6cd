"""SoftTargetClassifier: any scikit-learn estimator learns from probabilities."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace
from typing import Any, Self

from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import (
    BaseEstimator,
    _fit_context,
    clone,
    is_regressor,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skdistill.losses import DistillationLoss
from skdistill.probability import UNKNOWN_RESOLUTION, sharpen
from skdistill.students._reweighting import (
    choose_strategy,
    fit_by_regression,
    fit_by_sampling,
    fit_by_weights,
    normalize_predictions,
)
from skdistill.students._soft_target import BaseSoftTarget, fit_final_step
from skdistill.transfer import TransferSet
from skdistill.transfer._label_encoder import with_label_encoder
from skdistill.transfer._responses import align_columns
from skdistill.transfer._transfer_set import check_distillation
from skdistill.transfer._validation import check_weights
from skdistill.utils._metaestimators import check_single_label, unwrap
from skdistill.utils._mixins import ProbabilityClassifierMixin, restore_on_error
from skdistill.utils._rows import check_X_lazily


def _has_proba(model):
    fitted = vars(model).get("estimator_")
    core = unwrap(model._get_estimator() if fitted is None else fitted)
    return hasattr(core, "predict_proba") or is_regressor(core)


class SoftTargetClassifier(ProbabilityClassifierMixin, BaseSoftTarget):
    """Student that wraps any classifier or regressor.

    It learns from class probabilities. For a classifier whose `fit` takes
    `sample_weight`, each sample is repeated once per class, with that class as its
    label and the class's probability as its weight. The log loss of the copies is the
    cross-entropy to the probabilities, so a learner that minimizes log loss gets
    exactly the soft objective.

    A classifier that takes no weights gets four copies of each sample instead, with
    labels sampled by the probabilities. A regressor is fitted to the probabilities; its
    predictions are cut at 0.001 and divided by their sum.

    Read more in the :ref:`User Guide <soft_target_classifier>`.

    Parameters
    ----------
    estimator : estimator, default=None
        A classifier or regressor, or a :class:`~sklearn.pipeline.Pipeline` that ends in
        one (or in a student). With more than two classes a regressor must take several
        outputs. None: a :class:`~sklearn.linear_model.LogisticRegression`, by a solver
        that does not need features of one scale.

    random_state : int, RandomState instance or None, default=None
        Samples the labels for a classifier that takes no weights.

    Attributes
    ----------
    estimator_ : estimator
        The fitted estimator. If its `class_weight` was "balanced", the weights of the
        copies are balanced instead, and it is None.

    strategy_ : {"sample_weight", "sampling", "regression", "final_step"}
        How the estimator was fitted: to weighted copies of the samples, to sampled
        labels, by regression, or, for a pipeline, as its last step was.

    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted. After a fit to probabilities, the names of their columns
        if they came as a DataFrame, else 0, 1, ...

    temperature_ : float
        Temperature of the targets, by which predictions are sharpened.

    n_features_in_ : int
        Number of features, where X has any.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where X had any.

    See Also
    --------
    DistilledClassifier : Trains a student on a teacher's predictions.

    Notes
    -----
    The copies of a sample count as samples. Limit the leaves of trees by
    ``min_weight_fraction_leaf`` or ``max_leaf_nodes`` rather than by
    ``min_samples_leaf``. Likewise ``n_neighbors`` counts the four copies of a sample.

    A classifier without `predict_proba` learns, but predicts labels only. For
    probabilities, wrap it in a :class:`~sklearn.calibration.CalibratedClassifierCV`.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill import SoftTargetClassifier
    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> P = np.array([[0.9, 0.1], [0.5, 0.5], [0.1, 0.9]])
    >>> SoftTargetClassifier().fit(X, P).predict_proba([[1.0]]).round(2)
    array([[0.5, 0.5]])
    """

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the estimator to labels or probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples, in any form that the estimator takes.
        y : {array-like, DataFrame} of shape (n_samples,) or (n_samples, n_classes)
            Class labels, or class probabilities.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        self : SoftTargetClassifier
        """
        X, y, sample_weight = check_X_lazily(self, X, y, sample_weight)
        transfer = TransferSet.from_targets(X, y, check_weights(sample_weight, X))
        loss = DistillationLoss(alpha=float(not transfer.all_labeled))
        return self.fit_distill(transfer, loss)

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=False)
    def fit_distill(self, transfer: TransferSet, loss: DistillationLoss) -> Self:
        """Fit the estimator to a teacher's predictions and the labels.

        Parameters
        ----------
        transfer : TransferSet
            Samples, the teacher's logits, labels and weights.
        loss : DistillationLoss
            Temperature and weight of the soft targets. Predictions are sharpened by
            the temperature.

        Returns
        -------
        self : SoftTargetClassifier
        """
        check_distillation(transfer, loss)
        check_X_lazily(self, transfer.X)
        estimator = clone(self._get_estimator())
        check_single_label(estimator)
        if loss.alpha == 0 and transfer.all_labeled:
            loss = replace(loss, temperature=1.0)  # nothing is softened
        strategy = choose_strategy(estimator)
        if strategy != "final_step":  # The last step encodes them, if it has to.
            estimator = with_label_encoder(estimator, transfer.classes)
        random_state = check_random_state(self.random_state)
        self.estimator_ = STRATEGIES[strategy](estimator, transfer, loss, random_state)
        self.strategy_, self.classes_ = strategy, transfer.classes
        # The last step of a pipeline sharpens its predictions itself.
        self.temperature_ = 1.0 if strategy == "final_step" else loss.temperature
        return self

    @classmethod
    def from_fitted(
        cls, estimator: Any, classes: NDArray, temperature: float = 1.0
    ) -> Self:
        """Wrap a classifier that was fitted to soft targets elsewhere.

        Parameters
        ----------
        estimator : classifier
            Fitted to weighted copies of samples.
        classes : ndarray of shape (n_classes,)
            Class labels, sorted: all of the classifier's, and maybe more.
        temperature : float, default=1.0
            Temperature of its targets.

        Returns
        -------
        student : SoftTargetClassifier
            Fitted; it holds the estimator itself.
        """
        student = cls(clone(estimator))
        student.estimator_, student.strategy_ = estimator, "sample_weight"
        student.classes_, student.temperature_ = classes, temperature
        student.n_features_in_ = estimator.n_features_in_
        return student

    def predict(self, X: Any) -> NDArray:
        """Predict class labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            One of ``classes_`` for each sample: a classifier's own choice, or the most
            probable one by a regressor.
        """
        self._check_before_prediction(X)
        if self.strategy_ == "regression":
            return super().predict(X)
        return self.estimator_.predict(X)

    @available_if(_has_proba)
    def predict_proba(self, X: Any) -> NDArray:
        """Predict class probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """
        self._check_before_prediction(X)
        if self.strategy_ == "regression":
            proba = normalize_predictions(self.estimator_.predict(X))
        else:
            proba = self.estimator_.predict_proba(X)
            proba = align_columns(proba, self.estimator_.classes_, self.classes_)
        return sharpen(proba, self.temperature_)

    def to_sklearn(self) -> BaseEstimator:
        """Make an equal estimator of scikit-learn's own classes.

        It predicts without this package, and skops reads it. At temperature 1 it is a
        classifier's ``estimator_`` itself. At other temperatures a copy of it is
        sharpened: the leaves of a single tree, or the last weights of a network or
        linear model that minimizes log loss. Of other classifiers, and of regressors,
        further steps of a pipeline make these probabilities.

        Returns
        -------
        classifier : classifier or Pipeline
            With the same probabilities. A class that no sample had any weight for has
            no column.

        Raises
        ------
        TypeError
            If there is a third party's student inside that has no ``to_sklearn``.
        """
        from skdistill.export._wrapped import (
            as_plain,
            as_plain_pipeline,
            regressor_as_classifier,
            sharpened,
        )

        check_is_fitted(self)
        if self.strategy_ == "final_step":
            return as_plain_pipeline(self.estimator_)
        if self.strategy_ == "regression":
            classifier = regressor_as_classifier(
                self.estimator_, self.classes_, floor=UNKNOWN_RESOLUTION
            )
        else:
            classifier = as_plain(self.estimator_)
        return sharpened(classifier, self.temperature_)

    def _default_estimator(self):
        # Unlike the default solver it converges whatever the scales of the features.
        return LogisticRegression(solver="newton-cg")


def fit_by_final_step(
    estimator: Pipeline,
    transfer: TransferSet,
    loss: DistillationLoss,
    random_state: RandomState,
) -> Pipeline:
    """Fit a pipeline whose last step learns from the teacher.

    Parameters
    ----------
    estimator, transfer, loss, random_state
        As in :func:`~skdistill.students._soft_target.fit_final_step`.

    Returns
    -------
    estimator : Pipeline
    """
    return fit_final_step(estimator, transfer, loss, SoftTargetClassifier, random_state)


# How an estimator is fitted to soft targets, by the value of `strategy_`.
STRATEGIES = {
    "sample_weight": fit_by_weights,
    "sampling": fit_by_sampling,
    "regression": fit_by_regression,
    "final_step": fit_by_final_step,
}
