"""Compile or distill? Teachers and students, each in all forms to serve it in.

Forms are timed on one sample and on 10,000, in turns, in one process with one thread.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle
from time import perf_counter

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from sklearn.datasets import load_digits
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from benchmarks.bench_rows import as_categories, column_transformer
from benchmarks.common import load_table
from benchmarks.compiled_forms import (
    Form,
    as_it_is,
    boosting_in_onnx,
    in_c,
    in_intel,
    in_lleaves,
    in_onnx,
    in_own_onnx,
    in_treelite,
    make,
    make_where_possible,
    processor_seconds,
)
from benchmarks.results import Table
from benchmarks.timing import interleaved
from skdistill import DistilledClassifier, SoftmaxMLPClassifier

BATCH = 10_000
MOST_TRAINING = 5000

# A turn takes about so many seconds, or a single call.
TURN = 0.05

# What all are compared with.
SLOW = "forest of 500", "scikit-learn"

FOREST = {"n_estimators": 500, "n_jobs": 1, "random_state": 0}
BOOSTING = {"n_estimators": 200, "n_jobs": 1, "verbose": -1, "random_state": 0}


def read_table(name, folder):
    """Samples and class indices of a table."""
    if name == "digits":
        X, y = load_digits(return_X_y=True)
        return pd.DataFrame(X), y
    return load_table(name, folder)


def split(X, y):
    """Training and test samples, and their labels."""
    n_train = min(MOST_TRAINING, int(0.75 * len(X)))
    return train_test_split(X, y, train_size=n_train, stratify=y, random_state=0)


def forms_of_numbers(X, y):
    """All forms of all models of a table of numbers, by model and form."""
    forest = RandomForestClassifier(**FOREST).fit(X, y)
    boosting = LGBMClassifier(**BOOSTING).fit(X, y)
    histograms = HistGradientBoostingClassifier(
        max_iter=200, early_stopping=False, random_state=0
    ).fit(X, y)
    forms = {
        SLOW: make(as_it_is, forest),
        ("forest of 500", "onnxruntime"): make_where_possible(in_onnx, forest, X),
        ("forest of 500", "treelite"): make_where_possible(in_treelite, forest),
        ("forest of 500", "scikit-learn-intelex"): make_where_possible(
            in_intel, forest, X, y
        ),
        ("forest of 500", "compile"): make(in_c, forest),
        ("boosting, 200", "scikit-learn"): make(as_it_is, histograms),
        ("boosting, 200", "onnxruntime"): make_where_possible(in_onnx, histograms, X),
        ("LightGBM, 200", "LightGBM"): make(as_it_is, boosting),
        ("LightGBM, 200", "onnxruntime"): make_where_possible(
            boosting_in_onnx, boosting, X
        ),
        ("LightGBM, 200", "lleaves"): make_where_possible(in_lleaves, boosting),
    }
    teacher = RandomForestClassifier(**FOREST)
    for name, student in (
        ("default student", None),
        ("32 units", SoftmaxMLPClassifier((32,))),
    ):
        forms |= forms_of_student(name, teacher, student, X, y)
    return forms


def forms_of_frames(X, y):
    """All forms of all models of a table with categories."""
    forest = make_pipeline(column_transformer(), RandomForestClassifier(**FOREST))
    boosting, dtypes = LGBMClassifier(**BOOSTING), as_categories(X).dtypes
    forest.fit(X, y)
    boosting.fit(as_categories(X), y)

    def of_categories(form):
        return form and form._replace(
            predict=lambda rows: form.predict(rows.astype(dtypes))
        )

    return {
        SLOW: make(as_it_is, forest),
        ("LightGBM, 200", "LightGBM"): of_categories(make(as_it_is, boosting)),
        ("LightGBM, 200", "lleaves"): of_categories(
            make_where_possible(in_lleaves, boosting)
        ),
        **forms_of_student("default student", forest, None, X, y),
    }


def forms_of_student(name, teacher, student, X, y):
    """A student in NumPy, in onnxruntime and in C, of which the first is distilled."""
    start = processor_seconds()
    model = DistilledClassifier(teacher, student, random_state=0).fit(X, y).student_
    seconds = processor_seconds() - start
    size = len(pickle.dumps(model))
    return {
        (name, "NumPy"): Form(model.predict_proba, size, seconds),
        (name, "onnxruntime"): make(in_own_onnx, model),
        (name, "compile"): make(in_c, model),
    }


def measure(forms, X_test, y_test, rounds):
    """Microseconds of a sample, milliseconds of a batch, and quality, of each form."""
    forms = {key: form for key, form in forms.items() if form is not None}
    is_frame = isinstance(X_test, pd.DataFrame)
    rows = np.resize(np.arange(len(X_test)), BATCH)
    one = X_test[:1].copy()
    batch = X_test.iloc[rows].reset_index(drop=True) if is_frame else X_test[rows]
    ones = in_turns(forms, one, rounds)
    batches = in_turns(forms, batch, max(3, rounds // 3))
    measured = {}
    for key, form in forms.items():
        proba = np.asarray(form.predict(X_test), dtype=np.float64)
        proba = np.maximum(proba, 1e-7)
        proba /= proba.sum(axis=1, keepdims=True)
        measured[key] = {
            "row": np.median(ones[key]) * 1e6,
            "batch": np.median(batches[key]) * 1e3,
            "accuracy": accuracy_score(y_test, proba.argmax(axis=1)),
            "log loss": log_loss(y_test, proba, labels=np.arange(proba.shape[1])),
            "size": form.size / 1000,
            "seconds": form.seconds,
        }
    return measured


def in_turns(forms, rows, rounds):
    """Seconds of a call of each form, which has turns of equal length if it is fast."""
    calls = {key: lambda f=form: f.predict(rows) for key, form in forms.items()}
    alone = {key: _seconds(call) for key, call in calls.items()}
    numbers = {key: max(1, int(TURN / seconds)) for key, seconds in alone.items()}
    return interleaved(calls, rounds=rounds, number=numbers)


def _seconds(function):
    function()
    start = perf_counter()
    function()
    return perf_counter() - start


def compare(names, folder, rounds):
    """Measure all forms on some tables, by table."""
    measured = {}
    for name in names:
        X, y = read_table(name, folder)
        is_mixed = not all(pd.api.types.is_numeric_dtype(X[key]) for key in X)
        if not is_mixed:
            X = np.ascontiguousarray(X.to_numpy(np.float64))
        X_train, X_test, y_train, y_test = split(X, y)
        forms = (forms_of_frames if is_mixed else forms_of_numbers)(X_train, y_train)
        measured[name] = measure(forms, X_test, y_test, rounds)
        report(name, X_train, measured[name])
    return measured


def report(name, X, measured):
    """Print what was measured on a table."""
    print(f"\n{name}: {X.shape[0]} training samples, {X.shape[1]} features")
    print(
        f"{'':<38}{'1 row, us':>11}{'10,000, ms':>12}{'accuracy':>10}{'log loss':>10}"
        f"{'kB':>10}{'s':>7}"
    )
    for (model, form), values in measured.items():
        print(
            f"{f'{model}, {form}':<38}{values['row']:11.1f}{values['batch']:12.2f}"
            f"{values['accuracy']:10.3f}{values['log loss']:10.3f}"
            f"{values['size']:10.0f}{values['seconds']:7.1f}",
            flush=True,
        )


def tables_of(measured):
    """Times and quality as tables of the guide.

    Parameters
    ----------
    measured : dict of dict of dict
        By table, by model and form.

    Returns
    -------
    tables : dict of str to Table
    """
    numbers = numeric_tables(measured)
    frames = [name for name in measured if name not in numbers]
    tables = {"quality": _quality(measured)}
    for key, names in (("numbers", numbers), ("frames", frames)):
        if names:
            tables[key] = _times({name: measured[name] for name in names})
    return tables


def figures_of(measured):
    """The least and the most over tables of numbers, by model, form and what it is.

    Parameters
    ----------
    measured : dict of dict of dict
        By table, by model and form.

    Returns
    -------
    figures : dict of str to float
        Microseconds of one sample; and in batches, how many times faster than the
        forest a form is.
    """
    figures = {}
    names = numeric_tables(measured)
    for key in measured[names[0]] if names else ():
        found = [measured[name] for name in names if key in measured[name]]
        forms = [(of[key], of[SLOW]) for of in found]
        ranges = {
            "one": [form["row"] for form, _ in forms],
            "batch": [slow["batch"] / form["batch"] for form, slow in forms],
        }
        for what, values in ranges.items():
            figures[f"{', '.join(key)}, {what}, least"] = min(values)
            figures[f"{', '.join(key)}, {what}, most"] = max(values)
    return figures


def numeric_tables(measured):
    """Names of the tables of numbers, for which onnxruntime has a LightGBM."""
    return [
        name
        for name, forms in measured.items()
        if ("LightGBM, 200", "onnxruntime") in forms
    ]


def _times(measured):
    """Microseconds / milliseconds on each table, and the cost on the last one."""
    table = Table(dict.fromkeys([*measured, "kB", "seconds"], "{}"))
    last = measured[list(measured)[-1]]
    for key, values in last.items():
        cells = (forms.get(key) for forms in measured.values())
        table.add(
            ", ".join(key),
            *(x and f"{_short(x['row'])} / {_short(x['batch'])}" for x in cells),
            _short(values["size"]),
            _short(values["seconds"]),
        )
    return table


def _quality(measured):
    """Accuracy / log loss of each model on each table."""
    table = Table(dict.fromkeys(measured, "{:.3f} / {:.3f}"))
    for model in dict.fromkeys(model for of in measured.values() for model, _ in of):
        firsts = (_first(of, model) for of in measured.values())
        table.add(model, *(x and (x["accuracy"], x["log loss"]) for x in firsts))
    return table


def _first(measured, model):
    """What was measured of the first form of a model, or None."""
    forms = (values for (name, _), values in measured.items() if name == model)
    return next(forms, None)


def _short(number):
    """A number with two or three digits that count."""
    digits = max(0, 1 - int(np.floor(np.log10(max(number, 1e-9)))))
    return f"{number:,.{min(digits, 2)}f}"
