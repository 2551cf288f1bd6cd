"""Speed and exactness of the stacked Newton solver against a loop of fits.

    python -m benchmarks.bench_newton

compares many logistic regressions solved at once with as many fits of scikit-learn's.
Then an ensemble that may choose between the two with one that may not. Figures are of
the processor time of one thread, in turns.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import warnings
from unittest import mock

import numpy as np
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from benchmarks.internals import (
    fit_logistic_regressions,
    is_worthwhile,
    subtask_members,
)
from benchmarks.results import Table, write_result
from benchmarks.timing import interleaved, ratio
from skdistill import SubtaskEnsembleClassifier

# Models, samples, features, classes.
SHAPES = [
    (20, 200, 20, 2),
    (20, 200, 20, 3),
    (20, 200, 20, 5),
    (5, 200, 20, 2),
    (100, 200, 20, 2),
    (20, 50, 20, 2),
    (20, 2000, 20, 2),
    (20, 2000, 20, 3),
    (5, 20000, 20, 2),
    (20, 200, 60, 2),
    (20, 200, 60, 3),
    (20, 200, 20, 10),
    (5, 2000, 20, 10),
]


def make_tasks(n_models, n_rows, n_features, n_classes, seed=0):
    """Samples and labels of every task."""
    X, y = make_classification(
        n_models * n_rows,
        n_features,
        n_informative=n_features // 2,
        n_clusters_per_class=1,
        n_classes=n_classes,
        random_state=seed,
    )
    return X.reshape(n_models, n_rows, -1), y.reshape(n_models, n_rows)


def solver(shape, rounds):
    """The solver alone: times of loop and stack, their ratio, error, whether used."""
    X, y = make_tasks(*shape)
    targets, weights = np.eye(shape[3])[y], np.ones(y.shape)

    def loop(**how):
        return [LogisticRegression(**how).fit(*one) for one in zip(X, y, strict=True)]

    def stacked():
        return fit_logistic_regressions(X, targets, weights)

    exact = loop(solver="newton-cholesky", tol=1e-12, max_iter=1000)
    error = max(
        max(np.abs(model.coef_ - coef).max(), np.abs(model.intercept_ - bias).max())
        for model, coef, bias in zip(exact, *stacked()[:2], strict=True)
    )
    seconds = interleaved({"loop": loop, "stacked": stacked}, rounds=rounds)
    taken = "yes" if is_worthwhile(*shape[1:]) else "no"
    return *_milliseconds(seconds), ratio(seconds, "loop", "stacked"), error, taken


def whole_fit(shape, rounds):
    """An ensemble of random samples, with the solver and without it."""
    n_models, n_rows, _, _ = shape
    X, y = (part[0] for part in make_tasks(1, *shape[1:]))
    model = SubtaskEnsembleClassifier(
        LogisticRegression(),
        n_subtasks=n_models,
        partition="random",
        combine="mean",
        subtask_size=n_rows,
        random_state=0,
    )

    def loop():
        with mock.patch.object(
            subtask_members, "is_plain_logistic", return_value=False
        ):
            clone(model).fit(X, y)

    contenders = {"loop": loop, "stacked": lambda: clone(model).fit(X, y)}
    seconds = interleaved(contenders, rounds=rounds)
    return ratio(seconds, "loop", "stacked")


def _milliseconds(seconds):
    return [1e3 * np.median(seconds[name]) for name in ("loop", "stacked")]


def main():
    """Print a line for each shape."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    warnings.simplefilter("ignore", ConvergenceWarning)
    table = Table(
        {
            "loop, ms": "{:.1f}",
            "at once, ms": "{:.1f}",
            "times faster": "{:.1f}",
            "largest error": "{:.0e}",
            "used": "",
            "in a whole fit": "{:.1f}",
        }
    )
    for shape in SHAPES:
        name = ", ".join(map(str, shape))
        table.add(name, *solver(shape, rounds), whole_fit(shape, rounds))
    print("models, samples, features, classes", table, sep="\n\n")
    write_result("newton", {"shapes": table}, defaults=["subtasks"])


if __name__ == "__main__":
    main()
