"""The subtask ensemble against one logistic regression, on many tables.

    python -m benchmarks.bench_subtasks
    python -m benchmarks.bench_subtasks --sizes 100 --variants

trains on 50, 100, 200 and 400 samples of each table, and compares by table

- the default ensemble with one logistic regression whose C is chosen by
  cross-validation, by log loss or by accuracy;
- the default ensemble distilled from a forest with itself on labels alone;
- with --variants, all partitions and combinations with one logistic regression.

Results are kept in ``benchmarks/results``, and computed again only where the code or
the options that made them changed.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import json
import sys
from itertools import product

import joblib
import pandas as pd

from benchmarks.common import add_data_option, compare, table_names
from benchmarks.results import RESULTS, Table, write_result
from benchmarks.subtask_runs import (
    BY_ACCURACY,
    BY_LOG_LOSS,
    DEFAULT,
    TAUGHT,
    VARIANTS,
    result_key,
    run_split,
)

LINES = RESULTS / "subtasks.jsonl"


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 100, 200, 400])
    parser.add_argument("--splits", type=int, default=3, help="splits of each table")
    parser.add_argument("--tables", nargs="+", help="tables by name (default: all)")
    parser.add_argument("--models", nargs="+", help="only these")
    parser.add_argument(
        "--variants", action="store_true", help="all partitions and combinations"
    )
    parser.add_argument("--by-table", action="store_true", help="print every table too")
    parser.add_argument("--jobs", type=int, default=1, help="splits at a time")
    add_data_option(parser)
    arguments = parser.parse_args()
    others = VARIANTS if arguments.variants else (BY_ACCURACY, DEFAULT, TAUGHT)
    arguments.models = [BY_LOG_LOSS, *(arguments.models or others)]
    return arguments


def read_results():
    """Results of earlier runs by their keys."""
    if not LINES.exists():
        return {}
    with LINES.open(encoding="utf-8") as lines:
        return {result["key"]: result for result in map(json.loads, lines)}


def collect(arguments):
    """Compute what is missing; all results that were asked for, as a frame."""
    done, wanted, tasks = read_results(), [], []
    tables = arguments.tables or table_names(arguments.data)
    for seed, n_rows, table in product(
        range(arguments.splits), arguments.sizes, tables
    ):
        where = table, n_rows, seed
        keys = {
            name: result_key(*where, name, arguments.data) for name in arguments.models
        }
        wanted += keys.items()
        missing = {name: key for name, key in keys.items() if key not in done}
        if missing:
            tasks.append(joblib.delayed(run_split)(*where, missing, arguments.data))
    parallel = joblib.Parallel(n_jobs=arguments.jobs, return_as="generator_unordered")
    with LINES.open("a", encoding="utf-8") as file:
        for i, results in enumerate(parallel(tasks), 1):
            print(f"\r{i} of {len(tasks)} splits", end="", file=sys.stderr, flush=True)
            done |= {result["key"]: result for result in results}
            file.writelines(json.dumps(result) + "\n" for result in results)
            file.flush()
    # Two names may be of the same model.
    return pd.DataFrame([done[key] | {"model": name} for name, key in wanted])


def against(means, names, reference):
    """Every model against one of them, paired by table."""
    accuracy, log_loss = means["accuracy"], means["log_loss"]
    table = Table(
        {
            "accuracy": "{:.4f}",
            "points": "{:+.2f}",
            "w/t/l": "",
            "p": "{:.3f}",
            "log loss": "{:.3f}",
            "lower on": "{:.0%}",
            "log loss: p": "{:.3f}",
            "fit, s": "{:.2f}",
        }
    )
    for name in names:
        better = compare(accuracy[name], accuracy[reference])
        lower = compare(-log_loss[name], -log_loss[reference])
        table.add(
            name,
            accuracy[name].mean(),
            100 * better.difference,
            str(better),
            better.p,
            log_loss[name].mean(),
            lower.wins / len(log_loss),
            lower.p,
            means["fit_seconds"][name].mean(),
        )
    return table


def main():
    """Run the benchmark and print its tables."""
    arguments = parse_arguments()
    results, models = collect(arguments), arguments.models
    references = [n for n in (BY_LOG_LOSS, BY_ACCURACY, DEFAULT) if n in models]
    tables = {}
    for n_rows, some in results.groupby("rows"):
        means = some.pivot_table(
            index="table",
            columns="model",
            values=["accuracy", "log_loss", "fit_seconds"],
        )
        for reference in references:
            title = f"{n_rows} samples, against {reference}"
            others = [name for name in models if name != reference]
            tables[title] = against(means, others, reference)
            print(f"{title}, {len(means)} tables", tables[title], sep="\n", end="\n\n")
        if arguments.by_table:
            print((100 * means["accuracy"]).to_string(float_format="{:.1f}".format))
            print(means["log_loss"].to_string(float_format="{:.3f}".format))
    name = "subtasks_variants" if arguments.variants else "subtasks"
    write_result(name, tables, defaults=["subtasks", "distillation", "committee"])


if __name__ == "__main__":
    main()
