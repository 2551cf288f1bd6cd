"""The student protocol: what is asked of an estimator that learns from a teacher."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import inspect
from typing import Any, Protocol, Self

from numpy.typing import ArrayLike, NDArray

from skdistill.losses._pinball import Loss
from skdistill.transfer import TransferSet

# What every student has, as it is called.
REQUIRED = {
    "fit": "fit(X, y)",
    "fit_distill": "fit_distill(transfer, loss)",
    "predict": "predict(X)",
    "get_params": "get_params()",
    "set_params": "set_params(**params)",
}


# What a student may have.
OPTIONAL = ("predict_proba", "partial_fit", "fit_distill_path")


class Student(Protocol):
    """Protocol of estimators that learn from a teacher's predictions.

    A student needs no base class of this package: an estimator with these methods is
    one. ``fit`` need not take `sample_weight`. Three more methods are optional:

    ``predict_proba(X)``
        Class probabilities, with one column for each of ``classes_``. Without it, the
        distilled classifier predicts labels only.

    ``partial_fit(X, soft_targets)``
        One pass over new samples and their class probabilities, or numbers. It is
        needed for the ``partial_fit`` of distilled estimators.

    ``fit_distill_path(transfer, losses)``
        One fitted student for each loss of a list, as ``fit_distill`` would fit clones
        of this one. It is worth having where many fits at once cost less than one
        after the other.

    Read more in the :ref:`User Guide <student_protocol>`.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted; set by ``fit`` and by ``fit_distill``. Students of numbers
        have none.

    See Also
    --------
    check_student : Checks that an estimator has all of this.
    SoftTargetClassifier : Makes a student of any other classifier.
    SoftTargetRegressor : Makes a student of any other regressor.
    """

    classes_: NDArray

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Learn from labels alone.

        The committee and the report compare the distilled student with clones that
        were fitted this way.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Class labels, or numbers.

        Returns
        -------
        self : Student
        """

    def fit_distill(self, transfer: TransferSet, loss: Loss) -> Self:
        """Learn from the teacher's predictions and the labels.

        Parameters
        ----------
        transfer : TransferSet
            Samples, the teacher's raw predictions, labels or numbers where they are
            known, and weights.
        loss : DistillationLoss, SquaredErrorDistillation or PinballDistillation
            Temperature and weight of the soft targets. ``loss.mix(transfer)`` returns
            the targets of students that learn probabilities or numbers. Of classes,
            ``loss.restore(proba)`` undoes the temperature in their predictions, and
            ``loss.terms(transfer)`` returns the terms for students with logits.

        Returns
        -------
        self : Student
            Fitted; it keeps no reference to the teacher.
        """

    def predict(self, X: Any) -> NDArray:
        """Predict class labels, or numbers.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            One of ``classes_`` for each sample, or numbers; of a single output a
            vector.
        """

    def get_params(self, deep: bool = True) -> dict:
        """Return the parameters, as of :class:`~sklearn.base.BaseEstimator`.

        Parameters
        ----------
        deep : bool, default=True

        Returns
        -------
        params : dict
        """

    def set_params(self, **params: Any) -> Self:
        """Set parameters, as of :class:`~sklearn.base.BaseEstimator`.

        Parameters
        ----------
        **params : dict

        Returns
        -------
        self : Student
        """


def check_student(estimator: Any) -> None:
    """Check that an estimator has what the student protocol asks for.

    Parameters
    ----------
    estimator : estimator
        Fitted or not.

    Raises
    ------
    TypeError
        If it lacks something, or has something else in place of an optional method;
        the message names all of it.

    See Also
    --------
    Student : The protocol.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skdistill import SoftmaxMLPClassifier
    >>> from skdistill.students import check_student
    >>> check_student(SoftmaxMLPClassifier())
    >>> check_student(LogisticRegression())
    Traceback (most recent call last):
    ...
    TypeError: student=LogisticRegression() has no fit_distill(transfer, loss). ...
    """
    lacks = [
        f"has no {call}"
        for name, call in REQUIRED.items()
        if not callable(getattr(estimator, name, None))
    ]
    # In place of a method, None would pass for one wherever `hasattr` is asked.
    lacks += [
        f"has a {name} that is not callable"
        for name in OPTIONAL
        if not callable(getattr(estimator, name, callable))
    ]
    fit_distill = getattr(estimator, "fit_distill", None)
    if callable(fit_distill) and not _takes_two(fit_distill):
        lacks.append("has a fit_distill that does not take (transfer, loss)")
    _refuse(estimator, lacks)


def fit_student(student: Student, transfer: TransferSet, loss: Loss) -> Student:
    """Call ``fit_distill``, and check what a student has to have after it.

    Parameters
    ----------
    student : Student
    transfer : TransferSet
    loss : DistillationLoss, SquaredErrorDistillation or PinballDistillation

    Returns
    -------
    student : Student
        The same object, fitted.

    Raises
    ------
    TypeError
        If ``fit_distill`` returned something else, or set no ``classes_`` though there
        are classes.
    """
    lacks = []
    if student.fit_distill(transfer, loss) is not student:
        lacks.append("has a fit_distill that does not return self")
    if transfer.classes is not None and not hasattr(student, "classes_"):
        lacks.append("has no classes_ after fit_distill")
    _refuse(student, lacks)
    return student


def _takes_two(method):
    try:
        inspect.signature(method).bind("transfer", "loss")
    except TypeError:
        return False
    return True


def _refuse(estimator, lacks):
    if lacks:
        raise TypeError(
            f"student={estimator!r} {' and '.join(lacks)}. skdistill.students.Student "
            "documents what a student needs; SoftTargetClassifier and "
            "SoftTargetRegressor make one of any other estimator."
        )
