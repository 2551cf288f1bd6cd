"""Imbalanced tables: what weights do, and what the temperature does not.

One class of each table is rare by itself, or made rare. Teacher and student get no
weights, balanced ones, or a temperature. Printed are log loss and average precision,
which judge probabilities and their order. Then balanced accuracy of the predicted
labels, and of labels predicted at the rare class's share instead of at one half.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import average_precision_score, balanced_accuracy_score, log_loss
from sklearn.model_selection import train_test_split

from benchmarks.common import add_data_option, load_table, make_encoder
from benchmarks.results import Table, write_result
from skdistill import DistilledClassifier, SoftmaxMLPClassifier

# The rare class, and its share of the rows; None: as it is.
TABLES = {
    "hypothyroid": (0, None),
    "pendigits": (8, 0.03),
    "phoneme": (1, 0.05),
    "spambase": (1, 0.05),
    "optdigits": (1, 0.03),
}
MAX_ROWS = 4000

MEASURES = (
    "log loss",
    "average precision",
    "balanced accuracy",
    "the same, at the share",
)

CASES = {
    "as it is": {},
    "balanced": {"class_weight": "balanced"},
    "temperature 2": {"temperature": 2.0},
    "temperature 4": {"temperature": 4.0},
    "temperature 4, balanced": {"temperature": 4.0, "class_weight": "balanced"},
}


def load(name, folder, seed):
    """Rows and labels of two classes, of which 1 is the rare one."""
    X, y = load_table(name, folder)
    rare, share = TABLES[name]
    if name == "hypothyroid":
        rare = np.bincount(y).argsort()[-2]
    y = (y == rare).astype(int)
    random_state = np.random.RandomState(seed)
    keep = random_state.permutation(len(y))[:MAX_ROWS]
    if share is not None:
        positive = keep[y[keep] == 1]
        n = int(share / (1 - share) * np.sum(y[keep] == 0))
        keep = np.append(keep[y[keep] == 0], positive[:n])
    return make_encoder().fit_transform(X.iloc[keep]), y[keep]


def measure(proba, y, share):
    return (
        log_loss(y, np.clip(proba, 1e-7, 1 - 1e-7)),
        average_precision_score(y, proba),
        balanced_accuracy_score(y, proba > 0.5),
        balanced_accuracy_score(y, proba > share),
    )


def run(name, folder, seed):
    """Measures of teacher and students by case."""
    X, y = load(name, folder, seed)
    X, X_test, y, y_test = train_test_split(
        X, y, test_size=0.5, stratify=y, random_state=seed
    )
    found = {}
    for case, settings in CASES.items():
        model = DistilledClassifier(
            RandomForestClassifier(300),
            SoftmaxMLPClassifier(),
            keep_teacher=True,
            synthesizer=None,
            committee=None,
            random_state=seed,
            **settings,
        ).fit(X, y)
        if "temperature" not in settings:
            proba = model.teacher_.predict_proba(X_test)[:, 1]
            found[f"teacher, {case}"] = measure(proba, y_test, y.mean())
        proba = model.predict_proba(X_test)[:, 1]
        found[f"student, {case}"] = measure(proba, y_test, y.mean())
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--splits", type=int, default=3)
    add_data_option(parser)
    options = parser.parse_args()
    every = {}
    for table in TABLES:
        found = {}
        for seed in range(options.splits):
            for case, values in run(table, options.data, seed).items():
                found.setdefault(case, []).append(values)
        print(table, measures_of(found), sep="\n", end="\n\n", flush=True)
        for case, values in found.items():
            every.setdefault(case, []).append(np.mean(values, axis=0))
    means = measures_of(every)
    print("means over the tables", means, sep="\n")
    write_result("imbalance", {"means": means}, defaults=("network", "distillation"))


def measures_of(found):
    """Means of the measures, a row for each case."""
    table = Table(dict.fromkeys(MEASURES, "{:.3f}"))
    for case, values in found.items():
        table.add(case, *np.mean(values, axis=0))
    return table


if __name__ == "__main__":
    main()
