"""What each command does, over the public names of this package."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from skdistill import (
    DistilledClassifier,
    SoftmaxMLPClassifier,
    distillation_report,
    make_surrogate,
    surrogate_report,
)
from skdistill.cli._errors import CommandError, command_errors
from skdistill.cli._models import make_model
from skdistill.cli._parts import find_student, find_teacher, load_model
from skdistill.cli._samples import read_samples
from skdistill.cli._tables import (
    dates_as_seconds,
    prediction_table,
    read_table,
    split_target,
)
from skdistill.export import save
from skdistill.export._files import write_atomically

MODELS = (".skops", ".onnx", ".c", ".js", ".joblib")
REPORTS = (".html", ".json")

# What a user can mend: values, types, files, and packages that are not installed.
MENDABLE = (ValueError, TypeError, OSError, ImportError)


def distill(args: Namespace) -> None:
    """Learn a student, show how it compares with its teacher, and save it."""
    _check_output(args.out, MODELS)
    _check_output(args.report, REPORTS)
    samples = read_samples(args)
    model = make_model(args, samples)
    with _on_stderr(), command_errors(*MENDABLE):
        report = distillation_report(
            model,
            samples.X,
            samples.y,
            samples.X_test,
            samples.y_test,
            teacher=samples.test_answers,
            **samples.fit_params,
        )
    try:
        _save(report.model, args.out)
    finally:
        _show(report, args)


def predict(args: Namespace) -> None:
    """Answer the rows of a table."""
    model = load_model(args.model, args.trust)
    table = read_table(args.table)
    if Path(args.model).suffix == ".skops":
        table = dates_as_seconds(table)
    with _on_stderr(), command_errors(*MENDABLE, what=f"{args.table}: "):
        answers = prediction_table(model, table)
    if args.json:
        print(answers.to_json(orient="records", double_precision=15))
    else:
        answers.to_csv(sys.stdout, index=False)


def report(args: Namespace) -> None:
    """Compare a saved model with the teacher that it has kept."""
    _check_output(args.report, REPORTS)
    model = load_model(args.model, args.trust)
    test = split_target(read_table(args.table), args.target, args.table)
    with _on_stderr(), command_errors(*MENDABLE):
        report = distillation_report(model, X_test=test.X, y_test=test.y)
    _show(report, args)


def explain(args: Namespace) -> None:
    """Imitate a model by a small tree, and show how faithfully."""
    samples = read_samples(args)
    teacher = find_teacher(args.teacher or "forest", samples.task, args.trust)
    tree = find_student("tree", samples.task)
    tree[-1].set_params(max_leaf_nodes=args.leaves)
    surrogate = make_surrogate(teacher, tree, random_state=args.seed)
    with _on_stderr(), command_errors(*MENDABLE):
        report = surrogate_report(surrogate, samples.X, samples.y, samples.X_test)
    print(json.dumps(report.to_dict(), indent=2) if args.json else report)


def demo(args: Namespace) -> None:
    """Distill a forest of 500 trees into a small network, on digits."""
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.25, stratify=y, random_state=0
    )
    model = DistilledClassifier(
        teacher=RandomForestClassifier(n_estimators=500),
        student=SoftmaxMLPClassifier(hidden_layer_sizes=(24,)),
        random_state=0,
    )
    print(
        f"Handwritten digits: {len(X_train)} training and {len(X_test)} test samples."
    )
    print("Teacher: a random forest of 500 trees. Student: a network of 24 units.\n")
    print(distillation_report(model, X_train, y_train, X_test, y_test))


def _save(model, path):
    """Save a model where that is asked for."""
    if path is not None:
        with _on_stderr(), command_errors(*MENDABLE, what=f"{path}: "):
            save(model, path)
        print(f"The student is in {path}.", file=sys.stderr)


def _show(report, args):
    """Print a report, and write it where that is asked for."""
    if args.report:
        is_html = Path(args.report).suffix == ".html"
        with command_errors(OSError, ImportError, what=f"{args.report}: "):
            content = report.html() if is_html else report.to_json()
            write_atomically(args.report, content.encode())
    print(report.to_json() if args.json else report)


def _check_output(path, suffixes):
    """Refuse a file that cannot be written before hours are spent on it."""
    if path is None:
        return
    if Path(path).suffix not in suffixes:
        raise CommandError(f"{path} must end in one of {', '.join(suffixes)}.")
    folder = Path(path).parent
    if not (folder.is_dir() and os.access(folder, os.W_OK)) or Path(path).is_dir():
        raise CommandError(f"{path} cannot be written: is there such a folder?")


@contextmanager
def _on_stderr() -> Iterator[None]:
    """Send what is printed on the way to the standard error."""
    with redirect_stdout(sys.stderr):
        yield
