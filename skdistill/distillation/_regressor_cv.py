"""DistilledRegressorCV: alpha and the student, chosen by validation."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from typing import Any, Self

from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, _fit_context
from sklearn.metrics import get_scorer
from sklearn.tree import DecisionTreeRegressor

from skdistill.distillation._candidates import number_losses
from skdistill.distillation._prepared import FitInputs
from skdistill.distillation._regressor import DistilledRegressor
from skdistill.distillation._regressor_base import BaseDistilledRegressor
from skdistill.distillation._search import CONSTRAINTS, SHARED, BaseDistilledCV
from skdistill.teachers._precomputed import Precomputed
from skdistill.utils._mixins import restore_on_error


class DistilledRegressorCV(BaseDistilledCV, BaseDistilledRegressor, BaseEstimator):
    """Distill numbers, and choose alpha and student by cross-validation.

    On each fold one teacher is fitted, one committee and one set of synthetic samples
    is made, and all candidates learn from these. Networks of one architecture train
    side by side. The chosen student is then fitted on all samples.

    Chosen is the fastest student within a tolerance of the best one. With a budget,
    only students count that meet it.

    Read more in the :ref:`User Guide <choosing>`.

    Parameters
    ----------
    teacher : regressor, object with `predict`, or callable, default=None
        As of :class:`DistilledRegressor`.

    student : estimator, default=None
        As of :class:`DistilledRegressor`. With `students` it is a member of the
        committee only.

    alphas : "auto" or array-like of shape (n_alphas,), default="auto"
        Weights of the teacher's predictions. "auto": 0, 0.25 and 0.5. With 0 a student
        learns from the labels alone, so that the search tells whether distillation
        helps.

    students : "auto", list of (str, estimator) or None, default=None
        Students to choose from. "auto": linear models, trees, and networks of growing
        size, up to the default student. None: `student` alone.

    cv : int, splitter, iterable or None, default=5
        Folds to score on. None: 5 folds. Inside a fold, the other folds are those of
        ``target_source="cv"`` and of the committee.

    scoring : str, callable or None, default="r2"
        What to score by; a callable is ``scorer(student, X, y)``. None: R2.

    tolerance : "one-standard-error" or float, default="one-standard-error"
        How much lower than the best mean score that of a faster student may be. The
        standard error is that of the best score over the folds. 0: take the best one.

    max_latency : float, default=None
        Longest time to predict one sample, in seconds.

    max_bytes : int, default=None
        Largest joblib file. If this is the only limit, the smallest student within the
        tolerance is chosen in place of the fastest.

    max_seconds : float, default=None
        Time after which no further student is trained on the folds. What was scored
        until then is compared, with a warning. The fit on all samples comes on top.

    served_as : {"estimator", "compiled"}, default="estimator"
        What is timed: the student itself, or what
        :func:`~skdistill.export.compile` makes of it.

    target_source : {"auto", "oob", "cv", "train"}, default="auto"
        As of :class:`DistilledRegressor`.

    synthesizer : "auto", sampler or None, default="auto"
        As of :class:`DistilledRegressor`.

    committee : "auto", list of (str, estimator) or None, default="auto"
        As of :class:`DistilledRegressor`.

    memory : str, object with the joblib.Memory interface or None, default=None
        Where to cache the predictions of teacher and committee, for another search on
        the same samples. Needs a whole number as `random_state`.

    keep_teacher : bool, default=False
        Whether to keep the teacher that was fitted on all samples, as ``teacher_``.

    n_jobs : int, default=None
        Folds to run at a time.

    random_state : int, RandomState instance or None, default=None
        As of :class:`DistilledRegressor`. All students have the same seed.

    verbose : int, default=0
        As of :class:`DistilledRegressor`.

    Attributes
    ----------
    student_ : estimator
        The chosen student, fitted on all samples.

    alpha_ : float
        The chosen weight of the teacher's predictions. 0: distillation does not help
        here.

    best_index_ : int
        Index of the chosen candidate in ``cv_results_``.

    best_params_ : dict
        Its student's name and alpha.

    best_score_ : float
        Its mean score over the folds.

    cv_results_ : dict
        Of all candidates, as of :class:`~sklearn.model_selection.GridSearchCV`, to make
        a DataFrame of. Further columns are of the student, on samples of the first
        fold: ``latency`` and ``batch_latency``, the seconds for one sample and for
        10,000, and ``n_bytes``. Networks that train together share the time of a fit.

    frontier_ : Frontier
        Each student with the loss that suits it best, and what it costs. Print it.

    teacher_ : regressor
        The fitted teacher, with `keep_teacher` or if it is frozen.

    target_source_ : {"oob", "cv", "train", "precomputed"} or None
        As of :class:`DistilledRegressor`.

    committee_weights_ : dict of str to float
        As of :class:`DistilledRegressor`. Its member "student" is `student`.

    n_features_in_ : int
        Number of features, where X has any.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where X had any.

    See Also
    --------
    DistilledRegressor : Distills at one alpha.
    DistilledClassifierCV : The same for classes.
    skdistill.inspection.FrontierDisplay : Plots the score against the cost.

    Notes
    -----
    No student is replaced by its fallback: training on the labels alone is one of the
    candidates.

    Examples
    --------
    >>> from sklearn.datasets import make_friedman1
    >>> from sklearn.ensemble import RandomForestRegressor
    >>> from sklearn.linear_model import LinearRegression
    >>> from sklearn.tree import DecisionTreeRegressor
    >>> from skdistill import DistilledRegressorCV
    >>> X, y = make_friedman1(200, random_state=0)
    >>> model = DistilledRegressorCV(
    ...     RandomForestRegressor(n_estimators=30),
    ...     students=[
    ...         ("linear", LinearRegression()),
    ...         ("tree", DecisionTreeRegressor(max_leaf_nodes=6)),
    ...     ],
    ...     committee=None,
    ...     cv=3,
    ...     random_state=0,
    ... )
    >>> model.fit(X, y).best_params_["student"]
    'linear'
    """

    _parameter_constraints: dict = {
        **CONSTRAINTS,
        **{name: DistilledRegressor._parameter_constraints[name] for name in SHARED},
    }

    _kind, _tree = DistilledRegressor, DecisionTreeRegressor

    def __init__(
        self,
        teacher: Any = None,
        student: Any = None,
        *,
        alphas: str | Sequence[float] = "auto",
        students: Any = None,
        cv: Any = 5,
        scoring: Any = "r2",
        tolerance: float | str = "one-standard-error",
        max_latency: float | None = None,
        max_bytes: int | None = None,
        max_seconds: float | None = None,
        served_as: str = "estimator",
        target_source: str = "auto",
        synthesizer: Any = "auto",
        committee: str | list | None = "auto",
        memory: Any = None,
        keep_teacher: bool = False,
        n_jobs: int | None = None,
        random_state: int | RandomState | None = None,
        verbose: int = 0,
    ) -> None:
        self.teacher = teacher
        self.student = student
        self.alphas = alphas
        self.students = students
        self.cv = cv
        self.scoring = scoring
        self.tolerance = tolerance
        self.max_latency = max_latency
        self.max_bytes = max_bytes
        self.max_seconds = max_seconds
        self.served_as = served_as
        self.target_source = target_source
        self.synthesizer = synthesizer
        self.committee = committee
        self.memory = memory
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
        teacher_prediction: ArrayLike | None = None,
        X_unlabeled: Any = None,
        unlabeled_prediction: ArrayLike | None = None,
        **fit_params: Any,
    ) -> Self:
        """Score all candidates, and fit the chosen student on all samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples, in any form that teacher and students take.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Numbers to predict.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, for teacher and students, and for the scores if the
            scorer takes any.
        teacher_prediction : array-like of shape (n_samples,) or \
                (n_samples, n_outputs), default=None
            Precomputed predictions of a teacher, as of
            :meth:`DistilledRegressor.fit`. They should be of a teacher that was not
            fitted on these samples.
        X_unlabeled : array-like of shape (n_unlabeled, n_features), default=None
            Samples without labels. All of them are there on each fold.
        unlabeled_prediction : array-like of shape (n_unlabeled,) or \
                (n_unlabeled, n_outputs), default=None
            Precomputed predictions for `X_unlabeled`.
        **fit_params : dict
            For the teacher's `fit` and the splitter's `split`, as of
            :meth:`DistilledRegressor.fit`.

        Returns
        -------
        self : DistilledRegressorCV
        """
        precomputed = Precomputed(teacher_prediction, unlabeled_prediction)
        self._search(
            FitInputs(X, y, sample_weight, X_unlabeled, precomputed, fit_params)
        )
        self.alpha_ = self.best_params_["alpha"]
        return self

    def _losses(self):
        return number_losses(self.alphas)

    def _scorer(self, classes=None):
        return get_scorer(self.scoring or "r2")
