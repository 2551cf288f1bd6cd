"""DistilledClassifier: a small, fast student that learns from a teacher."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from numbers import Integral, Real

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator, MetaEstimatorMixin, _fit_context, clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.utils import check_random_state, get_tags
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, check_memory

from skdistill.distillation._routing import make_router, route, route_without_teacher
from skdistill.losses import DistillationLoss, mix_targets
from skdistill.neural_network._mlp_classifier import SoftmaxMLPClassifier
from skdistill.probability._pooling import alone
from skdistill.students._born_again import fit_generations, mean_of
from skdistill.students._incremental import ask_committee, check_can_grow, learn_once
from skdistill.students._soft_target_classifier import as_student
from skdistill.tables._encoding import with_encoder
from skdistill.teachers._committee import (
    MEMBERS,
    ask_label_members,
    can_convene,
    fold_answers,
    form_committee,
    misled,
    nobody_joins,
)
from skdistill.teachers._precomputed import given_lesson
from skdistill.teachers._teacher import split_rows, teach
from skdistill.transfer._training_data import check_unlabeled, make_sampler, unseen_rows
from skdistill.transfer._transfer_set import TransferSet
from skdistill.transfer._validation import encode_labels, row_weights
from skdistill.utils._metaestimators import (
    MAX_SEED,
    is_frozen,
    name_errors,
    set_random_states,
)
from skdistill.utils._mixins import (
    ProbabilityClassifierMixin,
    check_X_lazily,
    restore_on_error,
)


def _student_has_proba(model):
    fitted = vars(model).get("student_")
    student = as_student(model._get_student()) if fitted is None else fitted
    return hasattr(student, "predict_proba")


def _can_grow(model):
    fitted = vars(model)
    teacher, student = fitted.get("_fitted_teacher"), fitted.get("student_")
    return check_can_grow(teacher, student, model.alpha)


# Three networks on ramps: more accurate than one of 100 units, though not as fast.
DEFAULT_STUDENT = {
    "hidden_layer_sizes": (64, 64),
    "numeric_encoding": "auto",
    "n_members": 3,
}


class DistilledClassifier(
    ProbabilityClassifierMixin, MetaEstimatorMixin, BaseEstimator
):
    """Train a small, fast student on what a slow, accurate teacher says.

    The teacher is fitted, or taken as it is where it is frozen. It is asked about the
    training rows without leaking their labels, and the student learns from its
    probabilities and the labels together. Predictions are the student's alone.

    Parameters
    ----------
    teacher : classifier, default=None
        Any classifier. A clone of it is fitted; one that is fitted already is used as
        it is inside a :class:`~sklearn.frozen.FrozenEstimator`. None: a
        :class:`~sklearn.ensemble.RandomForestClassifier` of 300 trees, or the
        `teacher_proba` that `fit` is given.

    student : estimator, default=None
        An estimator with the method ``fit_distill``, such as
        :class:`SoftmaxMLPClassifier`, or any classifier, or a regressor, or a pipeline
        that ends in one; these are wrapped in :class:`SoftTargetClassifier`. None:
        :class:`SoftmaxMLPClassifier`.

        The defaults of teacher and student take rows of any kind: where X is a
        DataFrame with columns that are not numbers, has missing values, or holds texts,
        they stand behind an encoder of their own.

    temperature : float, default=1.0
        Softens the probabilities of teacher and student while the student learns.

    alpha : float, default=0.5
        Weight of the teacher's probabilities, against the labels: 1 is the teacher
        alone, 0 the labels alone.

    target_source : {"auto", "oob", "cv", "train"}, default="auto"
        Where the teacher's probabilities for the training rows come from: its
        out-of-bag members, clones fitted on other folds, or itself. "auto" takes the
        first of these that the teacher has; a frozen one is asked itself.

    cv : int, splitter or iterable, default=5
        Folds of ``target_source="cv"`` and of the committee.

    class_weight : dict, "balanced" or None, default=None
        Weights of the classes, by which the weights of the rows are multiplied for the
        teacher and for the student. "balanced" makes all classes weigh the same.

    synthesizer : "auto", sampler or None, default="auto"
        Makes rows up that are like those of X, for the teacher to say something about:
        where the student learns from rows that the teacher was not fitted on, it learns
        most. "auto" is :class:`~skdistill.synthesis.MixedSampler` for tables, thirty rows
        for one but 2,000 to 24,000 in all, and nothing for texts and sparse matrices.
        Or any object with ``fit(X)`` and ``sample(X, n_samples)``. None: no such rows.

    committee : bool, default=True
        Whether learners of the labels alone, trained out-of-fold, join the teacher: the
        student's kind and, for tables, an additive model and randomized trees. Their
        logits are added with the weights that have the least log loss out-of-fold:
        where the teacher is the worse one, it has little say. A student that, so
        taught, fits its own training rows clearly worse than its kind of the labels
        fits rows that it has not seen is trained on the labels alone, at temperature 1.
        With ``alpha=1`` there is no committee, as it takes the labels; nor where y
        lacks a class that the teacher knows, of which the labels would know nothing.

    n_generations : int, default=0
        How many more students to train, each on the answers of the one before: a
        born-again network [3]_. It has not paid on any measure so far.

    average_generations : bool, default=False
        Whether ``student_`` is the mean of all generations, and not the last.

    memory : str, object with the joblib.Memory interface or None, default=None
        Where to cache the answers of teacher and committee, so that a search over
        temperatures and students asks them once a fold and not once a candidate. Needs
        a whole number as `random_state`.

    keep_teacher : bool, default=False
        Whether to keep the fitted teacher as ``teacher_``.

    n_jobs : int, default=None
        Folds of ``target_source="cv"``, and of each kind in the committee, to fit at a time.

    random_state : int, RandomState instance or None, default=None
        Seeds every part of teacher and student whose own `random_state` is None. With
        None those parts stay unseeded.

    verbose : int, default=0
        Verbosity of the parallel fits.

    Attributes
    ----------
    student_ : estimator
        The fitted student; it stands alone.

    teacher_ : classifier
        The fitted teacher, with `keep_teacher` or if it is frozen.

    target_source_ : {"oob", "cv", "train", "given"}
        Which source the teacher's probabilities came from; "given" by `teacher_proba`.

    committee_weights_ : dict of str to float
        How much of what the student learnt came from "teacher", "student" (its own
        kind), "additive" (the additive model) and "trees"; they sum to one. The student
        has all where it was trained on the labels alone, for its own good.

    classes_ : ndarray of shape (n_classes,)
        Class labels; all that a frozen teacher knows.

    n_features_in_ : int
        Number of features, where X has any.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where X had any.

    See Also
    --------
    SoftmaxMLPClassifier : The default student.
    SoftTargetClassifier : Makes a student of any classifier.

    References
    ----------
    .. [1] C. Bucila, R. Caruana and A. Niculescu-Mizil, "Model compression", KDD 2006.
    .. [2] G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural
       network", 2015. :arxiv:`1503.02531`
    .. [3] T. Furlanello, Z. Lipton, M. Tschannen, L. Itti and A. Anandkumar,
       "Born-again neural networks", ICML 2018. :arxiv:`1805.04770`

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from sklearn.model_selection import train_test_split
    >>> from skdistill import DistilledClassifier
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> X, X_test, y, y_test = train_test_split(X, y, random_state=0)
    >>> teacher = RandomForestClassifier(n_estimators=100)
    >>> model = DistilledClassifier(teacher, random_state=0).fit(X, y)
    >>> model.target_source_
    'oob'
    >>> model.score(X_test, y_test) > 0.95
    True
    """

    _parameter_constraints: dict = {
        "teacher": [HasMethods(["fit"]), None],
        "student": [HasMethods(["fit"]), None],
        "temperature": [Interval(Real, 0, None, closed="neither")],
        "alpha": [Interval(Real, 0, 1, closed="both")],
        "target_source": [StrOptions({"auto", "oob", "cv", "train"})],
        "cv": ["cv_object"],
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "synthesizer": [StrOptions({"auto"}), HasMethods(["fit", "sample"]), None],
        "committee": ["boolean"],
        "n_generations": [Interval(Integral, 0, None, closed="left")],
        "average_generations": ["boolean"],
        "memory": [None, str, HasMethods(["cache"])],
        "keep_teacher": ["boolean"],
        "n_jobs": [None, Integral],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        teacher=None,
        student=None,
        *,
        temperature=1.0,
        alpha=0.5,
        target_source="auto",
        cv=5,
        class_weight=None,
        synthesizer="auto",
        committee=True,
        n_generations=0,
        average_generations=False,
        memory=None,
        keep_teacher=False,
        n_jobs=None,
        random_state=None,
        verbose=0,
    ):
        self.teacher = teacher
        self.student = student
        self.temperature = temperature
        self.alpha = alpha
        self.target_source = target_source
        self.cv = cv
        self.class_weight = class_weight
        self.synthesizer = synthesizer
        self.committee = committee
        self.n_generations = n_generations
        self.average_generations = average_generations
        self.memory = memory
        self.keep_teacher = keep_teacher
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=False)
    @restore_on_error
    def fit(
        self,
        X,
        y,
        sample_weight=None,
        *,
        teacher_proba=None,
        X_unlabeled=None,
        **fit_params,
    ):
        """Fit the teacher, ask it about the rows, and train the student.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training rows, in any form that teacher and student take.
        y : array-like of shape (n_samples,)
            Class labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, for teacher and student.
        teacher_proba : {array-like, DataFrame} of shape (n_samples, n_classes), \
                default=None
            What a teacher says that is not at hand, such as a service, a model on
            other hardware, or a panel of people. Needs ``teacher=None``; none is fitted
            then. The columns of an array are the classes of y, sorted. Those of a
            DataFrame are named by their classes, which may be more than y has.
        X_unlabeled : array-like of shape (n_unlabeled, n_features), default=None
            Rows without labels, of the form of X. The teacher is asked about them, and
            they take the place of as many synthetic rows.
        **fit_params : dict
            For the teacher's `fit` and the splitter's `split` (such as `groups`), by
            metadata routing; without routing, for the teacher's `fit`.

        Returns
        -------
        self : DistilledClassifier
        """
        X, y, sample_weight = check_X_lazily(self, X, y, sample_weight)
        X_unlabeled = check_unlabeled(self, X, X_unlabeled)
        weights = row_weights(sample_weight, self.class_weight, X, y)
        teacher, students, sampler = self._seeded_parts(X, X_unlabeled)
        cv = list(self.cv) if isinstance(self.cv, Iterator) else self.cv
        unseen = None
        if teacher_proba is None:
            self.classes_, labels = encode_labels(y, _known_classes(teacher))
            fit_params, split_params = route(
                self, teacher, weights, fit_params, by_user=sample_weight is not None
            )
            if self.alpha > 0:
                unseen = unseen_rows(X, X_unlabeled, sampler)
            with name_errors("teacher", self._get_teacher()):
                lesson = self._teach(
                    teacher, X, y, labels, weights, unseen, cv, fit_params, split_params
                )
        else:
            self.classes_, labels, lesson = given_lesson(
                teacher_proba, X, y, teacher=self.teacher, X_unlabeled=X_unlabeled
            )
            split_params = route_without_teacher(self, self._get_teacher(), fit_params)
        labeled = TransferSet(
            X, lesson.logits, labels, self.classes_, sample_weight=weights
        )
        with name_errors("student", self._get_student()):
            committee = self._convene(
                labeled, lesson, students[0], y, unseen, cv, split_params
            )
            transfer = replace(labeled, raw_predictions=committee.logits)
            if unseen is not None:
                transfer = transfer.with_unlabeled(unseen, committee.unseen_logits)
            students = fit_generations(
                students, transfer, DistillationLoss(self.temperature, self.alpha)
            )
            self.student_ = students[-1]
            if self.average_generations:
                self.student_ = mean_of(students, self.classes_)
            self._do_no_harm(committee, students[0], labeled)
        self.target_source_ = lesson.source
        self._fitted_teacher = lesson.teacher
        return self

    @property
    def teacher_(self):
        """The fitted teacher, with `keep_teacher` or if it is frozen."""
        teacher = vars(self).get("_fitted_teacher")
        if teacher is None:
            raise AttributeError(
                "teacher_ is there after a fit with keep_teacher=True or with a frozen "
                "teacher; otherwise the teacher is let go."
            )
        return teacher

    @available_if(_can_grow)
    @_fit_context(prefer_skip_nested_validation=False)
    @restore_on_error
    def partial_fit(self, X, y=None):
        """Ask the teacher about new rows, and let the student take a pass over them.

        It is there after a fit that kept the teacher (`keep_teacher`, or frozen), if
        the teacher tells probabilities and the student has a `partial_fit` that learns
        from them. The student speaks for the rest of the committee. It learns
        at temperature 1, and every row weighs the same.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            New rows, of the form of those in `fit`.
        y : array-like of shape (n_samples,), default=None
            Class labels, where there are any.

        Returns
        -------
        self : DistilledClassifier
        """
        X, y = check_X_lazily(self, X, y, reset=False)
        proba = ask_committee(
            self.teacher_,
            self.student_,
            X,
            self.classes_,
            share=self.committee_weights_["teacher"],
            teacher_part=self._teacher_part,
        )
        if y is not None:
            proba = mix_targets(proba, encode_labels(y, self.classes_)[1], self.alpha)
        learn_once(self.student_, X, proba)
        return self

    def predict(self, X):
        """Predict class labels, by the student.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows to predict.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            One of ``classes_`` for each row.
        """
        if "student_" not in vars(self):
            check_is_fitted(self)
        return self.student_.predict(X)

    @available_if(_student_has_proba)
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
        # The check looks at tags and parameters, for ten times as long as a network
        # needs for a row.
        if "student_" not in vars(self):
            check_is_fitted(self)
        return self.student_.predict_proba(X)

    def get_metadata_routing(self):
        """Get the metadata routing of this object.

        Returns
        -------
        routing : MetadataRouter
            Of the teacher's `fit` and the splitter's `split`.
        """
        return make_router(self, self._get_teacher(), self.cv)

    def _get_teacher(self):
        if self.teacher is not None:
            return self.teacher
        forest = RandomForestClassifier(n_estimators=300)
        if get_config().get("enable_metadata_routing"):
            forest.set_fit_request(sample_weight=True)
        return forest

    def _get_student(self):
        if self.student is not None:
            return self.student
        return SoftmaxMLPClassifier(**DEFAULT_STUDENT)

    def _seeded_parts(self, X, X_unlabeled):
        """Clones of teacher, students and sampler, seeded in an order that stays."""
        teacher, student = clone(self._get_teacher()), self._get_student()
        if self.teacher is None:
            teacher = with_encoder(teacher, X, X_unlabeled)
        if self.student is None:
            student = with_encoder(student, X, X_unlabeled)
        first, *later = (as_student(student) for _ in range(1 + self.n_generations))
        sampler = make_sampler(self.synthesizer, X)
        if self.random_state is not None:
            random_state = check_random_state(self.random_state)
            for part in (teacher, first, sampler, *later):
                if part is not None:
                    set_random_states(part, random_state.randint(MAX_SEED))
        return teacher, [first, *later], sampler

    def _convene(self, labeled, lesson, student, y, unseen, cv, split_params):
        """Let learners of the labels join the teacher, where they can."""
        # Students of the labels alone would rule out a class that has no rows, and of
        # one row a class none is left when it is held out.
        counts = np.bincount(labeled.y, minlength=len(self.classes_))
        can_meet = counts.min() > 0 and counts.max() > 1
        if not self.committee or self.alpha in (0, 1) or not can_meet:
            return nobody_joins(lesson, self.alpha)
        splits = split_rows(cv, labeled.X, labeled.y, split_params)
        if not can_convene(labeled.y, splits, labeled.sample_weight):
            return nobody_joins(lesson, self.alpha)
        ask = partial(
            check_memory(self.memory).cache(fold_answers, ignore=["n_jobs"]),
            X=labeled.X,
            y=y,
            unseen=unseen,
            classes=self.classes_,
            splits=splits,
            sample_weight=labeled.sample_weight,
            n_jobs=self.n_jobs,
        )
        members = ask_label_members(ask, student, labeled.X, unseen)
        teacher = lesson.logits, lesson.unseen_logits
        return form_committee(teacher, members, labeled.y, labeled.sample_weight)

    def _do_no_harm(self, committee, student, labeled):
        """Train on the labels alone a student that the others misled."""
        shares, part = committee.shares, committee.teacher_part
        if misled(self.student_, labeled, committee.student_logits):
            shares, part = {"student": 1.0}, alone(0.0, len(self.classes_))
            self.student_ = clone(student).fit_distill(
                labeled, DistillationLoss(temperature=1.0, alpha=0.0)
            )
        self._teacher_part = part
        self.committee_weights_ = dict.fromkeys(MEMBERS, 0.0) | shares

    def _teach(
        self, teacher, X, y, labels, weights, unseen, cv, fit_params, split_params
    ):
        cached = check_memory(self.memory).cache(teach, ignore=["n_jobs", "verbose"])
        return cached(
            teacher,
            X,
            y,
            classes=self.classes_,
            labels=labels,
            target_source=self.target_source,
            cv=cv,
            fit_params=fit_params,
            split_params=split_params,
            sample_weight=weights,
            unseen=unseen,
            keep_teacher=self.keep_teacher or is_frozen(teacher),
            n_jobs=self.n_jobs,
            verbose=self.verbose,
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        teacher = get_tags(self._get_teacher()).input_tags
        student = get_tags(as_student(self._get_student())).input_tags
        # The default student fills gaps; the default teacher takes them as they are.
        student.allow_nan = student.allow_nan or self.student is None
        for name in ("sparse", "allow_nan", "categorical", "string", "pairwise"):
            both = getattr(teacher, name) and getattr(student, name)
            setattr(tags.input_tags, name, both)
        return tags


def _known_classes(teacher):
    """The classes of a frozen teacher; None for one that is yet to be fitted."""
    if not is_frozen(teacher) or not hasattr(teacher, "classes_"):
        return None
    return np.sort(teacher.classes_)
