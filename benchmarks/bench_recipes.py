"""The other recipes: generations, networks trained together, augmentation.

A forest of 100 trees is the teacher throughout. Each recipe is compared, table by
table, with what it would have to beat. Results are kept under ``benchmarks/results``
and used again while the code that made them is the same.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import json
import sys

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from threadpoolctl import threadpool_limits

from benchmarks.code_digest import code_digest
from benchmarks.common import (
    add_data_option,
    compare,
    load_split,
    mean_ratio,
    measure,
    table_names,
)
from benchmarks.internals import DEFAULT_NETWORK
from benchmarks.results import RESULTS, Table, write_result
from skdistill import (
    DistillationLoss,
    DistilledClassifier,
    SoftmaxMLPClassifier,
    SoftTargetClassifier,
    TransferSet,
)
from skdistill.neural_network import JointlyDistilledClassifier
from skdistill.students import BornAgainClassifier
from skdistill.synthesis import MixedSampler

LINES = RESULTS / "recipes.jsonl"
N_GENERATIONS = 3

# Each recipe, and what it would have to beat.
PAIRS = (
    *((f"generation {i}", "default student") for i in range(1, N_GENERATIONS + 1)),
    ("mean of generations", "default student"),
    ("mean of generations", "mean of as many seeds"),
    ("together", "network alone"),
    ("one after the other", "network alone"),
    ("together", "one after the other"),
    ("forest, refitted by its student", "forest"),
    ("forest, refitted by itself", "forest"),
    ("forest, refitted by its student", "default student"),
)


class Recording(SoftmaxMLPClassifier):
    """The default student's network, which keeps its transfer set."""

    def fit_distill(self, transfer, loss):
        self.transfer_ = transfer
        return super().fit_distill(transfer, loss)


def generations(X, y, teacher, seed):
    """Students of students, and as many students of the teacher."""
    student = BornAgainClassifier(
        Recording(**DEFAULT_NETWORK), n_generations=1 + N_GENERATIONS
    )
    model = DistilledClassifier(teacher, student, random_state=seed)
    fitted = model.fit(X, y).student_.generations_
    first, *later = fitted
    others = [
        clone(first)
        .set_params(random_state=i)
        .fit_distill(first.transfer_, DistillationLoss())
        for i in range(N_GENERATIONS)
    ]
    named = {f"generation {i}": student for i, student in enumerate(later, 1)}
    return {
        "default student": [first],
        **{name: [student] for name, student in named.items()},
        "mean of generations": fitted,
        "mean of as many seeds": [first, *others],
    }


def together(X, y, seed):
    """A network alone, with its teacher, and after its teacher."""
    teacher, network = SoftmaxMLPClassifier((256,)), SoftmaxMLPClassifier()
    models = {
        "network alone": clone(network).set_params(random_state=seed),
        "together": JointlyDistilledClassifier(teacher, network, random_state=seed),
        "one after the other": DistilledClassifier(
            teacher, network, synthesizer=None, committee=None, random_state=seed
        ),
    }
    return {name: [model.fit(X, y)] for name, model in models.items()}


def refitted(X, y, forest, student, seed):
    """The forest on twice as many synthetic rows more, which someone labels."""
    more = MixedSampler(random_state=seed).fit(X).sample(X, 2 * len(y))
    models = {"forest": [forest]}
    for name, adviser in (("its student", student), ("itself", forest)):
        with np.errstate(divide="ignore"):
            logits = np.log(adviser.predict_proba(more))
        transfer = TransferSet.from_targets(X, y).with_unlabeled(more, logits)
        model = SoftTargetClassifier(clone(forest))
        model.fit_distill(transfer, DistillationLoss(temperature=1.0, alpha=0.0))
        models[f"forest, refitted by {name}"] = [model]
    return models


def run(table, seed, folder):
    """Accuracy and log loss of every model on one split."""
    X, y, X_test, y_test = load_split(table, seed, folder=folder)
    teacher = RandomForestClassifier(100, random_state=seed)
    models = generations(X, y, teacher, seed)
    models |= together(X, y, seed)
    (student,) = models["default student"]
    models |= refitted(X, y, clone(teacher).fit(X, y), student, seed)
    results = []
    for name, members in models.items():
        proba = np.mean([member.predict_proba(X_test) for member in members], axis=0)
        values = measure(y_test, proba, proba)
        head = {"table": table, "split": seed, "model": name}
        results.append(
            head | {value: values[value] for value in ("accuracy", "log_loss")}
        )
    return results


def collect(n_splits, folder):
    """Compute what is missing; all results as a frame."""
    digest = code_digest("benchmarks.bench_recipes")
    LINES.touch()
    known = [json.loads(line) for line in LINES.read_text().splitlines()]
    done = {
        (split["table"], split["seed"]): split
        for split in known
        if split["code"] == digest
    }
    results = []
    for seed in range(n_splits):
        for table in table_names(folder):
            split = done.get((table, seed))
            if split is None:
                split = {"table": table, "seed": seed, "code": digest}
                split["results"] = run(table, seed, folder)
                with LINES.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(split) + "\n")
                print(f"{seed} {table}", file=sys.stderr, flush=True)
            results += split["results"]
    return pd.DataFrame(results)


def summarize(results, pairs):
    """Means of all models over the tables, and some of them against others, by table.

    Parameters
    ----------
    results : DataFrame
        With the columns table, model, accuracy and log_loss.
    pairs : iterable of (str, str)
        A model, and what it is compared with.

    Returns
    -------
    tables : dict of str to Table
    """
    values = results.pivot_table(
        index="table", columns="model", values=["accuracy", "log_loss"]
    )
    accuracy, log_loss = values["accuracy"], values["log_loss"]
    means = Table({"accuracy": "{:.4f}", "log loss": "{:.3f}"})
    for name in results["model"].unique():
        means.add(name, accuracy[name].mean(), log_loss[name].mean())
    compared = Table(
        {
            "accuracy, points": "{:+.2f}",
            "w/t/l": "",
            "p": "{:.3f}",
            "log-loss ratio": "{:.3f}",
            "log loss: w/t/l": "",
            "log loss: p": "{:.3f}",
        }
    )
    for name, other in pairs:
        better = compare(accuracy[name], accuracy[other])
        surer = compare(-log_loss[name], -log_loss[other])
        points, ratio = (
            100 * better.difference,
            mean_ratio(log_loss[name], log_loss[other]),
        )
        cells = points, str(better), better.p, ratio, str(surer), surer.p
        compared.add(f"{name} / {other}", *cells)
    print(f"{len(values)} tables", means, compared, sep="\n\n")
    return {"means": means, "pairs": compared}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--splits", type=int, default=1, help="splits of each table")
    add_data_option(parser)
    options = parser.parse_args()
    with threadpool_limits(1):
        results = collect(options.splits, options.data)
    parts = "network", "default student", "distillation", "committee", "synthesizer"
    write_result("recipes", summarize(results, PAIRS), defaults=parts)


if __name__ == "__main__":
    main()
