"""How much wrong labels and noisy inputs cost teacher and students.

A share of the training labels becomes another class, drawn at random. Or the test
samples, whose features are standardized, get normal noise. The same networks learn from
the labels and from a forest.

    python -m benchmarks.bench_robustness --data FOLDER
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.baselines import TemperatureCalibrated
from benchmarks.common import (
    add_data_option,
    load_split,
    make_teacher,
    measure,
)
from benchmarks.internals import DEFAULT_NETWORK
from benchmarks.results import Table, write_result
from skdistill import DistilledClassifier, SoftmaxMLPClassifier

# Tables of numbers, with samples enough.
TABLES = (
    "optdigits",
    "pendigits",
    "phoneme",
    "segment",
    "spambase",
    "waveform5000",
)
FLIPPED = (0.0, 0.2, 0.4)
NOISE = (0.5, 1.0)


def make_models(seed):
    """Models by name, from labels alone and distilled."""
    plain = {"committee": None, "synthesizer": None}
    scratch = SoftmaxMLPClassifier(**DEFAULT_NETWORK, random_state=seed)
    forest = make_teacher("rf", seed)
    return {
        "forest": forest,
        "plain network, labels": SoftmaxMLPClassifier(random_state=seed),
        "the same, early stopping": SoftmaxMLPClassifier(
            early_stopping=True, random_state=seed
        ),
        "the same, distilled": DistilledClassifier(
            forest, SoftmaxMLPClassifier(), random_state=seed, **plain
        ),
        "default network, labels, calibrated": TemperatureCalibrated(scratch),
        "default student": DistilledClassifier(forest, random_state=seed),
    }


def flip(y, share, seed):
    """Labels of which a share is another class."""
    rng = np.random.default_rng(seed)
    n_classes = y.max() + 1
    flipped = rng.permutation(len(y))[: round(share * len(y))]
    y = y.copy()
    y[flipped] = (y[flipped] + rng.integers(1, n_classes, len(flipped))) % n_classes
    return y


def run(table, seed, folder):
    """Yield condition, model, accuracy and log loss."""
    X, y, X_test, y_test = load_split(table, seed, folder=folder)
    noise = np.random.default_rng(seed).normal(size=X_test.shape)
    tests = {"": X_test} | {f"noise of {sd} sd": X_test + sd * noise for sd in NOISE}
    for share in FLIPPED:
        for name, model in make_models(seed).items():
            model.fit(X, flip(y, share, seed))
            for condition, samples in tests.items():
                if share and condition:
                    continue
                proba = model.predict_proba(samples)
                values = measure(y_test, proba, proba)
                condition = condition or f"{100 * share:.0f} % of labels wrong"
                yield condition, name, (values["accuracy"], values["log_loss"])


def main():
    """Run all tables, and print means."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tables", nargs="+", default=TABLES)
    parser.add_argument("--splits", type=int, default=1)
    add_data_option(parser)
    options = parser.parse_args()
    found = {}
    with threadpool_limits(1):
        for table in options.tables:
            for seed in range(options.splits):
                for condition, name, values in run(table, seed, options.data):
                    found.setdefault((name, condition), []).append(values)
    conditions = dict.fromkeys(condition for _, condition in found)
    table = Table(dict.fromkeys(conditions, "{:.3f} / {:.3f}"))
    for name in dict.fromkeys(name for name, _ in found):
        table.add(name, *(np.mean(found[name, c], axis=0) for c in conditions))
    print(table)
    parts = ["network", "default student", "distillation", "committee", "synthesizer"]
    write_result("robustness", {"means": table}, defaults=parts)


if __name__ == "__main__":
    main()
