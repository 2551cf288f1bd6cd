"""Quality of teachers, scratch students and distilled ones over many tables.

This is the tool to choose defaults with. Each result is a line of a file under
``benchmarks/results``; what is there already, for the same settings and the same code,
is not computed again, so that an interrupted run goes on where it stopped.

    python -m benchmarks.bench_quality --coarse
    python -m benchmarks.bench_quality --teacher vote --splits 5 distilled alpha=0.75
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import json
import sys
from pathlib import Path

import joblib
import pandas as pd

from benchmarks.candidates import CANDIDATES, DEFAULT
from benchmarks.common import (
    TEACHERS,
    add_data_option,
    compare,
    mean_ratio,
    table_names,
)
from benchmarks.quality_runs import result_key, run_split

RESULTS = Path(__file__).parent / "results"

MEASURES = {
    "accuracy": "accuracy",
    "log_loss": "log loss",
    "auc": "AUC",
    "balanced_accuracy": "balanced",
    "agreement": "agreement",
    "fit_seconds": "fit s",
    "microseconds": "us/row",
}


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "candidates",
        nargs="*",
        metavar="CANDIDATE",
        help=f"names in benchmarks/candidates.py (default: {' '.join(DEFAULT)})",
    )
    parser.add_argument("--teacher", choices=TEACHERS, default="rf")
    parser.add_argument("--tables", nargs="+", help="tables by name (default: all)")
    parser.add_argument("--splits", type=int, default=3, help="splits of each table")
    parser.add_argument(
        "--coarse",
        action="store_true",
        help="one split of each table; under 5 minutes on 2 cores",
    )
    parser.add_argument("--max-train", type=int, default=1500, metavar="ROWS")
    parser.add_argument("--max-test", type=int, default=2500, metavar="ROWS")
    parser.add_argument(
        "--against",
        nargs="+",
        default=["scratch", "scratch-calibrated", "teacher"],
        metavar="CANDIDATE",
        help="what to compare every candidate with, table by table",
    )
    parser.add_argument("--by-table", action="store_true", help="print every table too")
    parser.add_argument("--jobs", type=int, default=2, help="splits at a time")
    add_data_option(parser)
    arguments = parser.parse_args()
    names = dict.fromkeys([*(arguments.candidates or DEFAULT), *arguments.against])
    unknown = names.keys() - CANDIDATES.keys()
    if unknown:
        parser.error(f"not in benchmarks/candidates.py: {', '.join(sorted(unknown))}")
    arguments.candidates = list(names)
    arguments.rows = {
        "max_train": arguments.max_train,
        "max_test": arguments.max_test,
        "folder": arguments.data,
    }
    return arguments


def read_results(path):
    """Results of earlier runs by their keys."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8") as lines:
        return {result["key"]: result for result in map(json.loads, lines)}


def collect(arguments):
    """Compute what is missing; all results that were asked for, as a frame."""
    teacher, rows = arguments.teacher, arguments.rows
    path = RESULTS / f"quality-{teacher}.jsonl"
    done, wanted, tasks = read_results(path), [], []
    for table in arguments.tables or table_names(arguments.data):
        for seed in range(1 if arguments.coarse else arguments.splits):
            keys = {
                name: result_key(table, seed, teacher, name, rows)
                for name in arguments.candidates
            }
            wanted += keys.values()
            missing = {name: key for name, key in keys.items() if key not in done}
            if missing:
                tasks.append((table, seed, teacher, missing, rows, RESULTS / "cache"))
    RESULTS.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        for i, results in enumerate(run(tasks, arguments.jobs), 1):
            print(f"\r{i} of {len(tasks)} splits", end="", file=sys.stderr, flush=True)
            done |= {result["key"]: result for result in results}
            file.writelines(json.dumps(result) + "\n" for result in results)
            file.flush()
    return pd.DataFrame([done[key] for key in wanted])


def run(tasks, n_jobs):
    """Results of each task, as they come."""
    parallel = joblib.Parallel(n_jobs=n_jobs, return_as="generator_unordered")
    return parallel(joblib.delayed(run_split)(*task) for task in tasks)


def print_means(results, names):
    """Means over the tables, each table the mean of its splits."""
    means = results.groupby(["candidate", "table"])[list(MEASURES)].mean()
    means = means.groupby("candidate").mean().loc[names].rename(columns=MEASURES)
    print(means.to_string(float_format="{:.4f}".format))


def print_comparison(results, names, reference):
    """Every candidate against one of them, paired by table."""
    by_table = results.pivot_table(
        index="table", columns="candidate", values=["accuracy", "log_loss"]
    )
    accuracy, log_loss = by_table["accuracy"], by_table["log_loss"]
    rows = {}
    for name in names:
        if name == reference:
            continue
        better = compare(accuracy[name], accuracy[reference])
        surer = compare(-log_loss[name], -log_loss[reference])
        rows[name] = {
            "accuracy, points": f"{100 * better.difference:+.2f}",
            "w/t/l": str(better),
            "p": f"{better.p:.3f}",
            "tables >=": f"{better.wins + better.ties} of {len(by_table)}",
            "log-loss ratio": f"{mean_ratio(log_loss[name], log_loss[reference]):.3f}",
            "w/t/l ": str(surer),
            "p ": f"{surer.p:.3f}",
        }
    print(f"\nAgainst {reference}:")
    print(pd.DataFrame.from_dict(rows, orient="index").to_string())


def print_tables(results, names):
    """Accuracy and log loss of every candidate on every table."""
    for value in ("accuracy", "log_loss"):
        frame = results.pivot_table(index="table", columns="candidate", values=value)
        print(f"\n{MEASURES[value]} by table:")
        print(frame[names].to_string(float_format="{:.4f}".format))


def main():
    """Run the benchmark and print its tables."""
    arguments = parse_arguments()
    results, names = collect(arguments), arguments.candidates
    n_splits = results["split"].nunique()
    print(
        f"\nTeacher {arguments.teacher}, {results['table'].nunique()} tables, "
        f"{n_splits} split{'s' * (n_splits > 1)}; fit s without the teacher's time\n"
    )
    print_means(results, names)
    for reference in arguments.against:
        print_comparison(results, names, reference)
    if arguments.by_table:
        print_tables(results, names)


if __name__ == "__main__":
    main()
