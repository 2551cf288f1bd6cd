"""DistilledRegressor: a small, fast student that learns numbers from a teacher."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.metaestimators import available_if

from skdistill.distillation._prepared import FitInputs
from skdistill.distillation._regressor_base import BaseDistilledRegressor
from skdistill.students._incremental import can_learn_more
from skdistill.teachers._precomputed import Precomputed
from skdistill.transfer import TransferSet
from skdistill.transfer._validation import as_y
from skdistill.utils._mixins import restore_on_error


def _learns_quantiles(model):
    if model.quantiles is None:
        raise AttributeError("predict_quantiles is there with quantiles=.")
    return True


class DistilledRegressor(BaseDistilledRegressor, BaseEstimator):
    r"""Distill a slow, accurate regressor into a small, fast one.

    A teacher is fitted, or taken as it is if it is frozen. Its predictions for the
    training samples are leak-free: out-of-bag or out-of-fold. The student learns from
    these and from the true numbers. Predictions are the student's alone.

    Read more in the :ref:`User Guide <numbers>`.

    Parameters
    ----------
    teacher : regressor, object with `predict`, callable or list, default=None
        Any regressor. A clone of it is fitted. A fitted one is used as it is inside a
        :class:`~sklearn.frozen.FrozenEstimator`. So is an object without `fit`, or a
        function from samples to numbers. With `quantiles` it has to predict these, and
        may be a list of regressors, one for each (:ref:`quantiles`). None: a
        :class:`~sklearn.ensemble.RandomForestRegressor` of 300 trees, or the
        `teacher_prediction` passed to `fit`.

    student : estimator, "fast" or None, default=None
        An estimator with the method ``fit_distill``, such as
        :class:`SquaredErrorMLPRegressor`, or any regressor or pipeline that ends in
        one. These are wrapped in :class:`SoftTargetRegressor`. None: a
        :class:`SquaredErrorMLPRegressor` of two networks (``n_members=2``) with two
        hidden layers of 64 units each, on piecewise-linear features. "fast": one of 100
        units without such features, several times as fast (:ref:`fast_student`).

        The default teacher and the default student take samples of any kind. Texts, and
        tables with categories, dates and missing values, are encoded in front of them;
        on tables the student is a :class:`TabularMLPRegressor` with that network.

    quantiles : sequence of float, default=None
        Levels of quantiles to learn in place of the mean, such as (0.05, 0.5, 0.95):
        increasing, with 0.5 among them. ``predict`` then returns the median, and
        :meth:`predict_quantiles` all of them.

    alpha : float, default=0.5
        Weight :math:`\alpha` of the teacher's predictions: 1 is the teacher alone, 0
        the labels alone. With 0 no teacher is fitted, unless it is to be kept.

    target_source : {"auto", "oob", "cv", "train"}, default="auto"
        Where the teacher's predictions for the training samples come from: its
        out-of-bag members, clones fitted on other folds, or the teacher itself. "auto"
        takes "train" for a frozen teacher, else "oob" where the teacher has that, else
        "cv".

    cv : int, splitter, iterable or None, default=5
        Folds of ``target_source="cv"`` and of the committee. A number of folds shuffles
        the samples, always in the same way. None: 5 folds.

    synthesizer : "auto", sampler or None, default="auto"
        Makes synthetic samples, for which the teacher predicts the targets. "auto":
        :class:`~skdistill.synthesis.MixedSampler` for tables, 30 samples for each
        training sample, at least 2,000 and at most 24,000, together with `X_unlabeled`;
        none for texts and sparse matrices. Or any object with ``fit(X)`` and
        ``sample(X, n_samples)``. None: no synthetic samples.

    committee : "auto", list of (str, estimator) or None, default="auto"
        Models trained on the labels alone, out-of-fold, that are pooled with the
        teacher. The pool is a weighted sum of predictions, with the weights that
        minimize the squared error. The student itself is always one of them. "auto"
        adds an additive model ("additive") and randomized trees ("trees") for tables; a
        list adds its own models instead. None: the teacher teaches alone, as it does
        with ``alpha=1`` and with ``alpha=0``. With `quantiles` the members predict
        these, and the pool has the least pinball loss.

    fallback : bool, default=True
        Whether a student that learned clearly less from the teacher than from labels
        is replaced: by the same student trained on the labels alone, with a
        :class:`~skdistill.exceptions.DistillationFallbackWarning`. It is compared where
        there is a committee, as in :class:`DistilledClassifier`.

    memory : str, object with the joblib.Memory interface or None, default=None
        Where to cache the predictions of teacher and committee. A search over students
        then fits them once a fold, not once a candidate. Needs a whole number as
        `random_state`.

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

    teacher_ : regressor
        The fitted teacher, with `keep_teacher` or if it is frozen. With `quantiles` its
        ``predict`` returns a column for each.

    target_source_ : {"oob", "cv", "train", "precomputed"} or None
        Where the teacher's predictions came from; "precomputed" by
        `teacher_prediction`, None with ``alpha=0``.

    committee_weights_ : dict of str to float
        Relative weight of "teacher", "student" (the same, trained on the labels alone)
        and the other members in the pool. It is the member's weight times the spread of
        its predictions, divided by the sum. All weight is on "student" where the
        student fell back to the labels.

    n_features_in_ : int
        Number of features, where X has any.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where X had any.

    See Also
    --------
    DistilledClassifier : The same for classes.
    SoftTargetRegressor : Makes a student of any regressor.
    PinballDistillation : The loss of quantiles.

    Notes
    -----
    With the student's prediction :math:`u`, the pooled prediction :math:`z` of teacher
    and committee, and the true number :math:`y`, the student minimizes

    .. math::

       (1 - \alpha)\, (y - u)^2 + \alpha\, (z - u)^2

    over the training samples. Unlabeled and synthetic samples have the second term
    alone, with weight one. Students with another loss learn the mixed target
    :math:`(1 - \alpha)\, y + \alpha z` by that one. The loss of `quantiles` is
    :class:`PinballDistillation`.

    Examples
    --------
    >>> from sklearn.datasets import make_friedman1
    >>> from sklearn.model_selection import train_test_split
    >>> from skdistill import DistilledRegressor
    >>> X, y = make_friedman1(600, random_state=0)
    >>> X, X_test, y, y_test = train_test_split(X, y, random_state=0)
    >>> model = DistilledRegressor(random_state=0).fit(X, y)
    >>> model.target_source_
    'oob'
    >>> model.score(X_test, y_test) > 0.9
    True
    """

    _parameter_constraints: dict = {
        "teacher": [HasMethods(["fit"]), HasMethods(["predict"]), callable, list, None],
        "student": [HasMethods(["fit"]), StrOptions({"fast"}), None],
        "quantiles": ["array-like", None],
        "alpha": [Interval(Real, 0, 1, closed="both")],
        "target_source": [StrOptions({"auto", "oob", "cv", "train"})],
        "cv": ["cv_object"],
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
        quantiles: ArrayLike | None = None,
        alpha: float = 0.5,
        target_source: str = "auto",
        cv: Any = 5,
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
        self.quantiles = quantiles
        self.alpha = alpha
        self.target_source = target_source
        self.cv = cv
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
        teacher_prediction: ArrayLike | None = None,
        X_unlabeled: Any = None,
        unlabeled_prediction: ArrayLike | None = None,
        **fit_params: Any,
    ) -> Self:
        """Fit the teacher, build the transfer set, and train the student.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples, in any form that teacher and student take.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Numbers to predict; a single output with `quantiles`.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, for teacher and student.
        teacher_prediction : array-like of shape (n_samples,) or \
                (n_samples, n_outputs), default=None
            Precomputed predictions of a teacher that is not at hand, such as a service
            or a model on other hardware. Needs ``teacher=None``; none is fitted then. A
            NaN is no prediction: that sample has its label alone. With `quantiles`
            there is a column for each, and samples with NaN are left out.
        X_unlabeled : array-like of shape (n_unlabeled, n_features), default=None
            Samples without labels, of the form of X. The teacher predicts their
            targets, and they take the place of as many synthetic samples.
        unlabeled_prediction : array-like of shape (n_unlabeled,) or \
                (n_unlabeled, n_outputs), default=None
            Precomputed predictions for `X_unlabeled`, beside `teacher_prediction`.
            Samples with NaN are left out.
        **fit_params : dict
            For the teacher's `fit` and the splitter's `split` (such as `groups`), by
            metadata routing. Without routing, `groups` goes to a splitter, and all else
            to the teacher's `fit`.

        Returns
        -------
        self : DistilledRegressor
        """
        precomputed = Precomputed(teacher_prediction, unlabeled_prediction)
        data = self._distill(
            FitInputs(X, y, sample_weight, X_unlabeled, precomputed, fit_params)
        )
        self._targets = data.targets
        return self

    def predict(self, X: Any) -> NDArray:
        """Predict by the student.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            With `quantiles` the median.
        """
        if self.quantiles is None:
            return super().predict(X)
        return self.predict_quantiles(X)[:, self._targets.median]

    @available_if(_learns_quantiles)
    def predict_quantiles(self, X: Any) -> NDArray:
        """Predict quantiles by the student.

        It is there with `quantiles`. They never cross: those of each sample are sorted,
        which brings them nearer to the true ones [1]_.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        quantiles : ndarray of shape (n_samples, n_levels)
            Increasing.

        References
        ----------
        .. [1] V. Chernozhukov, I. Fernández-Val and A. Galichon, "Quantile and
           probability curves without crossing", Econometrica 78, 2010.
           :arxiv:`0704.3649`
        """
        self._check_predict(X)
        quantiles = np.asarray(self.student_.predict(X))
        return np.sort(quantiles.reshape(len(quantiles), -1), axis=1)

    @available_if(can_learn_more)
    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=False)
    def partial_fit(self, X: Any, y: ArrayLike | None = None) -> Self:
        """Let the student take one pass over new samples.

        It is there after a fit that kept the teacher (`keep_teacher`, or frozen), if
        the student has a `partial_fit`. The student stands in for the other members of
        the committee. Every sample has the same weight.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            New samples, of the form of those in `fit`.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            True numbers, if there are any.

        Returns
        -------
        self : DistilledRegressor
        """
        X, y, raw = self._predict_pooled(X, y, self._targets)
        if y is not None:
            raw = self._loss().mix(TransferSet(X, raw, self._targets.encode(y)))
        self.student_.partial_fit(X, as_y(raw))
        return self
