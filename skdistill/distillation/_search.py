"""BaseDistilledCV: a search over losses and students, with one teacher a fold."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import asdict
from inspect import signature
from numbers import Integral, Real
from time import time
from typing import ClassVar

import numpy as np
from sklearn import get_config
from sklearn.metrics import get_scorer_names
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    get_routing_for_object,
)

from skdistill.distillation._base import BaseDistilled
from skdistill.distillation._candidates import read_students
from skdistill.distillation._choice import Budget, choose, standard_errors
from skdistill.distillation._cv_results import split_scores, tabulate
from skdistill.distillation._ladder import make_ladder
from skdistill.distillation._progress import stage
from skdistill.distillation._search_folds import (
    SearchPlan,
    fit_fold,
    fit_students,
    make_folds,
)
from skdistill.inspection._frontier import Frontier, FrontierPoint, efficient
from skdistill.inspection._table import write_seconds
from skdistill.teachers._teacher import choose_source
from skdistill.transfer._cross_fitting import split_samples
from skdistill.utils._callbacks import root_task
from skdistill.utils._metaestimators import name_errors
from skdistill.utils._parallel import call_each
from skdistill.utils._warnings import tell_once, warn_user

# Parameters that a search has of the estimator of one loss.
SHARED = (
    "teacher",
    "student",
    "target_source",
    "cv",
    "synthesizer",
    "committee",
    "memory",
    "keep_teacher",
    "n_jobs",
    "random_state",
    "verbose",
    "max_seconds",
)

# Constraints of those that only a search has.
CONSTRAINTS: dict = {
    "alphas": [StrOptions({"auto"}), "array-like"],
    "students": [StrOptions({"auto"}), list, None],
    "scoring": [StrOptions(set(get_scorer_names())), callable, None],
    "tolerance": [
        StrOptions({"one-standard-error"}),
        Interval(Real, 0, None, closed="left"),
    ],
    "max_latency": [Interval(Real, 0, None, closed="neither"), None],
    "max_bytes": [Interval(Integral, 1, None, closed="left"), None],
    "served_as": [StrOptions({"estimator", "compiled"})],
}


class BaseDistilledCV(BaseDistilled):
    """What searches share, whatever is predicted: a mixin.

    Subclasses have the parameters, and define what depends on the kind of targets:
    `_kind`, the estimator that makes what students learn from, `_tree`, another kind of
    student, `_losses` and `_scorer`.
    """

    _kind: ClassVar[type[BaseDistilled]]
    _tree: ClassVar[type]

    @tell_once()
    def _search(self, inputs):
        """Score all candidates on each fold, choose one, and fit it on all samples."""
        self._warn_if_not_cached()
        inputs = self._check_inputs(inputs)
        inputs, plan, splits = self._plan(inputs)
        candidates = plan.candidates
        with root_task(self, inputs.X, inputs.y):
            with stage(self, f"{len(candidates)} candidates, {len(splits)} folds"):
                calls = ((plan, inputs, fold) for fold in make_folds(splits))
                folds = call_each(fit_fold, calls, self.n_jobs)
            self.cv_results_ = tabulate(candidates, folds)
            self._warn_if_stopped(folds, candidates)
            best = candidates[self._choose()]
            with stage(self, f"{best.student}, all samples"):
                return self._refit(plan, inputs, splits, best)

    def _plan(self, inputs):
        """Read the targets, split the samples, and list the candidates."""
        losses = self._losses()
        # The loss that asks for most: labels, the teacher, and the committee.
        worker = self._worker(max(losses, key=_demand))
        teacher = self._prepare_teacher(self._get_teacher(), inputs.y)
        data, predictions = worker._read_targets(inputs, teacher)
        routed = self._route(inputs, teacher, None, predictions)
        splits = split_samples(self.cv, data, routed.split)
        if "groups" in routed.split:
            if len(splits) < 3:
                raise ValueError("groups need a splitter of at least three folds.")
            source = choose_source(teacher, self.target_source, grouped=True)
            worker.set_params(target_source=source)
        scorer = self._scorer(data.targets.classes)
        plan = SearchPlan(
            worker.set_params(n_jobs=None, keep_teacher=False),
            self._get_students(inputs),
            losses,
            scorer,
            self._takes_weights(scorer),
            SERVE[self.served_as],
            time() + (np.inf if self.max_seconds is None else self.max_seconds),
        )
        inputs = inputs._replace(fit_params=routed.fit, classes=data.targets.classes)
        return inputs, plan, splits

    def _worker(self, loss):
        """An estimator of one loss, with the parameters of this one."""
        names = {*self._kind._get_param_names()} & {*self._get_param_names()}
        params = {name: getattr(self, name) for name in names} | asdict(loss)
        return self._kind(**params, fallback=False)

    def _get_students(self, inputs):
        if self.students is None:
            return None
        students = self.students
        if isinstance(students, str):
            kinds = self._defaults.network, self._tree
            students = make_ladder(*kinds, inputs.X, inputs.X_unlabeled)
        named = read_students(students)
        return [(name, self._defaults.as_student(student)) for name, student in named]

    def _takes_weights(self, scorer):
        if get_config().get("enable_metadata_routing"):
            requests = get_routing_for_object(scorer)
            return bool(requests.consumes("score", {"sample_weight"}))
        return "sample_weight" in signature(scorer).parameters

    def _warn_if_stopped(self, folds, candidates):
        n_complete = sum(len(fold) == len(candidates) for fold in folds)
        if n_complete < len(folds):
            n_trials = sum(map(len, folds))
            warn_user(
                f"The search stopped after max_seconds={self.max_seconds}, with "
                f"{n_trials} of {len(folds) * len(candidates)} fits. What was scored "
                f"on {max(n_complete, 1)} of {len(folds)} folds is compared."
            )

    def _choose(self):
        """Choose a candidate, and make the results of all."""
        results, scores = self.cv_results_, split_scores(self.cv_results_)
        budget = Budget(self.max_latency, self.max_bytes)
        costs = results["latency"], results["n_bytes"]
        excess, means = budget.excess(*costs), results["mean_test_score"]
        allowed = (excess <= 1) & ~np.isnan(means)
        if not allowed.any():
            raise ValueError(_explain_excess(results, excess, budget))
        cost = budget.cost(*costs)
        best = choose(
            scores, np.where(np.isnan(cost), np.inf, cost), allowed, self.tolerance
        )
        self.best_index_, self.best_score_ = best, float(means[best])
        self.best_params_ = results["params"][best]
        self.frontier_ = make_frontier(results, best, cost, self._scoring_name())
        return best

    def _scoring_name(self):
        return getattr(self.scoring, "__name__", self.scoring) or "score"

    def _refit(self, plan, inputs, splits, best):
        """Fit the chosen student on all samples, with a teacher of all samples."""
        worker = self._worker(best.loss).set_params(
            cv=splits, target_source=plan.worker.target_source
        )
        parts = worker._make_parts(inputs.X, inputs.y, inputs.X_unlabeled)
        prepared = worker._prepare(inputs, parts)
        student = plan.make_students(parts)[best.student]
        with name_errors("student", student):
            (student,) = fit_students(student, prepared, [best.loss])
        committee = prepared.committee_for(best.loss.alpha)
        self._set_fitted(prepared, committee, student)
        return prepared.data

    def get_metadata_routing(self) -> MetadataRouter:
        """Get the metadata routing of this object.

        Returns
        -------
        routing : MetadataRouter
            Of the teacher's `fit`, the splitter's `split` and the scorer's `score`.
        """
        return (
            super()
            .get_metadata_routing()
            .add(
                scorer=self._scorer(),
                method_mapping=MethodMapping().add(caller="fit", callee="score"),
            )
        )


def make_frontier(results, best, cost, scoring):
    """Summarize a search: each student, with the loss that suits it best.

    Parameters
    ----------
    results : dict
        As :func:`~skdistill.distillation._cv_results.tabulate` makes it.
    best : int
        Index of the chosen candidate.
    cost : ndarray of shape (n_candidates,)
        What is to be small.
    scoring : str

    Returns
    -------
    frontier : Frontier
    """
    means, names = results["mean_test_score"], results["param_student"].data
    errors = standard_errors(split_scores(results))
    indices = []
    for name in dict.fromkeys(names):
        of_student = np.flatnonzero((names == name) & ~np.isnan(means))
        if names[best] == name:
            indices.append(best)
        elif of_student.size:
            indices.append(of_student[np.argmax(means[of_student])])
    on_frontier = efficient(means[indices], cost[indices])
    points = [
        FrontierPoint(
            student=str(names[i]),
            params={k: v for k, v in results["params"][i].items() if k != "student"},
            score=float(means[i]),
            standard_error=float(errors[i]),
            latency=float(results["latency"][i]),
            batch_latency=float(results["batch_latency"][i]),
            n_bytes=float(results["n_bytes"][i]),
            is_efficient=bool(is_efficient),
            is_chosen=bool(i == best),
        )
        for i, is_efficient in zip(indices, on_frontier, strict=True)
    ]
    of_chosen, is_hard = names == names[best], results["param_alpha"].data == 0
    return Frontier(
        tuple(sorted(points, key=lambda point: point.latency)),
        scoring,
        _highest(means[of_chosen & is_hard]),
        _highest(means[of_chosen & ~is_hard]),
    )


def _highest(scores):
    known = scores[~np.isnan(scores)]
    return float(known.max()) if known.size else None


def _demand(loss):
    """Losses that need the committee first, then those that need the teacher."""
    return 0 < loss.alpha < 1, loss.alpha


def _explain_excess(results, excess, budget):
    """Warn that no student meets the budget, and what the nearest costs."""
    limits = ", ".join(
        f"{name}={value}"
        for name, value in budget._asdict().items()
        if value is not None
    )
    if np.isnan(excess).all():
        return f"No student could be measured, so none is known to meet {limits}."
    nearest = int(np.nanargmin(excess))
    return (
        f"No student meets {limits}. The nearest is "
        f"{results['params'][nearest]['student']!r}: it takes "
        f"{write_seconds(results['latency'][nearest], 2)} for one sample, and has "
        f"{results['n_bytes'][nearest]:,.0f} bytes."
    )


def _as_it_is(student):
    return student


def _compiled(student):
    from skdistill.export import compile

    return compile(student)


# What is timed, by the parameter `served_as`.
SERVE = {"estimator": _as_it_is, "compiled": _compiled}
