"""Speed of predict_proba on mixed tables: a record, a one-row DataFrame, 10,000 rows.

The default student for tables against the same network behind scikit-learn's encoders
(and skrub's, where it is installed), a forest behind them, and LightGBM on categories
(where it is installed). Contenders that take no records get a DataFrame of one row,
made of the record. They take turns in one process with one thread.

    python -m benchmarks.bench_rows
    python -m benchmarks.bench_rows --data FOLDER --table credit-g
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse

import numpy as np
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from benchmarks.common import add_data_option, load_table
from benchmarks.internals import DEFAULT_NETWORK, FAST_NETWORK
from benchmarks.results import Table, write_result
from benchmarks.timing import interleaved
from skdistill import SoftmaxMLPClassifier, TabularMLPClassifier
from skdistill.tables import TableEncoder

try:
    from lightgbm import LGBMClassifier
except ImportError:
    LGBMClassifier = None

try:
    from skrub import TableVectorizer
except ImportError:
    TableVectorizer = None

BATCH = 10_000

# Calls of a turn with one row: of those that take microseconds, and milliseconds.
FAST_CALLS, SLOW_CALLS = 200, 5
FAST = {
    "TabularMLPClassifier",
    "TabularMLPClassifier, fast",
    "network, Pipeline",
}


def artificial_table(n_samples=1500, seed=0):
    """A table like those of credit applications: 6 numbers, 9 categories, and gaps."""
    rng = np.random.RandomState(seed)
    numbers = rng.lognormal(size=(n_samples, 6))
    frame = pd.DataFrame(numbers, columns=[f"amount{i}" for i in range(6)])
    for i, n_categories in enumerate([2, 2, 3, 3, 4, 5, 8, 10, 14]):
        names = [f"category {j}" for j in range(n_categories)]
        frame[f"status{i}"] = rng.choice(names, size=n_samples)
    score = numbers[:, 0] - numbers[:, 1] + 2 * (frame["status5"] == "category 1")
    y = (score + rng.normal(size=n_samples) > 0.5).to_numpy().astype(int)
    return frame.mask(rng.uniform(size=frame.shape) < 0.02), y


def column_transformer():
    """What users write for such tables with scikit-learn alone."""
    numeric = make_column_selector(dtype_include=np.number)
    return make_column_transformer(
        (SimpleImputer(strategy="median", add_indicator=True), numeric),
        (
            OneHotEncoder(handle_unknown="ignore", sparse_output=False),
            make_column_selector(dtype_exclude=np.number),
        ),
    )


def network():
    """The default student, without its encoder."""
    return SoftmaxMLPClassifier(**DEFAULT_NETWORK, random_state=0)


def fitted_contenders(X, y):
    """Functions of a DataFrame, by name, and those that take records."""
    forest = RandomForestClassifier(300, n_jobs=1, random_state=0)
    models = {
        "TabularMLPClassifier": TabularMLPClassifier(network()),
        "TabularMLPClassifier, fast": TabularMLPClassifier(
            SoftmaxMLPClassifier(**FAST_NETWORK, random_state=0)
        ),
        "network, Pipeline": make_pipeline(TableEncoder(), network()),
        "network, ColumnTransformer": make_pipeline(column_transformer(), network()),
        "forest of 300, ColumnTransformer": make_pipeline(column_transformer(), forest),
    }
    if TableVectorizer is not None:
        models["network, skrub"] = make_pipeline(
            TableVectorizer(), SimpleImputer(), network()
        )
    predictors = {name: model.fit(X, y).predict_proba for name, model in models.items()}
    if LGBMClassifier is not None:
        boosting = LGBMClassifier(
            n_estimators=200, n_jobs=1, verbose=-1, random_state=0
        )
        dtypes = as_categories(X).dtypes
        boosting.fit(as_categories(X), y)
        predictors["LightGBM(200), category"] = lambda rows: boosting.predict_proba(
            rows.astype(dtypes)
        )
    return predictors


def as_categories(X):
    """Strings as pandas' categories, which LightGBM takes."""
    strings = X.select_dtypes(exclude=np.number).columns
    return X.astype(dict.fromkeys(strings, "category"))


def time_form(predictors, rows, *, rounds, number, from_record=False):
    """Median seconds of a call, by name."""

    def call(name, predict):
        if from_record and not name.startswith("TabularMLP"):
            return lambda: predict(pd.DataFrame([rows]))
        return lambda: predict(rows)

    calls = {name: call(name, predict) for name, predict in predictors.items()}
    seconds = interleaved(calls, rounds=rounds, number=number)
    return {name: float(np.median(values)) for name, values in seconds.items()}


def figures_of(record, row, batch):
    """Times of the default student and of the forest, and their ratios."""
    ours, forest = "TabularMLPClassifier", "forest of 300, ColumnTransformer"
    return {
        "record, ms": 1e3 * record[ours],
        "row, ms": 1e3 * row[ours],
        "forest, ms": 1e3 * row[forest],
        "record, times": record[forest] / record[ours],
        "row, times": row[forest] / row[ours],
        "batch, times": batch[forest] / batch[ours],
        "fast batch, times": batch[forest] / batch[f"{ours}, fast"],
    }


def main():
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_data_option(parser)
    parser.add_argument(
        "--table", help="name of a table; without it, an artificial one"
    )
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    if options.table is None:
        X, y = artificial_table()
    else:
        X, y = load_table(options.table, options.data)
    predictors = fitted_contenders(X, y)
    batch = X.iloc[np.resize(np.arange(len(X)), BATCH)].reset_index(drop=True)
    # scikit-learn's encoder fails on a column of one gap.
    row = X[X.notna().all(axis=1)].iloc[:1]
    record = row.to_dict("records")[0]
    calls = {name: FAST_CALLS if name in FAST else SLOW_CALLS for name in predictors}
    row_turns = {"rounds": options.rounds, "number": calls}
    forms = [
        time_form(predictors, record, from_record=True, **row_turns),
        time_form(predictors, row, **row_turns),
        time_form(predictors, batch, rounds=max(3, options.rounds // 3), number=1),
    ]
    print(f"{X.shape[1]} columns; processor time, medians\n")
    table = Table(
        {
            "a record, µs": "{:,.0f}",
            "one-row DataFrame, µs": "{:,.0f}",
            "10,000 rows, ms": "{:.0f}",
        }
    )
    for name in predictors:
        record_time, row_time, batch_time = (form[name] for form in forms)
        table.add(name, 1e6 * record_time, 1e6 * row_time, 1e3 * batch_time)
    print(table)
    parts = ["default student", "fast student"]
    write_result("rows", {"times": table}, defaults=parts, figures=figures_of(*forms))


if __name__ == "__main__":
    main()
