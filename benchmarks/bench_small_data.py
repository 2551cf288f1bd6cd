"""Learning curves from 50 labels to 400: what a student of few samples is worth.

All models learn from the same few labels; the teacher is a forest of these. The last
student also has up to 2,000 samples without labels, which the same forest predicts.

    python -m benchmarks.bench_small_data --data FOLDER
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from benchmarks.baselines import TemperatureCalibrated
from benchmarks.bench_source_model import MOST_UNLABELED, few_rows, split_table
from benchmarks.common import (
    add_data_option,
    compare,
    make_teacher,
    mean_ratio,
    measure,
    table_names,
)
from benchmarks.internals import DEFAULT_NETWORK
from benchmarks.results import Table, write_result
from skdistill import DistilledClassifier, SoftmaxMLPClassifier

SIZES = (50, 100, 200, 400)
STUDENT, BASELINE = "default student", "its network, labels, calibrated"


def fit_models(X, y, X_unlabeled, seed):
    """Fitted models by name."""
    network = SoftmaxMLPClassifier(**DEFAULT_NETWORK, random_state=seed)
    forest = make_teacher("rf", seed)
    model = DistilledClassifier(forest, random_state=seed)
    more = DistilledClassifier(forest, random_state=seed)
    return {
        "logistic regression": LogisticRegression(max_iter=2000).fit(X, y),
        "forest": forest.fit(X, y),
        BASELINE: TemperatureCalibrated(network).fit(X, y),
        STUDENT: model.fit(X, y),
        "with unlabeled samples": more.fit(X, y, X_unlabeled=X_unlabeled),
    }


def run(table, seed, folder):
    """Yield number of labels, model, accuracy and log loss; nothing of small tables."""
    parts = split_table(table, seed, folder)
    if parts is None:
        return
    _, (X, y), (X_test, y_test) = parts
    for n_rows in SIZES:
        labeled, others = few_rows(y, n_rows, seed)
        unlabeled = X[others[:MOST_UNLABELED]]
        models = fit_models(X[labeled], y[labeled], unlabeled, seed)
        for name, model in models.items():
            proba = model.predict_proba(X_test)
            values = measure(y_test, proba, proba)
            yield n_rows, name, (values["accuracy"], values["log_loss"])


def collect(options):
    """Accuracy and log loss of each table, by number of labels and model."""
    found = {}
    for table in options.tables or table_names(options.data):
        splits = {}
        for seed in range(options.splits):
            for n_rows, name, values in run(table, seed, options.data):
                splits.setdefault((n_rows, name), []).append(values)
        for key, values in splits.items():
            found.setdefault(key, []).append(np.mean(values, axis=0))
    return {key: np.array(values) for key, values in found.items()}


def main():
    """Run all tables, and print the curves and a paired comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tables", nargs="+", help="default: all")
    parser.add_argument("--splits", type=int, default=1)
    add_data_option(parser)
    options = parser.parse_args()
    with threadpool_limits(1):
        found = collect(options)
    columns = [f"{n} labels" for n in SIZES]
    curves = Table(dict.fromkeys(columns, "{:.3f} / {:.3f}"))
    pairs = Table(dict.fromkeys(columns, "{:+.2f}, {}/{}/{}; {:.3f}"))
    names = dict.fromkeys(name for _, name in found)
    for name in names:
        curves.add(name, *(found[n, name].mean(axis=0) for n in SIZES))
    for name in ("logistic regression", "forest", BASELINE):
        cells = []
        for n in SIZES:
            mine, theirs = found[n, STUDENT], found[n, name]
            better = compare(mine[:, 0], theirs[:, 0])
            counts = better.wins, better.ties, better.losses
            ratio = mean_ratio(mine[:, 1], theirs[:, 1])
            cells.append((100 * better.difference, *counts, ratio))
        pairs.add(f"{STUDENT} / {name}", *cells)
    print(curves, pairs, sep="\n\n")
    parts = ["default student", "distillation", "committee", "synthesizer"]
    write_result("small_data", {"curves": curves, "pairs": pairs}, defaults=parts)


if __name__ == "__main__":
    main()
