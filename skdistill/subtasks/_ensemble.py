"""SubtaskEnsembleClassifier: split a task, train the parts in parallel, fuse."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from functools import partial
from numbers import Integral, Real

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator, MetaEstimatorMixin, _fit_context, clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils import check_random_state, get_tags
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    RealNotInt,
    StrOptions,
)
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.validation import (
    _check_method_params,
    check_is_fitted,
    validate_data,
)

from skdistill.losses import DistillationLoss
from skdistill.neural_network._features import squash
from skdistill.probability._softening import sharpen
from skdistill.subtasks._combination import fuse, votes
from skdistill.subtasks._members import (
    Task,
    ask,
    fit_stacker,
    member_proba,
    rows_held_out,
    side_by_side,
)
from skdistill.subtasks._partitions import Partition, Subtask, fit_gate
from skdistill.transfer._transfer_set import TransferSet
from skdistill.transfer._validation import check_weights
from skdistill.utils._mixins import ProbabilityClassifierMixin, restore_on_error

_ROWS = {"accept_sparse": "csr", "dtype": (np.float64, np.float32)}

# What the gate gives to the generalist, and what it may give where it is tuned. Less
# lets single rows of small sets mislead it; all of it would be no ensemble.
GENERAL_SHARE = 0.5
SHARES = (0.25, 0.5, 0.75)


class SubtaskEnsembleClassifier(
    ProbabilityClassifierMixin, MetaEstimatorMixin, BaseEstimator
):
    """Split a task into subtasks, train a member on each, and fuse their answers.

    By default the members are logistic regressions, each at home in one cluster of the
    rows, and one generalist that knows all rows. A gate gives half of the say to the
    generalist, and shares out the other half by the distance of a row to the centres
    of the clusters. Together they draw curved boundaries that no single logistic
    regression can.

    Parameters
    ----------
    estimator : classifier, default=None
        What the members are clones of. None:
        :class:`~sklearn.linear_model.LogisticRegression` with `C` chosen once for all
        members, by 5-fold cross-validation of one regression on all rows.

    n_subtasks : int, default=5
        Number of subtasks. A partition that can make no more makes fewer.

    partition : {"cluster", "random", "features", "classes"} or object, \
