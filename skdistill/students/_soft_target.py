"""What wrapped students share, whatever they predict; and who is wrapped."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, Self

from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, MetaEstimatorMixin, clone
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags
from sklearn.utils._param_validation import HasMethods
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skdistill.losses._pinball import Loss
from skdistill.students._protocol import check_student, fit_student
from skdistill.transfer import TransferSet
from skdistill.utils._metaestimators import MAX_SEED, name_errors
from skdistill.utils._mixins import restore_on_error
from skdistill.utils._rows import check_X_lazily


def _has_partial_fit(model):
    fitted = vars(model).get("estimator_")
    if isinstance(fitted, Pipeline):
        fitted = fitted[-1]
    elif not model._learns_targets_as_they_are:
        return False
    return hasattr(fitted, "partial_fit")


class BaseSoftTarget(MetaEstimatorMixin, BaseEstimator):
    """Base class of students that wrap any estimator.

    Subclasses define `_default_estimator`, and whether the wrapped estimator is fitted
    to the mixed targets as they are: then it can go on by its own `partial_fit`.
    """

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit"]), None],
        "random_state": ["random_state"],
    }

    _learns_targets_as_they_are = False

    def __init__(
        self, estimator: Any = None, *, random_state: int | RandomState | None = None
    ) -> None:
        self.estimator = estimator
        self.random_state = random_state

    @available_if(_has_partial_fit)
    @restore_on_error
    def partial_fit(self, X: Any, y: ArrayLike) -> Self:
        """Let the fitted estimator take one pass over new samples.

        It is there after a fit of an estimator whose `partial_fit` takes soft targets,
        or of a pipeline that ends in one. The other steps stay as they are.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            New samples, of the form of those in `fit`.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels, or a teacher's predictions, as the estimator takes them.

        Returns
        -------
        self : object
            The same student.
        """
        X, y = check_X_lazily(self, X, y, reset=False)
        last = self.estimator_
        if isinstance(last, Pipeline):
            *before, (_, last) = last.steps
            X = Pipeline(before).transform(X) if before else X
        last.partial_fit(X, y)
        return self

    def _check_before_prediction(self, X):
        check_is_fitted(self)
        # The estimator checks tables; a vectorizer takes a table's columns for texts.
        if not hasattr(self, "n_features_in_"):
            check_X_lazily(self, X, reset=False)

    def _get_wrapped(self):
        """The fitted estimator inside, None before there is one."""
        return vars(self).get("estimator_")

    def _get_estimator(self):
        return self._default_estimator() if self.estimator is None else self.estimator

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self._get_estimator()).input_tags
        return tags


def as_student(
    estimator: Any,
    wrapper: type[BaseSoftTarget],
    random_state: RandomState | None = None,
) -> Any:
    """Clone an estimator, as a student.

    Parameters
    ----------
    estimator : estimator
        With the student protocol, or of any other kind, which is wrapped.
    wrapper : {SoftTargetClassifier, SoftTargetRegressor}
        For classes, or for numbers to predict.
    random_state : RandomState, default=None
        Seeds the wrapper, if there is one.

    Returns
    -------
    student : Student

    Raises
    ------
    TypeError
        If the estimator has a part of the protocol only.
    """
    is_student = hasattr(estimator, "fit_distill")
    if is_student:
        check_student(estimator)
    with name_errors("student", estimator):
        estimator = clone(estimator)
    if is_student:
        return estimator
    seed = None if random_state is None else random_state.randint(MAX_SEED)
    return wrapper(estimator, random_state=seed)


def fit_final_step(
    estimator: Pipeline,
    transfer: TransferSet,
    loss: Loss,
    wrapper: type[BaseSoftTarget],
    random_state: RandomState,
) -> Pipeline:
    """Fit a pipeline whose last step learns from the teacher.

    The steps before it see each sample once; copies would change what they learn.

    Parameters
    ----------
    estimator : Pipeline
        Is fitted, and its last step replaced by a student.
    transfer : TransferSet
    loss : DistillationLoss, SquaredErrorDistillation or PinballDistillation
    wrapper : {SoftTargetClassifier, SoftTargetRegressor}
        For the last step, if it needs one.
    random_state : RandomState
        Seeds the wrapper.

    Returns
    -------
    estimator : Pipeline
    """
    *before, (name, last) = estimator.steps
    X = transfer.X
    if before:
        X = estimator[:-1].fit_transform(X, transfer.most_likely_labels())
    student = as_student(last, wrapper, random_state)
    fit_student(student, transfer.with_rows(X), loss)
    estimator.steps = [*before, (name, student)]
    return estimator
