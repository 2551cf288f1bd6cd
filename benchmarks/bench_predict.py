"""Speed of predict_proba for one row and for 10,000 rows.

The network against an MLPClassifier of equal weights, against that one exported to
ONNX (where skl2onnx and onnxruntime are installed), and against teachers. Contenders
take turns in one process with one thread; a ratio is the median over the rounds.

    python -m benchmarks.bench_predict

With --task regression: students of numbers, as they are and compiled from C, against a
forest of 500 trees.

With --compiled: forests, boosting and students, each in all forms to serve it in, on
tables of numbers and of categories.

    python -m benchmarks.bench_predict --compiled --data FOLDER
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import warnings
from functools import partial

import numpy as np
from sklearn.datasets import make_classification, make_friedman1
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

from benchmarks.common import add_data_option
from benchmarks.results import Table, write_result
from benchmarks.timing import interleaved, ratio
from skdistill import DistilledClassifier, DistilledRegressor, SoftmaxMLPClassifier
from skdistill.export import compile as compile_model

try:
    from lightgbm import LGBMClassifier
except ImportError:
    LGBMClassifier = None

try:
    import onnxruntime
    import skl2onnx
except ImportError:
    onnxruntime = None

BATCH = 10_000

# Of numbers, and one with categories.
TABLES = ["digits", "spambase", "phoneme", "segment", "credit-g"]


def networks(X, y, n_hidden):
    """Functions of rows by name: ours, an equal MLPClassifier, the same in ONNX."""
    ours = SoftmaxMLPClassifier((n_hidden,), random_state=0).fit(X, y)
    distilled = DistilledClassifier(
        RandomForestClassifier(50, random_state=0),
        SoftmaxMLPClassifier((n_hidden,)),
        random_state=0,
    ).fit(X, y)
    equal = MLPClassifier((n_hidden,), max_iter=1, random_state=0).fit(X, y)
    equal.coefs_, equal.intercepts_ = ours.coefs_, ours.intercepts_
    predictors = {
        "SoftmaxMLPClassifier": ours.predict_proba,
        "DistilledClassifier": distilled.predict_proba,
        "MLPClassifier": equal.predict_proba,
    }
    if onnxruntime is not None:
        predictors["onnxruntime"] = onnx_predictor(equal, X)
    return predictors


def onnx_predictor(classifier, X):
    """Probabilities by onnxruntime."""
    model = skl2onnx.to_onnx(classifier, X[:1], options={"zipmap": False})
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    name = session.get_inputs()[0].name
    return lambda rows: session.run(["probabilities"], {name: rows})[0]


def teachers(X, y):
    """Slow classifiers, by name."""
    fitted = {
        "RandomForest(500)": RandomForestClassifier(500, n_jobs=1, random_state=0),
        "ExtraTrees(500)": ExtraTreesClassifier(500, n_jobs=1, random_state=0),
        "HistGradientBoosting(200)": HistGradientBoostingClassifier(
            max_iter=200, early_stopping=False, random_state=0
        ),
        "SVC, decision_function": SVC(),
    }
    if LGBMClassifier is not None:
        fitted["LightGBM(200)"] = LGBMClassifier(
            n_estimators=200, n_jobs=1, verbose=-1, random_state=0
        )
    return {
        name: getattr(
            classifier.fit(X, y),
            "predict_proba"
            if hasattr(classifier, "predict_proba")
            else "decision_function",
        )
        for name, classifier in fitted.items()
    }


def compare_speed(predictors, batches, rounds):
    """Print times of each predictor, and how many times faster the first one is."""
    first = next(iter(predictors))
    results = []
    for rows, slow_calls, fast_calls in batches:
        number = dict.fromkeys(predictors, slow_calls) | {first: fast_calls}
        functions = {
            name: lambda predict=predict, rows=rows: predict(rows)
            for name, predict in predictors.items()
        }
        results.append(interleaved(functions, rounds=rounds, number=number))
    one, many = results
    print(f"{'':<28}{'1 row, us':>11}{'ratio':>8}{'10,000, ms':>12}{'ratio':>8}")
    for name in predictors:
        microseconds = np.median(one[name]) * 1e6
        milliseconds = np.median(many[name]) * 1e3
        print(
            f"{name:<28}{microseconds:11.1f}{ratio(one, name, first):8.2f}"
            f"{milliseconds:12.2f}{ratio(many, name, first):8.2f}"
        )


def compare_numbers(rounds):
    """Time students of numbers, in NumPy and in C, against a forest; write a file."""
    warnings.filterwarnings("ignore")
    X, y = make_friedman1(5000, 30, noise=1.0, random_state=0)
    forest = RandomForestRegressor(500, n_jobs=1, random_state=0).fit(X, y)
    served = {"forest of 500 trees": forest.predict}
    for name, student in (("default student", None), ("fast student", "fast")):
        # How good the student is changes nothing of its time.
        model = DistilledRegressor(
            student=student, alpha=0, committee=None, random_state=0
        ).fit(X, y)
        served[name] = model.predict
        served[f"{name}, in C"] = compile_model(model).predict
    times = [
        interleaved(
            {name: partial(predict, rows) for name, predict in served.items()},
            rounds=rounds,
            number=dict.fromkeys(served, n_calls) | {"forest of 500 trees": 1},
        )
        for rows, n_calls in ((X[:1], 200), (X[np.resize(np.arange(5000), BATCH)], 5))
    ]
    table = Table(
        {
            "1 sample, µs": "{:,.1f}",
            "forest's": "{:,.0f}",
            "10,000 samples, ms": "{:.1f}",
            "forest's for 10,000": "{:,.0f}",
        }
    )
    for name in served:
        one, many = (float(np.median(part[name])) for part in times)
        ratios = [ratio(part, "forest of 500 trees", name) for part in times]
        table.add(name, 1e6 * one, ratios[0], 1e3 * many, ratios[1])
    print(table)
    figures = {name: cells[3] for name, cells in table.rows.items()}
    write_result(
        "predict_numbers",
        {"times": table},
        defaults=["regression", "fast student"],
        figures=figures,
    )


def compare_compiled(arguments):
    """Print, and write, times and quality of compiled teachers and of students."""
    # LightGBM warns of arrays without names, and others of what comes in their future.
    warnings.filterwarnings("ignore")
    from benchmarks.compiled_runs import compare, figures_of, tables_of

    measured = compare(arguments.tables, arguments.data, arguments.rounds)
    write_result(
        "compiled",
        tables_of(measured),
        defaults=["network", "default student"],
        figures=figures_of(measured),
    )


def main():
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--hidden", type=int, default=100)
    parser.add_argument(
        "--task", choices=["classification", "regression"], default="classification"
    )
    add_data_option(parser)
    parser.add_argument("--compiled", action="store_true", help="compile or distill?")
    parser.add_argument("--tables", nargs="*", default=TABLES, help="with --compiled")
    arguments = parser.parse_args()
    if arguments.compiled:
        compare_compiled(arguments)
        return
    if arguments.task == "regression":
        compare_numbers(arguments.rounds)
        return
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    X, y = make_classification(5000, 30, n_informative=15, n_classes=5, random_state=0)
    X = X.astype(np.float32)
    batch = X[np.resize(np.arange(len(X)), BATCH)]
    predictors = networks(X, y, arguments.hidden)
    ours, equal = predictors["SoftmaxMLPClassifier"], predictors["MLPClassifier"]
    error = np.abs(ours(batch) - equal(batch)).max()
    print(f"d=30, h={arguments.hidden}, k=5, float32; largest |dP| {error:.0e}\n")
    compare_speed(predictors, [(X[:1], 200, 200), (batch, 3, 3)], arguments.rounds)
    print("\nTeachers fitted to 5,000 rows:\n")
    slow = {"SoftmaxMLPClassifier": ours} | teachers(X, y)
    compare_speed(slow, [(X[:1], 1, 200), (batch, 1, 20)], 3)


if __name__ == "__main__":
    main()
