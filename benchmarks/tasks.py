"""What `bench_quality` has to know of classes, and of numbers to predict."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from typing import NamedTuple

from benchmarks.candidates import ALONE, BASELINES, CANDIDATES, DEFAULT
from benchmarks.common import (
    TEACHERS,
    load_split,
    make_teacher,
    measure,
    table_names,
)
from benchmarks.regression import (
    REGRESSION_ALONE,
    REGRESSION_CANDIDATES,
    load_regression_split,
    make_regression_teacher,
    measure_numbers,
    regression_tables,
)
from benchmarks.regression import TEACHERS as REGRESSION_TEACHERS


class Task(NamedTuple):
    """A kind of targets, and all that depends on it.

    Attributes
    ----------
    candidates : dict of str to callable
    default, against : tuple of str
        Candidates that run, and those that all are compared with.
    teachers : tuple of str
    table_names, load_split, make_teacher, measure : callable
    method : {"predict_proba", "predict"}
        How estimators predict.
    alone : frozenset of str
        Candidates that have no teacher.
    result : str
        Name of the file of results.
    defaults : tuple of str
        Of what the results depend on.
    measures : dict of str to str
        Titles of what is measured.
    differences, ratios : dict of str to str
        Titles of what is compared by its difference (the higher the better), or by its
        ratio (the lower the better).
    """

    candidates: dict
    default: tuple
    against: tuple
    teachers: tuple
    table_names: Callable
    load_split: Callable
    make_teacher: Callable
    measure: Callable
    method: str
    alone: frozenset
    result: str
    defaults: tuple
    measures: dict
    differences: dict
    ratios: dict


TIMES = {"fit_seconds": "fit, s", "microseconds": "µs a sample"}

TASKS = {
    "classification": Task(
        CANDIDATES,
        DEFAULT,
        BASELINES,
        TEACHERS,
        table_names,
        load_split,
        make_teacher,
        measure,
        "predict_proba",
        ALONE,
        "quality",
        ("default student", "distillation", "committee", "synthesizer"),
        {
            "accuracy": "accuracy",
            "log_loss": "log loss",
            "auc": "AUC",
            "balanced_accuracy": "balanced accuracy",
            "agreement": "agreement",
            **TIMES,
        },
        {"accuracy": "accuracy, points"},
        {"log_loss": "log-loss ratio"},
    ),
    "regression": Task(
        REGRESSION_CANDIDATES,
        ("teacher", "scratch", "same-stopped", "distilled", "tree", "tree-scratch"),
        ("teacher", "same-stopped", "tree-scratch"),
        REGRESSION_TEACHERS,
        regression_tables,
        load_regression_split,
        make_regression_teacher,
        measure_numbers,
        "predict",
        REGRESSION_ALONE,
        "quality_regression",
        ("regression", "committee", "synthesizer"),
        {
            "squared_error": "squared error",
            "absolute_error": "absolute error",
            "agreement": "agreement",
            **TIMES,
        },
        {},
        {"squared_error": "squared-error ratio", "absolute_error": "absolute"},
    ),
}
