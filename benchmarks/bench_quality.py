"""Quality of teachers, scratch students and distilled ones over many tables.

This is the tool to choose defaults with. Each result is a line of a file under
``benchmarks/results``. What is there already, for the same settings and the same code,
is not computed again. So an interrupted run goes on where it stopped.

    python -m benchmarks.bench_quality --coarse
    python -m benchmarks.bench_quality --teacher rf lgbm svc vote
    python -m benchmarks.bench_quality distilled alpha=0.75 --teacher vote --splits 5
    python -m benchmarks.bench_quality --task regression
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import json
import sys
from itertools import product

import joblib
import pandas as pd

from benchmarks.common import add_data_option, compare, mean_ratio
from benchmarks.quality_runs import result_key, run_split
from benchmarks.results import RESULTS, Table, write_result
from benchmarks.tasks import TASKS, TIMES


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
    parser.add_argument(
        "--teacher", nargs="+", default=["rf"], help="of rf, et, lgbm, svc and vote"
    )
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
    if unknown or set(arguments.teacher) - set(task.teachers):
        parser.error(f"unknown: {sorted(unknown)}, or of {arguments.teacher}")
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


def collect(arguments, teacher):
    """Compute what is missing; all results for a teacher, as a frame."""
    rows, task = arguments.rows, arguments.task
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


def add_means(table, teacher, results, task, names):
    """Add all candidates: means over the tables, each the mean of its splits."""
    means = results.groupby(["candidate", "table"])[list(task.measures)].mean()
    means = means.groupby("candidate").mean()
    for name in names:
        title = name if name in task.alone else f"{teacher}: {name}"
        table.add(title, *means.loc[name])


def add_comparisons(table, teacher, results, task, names, references):
    """Add every candidate against each of the references, paired by table."""
    values = {
        value: results.pivot_table(index="table", columns="candidate", values=value)
        for value in (*task.differences, *task.ratios)
    }
    for name, reference in product(names, references):
        if name == reference or {name, reference} <= task.alone:
            continue
        cells = []
        for value, by_table in values.items():
            sign = 1 if value in task.differences else -1
            mine, theirs = by_table[name], by_table[reference]
            better = compare(sign * mine, sign * theirs)
            amount = 100 * better.difference if sign > 0 else mean_ratio(mine, theirs)
            cells += [amount, str(better), better.p]
        table.add(f"{teacher}: {name} / {reference}", *cells)


def comparison_columns(task):
    """Titles and formats of comparisons."""
    columns = {}
    for titles, template in ((task.differences, "{:+.2f}"), (task.ratios, "{:.3f}")):
        for title in titles.values():
            columns |= {title: template, f"{title}: w/t/l": "", f"{title}: p": "{:.3f}"}
    return columns


def quotable(comparisons, default):
    """Figures of the default student for sentences, by what it is compared with."""
    return {
        f"{name.replace(f' {default} / ', ' ')} {title}": cell
        for name, cells in comparisons.rows.items()
        for title, cell in zip(comparisons.columns, cells, strict=True)
        if f": {default} / " in name and not isinstance(cell, str)
    }


def print_tables(results, names, measures):
    """The first two measures of every candidate on every table."""
    for value in list(measures)[:2]:
        frame = results.pivot_table(index="table", columns="candidate", values=value)
        print(f"\n{measures[value]} by table:")
        print(frame[names].to_string(float_format="{:.4f}".format))


def main():
    """Run the benchmark, print its tables, and write them."""
    arguments = parse_arguments()
    task, names = TASKS[arguments.task], arguments.candidates
    means = Table(
        {
            title: "{:.2f}" if title in TIMES.values() else "{:.4f}"
            for title in task.measures.values()
        }
    )
    comparisons = Table(comparison_columns(task))
    for teacher in arguments.teacher:
        results = collect(arguments, teacher)
        add_means(means, teacher, results, task, names)
        add_comparisons(comparisons, teacher, results, task, names, arguments.against)
        if arguments.by_table:
            print_tables(results, names, task.measures)
    print(f"\n{results['table'].nunique()} tables; fit s without the teacher's time\n")
    print(means, comparisons, sep="\n\n")
    student = Table(
        comparisons.columns,
        {
            name: row
            for name, row in comparisons.rows.items()
            if ": distilled /" in name
        },
    )
    write_result(
        task.result if len(arguments.teacher) > 1 else f"{task.result}_{teacher}",
        {"means": means, "student": student, "comparisons": comparisons},
        defaults=task.defaults,
        figures=quotable(comparisons, "distilled"),
    )


if __name__ == "__main__":
    main()
