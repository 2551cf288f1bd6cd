"""Students that grow by a stream of rows, 50 at a time.

In one half of the comparison the student has 50 rows, and a forest that was fitted on
half of the table teaches it. In the other both have 300 rows. What is left of the
training rows comes as a stream. Only tables with 900 training rows or more, and with
every class among the first rows, take part.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import warnings

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from threadpoolctl import threadpool_limits

from benchmarks.bench_recipes import summarize
from benchmarks.common import add_data_option, load_split, measure, table_names
from benchmarks.results import write_result
from skdistill import DistilledClassifier

PAIRS = (
    ("source: stream", "source: 50 rows"),
    ("source: all at once", "source: 50 rows"),
    ("source, synthetic: stream", "source, synthetic: 50 rows"),
    ("source, synthetic: all at once", "source, synthetic: 50 rows"),
    ("own: stream", "own: 300 rows"),
    ("own: stream with labels", "own: 300 rows"),
)


def grow(model, X, y=None):
    """Let a fitted student see rows, 50 at a time."""
    for start in range(0, len(X), 50):
        batch = slice(start, start + 50)
        model.partial_fit(X[batch], None if y is None else y[batch])


def steps_of(table, seed, folder):
    """Yield the name of each step, and the model there."""
    X, y, *_ = load_split(table, seed, folder=folder)
    half, n_classes = len(y) // 2, len(np.unique(y))
    if len(y) < 900 or len(np.unique(y[:50])) < n_classes:
        return
    forest = RandomForestClassifier(100, random_state=seed)
    source = FrozenEstimator(clone(forest).fit(X[half:], y[half:]))
    for name, synthesizer in (("source", None), ("source, synthetic", "auto")):
        model = DistilledClassifier(
            source, alpha=1.0, synthesizer=synthesizer, random_state=seed
        )
        yield f"{name}: 50 rows", model.fit(X[:50], y[:50])
        grow(model, X[50:half])
        yield f"{name}: stream", model
        model.fit(X[:50], y[:50], X_unlabeled=X[50:half])
        yield f"{name}: all at once", model
    for name, labels in (("stream", None), ("stream with labels", y[300:])):
        model = DistilledClassifier(forest, keep_teacher=True, random_state=seed)
        yield "own: 300 rows", model.fit(X[:300], y[:300])
        grow(model, X[300:], labels)
        yield f"own: {name}", model


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--splits", type=int, default=1, help="splits of each table")
    add_data_option(parser)
    options = parser.parse_args()
    # A source teacher may well be right on all of 50 rows.
    warnings.filterwarnings("ignore", "The frozen teacher is right on")
    results = []
    with threadpool_limits(1):
        for table in table_names(options.data):
            for seed in range(options.splits):
                split = load_split(table, seed, folder=options.data)
                for name, model in steps_of(table, seed, options.data):
                    proba = model.predict_proba(split.X_test)
                    values = measure(split.y_test, proba, proba)
                    results.append({"table": table, "model": name, **values})
    tables = summarize(pd.DataFrame(results), PAIRS)
    parts = "default student", "distillation", "committee", "synthesizer"
    write_result("stream", tables, defaults=parts)


if __name__ == "__main__":
    main()
