"""Quality of teachers, scratch students and distilled ones over many tables.

This is the tool to choose defaults with. Each result is a line of a file under
``benchmarks/results``; what is there already, for the same settings and the same code,
is not computed again, so that an interrupted run goes on where it stopped.

    python -m benchmarks.bench_quality --coarse
    python -m benchmarks.bench_quality --teacher vote --splits 5 distilled alpha=0.75
    python -m benchmarks.bench_quality --task regression
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import json
import sys
from pathlib import Path

import joblib
import pandas as pd

from benchmarks.common import add_data_option, compare, mean_ratio
from benchmarks.quality_runs import result_key, run_split
from benchmarks.tasks import TASKS

RESULTS = Path(__file__).parent / "results"


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "candidates",
        nargs="*",
        metavar="CANDIDATE",
        help="names in candidates.py, or in regression.py (default: some of them)",
    )
    parser.add_argument("--task", choices=TASKS, default="classification")
    parser.add_argument("--teacher", default="rf", help="rf, et, lgbm, svc or vote")
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
        metavar="CANDIDATE",
        help="what to compare every candidate with, table by table",
    )
    parser.add_argument("--by-table", action="store_true", help="print every table too")
    parser.add_argument("--jobs", type=int, default=2, help="splits at a time")
    add_data_option(parser)
    arguments = parser.parse_args()
    task = TASKS[arguments.task]
    arguments.against = arguments.against or task.against
    names = dict.fromkeys([*(arguments.candidates or task.default), *arguments.against])
    unknown = names.keys() - task.candidates.keys()
    if unknown or arguments.teacher not in task.teachers:
        parser.error(f"unknown: {sorted(unknown)}, or teacher {arguments.teacher}")
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
    teacher, rows, task = arguments.teacher, arguments.rows, arguments.task
    path = RESULTS / f"quality-{task}-{teacher}.jsonl"
    done, wanted, tasks = read_results(path), [], []
    for table in arguments.tables or TASKS[task].table_names(arguments.data):
        for seed in range(1 if arguments.coarse else arguments.splits):
            keys = {
                name: result_key(task, table, seed, teacher, name, rows)
                for name in arguments.candidates
            }
            wanted += keys.values()
            missing = {name: key for name, key in keys.items() if key not in done}
            if missing:
                options = missing, rows, RESULTS / "cache"
                tasks.append((task, table, seed, teacher, *options))
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


def print_means(results, names, measures):
    """Means over the tables, each table the mean of its splits."""
    means = results.groupby(["candidate", "table"])[list(measures)].mean()
    means = means.groupby("candidate").mean().loc[names].rename(columns=measures)
    print(means.to_string(float_format="{:.4f}".format))


def print_comparison(results, names, reference, task):
    """Every candidate against one of them, paired by table."""
    rows = {name: {} for name in names if name != reference}
    for sign, titles in ((1, task.differences), (-1, task.ratios)):
        for value, title in titles.items():
            by_table = results.pivot_table(
                index="table", columns="candidate", values=value
            )
            for name, row in rows.items():
                mine, theirs = by_table[name], by_table[reference]
                better = compare(sign * mine, sign * theirs)
                row[title] = (
                    f"{100 * better.difference:+.2f}"
                    if sign > 0
                    else f"{mean_ratio(mine, theirs):.3f}"
                )
                row[f"{title}: w/t/l"] = str(better)
                row[f"{title}: p"] = f"{better.p:.3f}"
    print(f"\nAgainst {reference}:")
    print(pd.DataFrame.from_dict(rows, orient="index").to_string())


def print_tables(results, names, measures):
    """The first two measures of every candidate on every table."""
    for value in list(measures)[:2]:
        frame = results.pivot_table(index="table", columns="candidate", values=value)
        print(f"\n{measures[value]} by table:")
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
    task = TASKS[arguments.task]
    print_means(results, names, task.measures)
    for reference in arguments.against:
        print_comparison(results, names, reference, task)
    if arguments.by_table:
        print_tables(results, names, task.measures)


if __name__ == "__main__":
    main()
