"""One split of one table, for `bench_quality`: what to run, and what it depends on."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from time import process_time

import joblib
import numpy as np
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from benchmarks.baselines import IdleStudent
from benchmarks.code_digest import code_digest, is_ours
from benchmarks.tasks import TASKS
from skdistill import DistilledClassifier, DistilledRegressor

# Rows of the batch whose prediction is timed.
TIMED_ROWS = 2000


def result_key(task, table, seed, teacher, candidate, rows):
    """What a result depends on, as a short text.

    Parameters
    ----------
    task : {"classification", "regression"}
    table : str
    seed : int
        Of the split and of everything that is fitted.
    teacher : str
        A name of the task's teachers; also a student without a teacher is compared
        with one.
    candidate : str
        A name of the task's candidates.
    rows : dict
        Options of `load_split`.

    Returns
    -------
    key : str
    """
    kind = TASKS[task]
    estimator = kind.candidates[candidate](kind.make_teacher(teacher, seed), None, seed)
    parts = [estimator, *estimator.get_params().values()]
    modules = sorted({type(part).__module__ for part in parts})
    code = code_digest(kind.load_split.__module__, *filter(is_ours, modules))
    rows = rows | {"folder": rows["folder"] is not None}
    return joblib.hash((table, seed, teacher, estimator, rows, code))[:16]


def run_split(task, table, seed, teacher_name, keys, rows, cache):
    """Measure candidates on one split.

    Parameters
    ----------
    task, table, seed, teacher_name, rows
        As in `result_key`.
    keys : dict
        Keys of the results by names of candidates.
    cache : path
        Where to keep what teachers answer.

    Returns
    -------
    results : list of dict
    """
    task = TASKS[task]
    with threadpool_limits(1):
        split = task.load_split(table, seed, **rows)
        teacher = task.make_teacher(teacher_name, seed)
        ask = joblib.Memory(cache, verbose=0).cache(answer)
        teacher_answer = ask(teacher, split, task.method)
        lessons = joblib.Memory(
            cache / code_digest("skdistill.teachers._teacher"), verbose=0
        )
        results = []
        for name, key in keys.items():
            estimator = task.candidates[name](clone(teacher), lessons, seed)
            if name == "teacher":
                predicted, times = teacher_answer
            else:
                warm_up(estimator, split)
                predicted, times = answer(estimator, split, task.method)
            head = {"key": key, "table": table, "split": seed, "candidate": name}
            measures = task.measure(split.y_test, predicted, teacher_answer[0])
            results.append(head | measures | times)
        return results


def warm_up(estimator, split):
    """Put the teacher's answers into the cache: no candidate's time has them in it."""
    if isinstance(estimator, (DistilledClassifier, DistilledRegressor)):
        idle = clone(estimator).set_params(student=IdleStudent(), committee=None)
        idle.fit(split.X_train, split.y_train)


def answer(estimator, split, method):
    """Predictions for the test rows, and the processor time of fit and prediction."""
    start = process_time()
    estimator.fit(split.X_train, split.y_train)
    fit_seconds = process_time() - start
    batch = split.X_test[np.resize(np.arange(len(split.X_test)), TIMED_ROWS)]
    seconds = []
    for _ in range(3):
        start = process_time()
        getattr(estimator, method)(batch)
        seconds.append(process_time() - start)
    times = {
        "fit_seconds": fit_seconds,
        "microseconds": 1e6 * float(np.median(seconds)) / TIMED_ROWS,
    }
    return getattr(estimator, method)(split.X_test), times
