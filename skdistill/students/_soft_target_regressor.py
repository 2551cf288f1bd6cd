"""SoftTargetRegressor: any scikit-learn regressor learns a teacher's numbers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, Self

from numpy.typing import ArrayLike, NDArray
from sklearn.base import (
    BaseEstimator,
    RegressorMixin,
    _fit_context,
    clone,
    is_regressor,
)
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state, get_tags
from sklearn.utils.validation import check_is_fitted

from skdistill.losses import PinballDistillation, SquaredErrorDistillation
from skdistill.students._reweighting import fit_to_numbers
from skdistill.students._soft_target import BaseSoftTarget, fit_final_step
from skdistill.transfer import TransferSet
from skdistill.transfer._transfer_set import check_distillation
from skdistill.transfer._validation import as_y, check_weights, encode_numbers
from skdistill.utils._mixins import DocLinkMixin, restore_on_error
from skdistill.utils._rows import check_X_lazily


class SoftTargetRegressor(DocLinkMixin, RegressorMixin, BaseSoftTarget):
    """Student that wraps any regressor.

    It learns the mean of a teacher's predictions and the true numbers, weighted by
    `alpha` of the loss. That is a number itself, so the regressor is fitted to it as it
    is: by its own loss, and with weights if its `fit` takes `sample_weight`.

    Read more in the :ref:`User Guide <numbers>`.

    Parameters
    ----------
    estimator : regressor, default=None
        A regressor, or a :class:`~sklearn.pipeline.Pipeline` that ends in one (or in a
        student). None: a :class:`~sklearn.linear_model.Ridge`.

    random_state : int, RandomState instance or None, default=None
        Draws samples by their weights for a regressor that takes none.

    Attributes
    ----------
    estimator_ : regressor
        The fitted estimator.

    n_features_in_ : int
        Number of features, where X has any.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where X had any.

    See Also
    --------
    DistilledRegressor : Trains a student on a teacher's predictions.
    SoftTargetClassifier : The same for classes.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.tree import DecisionTreeRegressor
    >>> from skdistill import (
    ...     SoftTargetRegressor, SquaredErrorDistillation, TransferSet
    ... )
    >>> X, y = load_diabetes(return_X_y=True)
    >>> teacher_predictions = 0.5 * y + 0.5 * y.mean()
    >>> transfer = TransferSet(X, teacher_predictions, y)
    >>> student = SoftTargetRegressor(DecisionTreeRegressor(max_leaf_nodes=8))
    >>> student = student.fit_distill(transfer, SquaredErrorDistillation(alpha=0.5))
    >>> student.estimator_.get_n_leaves()
    np.int64(8)
    """

    _learns_targets_as_they_are = True

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the estimator to numbers.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples, in any form that the estimator takes.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Numbers to predict.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        self : SoftTargetRegressor
        """
        X, y, sample_weight = check_X_lazily(self, X, y, sample_weight)
        numbers = encode_numbers(y)
        weights = check_weights(sample_weight, X)
        transfer = TransferSet(X, numbers, numbers, sample_weight=weights)
        return self.fit_distill(transfer, SquaredErrorDistillation(alpha=0.0))

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=False)
    def fit_distill(
        self,
        transfer: TransferSet,
        loss: SquaredErrorDistillation | PinballDistillation,
    ) -> Self:
        """Fit the estimator to a teacher's predictions and the true numbers.

        Parameters
        ----------
        transfer : TransferSet
            Samples, the teacher's predictions, numbers and weights.
        loss : SquaredErrorDistillation or PinballDistillation
            Weight of the teacher. Of quantiles the teacher's alone are the targets.

        Returns
        -------
        self : SoftTargetRegressor
        """
        check_distillation(transfer, loss)
        check_X_lazily(self, transfer.X)
        if transfer.classes is not None:
            raise ValueError(
                "transfer has classes: SoftTargetClassifier learns their probabilities."
            )
        estimator = clone(self._get_estimator())
        _check_regressor(estimator)
        random_state = check_random_state(self.random_state)
        if isinstance(estimator, Pipeline):
            kind = type(self)
            estimator = fit_final_step(estimator, transfer, loss, kind, random_state)
        else:
            y, weights = as_y(loss.mix(transfer)), transfer.sample_weight
            fit_to_numbers(estimator, transfer.X, y, weights, random_state)
        self.estimator_ = estimator
        return self

    def predict(self, X: Any) -> NDArray:
        """Predict numbers.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        """
        self._check_before_prediction(X)
        return self.estimator_.predict(X)

    def to_sklearn(self) -> BaseEstimator:
        """Make an equal estimator of scikit-learn's own classes.

        Returns
        -------
        regressor : regressor or Pipeline
            ``estimator_`` itself, or a pipeline of the plain forms of its steps.

        Raises
        ------
        TypeError
            If it is, or ends in, a student without such a form.
        """
        from skdistill.export._wrapped import as_plain, as_plain_pipeline

        check_is_fitted(self)
        if isinstance(self.estimator_, Pipeline):
            return as_plain_pipeline(self.estimator_)
        return as_plain(self.estimator_)

    def _default_estimator(self):
        return Ridge()

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        target_tags = get_tags(self._get_estimator()).target_tags
        tags.target_tags.multi_output = target_tags.multi_output
        tags.target_tags.single_output = target_tags.single_output
        return tags


def _check_regressor(estimator):
    """Refuse what cannot learn numbers."""
    if isinstance(estimator, FrozenEstimator):
        raise TypeError(
            f"{estimator!r} cannot be a student: frozen, it learns nothing."
        )
    if not isinstance(estimator, Pipeline) and not is_regressor(estimator):
        raise TypeError(
            f"{estimator!r} cannot be a student of numbers: it is no regressor."
        )
