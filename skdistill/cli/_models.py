"""The model that a command fits."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from argparse import Namespace
from typing import Any

from skdistill import (
    DistilledClassifier,
    DistilledClassifierCV,
    DistilledRegressor,
    DistilledRegressorCV,
)
from skdistill.cli._parts import find_student, find_teacher
from skdistill.cli._samples import Samples

MODELS = {"classes": DistilledClassifier, "numbers": DistilledRegressor}
SEARCHES = {"classes": DistilledClassifierCV, "numbers": DistilledRegressorCV}


def make_model(args: Namespace, samples: Samples) -> Any:
    """Make the model that the arguments describe.

    Parameters
    ----------
    args : Namespace
    samples : Samples

    Returns
    -------
    model : estimator
        Not fitted. A search, if there is a budget or a tolerance.

    Raises
    ------
    CommandError
        If there is no such teacher or student.
    """
    task = samples.task
    teacher = None
    if args.teacher is not None:
        teacher = find_teacher(args.teacher, task, args.trust)
    common = {"teacher": teacher, "random_state": args.seed, "verbose": 1}
    if args.max_latency is None and args.tolerance is None:
        return MODELS[task](student=find_student(args.student, task), **common)
    # Without a word of the user's, all students are candidates.
    students = "auto"
    if args.student == "fast":
        students, common["student"] = None, "fast"
    elif args.student != "default":
        students = [(args.student, find_student(args.student, task))]
    chosen = {"max_latency": args.max_latency, "served_as": served_as(args.out)}
    if args.tolerance is not None:
        chosen["tolerance"] = args.tolerance
    return SEARCHES[task](students=students, **common, **chosen)


def served_as(path: str | None) -> str:
    """What to time for a file: the student itself, or its code in C."""
    return "compiled" if path is not None and path.endswith(".c") else "estimator"
