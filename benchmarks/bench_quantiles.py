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


def summarize(results):
    """Means over the tables, and geometric means of ratios to the teacher's loss."""
    by_table = results.groupby(["model", "table"])[["coverage", "width", "pinball"]]
    by_table = by_table.mean()
    summary = by_table.groupby("model").mean()
    coverage = by_table["coverage"].unstack("model")
    summary["lowest"], summary["highest"] = coverage.min(), coverage.max()
    losses = by_table["pinball"].unstack("model")
    for name in summary.index:
        summary.loc[name, "ratio"] = mean_ratio(losses[name], losses["teacher"])
        summary.loc[name, "better on"] = (losses[name] < losses["teacher"]).mean()
    return summary, by_table.unstack("model")[["coverage", "pinball"]]


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
    summary, by_table = summarize(pd.DataFrame(rows))
    print(f"Teacher {options.teacher}: levels {LEVELS}, {len(tasks)} splits\n")
    print(by_table.to_string(float_format="{:.3f}".format))
    print()
    table = Table(
        {title: "{:.0%}" if "better" in title else "{:.3f}" for title in summary}
    )
    for name, cells in summary.iterrows():
        table.add(name, *cells)
    print(table)
    parts = "regression", "committee", "synthesizer"
    name = f"quantiles_{options.teacher}".replace("-", "_")
    write_result(name, {"means": table}, defaults=parts)


if __name__ == "__main__":
    main()
