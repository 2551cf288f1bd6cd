"""What a search does on one fold: one teacher, one committee, and every candidate."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, time
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.utils import check_random_state

from skdistill.distillation._candidates import Candidate, one_pass_each
from skdistill.distillation._prepared import FitInputs
from skdistill.distillation._progress import stage
from skdistill.inspection._speed import measure_bytes, measure_latencies
from skdistill.students._protocol import fit_student
from skdistill.utils._interrupts import raise_interrupts
from skdistill.utils._metaestimators import MAX_SEED, name_errors, set_random_states
from skdistill.utils._threads import one_blas_thread

# A prediction is repeated for this many seconds, to know how long it takes.
SECONDS = 0.05

# A name for the only student.
ONLY = "student"


class Fold(NamedTuple):
    """Samples to train on, and samples to score.

    Attributes
    ----------
    train, test : ndarray of int
        Indices of samples.
    inner : list of (train, test)
        Folds inside `train`, as indices of its samples.
    is_measured : bool
        Whether students are measured here. It is enough to do so once.
    name : str
        For a line of progress.
    """

    train: NDArray
    test: NDArray
    inner: list
    is_measured: bool
    name: str = "one fold"


class Cost(NamedTuple):
    """What a fitted student costs where it is served.

    Attributes
    ----------
    latency, batch_latency : float
        Seconds for one sample, and for a batch.
    n_bytes : float
        Size of its joblib file. All are NaN where it was not measured.
    """

    latency: float = np.nan
    batch_latency: float = np.nan
    n_bytes: float = np.nan


class Trial(NamedTuple):
    """One candidate on one fold.

    Attributes
    ----------
    candidate : Candidate
    score : float
    fit_seconds : float
        Its share of the time in which it was trained, with others or alone.
    score_seconds : float
    cost : Cost
    """

    candidate: Candidate
    score: float
    fit_seconds: float
    score_seconds: float
    cost: Cost


@dataclass(frozen=True)
class SearchPlan:
    """All that is the same on each fold.

    Attributes
    ----------
    worker : DistilledClassifier or DistilledRegressor
        Makes what students learn from. It is not fitted.
    students : list of (str, estimator) or None
        None: the worker's own.
    losses : list of DistillationLoss
    scorer : callable
        ``scorer(student, X, y) -> float``, the higher the better.
    is_weighted : bool
        Whether the scorer takes weights.
    serve : callable
        Makes of a fitted student what is timed.
    deadline : float
        Time after which no further student is trained, in seconds since the epoch.
    """

    worker: Any
    students: list | None
    losses: list
    scorer: Callable
    is_weighted: bool
    serve: Callable
    deadline: float

    @property
    def candidates(self) -> list[Candidate]:
        """All combinations of students and losses."""
        names = [ONLY] if self.students is None else [name for name, _ in self.students]
        return [Candidate(name, loss) for name in names for loss in self.losses]

    def make_students(self, parts: Any) -> dict:
        """Make the students to train, with their seeds.

        Parameters
        ----------
        parts : Parts
            Of the worker.

        Returns
        -------
        students : dict of str to estimator
            Not fitted.
        """
        if self.students is None:
            return {ONLY: parts.student}
        students = {name: clone(student) for name, student in self.students}
        if self.worker.random_state is not None:
            random_state = check_random_state(self.worker.random_state)
            seed = random_state.randint(MAX_SEED)
            for student in students.values():
                set_random_states(student, seed)
        return students


def make_folds(splits: list) -> list[Fold]:
    """Make the folds of a search, with folds inside them.

    The folds inside one are the other ones, as far as they are inside. So samples of a
    group stay together, and what was predicted out-of-fold is so by the user's folds.

    Parameters
    ----------
    splits : list of (train, test)
        Indices of samples.

    Returns
    -------
    folds : list of Fold

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.distillation._search_folds import make_folds
    >>> splits = [
    ...     (np.array([2, 3, 4, 5]), np.array([0, 1])),
    ...     (np.array([0, 1, 4, 5]), np.array([2, 3])),
    ...     (np.array([0, 1, 2, 3]), np.array([4, 5])),
    ... ]
    >>> make_folds(splits)[0].inner
    [(array([2, 3]), array([0, 1])), (array([0, 1]), array([2, 3]))]
    """
    return [
        Fold(
            train,
            test,
            _inside(train, splits[:i] + splits[i + 1 :]),
            is_measured=i == 0,
            name=f"fold {i + 1} of {len(splits)}",
        )
        for i, (train, test) in enumerate(splits)
    ]


def _inside(samples, splits):
    """Folds restricted to some samples, as indices of these."""
    inside = (
        tuple(np.flatnonzero(np.isin(samples, part)) for part in split)
        for split in splits
    )
    return [(train, test) for train, test in inside if len(train) and len(test)]


def fit_fold(plan: SearchPlan, inputs: FitInputs, fold: Fold) -> list[Trial]:
    """Train all candidates on one fold, and score them on its other samples.

    Parameters
    ----------
    plan : SearchPlan
    inputs : FitInputs
        All samples.
    fold : Fold

    Returns
    -------
    trials : list of Trial
        One for each candidate, unless the deadline was before. The first fold has one
        at least.
    """
    if time() > plan.deadline and not fold.is_measured:
        return []
    worker = clone(plan.worker).set_params(cv=fold.inner or 2)
    training, test = inputs.take(fold.train), inputs.take(fold.test)
    with stage(worker, f"{fold.name}, {len(plan.candidates)} candidates"):
        parts = worker._make_parts(training.X, training.y, training.X_unlabeled)
        prepared = worker._prepare(training, parts)
        students = plan.make_students(parts)
        return _try_candidates(plan, prepared, students, test, fold.is_measured)


def _try_candidates(plan, prepared, students, test, is_measured):
    """Train and score all students by all losses, as long as there is time."""
    trials: list[Trial] = []
    for name, student in students.items():
        cost = None
        for losses in one_pass_each(plan.losses):
            if trials and time() > plan.deadline:
                return trials
            with name_errors("student", student):
                start = perf_counter()
                fitted = fit_students(student, prepared, losses)
                seconds = (perf_counter() - start) / len(losses)
            if cost is None:
                cost = measure_cost(plan, fitted[0], test.X, is_measured)
            for loss, model in zip(losses, fitted, strict=True):
                score, score_seconds = _score(plan, model, test)
                candidate = Candidate(name, loss)
                trials.append(Trial(candidate, score, seconds, score_seconds, cost))
    return trials


def fit_students(student: Any, prepared: Any, losses: list) -> list:
    """Train a student by each of several losses, in one pass if it can.

    Parameters
    ----------
    student : Student
        Clones of it are trained.
    prepared : Prepared
    losses : list of DistillationLoss
        Of one group of :func:`~skdistill.distillation._candidates.one_pass_each`.

    Returns
    -------
    students : list of Student
    """
    alpha = losses[0].alpha
    transfer = prepared.transfer_set(prepared.committee_for(alpha), alpha)
    # The user who interrupts one of many fits means all of them.
    with raise_interrupts():
        if len(losses) > 1 and hasattr(student, "fit_distill_path"):
            return student.fit_distill_path(transfer, losses)
        return [fit_student(clone(student), transfer, loss) for loss in losses]


def measure_cost(plan: SearchPlan, student: Any, X: Any, is_measured: bool) -> Cost:
    """Measure a fitted student on samples as the user has them.

    Parameters
    ----------
    plan : SearchPlan
    student : Student
    X : array-like of shape (n_samples, n_features)
    is_measured : bool
        False: do nothing.

    Returns
    -------
    cost : Cost
    """
    if not is_measured:
        return Cost()
    with one_blas_thread():
        latencies = measure_latencies(plan.serve(student), X, SECONDS)
    one, batch = (each.median for each in latencies if each.form == "as given")
    n_bytes = measure_bytes(student)
    return Cost(one, batch, np.nan if n_bytes is None else n_bytes)


def _score(plan, student, test):
    """Score of a student on samples that it was not fitted on, and the seconds."""
    start = perf_counter()
    weights = {}
    if plan.is_weighted and test.sample_weight is not None:
        weights = {"sample_weight": test.sample_weight}
    score = plan.scorer(student, test.X, test.y, **weights)
    return float(score), perf_counter() - start
