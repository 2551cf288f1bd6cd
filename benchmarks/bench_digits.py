"""A random forest of 500 trees, distilled on scikit-learn's digits.

Accuracy and log loss of the teacher, of the student's network on labels alone (early
stopping) and of the distilled student, over stratified splits. Then how many times
faster the student predicts than the teacher, in one process and by one thread.

    python -m benchmarks.bench_digits
    python -m benchmarks.bench_digits --hidden 16 32 64 100
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import StratifiedShuffleSplit
from threadpoolctl import threadpool_limits

from benchmarks.common import compare, measure
from benchmarks.results import Table, write_result
from benchmarks.timing import interleaved, ratio
from skdistill import DistilledClassifier, SoftmaxMLPClassifier

BATCH = 10_000


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hidden", nargs="+", type=int, default=[100], metavar="UNITS")
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--trees", type=int, default=500)
    return parser.parse_args()


def students(n_hidden, seed, teacher):
    """The scratch student and the distilled one."""
    return {
        "scratch": SoftmaxMLPClassifier(
            (n_hidden,), early_stopping=True, random_state=seed
        ),
        "plain": SoftmaxMLPClassifier((n_hidden,), random_state=seed),
        # The same out-of-bag targets as when the teacher is fitted inside; so all
        # students share one forest.
        "distilled": DistilledClassifier(
            FrozenEstimator(teacher),
            SoftmaxMLPClassifier((n_hidden,)),
            target_source="oob",
            random_state=seed,
        ),
    }


def run(arguments):
    """Measures by contender and split, and the fitted contenders of the last split."""
    X, y = load_digits(return_X_y=True)
    splitter = StratifiedShuffleSplit(arguments.splits, test_size=0.25, random_state=0)
    measures = {}
    for seed, (train, test) in enumerate(splitter.split(X, y)):
        teacher = RandomForestClassifier(
            arguments.trees, oob_score=True, n_jobs=1, random_state=seed
        ).fit(X[train], y[train])
        fitted = {("teacher", 0): teacher}
        for n_hidden in arguments.hidden:
            for name, student in students(n_hidden, seed, teacher).items():
                fitted[name, n_hidden] = student.fit(X[train], y[train])
        expected = teacher.predict_proba(X[test])
        for name, estimator in fitted.items():
            result = measure(y[test], estimator.predict_proba(X[test]), expected)
            measures.setdefault(name, []).append(result)
    return measures, fitted, X


def quality_tables(measures, hidden):
    """Means over the splits, and distilled against scratch split by split."""

    def values(name, n_hidden, measure):
        return np.array([result[measure] for result in measures[name, n_hidden]])

    quality = Table({"accuracy": "{:.4f}", "log loss": "{:.3f}", "agreement": "{:.4f}"})
    for name, n_hidden in measures:
        means = [
            values(name, n_hidden, which).mean()
            for which in ("accuracy", "log_loss", "agreement")
        ]
        quality.add(f"{name}, {n_hidden} units" if n_hidden else name, *means)
    gains = Table({"points": "{:+.2f}", "w/t/l": ""})
    for n_hidden in hidden:
        result = compare(
            values("distilled", n_hidden, "accuracy"),
            values("scratch", n_hidden, "accuracy"),
        )
        gains.add(f"{n_hidden} units", 100 * result.difference, str(result))
    return {"quality": quality, "distilled against scratch": gains}


def speed_table(fitted, hidden, X):
    """Times of the students, and how many times longer the teacher takes."""
    batch = X[np.resize(np.arange(len(X)), BATCH)]
    table = Table(
        {
            "1 sample, µs": "{:.1f}",
            "times faster": "{:,.0f}",
            "10,000 samples, ms": "{:.2f}",
            "times faster ": "{:,.0f}",
        }
    )
    for n_hidden in hidden:
        student = fitted["distilled", n_hidden]
        one = race(fitted["teacher", 0], student, X[:1], 1000)
        many = race(fitted["teacher", 0], student, batch, 10)
        table.add(
            f"{n_hidden} units",
            np.median(one["student"]) * 1e6,
            ratio(one, "teacher", "student"),
            np.median(many["student"]) * 1e3,
            ratio(many, "teacher", "student"),
        )
    return table


def race(teacher, student, rows, student_calls):
    """Times of both for some rows, in turns."""
    return interleaved(
        {
            "teacher": lambda: teacher.predict_proba(rows),
            "student": lambda: student.predict_proba(rows),
        },
        rounds=5,
        number={"teacher": 1, "student": student_calls},
    )


def main():
    """Run the benchmark and print its tables."""
    arguments = parse_arguments()
    with threadpool_limits(1):
        measures, fitted, X = run(arguments)
    tables = quality_tables(measures, arguments.hidden)
    tables["speed"] = speed_table(fitted, arguments.hidden, X)
    print(*tables.values(), sep="\n\n")
    parts = "network", "distillation", "committee", "synthesizer"
    write_result("digits", tables, defaults=parts)


if __name__ == "__main__":
    main()
