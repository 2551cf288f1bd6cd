"""Accuracy and log loss of networks against their time for one sample.

On each split the default model is fitted once. All networks then learn from its
transfer set. So they differ in nothing but their own parameters: members, widths, depth
and bins. Times are processor time for batches of 10,000 samples on one thread.
Differences and ratios are paired over the tables.

    python -m benchmarks.bench_frontier --data FOLDER
    python -m benchmarks.bench_frontier --data FOLDER --splits 3 "3 x 64-64" "2 x 64-64"
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import json
import warnings
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.code_digest import code_digest
from benchmarks.common import (
    TEACHERS,
    add_data_option,
    compare,
    load_split,
    make_teacher,
    mean_ratio,
    measure,
    table_names,
)
from benchmarks.internals import DEFAULT_NETWORK
from skdistill import DistilledClassifier, SoftmaxMLPClassifier

RESULTS = Path(__file__).parent / "results" / "frontier.jsonl"
BATCH = 10_000


def network(*hidden, n_members=1, numeric_encoding="auto"):
    """Parameters of a network."""
    return {
        "hidden_layer_sizes": hidden,
        "n_members": n_members,
        "numeric_encoding": numeric_encoding,
    }


DEFAULT = "3 x 64-64"
NETWORKS = {
    DEFAULT: DEFAULT_NETWORK,
    "2 x 64-64": network(64, 64, n_members=2),
    "64-64": network(64, 64),
    "2 x 48-48": network(48, 48, n_members=2),
    "128-64": network(128, 64),
    "128-32": network(128, 32),
    "2 x 64": network(64, n_members=2),
    "128": network(128),
    "64": network(64),
    "32": network(32),
    "2 x 64-64, 4 bins": network(64, 64, n_members=2, numeric_encoding=4),
    "64-64, 4 bins": network(64, 64, numeric_encoding=4),
    "2 x 64-64, no bins": network(64, 64, n_members=2, numeric_encoding=None),
    "100, no bins": network(100, numeric_encoding=None),
    "32, no bins": network(32, numeric_encoding=None),
    "linear": network(),
}


class Recorder(SoftmaxMLPClassifier):
    """The default student, which keeps what it learned from."""

    def fit_distill(self, transfer, loss):
        super().fit_distill(transfer, loss)
        self.lesson_ = transfer, loss
        return self


def run_split(table, seed, teacher_name, names, folder):
    """Measure networks on one split; yield a dict for each."""
    split = load_split(table, seed, folder=folder)
    model = DistilledClassifier(
        make_teacher(teacher_name, seed),
        Recorder(**DEFAULT_NETWORK),
        random_state=seed,
        fallback=False,
    ).fit(split.X_train, split.y_train)
    transfer, loss = model.student_.lesson_
    batch = split.X_test[np.resize(np.arange(len(split.X_test)), BATCH)]
    for name in names:
        student = SoftmaxMLPClassifier(**NETWORKS[name], random_state=seed)
        student.fit_distill(transfer, loss)
        proba = student.predict_proba(split.X_test)
        yield {
            "network": name,
            **measure(split.y_test, proba, proba),
            "microseconds": time_for_a_sample(student, batch),
        }


def time_for_a_sample(student, batch, rounds=5):
    """Median microseconds of processor time."""
    seconds = []
    for _ in range(rounds):
        start = process_time()
        student.predict_proba(batch)
        seconds.append(process_time() - start)
    return 1e6 * float(np.median(seconds)) / len(batch)


def read_results(key):
    """What was measured by the same code, by table, split and network."""
    lines = RESULTS.read_text().splitlines() if RESULTS.exists() else []
    results = (json.loads(line) for line in lines)
    return [result for result in results if result["key"] == key]


def print_frontier(results):
    """A line for each network, the fastest first."""
    frame = pd.DataFrame(results)
    means = frame.groupby(["network", "table"]).mean(numeric_only=True)
    default = means.loc[DEFAULT]
    print(
        f"{'':<20}{'us/sample':>10}{'faster':>8}{'accuracy':>10}{'points':>8}"
        f"{'won/tied/lost':>15}{'log loss':>10}{'ratio':>8}"
    )
    order = means["microseconds"].groupby("network").mean().sort_values().index
    for name in order:
        own = means.loc[name].reindex(default.index)
        accuracy = compare(own["accuracy"], default["accuracy"])
        print(
            f"{name:<20}{own['microseconds'].mean():10.2f}"
            f"{mean_ratio(default['microseconds'], own['microseconds']):8.2f}"
            f"{own['accuracy'].mean():10.4f}{100 * accuracy.difference:8.2f}"
            f"{accuracy!s:>15}{own['log_loss'].mean():10.4f}"
            f"{mean_ratio(own['log_loss'], default['log_loss']):8.3f}"
        )


def main():
    """Measure what has not been measured yet, and print the frontier."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help="default: all")
    parser.add_argument("--tables", nargs="+", help="default: all")
    parser.add_argument("--splits", type=int, default=1)
    parser.add_argument("--teacher", choices=TEACHERS, default="rf")
    add_data_option(parser)
    arguments = parser.parse_args()
    names = [DEFAULT, *(n for n in arguments.networks or NETWORKS if n != DEFAULT)]
    unknown = set(names) - NETWORKS.keys()
    if unknown:
        parser.error(f"unknown networks: {', '.join(sorted(unknown))}")
    warnings.simplefilter("ignore")
    code = code_digest("skdistill.neural_network._training")
    key = f"{arguments.teacher} {code}"
    tables = arguments.tables or table_names(arguments.data)
    results = read_results(key)
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a") as file, threadpool_limits(1):
        for table in tables:
            for seed in range(arguments.splits):
                head = {"key": key, "table": table, "split": seed}
                done = {r["network"] for r in results if head.items() <= r.items()}
                missing = [name for name in names if name not in done]
                if not missing:
                    continue
                for result in run_split(
                    table, seed, arguments.teacher, missing, arguments.data
                ):
                    results.append(head | result)
                    print(json.dumps(results[-1]), file=file, flush=True)
    chosen = [r for r in results if r["network"] in names and r["table"] in tables]
    print_frontier(chosen)


if __name__ == "__main__":
    main()
