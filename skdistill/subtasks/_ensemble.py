"""SubtaskEnsembleClassifier: split a task, train members in parallel, combine them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace
from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, MetaEstimatorMixin, _fit_context
from sklearn.linear_model import LogisticRegression
from sklearn.utils import check_random_state, get_tags
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    RealNotInt,
    StrOptions,
)
from sklearn.utils.metadata_routing import MetadataRouter
from sklearn.utils.validation import check_is_fitted, validate_data

from skdistill.losses import DistillationLoss
from skdistill.subtasks._combination import COMBINATIONS
from skdistill.subtasks._hard_labels import fit_hard_label_ensemble
from skdistill.subtasks._members import MemberFitter
from skdistill.subtasks._partitions import make_partition
from skdistill.subtasks._routing import make_router, route
from skdistill.subtasks._squashing import squash
from skdistill.subtasks._subtask import Task
from skdistill.subtasks._training import FittedParts, fit_parts, prepare
from skdistill.subtasks._validation import check_member, check_squares
from skdistill.transfer import TransferSet
from skdistill.transfer._transfer_set import check_distillation
from skdistill.transfer._validation import check_complete, check_weights
from skdistill.utils._callbacks import CallbackSupportMixin, root_task
from skdistill.utils._mixins import ProbabilityClassifierMixin, restore_on_error
from skdistill.utils._parameters import WholeNumbers

_ACCEPTED = {"accept_sparse": "csr", "dtype": (np.float64, np.float32)}


class SubtaskEnsembleClassifier(
    CallbackSupportMixin, ProbabilityClassifierMixin, MetaEstimatorMixin, BaseEstimator
):
    r"""Split a task into subtasks, train a member on each, and combine the members.

    By default, the members are logistic regressions, each for one cluster of samples,
    and a generalist for all samples. A gate weights the members by the distance of a
    sample to the centers of the clusters. The generalist has a fixed weight. Together
    they draw curved boundaries that no single logistic regression can.

    Read more in the :ref:`User Guide <subtasks>`.

    Parameters
    ----------
    estimator : classifier or regressor, default=None
        The members are clones of it. A regressor learns probabilities. None:
        :class:`~sklearn.linear_model.LogisticRegression`, with a `C` that is tuned by
        5-fold cross-validation: for the generalist, and for the members together.

    n_subtasks : int, default=5
        Number of subtasks. A partition that can make no more makes fewer.

    partition : str, clusterer or splitter, default="cluster"
        How the task is split.

        - "cluster": by k-means. Each member learns from all samples, but mostly from
          those of its cluster. A generalist is added.
        - "random": samples drawn with replacement, from each class in proportion and at
          least one.
        - "features": features drawn without replacement; all samples.
        - "classes": each member tells apart a group of classes that are easily
          confused, with all other classes as one. A generalist is added.
        - a clusterer with `fit_predict`, in place of k-means. -1 means no cluster.
        - a splitter with `split`. The training samples of each split are a subtask.

    combine : {"gate", "mean", "vote", "stack"}, default="gate"
        How the members' predictions are combined.

        - "gate": the mean of their probabilities, weighted by how near a sample is to
          the center of those that were assigned to each. A generalist has a fixed
          weight.
        - "mean": the mean of their probabilities.
        - "vote": the fractions of their votes.
        - "stack": a logistic regression on their out-of-fold logits.

    subtask_size : float or int, default=0.5
        Size of each subtask, as a fraction of all (float) or a number (int): of samples
        for "random", of features for "features". Other partitions do not use it.

    temperature : float, default=None
        Softens the probabilities that the members learn, and those that they predict.
        The combined ones are sharpened again. None: that of the loss in `fit_distill`,
        and 1 in `fit`. A number is used in both.

    feature_temperature : float, default=None
        Squash each feature x, in training and in prediction, to
        ``sigmoid(log(sigmoid(x)) / feature_temperature)``. None: leave it as it is.

    n_jobs : int, default=None
        Members to fit at a time. Logistic regressions on few dense samples are solved
        together in one process, which is faster still.

    random_state : int, RandomState instance or None, default=None
        Draws the subtasks and the folds, and seeds the members.

    Attributes
    ----------
    estimators_ : list of classifiers
        The fitted members, without the generalist.

    generalist_ : classifier or None
        The member that was fitted to all samples, where the partition has one.

    subtasks_ : list of Subtask
        The `features` and `classes` of each member, None where it learned all.

    gate_ : Gate or None
        With ``combine="gate"``, centers of the members and the scale of distances.

    generalist_weight_ : float or None
        Weight of the generalist under the gate.

    stacker_ : classifier or None
        With ``combine="stack"``, what combines the members' predictions.

    hard_label_ensemble_ : SubtaskEnsembleClassifier or None
        The same ensemble, fitted to labeled samples alone. Predictions are the mean of
        both. It is there if a teacher predicts for unlabeled samples, too: what few
        parameters learn about these costs some of what they knew about the others. None
        with an `estimator` or a splitter.

    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted. After a fit to probabilities, the names of their columns
        if they came as a DataFrame, else 0, 1, ...

    temperature_ : float
        At which the members' predictions are combined.

    inverse_temperature_ : float
        Power of the combined probabilities, by cross-validation: below 1 where they
        were too sure. With soft targets, the fewer of the samples were held out, the
        nearer it is to 1. It is 1 with a given `estimator` and with votes.

    n_features_in_ : int
        Number of features.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where X had any.

    See Also
    --------
    DistilledClassifier : Takes it as a student.

    Notes
    -----
    With probabilities of the generalist :math:`p_0` and of the members :math:`p_m`,
    responsibilities :math:`r_m`, the generalist's weight :math:`g` and the inverse
    temperature :math:`b`, the default predicts

    .. math::

       p(x) \propto \Big(g\, p_0(x) + (1 - g) \sum_m r_m(x)\, p_m(x)\Big)^b.

    Distances, like penalties, depend on the scale of the features. Standardize them
    first.

    References
    ----------
    .. [1] R. Jacobs, M. Jordan, S. Nowlan and G. Hinton, "Adaptive mixtures of local
       experts", Neural Computation 3, 1991.
    .. [2] G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural
       network", 2015, section 5. :arxiv:`1503.02531`

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skdistill import SubtaskEnsembleClassifier
    >>> X, y = make_moons(400, noise=0.2, random_state=0)
    >>> X_test, y_test = make_moons(1000, noise=0.2, random_state=1)
    >>> round(LogisticRegression().fit(X, y).score(X_test, y_test), 2)
    0.87
    >>> model = SubtaskEnsembleClassifier(random_state=0).fit(X, y)
    >>> round(model.score(X_test, y_test), 2)
    0.92
    """

    # Small probabilities are computed from logits.
    _has_exact_log_proba = True

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit"]), None],
        "n_subtasks": [WholeNumbers(1)],
        "partition": [
            StrOptions({"cluster", "random", "features", "classes"}),
            HasMethods(["fit_predict"]),
            HasMethods(["split", "get_n_splits"]),
        ],
        "combine": [StrOptions({"gate", "mean", "vote", "stack"})],
        "subtask_size": [
            WholeNumbers(1),
            Interval(RealNotInt, 0, 1, closed="right"),
        ],
        "temperature": [Interval(Real, 0, None, closed="neither"), None],
        "feature_temperature": [Interval(Real, 0, None, closed="neither"), None],
        "n_jobs": [None, Integral],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Any = None,
        *,
        n_subtasks: int = 5,
        partition: Any = "cluster",
        combine: Literal["gate", "mean", "vote", "stack"] = "gate",
        subtask_size: float = 0.5,
        temperature: float | None = None,
        feature_temperature: float | None = None,
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.estimator = estimator
        self.n_subtasks = n_subtasks
        self.partition = partition
        self.combine = combine
        self.subtask_size = subtask_size
        self.temperature = temperature
        self.feature_temperature = feature_temperature
        self.n_jobs = n_jobs
        self.random_state = random_state

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        **fit_params: Any,
    ) -> Self:
        """Split the task and fit the members.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training samples.
        y : {array-like, DataFrame} of shape (n_samples,) or (n_samples, n_classes)
            Class labels, or class probabilities.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, for members and k-means.
        **fit_params : dict
            For the members' `fit` and the splitter's `split`, by metadata routing.
            Without routing, all are for the members' `fit`, but `groups` for the
            `split` of a splitter. Members are given them only where they learn from
            labels.

        Returns
        -------
        self : SubtaskEnsembleClassifier
        """
        X = self._validate(X, y)
        weights = check_weights(sample_weight, X)
        transfer = TransferSet.from_targets(X, y, weights)
        temperature = 1.0 if self.temperature is None else self.temperature
        loss = DistillationLoss(temperature, alpha=float(not transfer.all_labeled))
        has_splitter = self._make_partition().is_splitter
        metadata = route(self, fit_params, has_splitter=has_splitter)
        with root_task(self, X, y):
            return self._learn(Task(transfer, loss, *metadata))

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=False)
    def fit_distill(self, transfer: TransferSet, loss: DistillationLoss) -> Self:
        """Split the task, and fit the members to a teacher's predictions and labels.

        Parameters
        ----------
        transfer : TransferSet
            Samples, the teacher's logits, labels and weights.
        loss : DistillationLoss
            The parameter `temperature` takes the place of its temperature, unless it is
            None.

        Returns
        -------
        self : SubtaskEnsembleClassifier
        """
        check_distillation(transfer, loss)
        X = self._validate(transfer.X, transfer.y)
        if self.temperature is not None:
            loss = replace(loss, temperature=self.temperature)
        task = Task(transfer.with_rows(X), loss)
        with root_task(self, X, transfer.y):
            self._learn(task)
            if self.estimator is None and not self._make_partition().is_splitter:
                self.hard_label_ensemble_ = fit_hard_label_ensemble(self, task)
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray:
        """Predict class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """
        check_is_fitted(self)
        X = validate_data(self, X, **_ACCEPTED, reset=False)
        X = squash(X, self.feature_temperature)
        proba = self._parts().predict_proba(X, self.classes_)
        if self.hard_label_ensemble_ is None:
            return proba
        of_labels = self.hard_label_ensemble_._parts()
        return (proba + of_labels.predict_proba(X, self.classes_)) / 2

    def to_sklearn(self) -> BaseEstimator:
        """Make an equal estimator of scikit-learn's own classes.

        It predicts without this package, about as fast.

        Returns
        -------
        classifier : Pipeline
            Of the members' probabilities, and of what combines them.

        Raises
        ------
        TypeError
            If a member has no equal in scikit-learn.
        """
        from skdistill.export._plain_ensemble import plain_ensemble

        check_is_fitted(self)
        return plain_ensemble(self)

    def get_metadata_routing(self) -> MetadataRouter:
        """Get the metadata routing of this object.

        Returns
        -------
        routing : MetadataRouter
            Of the members' `fit` and the splitter's `split`.
        """
        is_splitter = self._make_partition().is_splitter
        splitter = self.partition if is_splitter else None
        return make_router(self, self._get_estimator(), splitter)

    def _get_estimator(self):
        return LogisticRegression() if self.estimator is None else self.estimator

    def _make_partition(self):
        return make_partition(self.partition, self.n_subtasks, self.subtask_size)

    def _validate(self, X, y):
        check_member(self._get_estimator())
        check_complete(y)
        X = validate_data(self, X, y, **_ACCEPTED, multi_output=True)[0]
        check_squares(X)
        return X

    def _learn(self, task):
        """Fit to a task with checked samples; what fit and fit_distill come down to."""
        task = prepare(task, self.feature_temperature)
        parts = fit_parts(
            task,
            self.estimator,
            self._make_partition(),
            COMBINATIONS[self.combine](task.loss.temperature),
            MemberFitter(self.n_jobs, check_random_state(self.random_state), self),
        )
        self.classes_, self.temperature_ = task.transfer.classes, task.loss.temperature
        self.generalist_, self.estimators_ = parts.generalist, parts.members
        self.subtasks_, self._combination = parts.subtasks, parts.combination
        self.gate_, self.stacker_ = parts.combination.gate, parts.combination.stacker
        self.generalist_weight_ = parts.combination.generalist_weight
        self.inverse_temperature_ = parts.inverse_temperature
        self.hard_label_ensemble_ = None
        return self

    def _parts(self):
        members = self.generalist_, self.subtasks_, self.estimators_
        return FittedParts(*members, self._combination, self.inverse_temperature_)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        member = get_tags(self._get_estimator()).input_tags
        tags.input_tags.sparse = member.sparse and self.feature_temperature is None
        return tags
