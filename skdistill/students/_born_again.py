"""BornAgainClassifier: generations of students, each taught by the one before."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace
from numbers import Integral
from typing import Any, Self

from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, MetaEstimatorMixin, _fit_context
from sklearn.utils import get_tags
from sklearn.utils._param_validation import HasMethods
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skdistill.losses import DistillationLoss
from skdistill.students._protocol import Student, fit_student
from skdistill.students._soft_target import as_student
from skdistill.students._soft_target_classifier import SoftTargetClassifier
from skdistill.transfer import TransferSet
from skdistill.transfer._responses import classifier_logits, has_exact_log_proba
from skdistill.transfer._transfer_set import check_distillation
from skdistill.transfer._validation import check_weights
from skdistill.utils._mixins import ProbabilityClassifierMixin, restore_on_error
from skdistill.utils._parameters import WholeNumbers
from skdistill.utils._rows import check_X_lazily
from skdistill.utils._voting import as_voting_classifier


def _has_proba(model):
    fitted = vars(model).get("student_")
    return hasattr(model._get_student() if fitted is None else fitted, "predict_proba")


class BornAgainClassifier(
    ProbabilityClassifierMixin, MetaEstimatorMixin, BaseEstimator
):
    """Train generations of students, each on the predictions of the one before.

    The first generation learns from the teacher (or, by `fit`, from the labels), and
    each later one from the generation before, on the same samples and labels [1]_. Use
    it as the student of :class:`~skdistill.DistilledClassifier`. It has paid on no
    measure of ours so far.

    Read more in the :ref:`User Guide <generations>`.

    Parameters
    ----------
    student : estimator, default=None
        Any student; a clone of it is trained in each generation, with a whole-number
        `random_state` increased by one. None:
        :class:`~skdistill.SoftTargetClassifier` with its defaults.

    n_generations : int, default=2
        Number of generations.

    average : bool, default=False
        Whether to predict the mean probabilities of all generations, and not those of
        the last.

    Attributes
    ----------
    student_ : estimator
        The last generation, or a soft vote of all; it stands alone.

    generations_ : list of estimator
        The fitted students.

    classes_ : ndarray of shape (n_classes,)
        Class labels.

    n_features_in_ : int
        Number of features, where X has any.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where X had any.

    See Also
    --------
    skdistill.DistilledClassifier : Takes it as a student.

    References
    ----------
    .. [1] T. Furlanello, Z. Lipton, M. Tschannen, L. Itti and A. Anandkumar,
       "Born-again neural networks", ICML 2018. :arxiv:`1805.04770`

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdistill import SoftmaxMLPClassifier
    >>> from skdistill.students import BornAgainClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> student = SoftmaxMLPClassifier((16,), random_state=0)
    >>> model = BornAgainClassifier(student).fit(X, y)
    >>> model.score(X, y) > 0.95
    True
    """

    _parameter_constraints: dict = {
        "student": [HasMethods(["fit"]), None],
        "n_generations": [WholeNumbers(1)],
        "average": ["boolean"],
    }

    def __init__(
        self, student: Any = None, *, n_generations: int = 2, average: bool = False
    ) -> None:
        self.student = student
        self.n_generations = n_generations
        self.average = average

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train the first generation on labels, and the others on the one before.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples, in any form that the student takes.
        y : {array-like, DataFrame} of shape (n_samples,) or (n_samples, n_classes)
            Class labels, or class probabilities.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        self : BornAgainClassifier
        """
        X, y, sample_weight = check_X_lazily(self, X, y, sample_weight)
        transfer = TransferSet.from_targets(X, y, check_weights(sample_weight, X))
        first = DistillationLoss(alpha=float(not transfer.all_labeled))
        return self._fit_generations(transfer, first, DistillationLoss())

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=False)
    def fit_distill(self, transfer: TransferSet, loss: DistillationLoss) -> Self:
        """Train the first generation on a teacher's predictions and the labels.

        Parameters
        ----------
        transfer : TransferSet
            Samples, the teacher's logits, labels and weights.
        loss : DistillationLoss
            Temperature and weight of the soft targets, in every generation.

        Returns
        -------
        self : BornAgainClassifier
        """
        check_distillation(transfer, loss)
        check_X_lazily(self, transfer.X)
        return self._fit_generations(transfer, loss, loss)

    def predict(self, X: Any) -> NDArray:
        """Predict class labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            One of ``classes_`` for each sample.
        """
        check_is_fitted(self)
        return self.student_.predict(X)

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
        check_is_fitted(self)
        return self.student_.predict_proba(X)

    def to_sklearn(self) -> BaseEstimator:
        """Make an equal estimator of scikit-learn's own classes.

        Returns
        -------
        classifier : classifier
            That of the last generation, or a soft
            :class:`~sklearn.ensemble.VotingClassifier` of all.

        Raises
        ------
        TypeError
            If the student has no equal in scikit-learn.
        """
        from skdistill.export._wrapped import as_plain

        check_is_fitted(self)
        if self.student_ is self.generations_[-1]:
            return as_plain(self.student_)
        plain = [as_plain(student) for student in self.generations_]
        return as_voting_classifier(plain, self.classes_)

    @property
    def _has_exact_log_proba(self):
        return has_exact_log_proba(self.student_)

    def _get_student(self):
        student = SoftTargetClassifier() if self.student is None else self.student
        return as_student(student, SoftTargetClassifier)

    def _fit_generations(self, transfer, first_loss, loss):
        students = [
            _reseeded(self._get_student(), generation)
            for generation in range(self.n_generations)
        ]
        if self.average and not hasattr(students[0], "predict_proba"):
            raise ValueError(
                "average=True needs a student with predict_proba, and "
                f"{students[0]!r} has none."
            )
        self.generations_ = fit_generations(students, transfer, first_loss, loss)
        self.classes_ = transfer.classes
        self.student_ = self.generations_[-1]
        if self.average and len(students) > 1:
            self.student_ = as_voting_classifier(self.generations_, self.classes_)
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self._get_student()).input_tags
        return tags


def _reseeded(student, generation):
    """The student of a generation, with seeds of its own."""
    seeds = {
        name: value + generation
        for name, value in student.get_params().items()
        if name.split("__")[-1] == "random_state" and isinstance(value, Integral)
    }
    return student.set_params(**seeds)


def fit_generations(
    students: list[Student],
    transfer: TransferSet,
    first_loss: DistillationLoss,
    loss: DistillationLoss,
) -> list[Student]:
    """Fit students one after the other, each but the first to the one before.

    Parameters
    ----------
    students : list of Student
        Are fitted.
    transfer : TransferSet
        What the first learns from; the others from its samples and labels.
    first_loss, loss : DistillationLoss
        Of the first, and of the others.

    Returns
    -------
    students : list of Student
    """
    first, *later = students
    teacher = fit_student(first, transfer, first_loss)
    for student in later:
        logits = classifier_logits(teacher, transfer.X, transfer.classes)
        transfer = replace(transfer, raw_predictions=logits)
        teacher = fit_student(student, transfer, loss)
    return students
