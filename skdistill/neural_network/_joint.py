"""JointlyDistilledClassifier: teacher and student networks trained together."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable, Iterator
from itertools import tee
from numbers import Real
from typing import Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, MetaEstimatorMixin, _fit_context, clone
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted, validate_data

from skdistill.losses import DistillationLoss, Term
from skdistill.neural_network._features import check_range
from skdistill.neural_network._fitted_attributes import (
    network_attributes,
    training_attributes,
)
from skdistill.neural_network._mlp_classifier import SoftmaxMLPClassifier
from skdistill.neural_network._prediction import predict_raw
from skdistill.neural_network._settings import TrainingSettings, check_parameters
from skdistill.neural_network._training import Training, interruptible
from skdistill.neural_network._training_loss import CrossEntropy
from skdistill.probability import soften
from skdistill.transfer._validation import (
    check_complete,
    check_weights,
    encode_labels,
    flatten_labels,
)
from skdistill.utils._metaestimators import MAX_SEED, set_random_states
from skdistill.utils._mixins import ProbabilityClassifierMixin, restore_on_error


class JointlyDistilledClassifier(
    ProbabilityClassifierMixin, MetaEstimatorMixin, BaseEstimator
):
    """Teacher and student networks that are trained together, batch by batch.

    This estimator is experimental: its behavior may change without a warning. Over many
    tables its student is no better than one without a teacher.
    :class:`DistilledClassifier` is the one to try first.

    At each step the student learns from the labels of a batch and from the teacher's
    predictions at this moment. The teacher learns from the labels. So the student
    follows the teacher's course, and not only its end. Both see the training samples
    alone.

    Read more in the :ref:`User Guide <joint_training>`.

    Parameters
    ----------
    teacher : SoftmaxMLPClassifier, default=None
        The teacher's parameters. The batches, their order and the number of epochs are
        those of the student. None: a network with 256 hidden units.

    student : SoftmaxMLPClassifier, default=None
        The student's parameters. None: the defaults of a network.

    temperature : float, default=1.0
        Softens the probabilities of teacher and student in the soft term of the loss.

    alpha : float, default=0.5
        Weight of the teacher's probabilities against the labels, from 0 (labels alone)
        to 1 (teacher alone).

    random_state : int, RandomState instance or None, default=None
        Seeds teacher and student where their own `random_state` is None.

    Attributes
    ----------
    student_ : SoftmaxMLPClassifier
        The fitted student, which predicts. It can be used alone.

    teacher_ : SoftmaxMLPClassifier
        The fitted teacher.

    classes_ : ndarray of shape (n_classes,)
        Class labels.

    n_features_in_ : int
        Number of features.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where X had any.

    See Also
    --------
    DistilledClassifier : Trains a student after its teacher, and on more samples.

    References
    ----------
    .. [1] G. Zhou, Y. Fan, R. Cui, W. Bian, X. Zhu and K. Gai, "Rocket launching: A
       universal and efficient framework for training well-performing light net", AAAI
       2018. :arxiv:`1708.04106`

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdistill import SoftmaxMLPClassifier
    >>> from skdistill.neural_network import JointlyDistilledClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> student = SoftmaxMLPClassifier((8,))
    >>> model = JointlyDistilledClassifier(student=student, random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.9
    True
    """

    # Small probabilities are computed from logits.
    _has_exact_log_proba = True

    _parameter_constraints: dict = {
        "teacher": [SoftmaxMLPClassifier, None],
        "student": [SoftmaxMLPClassifier, None],
        "temperature": [Interval(Real, 0, None, closed="neither")],
        "alpha": [Interval(Real, 0, 1, closed="both")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        teacher: SoftmaxMLPClassifier | None = None,
        student: SoftmaxMLPClassifier | None = None,
        *,
        temperature: float = 1.0,
        alpha: float = 0.5,
        random_state: int | RandomState | None = None,
    ) -> None:
        self.teacher = teacher
        self.student = student
        self.temperature = temperature
        self.alpha = alpha
        self.random_state = random_state

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train both networks.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples.
        y : array-like of shape (n_samples,)
            Class labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights, for both networks.

        Returns
        -------
        self : JointlyDistilledClassifier
        """
        teacher, student = self._seeded_networks()
        for network in (teacher, student):
            validate_data(network, X, skip_check_array=True)  # its columns
        check_complete(y)
        y = flatten_labels(y)
        X, y = validate_data(self, X, y, dtype=(np.float64, np.float32))
        self.classes_, labels = encode_labels(y)
        weights = check_weights(sample_weight, X)
        loss = DistillationLoss(self.temperature, self.alpha)
        terms = joint_terms(labels, len(self.classes_), loss, weights)
        of_student = self._make_training(student, X, terms)
        batch_size = of_student.objective.batches.sizes.batch_size
        teacher.set_params(batch_size=batch_size, max_iter=of_student.n_epochs)
        of_teacher = self._make_training(teacher, X, [Term(labels, weights)])
        train_jointly(of_teacher, of_student, loss)
        for network, training in ((teacher, of_teacher), (student, of_student)):
            result = training.result()
            vars(network).update(network_attributes(result.networks))
            vars(network).update(training_attributes(result))
            network.classes_, network.out_activation_ = self.classes_, "softmax"
        self.teacher_, self.student_ = teacher, student
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray:
        """Predict class probabilities, by the student.

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

    def predict_log_proba(self, X: ArrayLike) -> NDArray:
        """Predict logarithms of class probabilities, by the student.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        log_proba : ndarray of shape (n_samples, n_classes)
        """
        check_is_fitted(self)
        return self.student_.predict_log_proba(X)

    def _seeded_networks(self):
        default = {
            "teacher": SoftmaxMLPClassifier((256,)),
            "student": SoftmaxMLPClassifier(),
        }
        networks = [clone(getattr(self, name) or default[name]) for name in default]
        for name, network in zip(default, networks, strict=True):
            check_parameters(network)
            if network.solver != "adam" or network.early_stopping:
                raise ValueError(
                    f"{name}={network!r}: training together goes batch by batch to the "
                    'end, so it needs solver="adam" and early_stopping=False.'
                )
        if self.random_state is not None:
            random_state = check_random_state(self.random_state)
            for network in networks:
                set_random_states(network, random_state.randint(MAX_SEED))
        return networks

    def _make_training(self, network, X, terms):
        settings = TrainingSettings.of(network)
        random_state = check_random_state(network.random_state)
        check_range(X, settings.dtype(X))
        loss = CrossEntropy(terms, len(self.classes_))
        return Training(settings, X, loss, random_state)


def joint_terms(
    labels: NDArray,
    n_classes: int,
    loss: DistillationLoss,
    weights: NDArray | None = None,
) -> list[Term]:
    """Write the student's loss, with room for soft targets that are yet to come.

    Parameters
    ----------
    labels : ndarray of shape (n_samples,)
        Class indices.
    n_classes : int
    loss : DistillationLoss
    weights : ndarray of shape (n_samples,), default=None
        Sample weights.

    Returns
    -------
    terms : list of Term
        The soft one, if any, is the last.
    """
    if loss.alpha == 0:
        return [Term(labels, weights)]
    if weights is None:
        weights = np.ones(len(labels))
    anything = np.full((len(labels), n_classes), 1 / n_classes)
    soft = Term(anything, loss.alpha * weights, float(loss.temperature))
    hard = Term(labels, (1 - loss.alpha) * weights)
    return [soft] if loss.alpha == 1 else [hard, soft]


def train_jointly(teacher: Training, student: Training, loss: DistillationLoss) -> None:
    """Train two networks on the same batches, one teaching the other.

    Parameters
    ----------
    teacher, student : Training
        With batches of one size, and as many epochs. The last term of the student's
        loss is the soft one, unless alpha is zero.
    loss : DistillationLoss
        The student's.
    """
    predict_softened = bind_softened(teacher, loss.temperature)
    with interruptible():
        for X, terms in joint_steps(teacher, student):
            if loss.alpha > 0:
                soft_targets, *_ = terms[-1]
                soft_targets[:] = predict_softened(X).T
    for training in (teacher, student):
        training.warn_unless(True)


def joint_steps(
    teacher: Training, student: Training
) -> Iterator[tuple[NDArray, list[tuple]]]:
    """Take the steps of two networks in turn, on the same samples.

    Parameters
    ----------
    teacher, student : Training
        As of :func:`train_jointly`.

    Yields
    ------
    X : ndarray of shape (batch_size, n_inputs + 1)
        A batch of the teacher's inputs, before either takes its step.
    terms : list of (targets, weights, temperature)
        The student's loss on this batch.
    """
    orders = tee(map(np.copy, student.orders()))
    steps = zip(*map(Training.steps, (teacher, student), orders), strict=True)
    for (batch, teacher_loss), (batch_of_student, student_loss) in steps:
        if student_loss is None:
            yield batch[0], batch_of_student[1]
            continue
        teacher.monitor(teacher_loss)
        if student.monitor(student_loss):
            break


def bind_softened(
    teacher: Training, temperature: float
) -> Callable[[NDArray], NDArray]:
    """Make the function that predicts the softened probabilities of a network.

    Parameters
    ----------
    teacher : Training
        While it goes on, so do the predictions.
    temperature : float

    Returns
    -------
    predict : callable
        From a batch of inputs, of shape (batch_size, n_inputs + 1), to probabilities
        of shape (batch_size, n_classes).
    """
    networks = teacher.architecture.networks(teacher.theta)
    activation = teacher.architecture.activation

    def predict(X):
        logits = [predict_raw(X[:, :-1], *network, activation) for network in networks]
        if len(logits) == 1:
            return soften(logits[0], temperature)
        return soften(np.log(np.mean([soften(z) for z in logits], axis=0)), temperature)

    return predict
