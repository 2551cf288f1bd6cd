"""JointlyDistilledClassifier: teacher and student networks trained together."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin, _fit_context, clone
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted, validate_data

from skdistill.losses._cross_entropy import Term
from skdistill.neural_network._fitting import finish, start
from skdistill.neural_network._joint_steps import JointBatches, LearningTeacher
from skdistill.neural_network._mlp_classifier import SoftmaxMLPClassifier
from skdistill.transfer._validation import check_weights, encode_labels
from skdistill.utils._metaestimators import MAX_SEED, set_random_states
from skdistill.utils._mixins import ProbabilityClassifierMixin, restore_on_error


class JointlyDistilledClassifier(
    ProbabilityClassifierMixin, MetaEstimatorMixin, BaseEstimator
):
    """Train a teacher network and a student network together, batch by batch.

    At each step the student learns from the labels of a batch and from what the teacher
    makes of it at this moment, and the teacher from the labels. So the student follows
    the teacher's course, and not only its end. Both see the training rows alone.

    Over many tables this is no better than the student without a teacher; see the user
    guide. :class:`DistilledClassifier` is the one to try first.

    Parameters
    ----------
    teacher : SoftmaxMLPClassifier, default=None
        Its batches and their order are the student's, and so is the number of epochs.
        None: one of 256 hidden units.

    student : SoftmaxMLPClassifier, default=None
        None: one by its defaults.

    temperature : float, default=1.0
        Softens the probabilities of teacher and student in the soft term of the loss.

    alpha : float, default=0.5
        Weight of the teacher's probabilities, against the labels: 1 is the teacher
        alone, 0 the labels alone.

    random_state : int, RandomState instance or None, default=None
        Seeds teacher and student where their own `random_state` is None.

    Attributes
    ----------
    student_ : SoftmaxMLPClassifier
        The fitted student, which predicts; it stands alone.

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
    DistilledClassifier : Trains a student after its teacher, and on more rows.

    References
    ----------
    .. [1] G. Zhou, Y. Fan, R. Cui, W. Bian, X. Zhu and K. Gai, "Rocket launching: A
       universal and efficient framework for training well-performing light net", AAAI
       2018. :arxiv:`1708.04106`

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdistill import JointlyDistilledClassifier, SoftmaxMLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> student = SoftmaxMLPClassifier((8,))
    >>> model = JointlyDistilledClassifier(student=student, random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.9
    True
    """

    _parameter_constraints: dict = {
        "teacher": [SoftmaxMLPClassifier, None],
        "student": [SoftmaxMLPClassifier, None],
        "temperature": [Interval(Real, 0, None, closed="neither")],
        "alpha": [Interval(Real, 0, 1, closed="both")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        teacher=None,
        student=None,
        *,
        temperature=1.0,
        alpha=0.5,
        random_state=None,
    ):
        self.teacher = teacher
        self.student = student
        self.temperature = temperature
        self.alpha = alpha
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=False)
    @restore_on_error
    def fit(self, X, y, sample_weight=None):
        """Train both networks.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training rows.
        y : array-like of shape (n_samples,)
            Class labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, for both.

        Returns
        -------
        self : JointlyDistilledClassifier
        """
        rows, y = validate_data(self, X, y, dtype=(np.float64, np.float32))
        classes, labels = encode_labels(y)
        weights = check_weights(sample_weight, rows)
        teacher, student = self._seeded_networks()
        terms = joint_terms(labels, len(classes), self.temperature, self.alpha, weights)
        run = start_run(student, X, classes, terms)
        teacher.set_params(batch_size=run.batches.batch_size, max_iter=run.n_epochs)
        teacher_run = start_run(teacher, X, classes, [Term(labels, weights)])
        temperature = self.temperature if self.alpha > 0 else None
        run.batches = JointBatches(
            run.batches, LearningTeacher(teacher_run), temperature
        )
        run.minimize()
        finish(teacher, teacher_run, classes)
        finish(student, run, classes)
        self.teacher_, self.student_, self.classes_ = teacher, student, classes
        return self

    def predict_proba(self, X):
        """Predict class probabilities, by the student.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows to predict.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """
        check_is_fitted(self)
        return self.student_.predict_proba(X)

    def _seeded_networks(self):
        teacher = self.teacher
        if teacher is None:
            teacher = SoftmaxMLPClassifier((256,))
        student = SoftmaxMLPClassifier() if self.student is None else self.student
        networks = clone(teacher), clone(student)
        for name, network in zip(("teacher", "student"), networks, strict=True):
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


def joint_terms(labels, n_classes, temperature, alpha, weights=None):
    """The student's loss, with room for soft targets that are yet to come.

    Parameters
    ----------
    labels : ndarray of shape (n_samples,)
        Class indices.
    n_classes : int
    temperature : float
        Of the soft term.
    alpha : float
        Its weight.
    weights : ndarray of shape (n_samples,), default=None
        Weights of the rows.

    Returns
    -------
    terms : list of Term
        The soft one, if any, is the last.
    """
    if alpha == 0:
        return [Term(labels, weights)]
    if weights is None:
        weights = np.ones(len(labels))
    anything = np.full((len(labels), n_classes), 1 / n_classes)
    soft = Term(anything, alpha * weights, float(temperature))
    return [soft] if alpha == 1 else [Term(labels, (1 - alpha) * weights), soft]


def start_run(network, X, classes, terms):
    """A network's training before its first step.

    Parameters
    ----------
    network : SoftmaxMLPClassifier
        Its inputs are learnt.
    X : array-like of shape (n_samples, n_features)
    classes : ndarray of shape (n_classes,)
    terms : list of Term

    Returns
    -------
    run : TrainingRun
    """
    network._validate_params()
    X = network._validate(X, terms[0].targets)
    return start(network, X, classes, terms)
