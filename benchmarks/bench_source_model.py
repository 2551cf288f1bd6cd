"""A source model and few labeled samples, with and without unlabeled ones.

A teacher is fitted to one part of each larger table and frozen. Students get 50 to 400
labeled samples of another part: from the labels alone, distilled, and distilled with
the unlabeled samples of that part. Tables and splits are those of all benchmarks.

    python -m benchmarks.bench_source_model --data FOLDER
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse

import numpy as np
from joblib import Parallel, delayed
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from benchmarks.common import (
    TEACHERS,
    add_data_option,
    compare,
    load_table,
    make_encoder,
    make_teacher,
    table_names,
)
from benchmarks.results import Table, write_result
from skdistill import DistilledClassifier

# Rows that a table needs, and those of its parts.
FEWEST_ROWS = 900
MOST_SOURCE, MOST_UNLABELED = 1500, 2000

SIZES = (50, 100, 200, 400)
FROM_LABELS = "labels alone"
SOURCE = "source model"


def split_table(name, seed, folder):
    """Encoded rows and labels of source, target and test, each stratified."""
    X, y = load_table(name, folder)
    if len(y) < FEWEST_ROWS:
        return None
    rest, test = train_test_split(
        np.arange(len(y)), test_size=0.3, stratify=y, random_state=seed
    )
    source, target = train_test_split(
        rest,
        train_size=min(MOST_SOURCE, len(rest) // 2),
        stratify=y[rest],
        random_state=seed,
    )
    encoder = make_encoder().fit(X.iloc[source])
    return [
        (encoder.transform(X.iloc[rows]), y[rows]) for rows in (source, target, test)
    ]


def run(name, seed, teacher_name, folder):
    """Accuracy and log loss by number of labeled samples and way of learning."""
    parts = split_table(name, seed, folder)
    if parts is None:
        return {}
    (X_source, y_source), (X, y), (X_test, y_test) = parts
    teacher = FrozenEstimator(make_teacher(teacher_name, seed).fit(X_source, y_source))
    scores = {}
    for n_rows in SIZES:
        labeled, unlabeled = few_rows(y, n_rows, seed)
        model = DistilledClassifier(teacher, random_state=seed)
        scratch = DistilledClassifier(teacher, alpha=0.0, random_state=seed)
        pool = X[unlabeled[:MOST_UNLABELED]]
        few = X[labeled], y[labeled]
        fitted = {
            SOURCE: teacher,
            FROM_LABELS: scratch.fit(*few),
            "distilled": model.fit(*few),
            "with unlabeled samples": DistilledClassifier(
                teacher, random_state=seed
            ).fit(*few, X_unlabeled=pool),
        }
        scores[n_rows] = {
            way: measure(model, X_test, y_test) for way, model in fitted.items()
        }
    return scores


def few_rows(y, n_rows, seed):
    """Rows drawn at random, but with every class among them, and the others."""
    order = np.random.RandomState(seed).permutation(len(y))
    first = [order[y[order] == label][0] for label in np.unique(y)]
    order = np.append(first, order[~np.isin(order, first)])
    return order[:n_rows], order[n_rows:]


def measure(model, X, y):
    """Accuracy and log loss."""
    proba = np.clip(model.predict_proba(X).astype(float), 1e-7, None)
    proba /= proba.sum(axis=1, keepdims=True)
    return (
        float(np.mean(model.classes_[proba.argmax(axis=1)] == y)),
        log_loss(y, proba, labels=model.classes_),
    )


def report(results):
    """Means over tables and splits, and the comparison with the labels alone."""
    columns = dict.fromkeys((f"{n} labels" for n in SIZES), "{:.3f} / {:.3f}")
    means, rows, points = Table(columns), {}, {}
    for n_rows in SIZES:
        tables = [
            {
                way: np.mean([scores[n_rows][way] for scores in splits], axis=0)
                for way in splits[0][n_rows]
            }
            for splits in results
        ]
        reference = [scores[FROM_LABELS][0] for scores in tables]
        for way in tables[0]:
            accuracy, loss = np.mean([scores[way] for scores in tables], axis=0)
            against = compare([scores[way][0] for scores in tables], reference)
            rows.setdefault(way, []).append((accuracy, loss))
            points.setdefault(way, []).append(
                f"{100 * against.difference:+.1f}, {against}"
            )
    gains = Table(dict.fromkeys(columns, ""))
    for way, cells in rows.items():
        means.add(way, *cells)
        if way not in (SOURCE, FROM_LABELS):
            gains.add(way, *points[way])
    print(f"{len(results)} tables", means, gains, sep="\n\n")
    parts = "default student", "distillation", "committee", "synthesizer"
    write_result("source_model", {"means": means, "gains": gains}, defaults=parts)


def main():
    """Run the tables and print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--teacher", choices=TEACHERS, default="vote")
    parser.add_argument("--splits", type=int, default=2)
    parser.add_argument("--tables", nargs="+", help="tables by name (default: all)")
    parser.add_argument("--jobs", type=int, default=2, help="splits at a time")
    add_data_option(parser)
    arguments = parser.parse_args()
    names = arguments.tables or table_names(arguments.data)
    tasks = [(name, seed) for name in names for seed in range(arguments.splits)]
    results = Parallel(n_jobs=arguments.jobs)(
        delayed(run)(name, seed, arguments.teacher, arguments.data)
        for name, seed in tasks
    )
    by_table = [
        [scores for (name, _), scores in zip(tasks, results, strict=True) if name == t]
        for t in names
    ]
    report([splits for splits in by_table if splits[0]])


if __name__ == "__main__":
    main()
