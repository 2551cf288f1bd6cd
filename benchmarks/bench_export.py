"""Speed of a student in NumPy, compiled from C, and in onnxruntime.

Three networks and a forest of 500 trees, fitted to the same samples, are timed on one
sample and on 10,000; onnxruntime also on the forest. A mixed table is timed from a
record. Contenders take turns in one process with one thread.

    python -m benchmarks.bench_export
    python -m benchmarks.bench_export --data FOLDER --tables spambase phoneme segment
    python -m benchmarks.bench_export --forms
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from benchmarks.bench_rows import artificial_table
from benchmarks.common import add_data_option, load_table
from benchmarks.compiled_forms import processor_seconds
from benchmarks.internals import DEFAULT_NETWORK, FAST_NETWORK
from benchmarks.results import Table, write_result
from benchmarks.timing import interleaved
from skdistill import SoftmaxMLPClassifier, TabularMLPClassifier
from skdistill.export import OnnxClassifier, compile, to_onnx

BATCH = 10_000
N_TRAIN = 1500

# Calls of a turn: a turn is to be long against the ticks of the clock.
ROW_CALLS = 200
SLOW = "forest, NumPy"


def numbers(name, folder):
    """Samples of a table as floats, and class indices."""
    if name == "digits":
        return load_digits(return_X_y=True)
    X, y = load_table(name, folder)
    return np.ascontiguousarray(X.to_numpy(np.float64)), y


def forms_of(name, model, exports):
    """A fitted model in NumPy and exported, by name, and what the exports cost."""
    forms, costs = {f"{name}, NumPy": model}, {}
    for form in exports:
        start = processor_seconds()
        forms[f"{name}, {form}"] = made = EXPORTS[form](model)
        size = len(made.engine.content)
        costs[f"{name}, {form}"] = processor_seconds() - start, size / 1000
    return forms, costs


def as_onnx(model):
    """A model in onnxruntime."""
    return OnnxClassifier.from_bytes(to_onnx(model).SerializeToString())


EXPORTS = {"C": compile, "onnxruntime": as_onnx}


def time_table(X, y, rounds, exports):
    """Times of all models and forms on a table of numbers, and what forms cost."""
    X_train, _, y_train, _ = train_test_split(
        X, y, train_size=min(N_TRAIN, len(X) - 100), stratify=y, random_state=0
    )
    models = {
        "default": SoftmaxMLPClassifier(**DEFAULT_NETWORK, random_state=0),
        "fast": SoftmaxMLPClassifier(**FAST_NETWORK, random_state=0),
        "32 units": SoftmaxMLPClassifier((32,), random_state=0),
        "forest": RandomForestClassifier(500, n_jobs=1, random_state=0),
    }
    forms, costs = {}, {}
    for name, model in models.items():
        more, cost = forms_of(name, model.fit(X_train, y_train), exports)
        forms |= more
        costs |= cost
    row, batch = X[:1].copy(), X[np.resize(np.arange(len(X)), BATCH)]
    one = timed(forms, row, rounds, dict.fromkeys(forms, ROW_CALLS) | {SLOW: 1})
    many = timed(forms, batch, max(3, rounds // 3), 1)
    table = Table(
        {
            "1 sample, µs": "{:,.1f}",
            "10,000, ms": "{:,.1f}",
            "times faster": "{:,.1f}",
            "to make, s": "{:.1f}",
            "size, kB": "{:,.0f}",
        }
    )
    for name in forms:
        table.add(
            name,
            1e6 * np.median(one[name]),
            1e3 * np.median(many[name]),
            np.median(many[SLOW] / many[name]),
            *costs.get(name, (None, None)),
        )
    return table


def timed(forms, rows, rounds, number):
    """Seconds of a call of predict_proba, in each round."""
    calls = {
        name: lambda predict=model.predict_proba: predict(rows)
        for name, model in forms.items()
    }
    return interleaved(calls, rounds=rounds, number=number)


def time_records(rounds, exports):
    """Times of students of a mixed table of 15 columns, for a record and a batch."""
    X, y = artificial_table()
    forms = {}
    for name, network in (("tabular", DEFAULT_NETWORK), ("fast", FAST_NETWORK)):
        student = TabularMLPClassifier(SoftmaxMLPClassifier(**network, random_state=0))
        forms |= forms_of(name, student.fit(X, y), exports)[0]
    record = X.iloc[:1].to_dict("records")
    batch = X.iloc[np.resize(np.arange(len(X)), BATCH)].reset_index(drop=True)
    one = timed(forms, record, rounds, 50)
    many = timed(forms, batch, max(3, rounds // 3), 1)
    table = Table({"a record, µs": "{:,.0f}", "10,000, ms": "{:,.1f}"})
    for name in forms:
        table.add(name, 1e6 * np.median(one[name]), 1e3 * np.median(many[name]))
    return table


def main():
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_data_option(parser)
    parser.add_argument("--tables", nargs="*", default=["digits"])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--forms", nargs="*", choices=EXPORTS, default=list(EXPORTS))
    options = parser.parse_args()
    tables = {}
    for name in options.tables:
        X, y = numbers(name, options.data)
        tables[name] = time_table(X, y, options.rounds, options.forms)
        print(name, tables[name], sep="\n", end="\n\n", flush=True)
    speedups = [table.rows["fast, NumPy"][2] for table in tables.values()]
    figures = {"fast, least": min(speedups), "fast, most": max(speedups)}
    tables["records"] = time_records(options.rounds, options.forms)
    print("A mixed table of 15 columns", tables["records"], sep="\n")
    parts = "network", "default student", "fast student"
    write_result("export", tables, defaults=parts, figures=figures)


if __name__ == "__main__":
    main()
