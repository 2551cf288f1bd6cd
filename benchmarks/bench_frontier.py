"""Accuracy and log loss of networks against their time for one sample.

On each split the default model is fitted once. All networks then learn from its
transfer set. So they differ in nothing but their own parameters: members, widths, depth
and bins. Times are processor time for batches of 10,000 samples on one thread.
Differences to the default student are paired over the tables.

    python -m benchmarks.bench_frontier --data FOLDER
    python -m benchmarks.bench_frontier --data FOLDER --splits 3 "3 x 64-64"
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
    load_split,
    make_teacher,
    mean_ratio,
    measure,
    table_names,
)
from benchmarks.internals import DEFAULT_NETWORK, FAST_NETWORK
from benchmarks.results import Table, write_result
from skdistill import DistilledClassifier, SoftmaxMLPClassifier

RESULTS = Path(__file__).parent / "results" / "frontier.jsonl"
BATCH = 10_000


def network(*hidden, n_members=1, numeric_encoding="selective"):
    """Parameters of a network."""
    return {
        "hidden_layer_sizes": hidden,
        "n_members": n_members,
        "numeric_encoding": numeric_encoding,
    }


DEFAULT = "default: 2 x 64-64, selective"
NETWORKS = {
    DEFAULT: DEFAULT_NETWORK,
    "3 x 64-64": network(64, 64, n_members=3, numeric_encoding="auto"),
    "3 x 64-64, selective": network(64, 64, n_members=3),
    "2 x 64-64": network(64, 64, n_members=2, numeric_encoding="auto"),
    "3 x 48-48, selective": network(48, 48, n_members=3),
    "2 x 48-48, selective": network(48, 48, n_members=2),
    "2 x 64-32, selective": network(64, 32, n_members=2),
    "64-64, selective": network(64, 64),
    "64-16, selective": network(64, 16),
    "2 x 64-64, no bins": network(64, 64, n_members=2, numeric_encoding=None),
    "fast: 100, no bins": FAST_NETWORK,
    "32, no bins": network(32, numeric_encoding=None),
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


def frontier(results):
    """A row for each network, the fastest first.

    Parameters
    ----------
    results : list of dict

    Returns
    -------
    table : Table
    """
    means = pd.DataFrame(results).groupby(["network", "table"]).mean(numeric_only=True)
    default = means.loc[DEFAULT]
    table = Table(
        {
            "µs a sample": "{:.2f}",
            "times as fast": "{:.2f}",
            "accuracy, points": "{:+.2f} ± {:.2f}",
            "log loss, times": "{:.3f}",
        }
    )
    order = means["microseconds"].groupby("network").mean().sort_values().index
    for name in order:
        own = means.loc[name].reindex(default.index)
        points = 100 * (own["accuracy"] - default["accuracy"])
        table.add(
            name,
            own["microseconds"].mean(),
            mean_ratio(default["microseconds"], own["microseconds"]),
            (points.mean(), points.sem()),
            own["log_loss"].mean() / default["log_loss"].mean(),
        )
    return table


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
    table = frontier(chosen)
    print(table)
    write_result("frontier", {arguments.teacher: table}, defaults=["default student"])


if __name__ == "__main__":
    main()
