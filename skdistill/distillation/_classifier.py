"""DistilledClassifier: a small, fast student that learns from a teacher."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from numbers import Integral, Real
from typing import Any, Self

from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.metaestimators import available_if

from skdistill.distillation._classifier_base import BaseDistilledClassifier
from skdistill.distillation._prepared import FitInputs
from skdistill.losses import mix_targets
from skdistill.losses._distillation import TEMPERATURES
from skdistill.probability import soften
from skdistill.students._incremental import can_learn_more
from skdistill.teachers._precomputed import Precomputed
from skdistill.transfer._targets import ClassTargets
from skdistill.utils._mixins import restore_on_error


class DistilledClassifier(BaseDistilledClassifier, BaseEstimator):
    r"""Distill a slow, accurate classifier into a small, fast one.

    A teacher is fitted, or taken as it is if it is frozen. Its class probabilities for
    the training samples are leak-free: out-of-bag or out-of-fold. The student learns
    from these soft targets and from the labels. Predictions are the student's alone.

    Read more in the :ref:`User Guide <distillation>`.

    Parameters
    ----------
    teacher : classifier, object with `predict_proba`, or callable, default=None
        Any classifier. A clone of it is fitted. A fitted one is used as it is inside a
        :class:`~sklearn.frozen.FrozenEstimator`. So is an object without `fit`, or a
        function from samples to probabilities. None: a
        :class:`~sklearn.ensemble.RandomForestClassifier` of 300 trees, or the
        `teacher_proba` passed to `fit`.

    student : estimator, "fast" or None, default=None
        An estimator with the method ``fit_distill``, such as
        :class:`SoftmaxMLPClassifier`, or any classifier, regressor or pipeline that
        ends in one. These are wrapped in :class:`SoftTargetClassifier`. None: a
        :class:`SoftmaxMLPClassifier` of two networks (``n_members=2``) with two
        hidden layers of 64 units each, on piecewise-linear features. "fast": one of 100
        units without such features, several times as fast and less accurate
        (:ref:`fast_student`).

        The default teacher and the default student take samples of any kind. Texts, and
        tables with categories, dates and missing values, are encoded in front of them;
        on tables the student is a :class:`TabularMLPClassifier` with that network.

    temperature : float, default=1.0
        Temperature :math:`T` that softens the probabilities of teacher and student in
        the soft term of the loss.

    alpha : float, default=0.5
        Weight :math:`\alpha` of the soft targets: 1 is the teacher alone, 0 the labels
        alone. With 0 no teacher is fitted, unless it is to be kept.

    target_source : {"auto", "oob", "cv", "train"}, default="auto"
        Where the teacher's probabilities for the training samples come from: its
        out-of-bag members, clones fitted on other folds, or the teacher itself. "auto"
        takes "train" for a frozen teacher, else "oob" where the teacher has that, else
        "cv". Who passes "train" is not warned of a frozen teacher that seems to have
        been fitted on the samples.

    cv : int, splitter, iterable or None, default=5
        Folds of ``target_source="cv"`` and of the committee. None: 5 folds.

    class_weight : dict, "balanced" or None, default=None
        Weights of the classes, by which sample weights are multiplied for teacher and
        student. "balanced" gives all classes the same total weight.

    synthesizer : "auto", sampler or None, default="auto"
        Makes synthetic samples, for which the teacher predicts soft targets. "auto":
        :class:`~skdistill.synthesis.MixedSampler` for tables, 30 samples for each
        training sample, at least 2,000 and at most 24,000, together with `X_unlabeled`;
        none for texts and sparse matrices. Or any object with ``fit(X)`` and
        ``sample(X, n_samples)``. None: no synthetic samples.

    committee : "auto", list of (str, estimator) or None, default="auto"
        Models trained on the labels alone, out-of-fold, that are pooled with the
        teacher. The pool is a weighted sum of logits, with the weights that minimize
        the log loss.
        The student itself is always one of them. "auto" adds an additive model
        ("additive") and randomized trees ("trees") for tables; a list adds its own
        models instead. None: the teacher teaches alone, as it does with ``alpha=1``,
        with ``alpha=0``, and where y lacks a class that the teacher knows.

    fallback : bool, default=True
        Whether a student that learned clearly less from the teacher than from labels
        is replaced: by the same student trained on the labels alone, with a
        :class:`~skdistill.exceptions.DistillationFallbackWarning`. It is compared where
        there is a committee (see Notes).

    memory : str, object with the joblib.Memory interface or None, default=None
        Where to cache the predictions of teacher and committee. A search over
        temperatures and students then fits them once a fold, not once a candidate.
        Needs a whole number as `random_state`.

    max_seconds : float, default=None
        Time after which no committee is begun, and a network as the student stops
        training after an epoch, with a warning. Other estimators cannot be stopped.

    keep_teacher : bool, default=False
        Whether to keep the fitted teacher as ``teacher_``.

    n_jobs : int, default=None
        Folds of ``target_source="cv"``, and of each member of the committee, to fit at
        a time.

    random_state : int, RandomState instance or None, default=None
        Seeds teacher, student and sampler where their own `random_state` is None. None
        leaves those unseeded.

    verbose : int, default=0
        Above 0, a line is printed for each stage of `fit`, with its seconds: synthetic
        samples, teacher, committee, student.

    Attributes
    ----------
    student_ : estimator
        The fitted student; it stands alone.

    teacher_ : classifier
        The fitted teacher, with `keep_teacher` or if it is frozen.

    target_source_ : {"oob", "cv", "train", "precomputed"} or None
        Where the teacher's probabilities came from; "precomputed" by `teacher_proba`,
        None with ``alpha=0``.

    committee_weights_ : dict of str to float
        Relative weight of "teacher", "student" (the same, trained on the labels alone)
        and the other members in the pool. It is the mean weight of the member's logits
        times their spread between the classes, divided by the sum. All weight is on
        "student" where the student fell back to the labels.

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
    skdistill.students.BornAgainClassifier : Students taught by students.

    Notes
    -----
    With the student's logits :math:`u`, the pooled logits :math:`z` of teacher and
    committee, :math:`p_T = \mathrm{softmax}(z / T)` and the label :math:`y`, the
    student minimizes

    .. math::

       (1 - \alpha)\, CE(y, \mathrm{softmax}(u))
       + \alpha\, T^2\, CE(p_T, \mathrm{softmax}(u / T))

    over the training samples. Unlabeled and synthetic samples have the soft term alone,
    with weight one. A student without logits learns the mixed probabilities, and its
    predictions are sharpened by :math:`T`.

    A student can learn less from a teacher than from labels. So it is compared with
    the same student, trained on the labels alone. If it predicts its own training
    samples clearly worse (by two standard errors) than the latter predicts held-out
    samples, the latter replaces it (`fallback`).

    References
    ----------
    .. [1] C. Bucila, R. Caruana and A. Niculescu-Mizil, "Model compression", KDD 2006.
    .. [2] G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural
       network", 2015. :arxiv:`1503.02531`

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
        "teacher": [HasMethods(["fit"]), HasMethods(["predict_proba"]), callable, None],
        "student": [HasMethods(["fit"]), StrOptions({"fast"}), None],
        "temperature": [Interval(Real, *TEMPERATURES, closed="both")],
        "alpha": [Interval(Real, 0, 1, closed="both")],
        "target_source": [StrOptions({"auto", "oob", "cv", "train"})],
        "cv": ["cv_object"],
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "synthesizer": [StrOptions({"auto"}), HasMethods(["fit", "sample"]), None],
        "committee": [StrOptions({"auto"}), list, None],
        "fallback": ["boolean"],
        "memory": [None, str, HasMethods(["cache"])],
        "max_seconds": [Interval(Real, 0, None, closed="neither"), None],
        "keep_teacher": ["boolean"],
        "n_jobs": [None, Integral],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        teacher: Any = None,
        student: Any = None,
        *,
        temperature: float = 1.0,
        alpha: float = 0.5,
        target_source: str = "auto",
        cv: Any = 5,
        class_weight: dict | str | None = None,
        synthesizer: Any = "auto",
        committee: str | list | None = "auto",
        fallback: bool = True,
        memory: Any = None,
        max_seconds: float | None = None,
        keep_teacher: bool = False,
        n_jobs: int | None = None,
        random_state: int | RandomState | None = None,
        verbose: int = 0,
    ) -> None:
        self.teacher = teacher
        self.student = student
        self.temperature = temperature
        self.alpha = alpha
        self.target_source = target_source
        self.cv = cv
        self.class_weight = class_weight
        self.synthesizer = synthesizer
        self.committee = committee
        self.fallback = fallback
        self.memory = memory
        self.max_seconds = max_seconds
        self.keep_teacher = keep_teacher
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(
        self,
        X: Any,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        teacher_proba: Any = None,
        X_unlabeled: Any = None,
        unlabeled_proba: Any = None,
        **fit_params: Any,
    ) -> Self:
        """Fit the teacher, build the transfer set, and train the student.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples, in any form that teacher and student take.
        y : array-like of shape (n_samples,)
            Class labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, for teacher and student.
        teacher_proba : {array-like, DataFrame} of shape (n_samples, n_classes), \
                default=None
            Precomputed probabilities of a teacher that is not at hand: a service, a
            model on other hardware, or a panel of people. Needs
            ``teacher=None``; none is fitted then. The columns of an array are the
            classes of y, sorted. Those of a DataFrame are named by their classes, which
            may be more than y has. Its index, if it has any but numbers from 0, must be
            that of X. A row of NaN is no prediction: that sample has its label alone.
        X_unlabeled : array-like of shape (n_unlabeled, n_features), default=None
            Samples without labels, of the form of X. The teacher predicts their soft
            targets, and they take the place of as many synthetic samples.
        unlabeled_proba : {array-like, DataFrame} of shape (n_unlabeled, n_classes), \
                default=None
            Precomputed probabilities for `X_unlabeled`, beside `teacher_proba`. Samples
            whose row is NaN are left out.
        **fit_params : dict
            For the teacher's `fit` and the splitter's `split` (such as `groups`), by
            metadata routing. Without routing, `groups` goes to a splitter, and all else
            to the teacher's `fit`.

        Returns
        -------
        self : DistilledClassifier
        """
        precomputed = Precomputed(teacher_proba, unlabeled_proba)
        data = self._distill(
            FitInputs(X, y, sample_weight, X_unlabeled, precomputed, fit_params)
        )
        self.classes_ = data.targets.classes
        return self

    @available_if(can_learn_more)
    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=False)
    def partial_fit(self, X: Any, y: ArrayLike | None = None) -> Self:
        """Let the student take one pass over new samples.

        It is there after a fit that kept the teacher (`keep_teacher`, or frozen), if
        the teacher predicts probabilities and the student has a `partial_fit` that
        learns from them. The student stands in for the other members of the committee.
        It learns at temperature 1, and every sample has the same weight.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            New samples, of the form of those in `fit`.
        y : array-like of shape (n_samples,), default=None
            Class labels, if there are any.

        Returns
        -------
        self : DistilledClassifier
        """
        targets = ClassTargets(self.classes_)
        X, y, raw = self._predict_pooled(X, y, targets)
        proba = soften(raw)
        if y is not None:
            proba = mix_targets(proba, targets.encode(y), self.alpha)
        self.student_.partial_fit(X, proba)
        return self
