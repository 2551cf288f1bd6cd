"""What a command learns from, and what it measures on."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import sys
from argparse import Namespace
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split

from skdistill.cli._errors import CommandError
from skdistill.cli._tables import guess_task, read_table, split_target

TEST_SHARE = 0.2
MIN_ROWS = 20


@dataclass(frozen=True, eq=False)
class Samples:
    """Training and test samples of a command.

    Attributes
    ----------
    task : {"classes", "numbers"}
    X, X_test : DataFrame
    y, y_test : ndarray of shape (n_samples,)
    fit_params : dict
        For `fit`: rows without a target, and a teacher's precomputed answers.
    test_answers : DataFrame, ndarray or None
        Precomputed answers for the test samples.
    """

    task: str
    X: Any
    y: Any
    X_test: Any
    y_test: Any
    fit_params: dict[str, Any] = field(default_factory=dict)
    test_answers: Any = None


def read_samples(args: Namespace) -> Samples:
    """Read the tables of a command that learns.

    Parameters
    ----------
    args : Namespace
        With `table`, `target`, `test`, `task`, `seed` and `proba`.

    Returns
    -------
    samples : Samples
        Without a table of test rows, a fifth of the labeled ones is held out.

    Raises
    ------
    CommandError
        If a file has not what it should have, or holds too little to learn from.
    """
    table = read_table(args.table)
    is_labeled, X, target = split_target(table, args.target, args.table)
    task = guess_task(target) if args.task == "auto" else args.task
    if args.task == "auto":
        print(f"The target is taken for {task} (--task says so).", file=sys.stderr)
    y = _check_target(target[is_labeled], task, args)
    answers = None if args.proba is None else _read_answers(args, len(table), y, task)
    rows = np.flatnonzero(is_labeled)
    if args.test is None:
        train, test = _hold_out(y, task, args.seed)
        X_test, y_test = X.iloc[rows[test]], y[test]
    else:
        train = np.arange(len(rows))
        _, X_test, y_test = split_target(read_table(args.test), args.target, args.test)
        if y_test.isna().any():
            raise CommandError(f"{args.test} has rows without {args.target!r}.")
        y_test = _check_target(y_test, task, args)
    fit_params, test_answers = {}, None
    if not is_labeled.all():
        fit_params["X_unlabeled"] = X[~is_labeled]
    if answers is not None:
        of_teacher, of_unlabeled = ANSWERS[task]
        fit_params[of_teacher] = answers.iloc[rows[train]]
        if not is_labeled.all():
            fit_params[of_unlabeled] = answers[~is_labeled]
        test_answers = answers.iloc[rows[test]]
    return Samples(
        task, X.iloc[rows[train]], y[train], X_test, y_test, fit_params, test_answers
    )


# Parameters of `fit` that take precomputed answers: for training, and for unlabeled
# samples.
ANSWERS = {
    "classes": ("teacher_proba", "unlabeled_proba"),
    "numbers": ("teacher_prediction", "unlabeled_prediction"),
}


def _check_target(target, task, args):
    """A target as an array, if it can be learned."""
    if len(target) < MIN_ROWS:
        raise CommandError(
            f"{args.table} has {len(target)} rows with {args.target!r}; at least "
            f"{MIN_ROWS} are needed."
        )
    y = target.to_numpy()
    if task == "numbers":
        if y.dtype.kind not in "fiu":
            raise CommandError(
                f"the column {args.target!r} holds no numbers; --task classes takes "
                "its values for classes."
            )
        return y.astype(float)
    # Whole numbers beside empty fields were read as fractions.
    if y.dtype.kind == "f" and (y == np.round(y)).all():
        y = y.astype(np.int64)
    elif y.dtype.kind not in "iub":
        y = y.astype(str)
    if len(np.unique(y)) < 2:
        raise CommandError(
            f"the column {args.target!r} of {args.table} holds one class only, "
            f"{str(y[0])!r}: there is nothing to tell apart."
        )
    return y


def _hold_out(y, task, seed):
    """Indices of training and of test samples, with all classes in both if possible."""
    strata = None
    if task == "classes" and np.unique(y, return_counts=True)[1].min() > 1:
        strata = y
    try:
        return train_test_split(
            np.arange(len(y)), test_size=TEST_SHARE, stratify=strata, random_state=seed
        )
    except ValueError as error:
        raise CommandError(
            f"too few rows to hold some out; pass --test: {error}"
        ) from (error)


def _read_answers(args, n_rows, y, task):
    """A teacher's answers as `fit` takes them, with a column for each class."""
    if args.test is not None or args.teacher is not None:
        raise CommandError(
            "--proba stands in the place of --teacher, and answers rows of the "
            "training table alone: it goes without --teacher and --test."
        )
    answers = read_table(args.proba)
    if len(answers) != n_rows:
        raise CommandError(
            f"{args.proba} has {len(answers)} rows, {args.table} has {n_rows}."
        )
    if task == "numbers":
        return answers
    return answers.rename(columns={str(label): label for label in np.unique(y)})
