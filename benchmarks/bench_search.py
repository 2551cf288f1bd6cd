"""What a search costs, and what it chooses.

    python -m benchmarks.bench_search speed
    python -m benchmarks.bench_search latency --data FOLDER
    python -m benchmarks.bench_search quality --data FOLDER

- speed: ten temperatures by `GridSearchCV` and by `DistilledClassifierCV`, on digits
  and on a table of two classes. Networks in one pass and one by one. The ladder of
  students and the default student alone. Ratios of processor time.
- latency: a limit between the fastest and the slowest student of the ladder. How often
  the chosen one, fitted on all samples, keeps it on other samples.
- quality: on each split of each table, scores of the default student by all losses of
  "auto", and of the ladder by the default loss. On five folds and on the test samples.
  From these follows what a search would have chosen. Runs are kept in
  `results/search.jsonl`, and an interrupted benchmark goes on where it stopped.

Each writes what it found to `results/search_BENCH.json`.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import json
import warnings
from collections import Counter
from dataclasses import replace
from itertools import product
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import GridSearchCV, cross_val_predict
from threadpoolctl import threadpool_limits

from benchmarks.code_digest import code_digest
from benchmarks.common import (
    LEAST_PROBABILITY,
    add_data_option,
    load_split,
    make_teacher,
    table_names,
)
from benchmarks.internals import (
    Fold,
    choose,
    fit_fold,
    make_folds,
    measure_latencies,
    plan_search,
)
from benchmarks.results import RESULTS, Table, write_result
from benchmarks.timing import ratio
from skdistill import (
    DistilledClassifier,
    DistilledClassifierCV,
    SoftmaxMLPClassifier,
)

# Temperature and alpha.
DEFAULT_LOSS = 1.0, 0.5

RUNS = RESULTS / "search.jsonl"

# On what the results depend.
DEFAULTS = ("search", "distillation", "committee", "synthesizer")

# What is searched, and how much worse than the best the cheapest may be.
CHOICES = (
    ("loss", "losses", 0.0),
    ("best student", "students", 0.0),
    ("student within one standard error", "students", "one-standard-error"),
)

TEMPERATURES = [0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.7, 8.0, 11.3]


def small_network(width):
    """One network of one hidden layer."""
    return SoftmaxMLPClassifier((width,), n_members=1, random_state=0)


def search(student=None, *, temperatures=(1.0,), teacher=None, **parameters):
    """A search over temperatures at the default alpha."""
    return DistilledClassifierCV(
        teacher,
        student,
        temperatures=list(temperatures),
        alphas=[0.5],
        random_state=0,
        **parameters,
    )


def in_turns(contenders, rounds):
    """Processor time of each contender in each round, without a turn to warm up."""
    seconds = {name: np.empty(rounds) for name in contenders}
    for i in range(rounds):
        for name, function in contenders.items():
            start = process_time()
            function()
            seconds[name][i] = process_time() - start
    return seconds


def bench_grid(X, y, rounds):
    """Ten temperatures: naive, at once, and one alone."""
    forest, student = RandomForestClassifier(300, random_state=0), small_network(32)
    naive = GridSearchCV(
        DistilledClassifier(forest, student, random_state=0),
        {"temperature": TEMPERATURES},
        scoring="neg_log_loss",
    )
    at_once = search(student, teacher=forest, temperatures=TEMPERATURES)
    single = search(student, teacher=forest)
    seconds = in_turns(
        {
            "naive": lambda: naive.fit(X, y),
            "at once": lambda: at_once.fit(X, y),
            "single": lambda: single.fit(X, y),
        },
        rounds,
    )
    return {
        "GridSearchCV / search": ratio(seconds, "naive", "at once"),
        "search / one candidate": ratio(seconds, "at once", "single"),
    }


class OneByOne(SoftmaxMLPClassifier):
    """The same network without training side by side."""

    @property
    def fit_distill_path(self):
        raise AttributeError


def bench_path(X, y, rounds):
    """Given predictions: ten networks of 16 units in one pass, and one by one."""
    forest = RandomForestClassifier(300, random_state=0)
    proba = cross_val_predict(forest, X, y, method="predict_proba")
    parts = {"committee": None, "temperatures": TEMPERATURES}
    at_once = search(small_network(16), **parts)
    one_by_one = search(OneByOne((16,), random_state=0), **parts)
    seconds = in_turns(
        {
            "one by one": lambda: one_by_one.fit(X, y, teacher_proba=proba),
            "at once": lambda: at_once.fit(X, y, teacher_proba=proba),
        },
        rounds,
    )
    return {"one by one / one pass": ratio(seconds, "one by one", "at once")}


def bench_ladder(X, y, rounds):
    """The ladder of students, and the default student alone."""
    forest = RandomForestClassifier(300, random_state=0)
    ladder, alone = (
        search(teacher=forest, students=students, cv=3) for students in ("auto", None)
    )
    seconds = in_turns(
        {"ladder": lambda: ladder.fit(X, y), "alone": lambda: alone.fit(X, y)},
        rounds,
    )
    return {"ladder / default alone": ratio(seconds, "ladder", "alone")}


def bench_speed(arguments):
    """Ratios of processor time."""
    table = None
    for load in (load_breast_cancer, load_digits):
        X, y = load(return_X_y=True)
        order = np.random.RandomState(0).permutation(len(y))
        ratios = {}
        for bench in (bench_path, bench_ladder, bench_grid):
            ratios |= bench(X[order], y[order], arguments.rounds)
        table = table or Table(dict.fromkeys(ratios, "{:.2f}"))
        table.add(load.__name__.removeprefix("load_"), *ratios.values())
        print(table, flush=True)
    # One for both data sets, the mean: they hardly differ.
    means = np.mean(list(table.rows.values()), axis=0)
    figures = dict(zip(table.columns, means, strict=True))
    write_result("search_speed", {"ratios": table}, defaults=DEFAULTS, figures=figures)


def keeps_limit(table, seed, folder):
    """Whether a student that was chosen under a limit keeps it on test samples."""
    split = load_split(table, seed, folder=folder)
    model = search(
        teacher=RandomForestClassifier(20, random_state=0),
        students="auto",
        committee=None,
        synthesizer=None,
        cv=3,
    )
    latencies = model.fit(split.X_train, split.y_train).cv_results_["latency"]
    limit = float(np.sqrt(latencies.min() * latencies.max()))
    model.set_params(max_latency=limit).fit(split.X_train, split.y_train)
    one = measure_latencies(model.student_, split.X_test)[0]
    return one.median <= limit


def bench_latency(arguments):
    """How often limits are kept."""
    kept = [
        keeps_limit(table, seed, arguments.data)
        for seed, table in product(range(arguments.splits), tables_of(arguments))
    ]
    print(f"max_latency kept on unseen samples: {sum(kept)} of {len(kept)} runs")
    figures = {"kept": sum(kept), "runs": len(kept)}
    write_result("search_latency", {}, defaults=DEFAULTS, figures=figures)


class BothScores:
    """A scorer that returns the negative log loss, and notes the accuracy."""

    def __init__(self, n_classes):
        self.n_classes, self.accuracies = n_classes, []

    def __call__(self, student, X, y):
        proba = np.maximum(student.predict_proba(X), LEAST_PROBABILITY)
        proba /= proba.sum(axis=1, keepdims=True)
        self.accuracies.append(accuracy_score(y, student.predict(X)))
        return -log_loss(y, proba, labels=np.arange(self.n_classes))


def run_split(table, seed, folder):
    """Score losses and students on five folds and on the test samples."""
    split = load_split(table, seed, folder=folder)
    X = np.concatenate([split.X_train, split.X_test])
    y = np.append(split.y_train, split.y_test)
    train, test = np.split(np.arange(len(y)), [len(split.y_train)])
    rows = []
    with TemporaryDirectory() as memory:
        for kind, parameters in {
            "losses": {},
            "students": {"students": "auto", "alphas": [0.5], "temperatures": [1.0]},
        }.items():
            model = DistilledClassifierCV(
                make_teacher("rf", seed), random_state=seed, memory=memory, **parameters
            )
            inputs, plan, splits = plan_search(model, split.X_train, split.y_train)
            scorer = BothScores(y.max() + 1)
            plan = replace(plan, scorer=scorer, is_weighted=False)
            final = Fold(train, test, splits, is_measured=True)
            for name, fold, data in (
                *((str(i), fold, inputs) for i, fold in enumerate(make_folds(splits))),
                ("test", final, inputs._replace(X=X, y=y)),
            ):
                scorer.accuracies.clear()
                trials = fit_fold(plan, data, fold)
                rows += [
                    {
                        "kind": kind,
                        "fold": name,
                        **trial.candidate.params,
                        "score": trial.score,
                        "accuracy": accuracy,
                        **trial.cost._asdict(),
                    }
                    for trial, accuracy in zip(trials, scorer.accuracies, strict=True)
                ]
    return rows


def read_candidates(result, kind):
    """Scores on the folds, and what was seen on the test samples, by candidate."""
    rows = [row for row in result["rows"] if row["kind"] == kind]
    candidates = {}
    for row in rows:
        key = row["student"], row["temperature"], row["alpha"]
        candidates.setdefault(key, {})[row["fold"]] = row
    tested = {key: folds.pop("test") for key, folds in candidates.items()}
    scores = np.array(
        [[row["score"] for row in folds.values()] for folds in candidates.values()]
    )
    return list(candidates), scores, list(tested.values())


def choose_candidate(result, kind, tolerance):
    """What a search chooses, and the default, on the test samples."""
    names, scores, tested = read_candidates(result, kind)
    # Of losses, the student is the same: no loss is cheaper than another.
    latencies = np.array([row["latency"] for row in tested])
    cost = latencies if kind == "students" else np.ones(len(tested))
    chosen = choose(scores, cost, np.ones(len(tested), dtype=bool), tolerance)
    default = names.index(
        ("default" if kind == "students" else "student", *DEFAULT_LOSS)
    )
    return names[chosen], tested[chosen], tested[default]


def summarize(results, kind, tolerance):
    """How often a search chooses each candidate, and how these differ from the default.

    In points of accuracy, in ratios of the log loss (geometric mean, and median), and
    in how many times as fast they are for one sample, and for 10,000 (medians).
    """
    names, chosen, default = zip(
        *(choose_candidate(result, kind, tolerance) for result in results), strict=True
    )
    pairs = list(zip(chosen, default, strict=True))
    points = [100 * (one["accuracy"] - other["accuracy"]) for one, other in pairs]
    losses = [one["score"] / other["score"] for one, other in pairs]
    speeds, batches = (
        [other[cost] / one[cost] for one, other in pairs]
        for cost in ("latency", "batch_latency")
    )
    cells = np.mean(points), np.exp(np.log(losses).mean()), np.median(losses)
    return Counter(names), [*cells, np.median(speeds), np.median(batches)]


def show_choices(results):
    """Show what searches over losses and over students choose."""
    table = Table(
        {
            "accuracy, points": "{:+.2f}",
            "log loss, mean ratio": "{:.3f}",
            "log loss, median ratio": "{:.3f}",
            "one sample, times as fast": "{:.1f}",
            "10,000, times as fast": "{:.1f}",
        }
    )
    for name, kind, tolerance in CHOICES:
        chosen, cells = summarize(results, kind, tolerance)
        table.add(name, *cells)
        print(name, dict(chosen))
    print(table)
    figures = {
        f"{name} {measure}": cell
        for name, cells in table.rows.items()
        for measure, cell in zip(
            ("points", "loss", "median loss", "speed", "batches"), cells, strict=True
        )
    }
    splits = {result["split"] for result in results}
    figures |= {"runs": len(results), "splits": len(splits)}
    write_result(
        "search_quality", {"choices": table}, defaults=DEFAULTS, figures=figures
    )


def tables_of(arguments):
    """Names of the tables to run on."""
    return arguments.tables or table_names(arguments.data)


def read_results(key):
    """What was measured by the same code."""
    lines = RUNS.read_text().splitlines() if RUNS.exists() else []
    results = (json.loads(line) for line in lines)
    return [result for result in results if result["key"] == key]


def bench_quality(arguments):
    """Run what has not been run yet, and show what searches choose."""
    key = code_digest("skdistill.teachers._committee", "skdistill.neural_network._base")
    results = read_results(key)
    done = {(result["table"], result["split"]) for result in results}
    with RUNS.open("a") as file:
        for seed, table in product(range(arguments.splits), tables_of(arguments)):
            if (table, seed) not in done:
                rows = run_split(table, seed, arguments.data)
                result = {"key": key, "table": table, "split": seed, "rows": rows}
                results.append(result)
                print(json.dumps(result), file=file, flush=True)
    show_choices(results)


def main():
    """Run one of the benchmarks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    benches = {
        "speed": bench_speed,
        "latency": bench_latency,
        "quality": bench_quality,
    }
    parser.add_argument("bench", choices=benches)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--splits", type=int, default=3)
    parser.add_argument("--tables", nargs="+", help="default: all")
    add_data_option(parser)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    with threadpool_limits(1):
        benches[arguments.bench](arguments)


if __name__ == "__main__":
    main()
