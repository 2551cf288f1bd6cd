"""How the scores of a teacher without probabilities become probabilities.

The calibrations are fitted to the scores that the teacher predicts for training samples
out-of-fold. Judged is the log loss of the teacher fitted to all of them, on other rows.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse

import numpy as np
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import cross_val_predict
from sklearn.svm import SVC, LinearSVC

from benchmarks.common import (
    FoldsOfRareClasses,
    add_data_option,
    compare,
    load_split,
    measure,
    table_names,
)
from benchmarks.results import Table, write_result
from skdistill.probability import (
    fit_calibration,
    fit_temperature,
    pairwise_to_class_scores,
    scores_to_logits,
    soften,
)

TEACHERS = {
    "SVC(C=5)": SVC(C=5),
    "SVC(C=5), pairs": SVC(C=5, decision_function_shape="ovo"),
    "LinearSVC()": LinearSVC(random_state=0),
    "RidgeClassifier()": RidgeClassifier(),
    "RidgeClassifier, balanced": RidgeClassifier(class_weight="balanced"),
}


def as_logits(scores, labels, new):
    return soften(new)


def temperature(scores, labels, new):
    return soften(new, fit_temperature(scores, labels))


def sigmoids(scores, labels, new):
    """One against the rest, each by a regression on its margin alone."""
    columns = []
    for label, (known, others) in enumerate(zip(scores.T, new.T, strict=True)):
        sigmoid = LogisticRegression(C=1e6).fit(known[:, None], labels == label)
        columns.append(sigmoid.predict_proba(others[:, None])[:, 1])
    if len(columns) == 2:  # the scores of the first are all zero
        columns[0] = 1 - columns[1]
    return np.column_stack(columns)


def slope_and_biases(scores, labels, new):
    slope, biases = fit_calibration(scores, labels)
    return soften(slope * new + biases)


WAYS = {
    "as logits": as_logits,
    "one temperature": temperature,
    "a sigmoid per class": sigmoids,
    "slope and biases": slope_and_biases,
}


def run(table, seed, folder):
    """Log loss by teacher and calibration, and the number of classes."""
    X, y, X_test, y_test = load_split(table, seed, folder=folder)
    n_classes = y.max() + 1
    found = {}
    for name, teacher in TEACHERS.items():
        answers = [
            cross_val_predict(
                teacher, X, y, cv=FoldsOfRareClasses(), method="decision_function"
            ),
            teacher.fit(X, y).decision_function(X_test),
        ]
        if name.endswith("pairs") and n_classes > 2:
            answers = [pairwise_to_class_scores(pairs, n_classes) for pairs in answers]
        scores, new = map(scores_to_logits, answers)
        for way, calibrate in WAYS.items():
            proba = calibrate(scores, y, new)
            found[name, way] = measure(y_test, proba, proba)["log_loss"]
    return found, n_classes


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--splits", type=int, default=1)
    add_data_option(parser)
    options = parser.parse_args()
    found, several = {}, []
    for table in table_names(options.data):
        splits = [run(table, seed, options.data) for seed in range(options.splits)]
        several.append(splits[0][1] > 2)
        for key in splits[0][0]:
            mean = np.mean([losses[key] for losses, _ in splits])
            found.setdefault(key, []).append(mean)
    several = np.array(several)
    tables = {"all": np.ones(len(several), dtype=bool), "several classes": several}
    for title, rows in tables.items():
        tables[title] = table = Table(
            {**dict.fromkeys(WAYS, "{:.3f}"), "against the sigmoids": ""}
        )
        for name in TEACHERS:
            losses = {way: np.array(found[name, way])[rows] for way in WAYS}
            best, others = losses["slope and biases"], losses["a sigmoid per class"]
            means = [values.mean() for values in losses.values()]
            table.add(name, *means, str(compare(-best, -others)))
        print(f"{title}: {rows.sum()} tables", table, sep="\n", end="\n\n")
    write_result("calibration", tables)


if __name__ == "__main__":
    main()
