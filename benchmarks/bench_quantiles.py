"""How often intervals cover unseen numbers, and the pinball loss: student and teacher.

python -m benchmarks.bench_quantiles
python -m benchmarks.bench_quantiles --teacher boosting --splits 5
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse

import joblib
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import mean_pinball_loss
from threadpoolctl import threadpool_limits

from benchmarks.common import add_data_option, mean_ratio
from benchmarks.regression import (
    load_regression_split,
    make_regression_teacher,
    regression_tables,
)
from benchmarks.results import Table, write_result
from skdistill import DistilledRegressor

LEVELS = (0.05, 0.5, 0.95)


def make_teacher(name, seed):
    """A teacher of quantiles, unfitted and seeded."""
    if name == "boosting":
        return [
            HistGradientBoostingRegressor(
                loss="quantile", quantile=level, max_leaf_nodes=15, random_state=seed
            )
            for level in LEVELS
        ]
    if name == "quantile-forest":
        from quantile_forest import RandomForestQuantileRegressor

        return RandomForestQuantileRegressor(300, random_state=seed)
    return make_regression_teacher(name, seed)


def measure(y, quantiles):
    """Coverage, width and pinball loss; the last two in standard deviations of y."""
    losses = [
        mean_pinball_loss(y, column, alpha=level)
        for column, level in zip(quantiles.T, LEVELS, strict=True)
    ]
    low, *_, high = quantiles.T
    return {
        "coverage": np.mean((low <= y) & (y <= high)),
        "width": np.mean(high - low) / y.std(),
        "pinball": np.mean(losses) / y.std(),
    }


def run_split(table, seed, teacher, parameters, folder):
    """Measures of the teacher and of students on one split of one table."""
    with threadpool_limits(1):
        split = load_regression_split(table, seed, folder=folder)
        results, head = [], {"table": table, "split": seed}
        for name, settings in parameters.items():
            model = DistilledRegressor(
                make_teacher(teacher, seed),
                quantiles=LEVELS,
                keep_teacher=True,
                random_state=seed,
                **settings,
            )
            model.fit(split.X_train, split.y_train)
            answers = {name: model.predict_quantiles(split.X_test)}
            if not results:
                answers["teacher"] = np.sort(model.teacher_.predict(split.X_test))
            results += [
                {**head, "model": who, **measure(split.y_test, found)}
                for who, found in answers.items()
            ]
        return results


def write_tables(results, teacher):
    """Print and write means over the tables, and the figures of each table."""
    measures = ["coverage", "width", "pinball"]
    by_table = results.groupby(["model", "table"])[measures].mean()
    losses = by_table["pinball"].unstack("model")
    means = Table(
        {
            "covered": "{:.1f} %",
            "lowest": "{:.1f} %",
            "highest": "{:.1f} %",
            "width": "{:.2f}",
            "pinball loss": "{:.4f}",
            "ratio": "{:.3f}",
        }
    )
    # The teacher, then the students in their order.
    names = sorted(results["model"].unique(), key=lambda name: name != "teacher")
    for name in names:
        of_model = by_table.loc[name]
        covered = 100 * of_model["coverage"]
        means.add(
            name,
            covered.mean(),
            covered.min(),
            covered.max(),
            of_model["width"].mean(),
            of_model["pinball"].mean(),
            mean_ratio(losses[name], losses["teacher"]),
        )
    tables = Table(
        {f"{name}: covered": "{:.1f} %" for name in names}
        | {f"{name}: pinball loss": "{:.4f}" for name in names}
    )
    for table in losses.index:
        coverage = [100 * by_table["coverage"][name, table] for name in names]
        tables.add(table, *coverage, *losses.loc[table, names])
    print(f"{tables}\n\n{means}")
    lower = {
        f"{name} lower": int((losses[name] < losses["teacher"]).sum())
        for name in names[1:]
    }
    write_result(
        f"quantiles_{teacher.replace('-', '_')}",
        {"means": means, "tables": tables},
        defaults=["regression", "committee", "synthesizer"],
        figures={"tables": len(losses), **lower},
    )


# The default student, and one change each.
STUDENTS = {
    "student": {},
    "alpha=1": {"alpha": 1.0},
    "synthesizer=None": {"synthesizer": None},
}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--teacher", default="rf", help="rf, et, vote, boosting or quantile-forest"
    )
    parser.add_argument("--tables", nargs="+", help="tables by name (default: all)")
    parser.add_argument("--splits", type=int, default=3, help="splits of each table")
    parser.add_argument("--students", nargs="+", choices=STUDENTS, default=["student"])
    parser.add_argument("--jobs", type=int, default=2, help="splits at a time")
    add_data_option(parser)
    options = parser.parse_args()
    tables = options.tables or regression_tables(options.data)
    students = {name: STUDENTS[name] for name in options.students}
    tasks = [
        joblib.delayed(run_split)(table, seed, options.teacher, students, options.data)
        for table in tables
        for seed in range(options.splits)
    ]
    results = joblib.Parallel(n_jobs=options.jobs)(tasks)
    rows = [row for of_split in results for row in of_split]
    print(f"Teacher {options.teacher}: levels {LEVELS}, {len(tasks)} splits\n")
    write_tables(pd.DataFrame(rows), options.teacher)


if __name__ == "__main__":
    main()