default="cluster"
        How the task is split.

        - "cluster": by k-means. Each member learns from all rows, but mostly from those
          of its cluster. A generalist is added.
        - "random": rows drawn with replacement, from each class in proportion and at
          least one.
        - "features": features drawn without replacement; all rows.
        - "classes": each member tells apart a group of classes that are easily
          confused, with all other classes as one. A generalist is added.
        - a clusterer with `fit_predict`, in place of k-means. It is cloned, and seeded
          where it has a `random_state` of None. -1 means no cluster.
        - a splitter with `split`. The training rows of each split are a subtask.

    combine : {"gate", "mean", "vote", "stack"}, default="gate"
        How the members' answers become one.

        - "gate": a mean of their probabilities, weighted by how near a row is to the
          centre of the rows that each learnt from. A generalist has half of the say.
        - "mean": the mean of their probabilities.
        - "vote": the shares of their votes.
        - "stack": a logistic regression on their probabilities for rows that they have
          not learnt from.

    subtask_size : float or int, default=0.5
        Size of each subtask, as a share of all (float) or a number (int): of rows for
        "random", of features for "features". The other partitions decide themselves.

    temperature : float, default=1.0
        Softens the probabilities that the members learn, where y holds probabilities,
        and their answers. These are sharpened again when they have been fused.

    feature_temperature : float, default=None
        Squash each feature x, in training and in prediction, to
        ``sigmoid(log(sigmoid(x)) / feature_temperature)``. None: leave it as it is.

    n_jobs : int, default=None
        Members to fit at a time. Logistic regressions on few dense rows are solved
        together in one process, which is faster still.

    random_state : int, RandomState instance or None, default=None
        Draws the subtasks and seeds the members.

    Attributes
    ----------
    estimators_ : list of classifiers
        The fitted members; without the generalist.

    generalist_ : classifier or None
        The member fitted to all rows, where the partition has one.

    subtasks_ : list of tuple
        What each member was taught: its `columns` and `classes`, None where it was
        taught all.

    gate_ : tuple or None
        Centres of the members' homes, `centres`, and what squared distances to them
        are divided by, `scale`. None without ``combine="gate"``.

    generalist_weight_ : float or None
        The gate's share of the generalist.

    stacker_ : classifier or None
        With ``combine="stack"``, what fuses the members' answers.

    hard_label_ensemble_ : SubtaskEnsembleClassifier or None
        Under a teacher that spoke about rows without labels, the same ensemble of the
        labels alone: its answers count as much. There only with default members, and
        not where a splitter knows the rows by their places.

    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted. After a fit to probabilities, the names of their columns
        if they came as a DataFrame, else 0, 1, ...

    temperature_ : float
        At which the members' answers are fused.

    inverse_temperature_ : float
        Power of the fused answer: below 1 where rows held out showed that it was too
        sure. Under a teacher, the fewer of the rows were held out, the nearer to 1.

    n_features_in_ : int
        Number of features.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where X had any.

    See Also
    --------
    DistilledClassifier : Takes it as a student.

    Notes
    -----
    Distances, like penalties, depend on the scale of the features: standardise them
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

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit"]), None],
        "n_subtasks": [Interval(Integral, 1, None, closed="left")],
        "partition": [
            StrOptions({"cluster", "random", "features", "classes"}),
            HasMethods(["fit_predict"]),
            HasMethods(["split", "get_n_splits"]),
        ],
        "combine": [StrOptions({"gate", "mean", "vote", "stack"})],
        "subtask_size": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0, 1, closed="right"),
        ],
        "temperature": [Interval(Real, 0, None, closed="neither")],
        "feature_temperature": [Interval(Real, 0, None, closed="neither"), None],
        "n_jobs": [None, Integral],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator=None,
        *,
        n_subtasks=5,
        partition="cluster",
        combine="gate",
        subtask_size=0.5,
        temperature=1.0,
        feature_temperature=None,
        n_jobs=None,
        random_state=None,
    ):
        self.estimator = estimator
        self.n_subtasks = n_subtasks
        self.partition = partition
        self.combine = combine
        self.subtask_size = subtask_size
        self.temperature = temperature
        self.feature_temperature = feature_temperature
        self.n_jobs = n_jobs
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=False)
    @restore_on_error
    def fit(self, X, y, sample_weight=None, **fit_params):
        """Split the task and fit the members.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training rows.
        y : {array-like, DataFrame} of shape (n_samples,) or (n_samples, n_classes)
            Class labels, or class probabilities.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, for members and k-means.
        **fit_params : dict
            For the members' `fit` and the splitter's `split` (such as `groups`), by
            metadata routing; without routing, for the members' `fit`. Members are
            given them only where they learn from labels.

        Returns
        -------
        self : SubtaskEnsembleClassifier
        """
        X = self._validate(X, y)
        weights = check_weights(sample_weight, X)
        transfer = TransferSet.from_targets(X, y, weights)
        loss = DistillationLoss(self.temperature, float(not transfer.all_labeled))
        return self._learn(transfer, loss, fit_params)

    @_fit_context(prefer_skip_nested_validation=False)
    @restore_on_error
    def fit_distill(self, transfer, loss):
        """Split the task, and fit the members to a teacher's predictions and labels.

        Parameters
        ----------
        transfer : TransferSet
            Samples, the teacher's logits, labels and weights.
        loss : DistillationLoss
            Its temperature takes the place of the parameter.

        Returns
        -------
        self : SubtaskEnsembleClassifier
        """
        X = self._validate(transfer.X, transfer.y)
        transfer = transfer.with_rows(X)
        self._learn(transfer, loss, {})
        by_default = self.estimator is None and not self._partition().is_splitter
        if by_default and 0 < loss.alpha < 1:
            self.hard_label_ensemble_ = self._fit_hard_label_ensemble(transfer)
        return self

    def predict_proba(self, X):
        """Predict class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Rows to predict.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """
        check_is_fitted(self)
        X = validate_data(self, X, **_ROWS, reset=False)
        X = squash(X, self.feature_temperature)
        if self.hard_label_ensemble_ is None:
            return self._answer(X)
        return (self._answer(X) + self.hard_label_ensemble_._answer(X)) / 2

    def get_metadata_routing(self):
        """Get the metadata routing of this object.

        Returns
        -------
        routing : MetadataRouter
            Of the members' `fit` and the splitter's `split`.
        """
        router = MetadataRouter(owner=type(self).__name__).add_self_request(self)
        router.add(
            estimator=self._get_estimator(),
            method_mapping=MethodMapping().add(caller="fit", callee="fit"),
        )
        if self._partition().is_splitter:
            router.add(
                partition=self.partition,
                method_mapping=MethodMapping().add(caller="fit", callee="split"),
            )
        return router

    def _answer(self, X):
        """Probabilities of checked rows, by the members of this ensemble."""
        general = None
        if self.generalist_ is not None:
            general = member_proba(self.generalist_, X, self.classes_)
        answers = ask(self.estimators_, self.subtasks_, X, self.classes_, general)
        if self.stacker_ is not None:
            table = side_by_side(answers)
            proba = member_proba(self.stacker_, table, self.classes_)
        else:
            answers = votes(answers) if self.combine == "vote" else answers
            proba = self._fuse(answers, X, self.generalist_weight_)
        return sharpen(proba, self.inverse_temperature_)

    def _get_estimator(self):
        return LogisticRegression() if self.estimator is None else self.estimator

    def _partition(self):
        return Partition(self.partition, self.n_subtasks, self.subtask_size)

    def _validate(self, X, y):
        return validate_data(self, X, y, **_ROWS, multi_output=True)[0]

    def _learn(self, transfer, loss, fit_params):
        """Fit to a checked transfer set; what fit and fit_distill come down to."""
        fit_params, split_params = self._route(fit_params)
        X, weights = transfer.X, transfer.sample_weight
        if weights is not None and not weights.all():
            rows = np.flatnonzero(weights)
            transfer = Subtask(rows=rows).restrict(transfer)
            fit_params = _check_method_params(X, fit_params, rows)
            split_params = _check_method_params(X, split_params, rows)
        transfer = transfer.with_rows(squash(transfer.X, self.feature_temperature))
        task = Task(transfer, loss, fit_params, self.n_jobs)
        if task.only_labels and len(np.unique(transfer.y)) == 1:
            raise ValueError("All rows of a weight above zero are of one class.")
        self.classes_, self.temperature_ = transfer.classes, loss.temperature
        self.hard_label_ensemble_ = None
        self._fit_parts(task, split_params)
        return self

    def _fit_hard_label_ensemble(self, transfer):
        """The same ensemble, untaught, where the labels would drown among other rows.

        Few members of few parameters cannot be right everywhere: what they learn about
        synthetic rows costs them some of what they knew about real ones.
        """
        if transfer.all_labeled:
            return None
        labeled = transfer.labeled
        if transfer.sample_weight is not None:
            labeled = labeled & (transfer.sample_weight > 0)
        if len(np.unique(transfer.y[labeled])) < 2:
            return None
        transfer = Subtask(rows=np.flatnonzero(labeled)).restrict(transfer)
        return clone(self).fit_distill(transfer, DistillationLoss(alpha=0.0))

    def _fit_parts(self, task, split_params):
        """Fit the generalist, split the task, fit the members and what fuses them."""
        random_state = check_random_state(self.random_state)
        folds = []
        if self.estimator is None or self.combine == "stack":
            folds = task.folds(random_state)
        self.generalist_ = self.gate_ = self.generalist_weight_ = self.stacker_ = None
        self.inverse_temperature_ = 1.0
        general = {}
        if self._partition().has_generalist:
            whole = [Subtask()]
            estimator, answers = self._choose(task, whole, folds, random_state)
            (self.generalist_,) = task.fit(estimator, whole, random_state)
            if folds:
                general = {"general": answers[0], "near": estimator}
        confusion = targets = task.targets()
        if self.partition == "classes" and task.only_labels:
            confusion = member_proba(self.generalist_, task.transfer.X, self.classes_)
        subtasks, homes = self._partition().split(
            task.transfer, targets, confusion, split_params, random_state
        )
        # A student keeps nothing of the rows that it learnt from.
        self.subtasks_ = [part._replace(rows=None, weights=None) for part in subtasks]
        if self.combine == "gate":
            self.gate_ = fit_gate(task.transfer.X, homes)
            if self.generalist_ is not None:
                self.generalist_weight_ = GENERAL_SHARE
        estimator, answers = self._choose(
            task, subtasks, folds, random_state, **general
        )
        self.estimators_ = task.fit(estimator, subtasks, random_state)
        if self.combine == "stack":
            self.stacker_, self.inverse_temperature_ = fit_stacker(
                task, answers, folds, random_state
            )
        elif self.combine == "vote":
            # Shares of votes are what they are.
            self.inverse_temperature_ = 1.0

    def _choose(self, task, subtasks, folds, random_state, general=None, near=None):
        """What to fit to subtasks, and its answers out of fold, where there are any."""
        if not folds:
            return self._get_estimator(), None
        if self.estimator is not None:
            answers = task.out_of_fold(
                self.estimator, subtasks, folds, random_state, general
            )
            return self.estimator, answers

        X, held_out = task.transfer.X, rows_held_out(folds)
        ways = [self._fuse]
        if self.generalist_weight_ is not None:
            ways = [partial(self._fuse, general_share=share) for share in SHARES]
        ways = [partial(way, X=X[held_out]) for way in ways]
        near = None if near is None else near.C
        estimator, answers, way, sharpness = task.tune(
            subtasks, folds, random_state, ways, general, near
        )
        if not task.only_labels:
            # Soft targets tell how sure to be, and those of all rows better than those
            # of the few in the folds.
            sharpness **= len(held_out) / X.shape[0]
        self.inverse_temperature_ = sharpness
        if self.generalist_weight_ is not None:
            self.generalist_weight_ = SHARES[way]
        return estimator, answers

    def _fuse(self, answers, X, general_share=None):
        """Make one answer of all, of which the generalist's are the last."""
        if self.gate_ is None:
            shares = np.full((X.shape[0], len(answers)), 1 / len(answers))
        else:
            shares = self.gate_.responsibilities(X)
            if general_share is not None:
                general = np.full((len(shares), 1), general_share)
                shares = np.hstack([(1 - general_share) * shares, general])
        return fuse(answers, shares, self.temperature_)

    def _route(self, fit_params):
        """Parameters of the members' `fit` and the splitter's `split`."""
        if not get_config().get("enable_metadata_routing"):
            return fit_params, {}
        routed = process_routing(self, "fit", **fit_params)
        splits = routed.partition.split if self._partition().is_splitter else {}
        return dict(routed.estimator.fit), dict(splits)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        member = get_tags(self._get_estimator()).input_tags
        tags.input_tags.sparse = member.sparse and self.feature_temperature is None
        return tags
