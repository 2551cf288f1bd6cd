"""One split of one table, for `bench_quality`: what to run, and what it depends on."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from time import process_time

import joblib
import numpy as np
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from benchmarks.baselines import IdleStudent
from benchmarks.candidates import CANDIDATES
from benchmarks.code_digest import code_digest, is_ours
from benchmarks.common import load_split, make_teacher, measure
from skdistill import DistilledClassifier

# Rows of the batch whose prediction is timed.
TIMED_ROWS = 2000


def result_key(table, seed, teacher, candidate, rows):
    """What a result depends on, as a short text.

    Parameters
    ----------
    table : str
    seed : int
        Of the split and of everything that is fitted.
    teacher : str
        A name of TEACHERS; also a student without a teacher is compared with one.
    candidate : str
        A name of CANDIDATES.
    rows : dict
        Options of `load_split`.

    Returns
    -------
    key : str
    """
    estimator = CANDIDATES[candidate](make_teacher(teacher, seed), None, seed)
    parts = [estimator, *estimator.get_params().values()]
    modules = sorted({type(part).__module__ for part in parts})
    code = code_digest("benchmarks.common", *filter(is_ours, modules))
    rows = rows | {"folder": rows["folder"] is not None}
    return joblib.hash((table, seed, teacher, estimator, rows, code))[:16]


def run_split(table, seed, teacher_name, keys, rows, cache):
    """Measure candidates on one split.

    Parameters
    ----------
    table, seed, teacher_name, rows
        As in `result_key`.
    keys : dict
        Keys of the results by names of candidates.
    cache : path
        Where to keep what teachers answer.

    Returns
    -------
    results : list of dict
    """
    with threadpool_limits(1):
        split = load_split(table, seed, **rows)
        teacher = make_teacher(teacher_name, seed)
        teacher_answer = joblib.Memory(cache, verbose=0).cache(answer)(teacher, split)
        lessons = joblib.Memory(
            cache / code_digest("skdistill.teachers._teacher"), verbose=0
        )
        results = []
        for name, key in keys.items():
            estimator = CANDIDATES[name](clone(teacher), lessons, seed)
            if name == "teacher":
                proba, times = teacher_answer
            else:
                warm_up(estimator, split)
                proba, times = answer(estimator, split)
            head = {"key": key, "table": table, "split": seed, "candidate": name}
            measures = measure(split.y_test, proba, teacher_answer[0])
            results.append(head | measures | times)
        return results


def warm_up(estimator, split):
    """Put the teacher's answers into the cache: no candidate's time has them in it."""
    if isinstance(estimator, DistilledClassifier):
        idle = clone(estimator).set_params(student=IdleStudent(), committee=None)
        idle.fit(split.X_train, split.y_train)


def answer(estimator, split):
    """Probabilities for the test rows, and the processor time of fit and prediction."""
    start = process_time()
    estimator.fit(split.X_train, split.y_train)
    fit_seconds = process_time() - start
    batch = split.X_test[np.resize(np.arange(len(split.X_test)), TIMED_ROWS)]
    seconds = []
    for _ in range(3):
        start = process_time()
        estimator.predict_proba(batch)
        seconds.append(process_time() - start)
    times = {
        "fit_seconds": fit_seconds,
        "microseconds": 1e6 * float(np.median(seconds)) / TIMED_ROWS,
    }
    return estimator.predict_proba(split.X_test), times
