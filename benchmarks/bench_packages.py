"""Distilled students beside other packages, on the same splits of the same tables.

A forest teaches the default student, the fast one, a tree of 32 leaves, and a network
in the loop of tutorials in PyTorch. Others learn from labels: trees of imodels, and
RealMLP-TD-S of pytabkit, alone and as a bag of five. What is not installed is left out.

    python -m pip install imodels torch pytabkit
    python -m benchmarks.bench_packages --data FOLDER
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import warnings
from time import process_time

import numpy as np
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from benchmarks.common import (
    add_data_option,
    compare,
    load_split,
    make_teacher,
    mean_ratio,
    measure,
)
from benchmarks.other_packages import TorchLoop, figs, real_mlp, shrunk_tree
from benchmarks.results import Table, write_result
from skdistill import DistilledClassifier

# Tables of two classes and of several, of numbers and of categories.
TABLES = (
    "anneal",
    "car",
    "credit-g",
    "kr-vs-kp",
    "optdigits",
    "phoneme",
    "segment",
    "spambase",
    "tic-tac-toe",
    "waveform5000",
)
STUDENT = "default student"


def distilled(student):
    """Distill a forest into a student."""
    return lambda seed: DistilledClassifier(
        make_teacher("rf", seed), student, random_state=seed
    )


CONTENDERS = {
    STUDENT: distilled(None),
    "fast student": distilled("fast"),
    "forest of 300": lambda seed: make_teacher("rf", seed),
    "loop in PyTorch": lambda seed: TorchLoop(
        make_teacher("rf", seed), random_state=seed
    ),
    "RealMLP-TD-S": real_mlp,
    "RealMLP-TD-S, bag of 5": lambda seed: real_mlp(seed, n_folds=5),
    "tree of 32 leaves, distilled": distilled(
        DecisionTreeClassifier(max_leaf_nodes=32)
    ),
    "tree of 32 leaves": lambda seed: DecisionTreeClassifier(
        max_leaf_nodes=32, random_state=seed
    ),
    "imodels, HSTree of 32 leaves": shrunk_tree,
    "imodels, FIGS of 31 splits": figs,
}


def run(name, split, seed):
    """Accuracy, log loss, seconds of the fit, microseconds of a prediction."""
    start = process_time()
    model = CONTENDERS[name](seed).fit(split.X_train, split.y_train)
    seconds = process_time() - start
    start = process_time()
    proba = model.predict_proba(split.X_test)
    microseconds = 1e6 * (process_time() - start) / len(proba)
    values = measure(split.y_test, proba, proba)
    return values["accuracy"], values["log_loss"], seconds, microseconds


def main():
    """Run all tables, and print means and comparisons."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tables", nargs="+", default=TABLES)
    parser.add_argument("--splits", type=int, default=1)
    add_data_option(parser)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    found = {}
    with threadpool_limits(1):
        for table in options.tables:
            splits = [
                load_split(table, seed, folder=options.data)
                for seed in range(options.splits)
            ]
            for name in CONTENDERS:
                try:
                    values = [run(name, split, i) for i, split in enumerate(splits)]
                except ImportError as error:
                    print(f"{name} is left out: {error}")
                else:
                    found.setdefault(name, []).append(np.mean(values, axis=0))
    report({name: np.array(values) for name, values in found.items()})


def report(found):
    """Print and write what was found."""
    means = Table(
        {
            "accuracy": "{:.4f}",
            "log loss": "{:.3f}",
            "fit, s": "{:.1f}",
            "µs a sample": "{:.2f}",
        }
    )
    pairs = Table({"points": "{:+.2f}", "w/t/l": "", "log-loss ratio": "{:.3f}"})
    mine = found[STUDENT]
    for name, theirs in found.items():
        means.add(name, *theirs.mean(axis=0))
        if name != STUDENT:
            better = compare(mine[:, 0], theirs[:, 0])
            ratio = mean_ratio(mine[:, 1], theirs[:, 1])
            pairs.add(
                f"{STUDENT} / {name}", 100 * better.difference, str(better), ratio
            )
    print(means, pairs, sep="\n\n")
    parts = ["default student", "fast student", "distillation", "committee"]
    tables = {"means": means, "pairs": pairs}
    write_result("packages", tables, defaults=[*parts, "synthesizer"])


if __name__ == "__main__":
    main()
