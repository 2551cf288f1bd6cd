"""How often the report's intervals cover the true difference.

The true difference between two fixed classifiers is taken from many samples. Then the
report's paired bootstrap makes intervals from small test sets, again and again. Of 95 %
intervals, 95 % should cover the truth.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse

import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from benchmarks.internals import ClassMetrics, paired_differences
from benchmarks.results import Table, write_result

N_TRAIN, N_SAMPLES = 300, 200_000


def make_contributions():
    """What each of many samples adds to each score, of two classifiers."""
    X, y = make_classification(
        N_TRAIN + N_SAMPLES,
        10,
        n_informative=5,
        n_classes=3,
        flip_y=0.1,
        random_state=0,
    )
    models = {
        "teacher": RandomForestClassifier(100, random_state=0),
        "student": LogisticRegression(),
    }
    metrics, X_test, y_test = ClassMetrics(np.arange(3)), X[N_TRAIN:], y[N_TRAIN:]
    predictions = {
        name: metrics.predict(model.fit(X[:N_TRAIN], y[:N_TRAIN]), X_test)
        for name, model in models.items()
    }
    return metrics, y_test, predictions


def contributions_of(metrics, y, predictions, samples):
    """The same of a few samples alone: scores that are no means differ."""
    chosen = {
        name: type(values)(values.labels[samples], values.values[samples])
        for name, values in predictions.items()
    }
    return {
        name: metrics.contributions(y[samples], values, chosen["teacher"])
        for name, values in chosen.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 400, 2000])
    options = parser.parse_args()
    metrics, y, predictions = make_contributions()
    every = contributions_of(metrics, y, predictions, slice(None))
    truth = {
        score: (every["student"][score] - every["teacher"][score]).mean()
        for score in metrics.scores
    }
    rng = np.random.default_rng(0)
    covered = {score: [] for score in metrics.scores}
    for n_samples in options.sizes:
        found = {score: [] for score in metrics.scores}
        for _ in range(options.repeats):
            samples = rng.choice(len(y), n_samples, replace=False)
            few = contributions_of(metrics, y, predictions, samples)
            for d in paired_differences("student", "teacher", few):
                found[d.score].append(d.low <= truth[d.score] <= d.high)
        for score, values in found.items():
            covered[score].append(np.mean(values))
    table = Table({f"{n:,} test samples": "{:.1f} %" for n in options.sizes})
    for score, shares in covered.items():
        table.add(score, *(100 * share for share in shares))
    print(table)
    accuracies = covered["accuracy"]
    write_result(
        "intervals",
        {"coverage": table},
        figures={"least": 100 * min(accuracies), "most": 100 * max(accuracies)},
    )


if __name__ == "__main__":
    main()
