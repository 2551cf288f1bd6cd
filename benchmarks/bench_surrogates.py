"""Small trees that imitate a black box: taught leak-free, or as textbooks do it.

A textbook's surrogate is a tree fitted to the labels that the black box predicts for
its own training samples. The others learn from its probabilities: the black box fitted
anew with leak-free targets, or taken as it is. All are compared with the black box on
samples that none was fitted on.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import json
import sys

import numpy as np
from scipy.special import rel_entr
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.tree import DecisionTreeClassifier

from benchmarks.common import (
    add_data_option,
    load_split,
    make_teacher,
    mean_ratio,
    table_names,
)
from benchmarks.internals import align_columns
from benchmarks.results import Table, write_result
from skdistill import DistilledClassifier
from skdistill.probability import UNKNOWN_RESOLUTION

BLACK_BOXES = ("rf", "lgbm")
TREE = DecisionTreeClassifier(max_leaf_nodes=16, random_state=0)


def make_surrogates(split, black_box):
    """Fitted surrogates of a fitted black box, by name."""
    X, y = split.X_train, split.y_train
    settings = {"alpha": 1.0, "committee": None, "random_state": 0}
    return {
        "labels": clone(TREE).fit(X, y),
        "textbook": clone(TREE).fit(X, black_box.predict(X)),
        "leak-free": DistilledClassifier(clone(black_box), TREE, **settings).fit(X, y),
        "frozen": DistilledClassifier(FrozenEstimator(black_box), TREE, **settings).fit(
            X, y
        ),
    }


def fidelity(surrogate, black_box, X):
    """Agreement, and divergence in nats from probabilities above the resolution."""
    expected = black_box.predict_proba(X)
    proba = surrogate.predict_proba(X)
    proba = align_columns(proba, surrogate.classes_, black_box.classes_)
    proba = np.maximum(proba, UNKNOWN_RESOLUTION)
    proba /= proba.sum(axis=1, keepdims=True)
    same = proba.argmax(axis=1) == expected.argmax(axis=1)
    return {
        "agreement": float(same.mean()),
        "kl": float(rel_entr(expected, proba).sum(axis=1).mean()),
    }


def run(table, name, seed, folder):
    """Fidelity of all surrogates of one black box on one split."""
    split = load_split(table, seed, folder=folder)
    black_box = make_teacher(name, seed).fit(split.X_train, split.y_train)
    return {
        surrogate: fidelity(model, black_box, split.X_test)
        for surrogate, model in make_surrogates(split, black_box).items()
    }


def summarize(table, black_box, results):
    """Add each surrogate, against the textbook's, for one black box."""
    names = next(iter(results.values()))[0]
    mean = {
        (surrogate, key): np.array(
            [
                np.mean([run[surrogate][key] for run in runs])
                for runs in results.values()
            ]
        )
        for surrogate in names
        for key in ("agreement", "kl")
    }
    for surrogate in names:
        kl, textbook = mean[surrogate, "kl"], mean["textbook", "kl"]
        agreement = mean[surrogate, "agreement"].mean()
        cells = agreement, kl.mean(), mean_ratio(kl, textbook), (kl < textbook).sum()
        table.add(f"{black_box}: {surrogate}", *cells)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", nargs="*", help="default: all")
    parser.add_argument("--splits", type=int, default=2)
    add_data_option(parser)
    options = parser.parse_args()
    summary = Table(
        {
            "agreement": "{:.4f}",
            "divergence, nats": "{:.4f}",
            "ratio": "{:.2f}",
            "lower on, tables": "{:.0f}",
        }
    )
    for name in BLACK_BOXES:
        results = {}
        for table in options.tables or table_names(options.data):
            runs = [run(table, name, s, options.data) for s in range(options.splits)]
            results[table] = runs
            print(json.dumps({"black box": name, table: runs}), file=sys.stderr)
        summarize(summary, name, results)
    print(summary)
    write_result("surrogates", {"fidelity": summary}, defaults=["distillation"])


if __name__ == "__main__":
    main()
