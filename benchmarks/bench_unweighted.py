"""Students that take no weights: labels alone, the teacher's labels, or draws.

A student whose `fit` takes no ``sample_weight`` cannot learn probabilities directly. It
can learn the teacher's most likely class, or labels sampled from its probabilities.
Both are compared with the student trained on the labels alone, with real samples and
with synthetic ones. A sample with a label of its own keeps it in "hard labels" with
synthetic samples.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid

from benchmarks.common import (
    add_data_option,
    compare,
    load_split,
    measure,
    table_names,
)
from benchmarks.results import Table, write_result
from skdistill import DistillationLoss, DistilledClassifier, SoftTargetClassifier

STUDENTS = {
    "linear discriminant analysis": LinearDiscriminantAnalysis(),
    "regressions one against the rest": OneVsRestClassifier(LogisticRegression()),
    "nearest centroid": NearestCentroid(),
    "5 nearest neighbors": KNeighborsClassifier(5),
    "15 nearest neighbors": KNeighborsClassifier(15),
}
PAIRS = (
    ("sampled labels", "teacher's labels"),
    ("sampled labels", "labels alone"),
    ("sampled, synthetic", "teacher's, synthetic"),
    ("sampled, synthetic", "labels alone"),
)


class Listener(ClassifierMixin, BaseEstimator):
    """A student that keeps what it is told."""

    def fit(self, X, y):
        return self

    def predict(self, X):
        return self.classes_[:1].repeat(len(X))

    def fit_distill(self, transfer, loss):
        self.classes_, self.transfer_ = transfer.classes, transfer
        return self


def transfer_sets(X, y, seed):
    """A forest's out-of-bag predictions, without and with synthetic samples."""
    for synthesizer in (None, "auto"):
        model = DistilledClassifier(
            RandomForestClassifier(200),
            Listener(),
            synthesizer=synthesizer,
            committee=None,
            random_state=seed,
        )
        yield model.fit(X, y).student_.transfer_


def students_of(student, real, more, seed):
    """The student, taught in each of the ways."""
    taught = SoftTargetClassifier(student, random_state=seed)
    kept = np.where(more.labeled, more.y, more.raw_predictions.argmax(axis=1))
    return {
        "labels alone": clone(student).fit(real.X, real.y),
        "teacher's labels": clone(student).fit(
            real.X, real.raw_predictions.argmax(axis=1)
        ),
        "sampled labels": clone(taught).fit_distill(real, DistillationLoss()),
        "teacher's, synthetic": clone(student).fit(more.X, kept),
        "sampled, synthetic": clone(taught).fit_distill(more, DistillationLoss()),
    }


def run(table, seed, folder):
    """Log loss and accuracy by student and way."""
    X, y, X_test, y_test = load_split(
        table, seed, folder=folder, max_train=600, max_test=1000
    )
    real, more = transfer_sets(X, y, seed)
    found = {}
    for name, student in STUDENTS.items():
        for way, model in students_of(student, real, more, seed).items():
            proba = np.zeros((len(y_test), y.max() + 1))
            proba[:, model.classes_] = model.predict_proba(X_test)
            values = measure(y_test, proba, proba)
            found[name, way] = values["log_loss"], values["accuracy"]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--splits", type=int, default=1)
    add_data_option(parser)
    options = parser.parse_args()
    found = {}
    for table in table_names(options.data):
        splits = [run(table, seed, options.data) for seed in range(options.splits)]
        for key in splits[0]:
            means = np.mean([split[key] for split in splits], axis=0)
            found.setdefault(key, []).append(means)
    ways = dict.fromkeys(way for _, way in found)
    means = Table(dict.fromkeys(ways, "{:.3f} / {:.3f}"))
    pairs = Table({f"{way} / {other}": "" for way, other in PAIRS})
    for name in STUDENTS:
        means.add(name, *(np.mean(found[name, way], axis=0) for way in ways))
        cells = []
        for way, other in PAIRS:
            values, others = np.array(found[name, way]), np.array(found[name, other])
            loss = compare(-values[:, 0], -others[:, 0])
            accuracy = compare(values[:, 1], others[:, 1])
            cells.append(f"{loss}; {accuracy}")
        pairs.add(name, *cells)
    print("log loss and accuracy", means, "wins/ties/losses", pairs, sep="\n\n")
    write_result(
        "unweighted", {"means": means, "pairs": pairs}, defaults=["distillation"]
    )


if __name__ == "__main__":
    main()
