"""Speed of training, against MLPClassifier and, where it is installed, PyTorch.

Contenders take turns in one process with one BLAS thread; a figure is the median over
the rounds of the ratio of two times. By default every section is run:

- shapes: the same algorithm as MLPClassifier; weights are compared after an epoch;
- recipe: default settings of both, and how near each comes to a teacher;
- sparse: CSR rows of 20,000 columns;
- members: ten networks in one fit against ten fits;
- memory: time and peak memory with up to a million rows, also memory-mapped.

    python -m benchmarks.bench_training
    python -m benchmarks.bench_training shapes recipe
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import tempfile
import warnings
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.special import rel_entr
from sklearn.base import clone
from sklearn.datasets import load_digits, make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from benchmarks import torch_loops
from benchmarks.timing import interleaved, peak_megabytes, ratio
from skdistill import SoftmaxMLPClassifier

# Rows, columns, hidden units, classes, rows of a batch.
SHAPES = [
    (5000, 64, 100, 10, 200),
    (5000, 64, 16, 10, 200),
    (5000, 64, 100, 10, 32),
    (1600, 20, 16, 2, 32),
    (5120, 64, 100, 10, 1024),
    (5000, 64, 256, 10, 200),
]

MEMBER_SHAPES = [
    (1600, 20, 16, 2, 32),
    (1600, 20, 32, 2, 64),
    (5000, 64, 16, 10, 200),
    (5000, 64, 100, 10, 200),
]

# What ours takes by default for the numbers of rows here.
BATCH_SIZE = 64


def same_algorithm(n_hidden, *, batch_size, n_epochs):
    """Ours and MLPClassifier with the same settings, equal step by step."""
    settings = {
        "hidden_layer_sizes": (n_hidden,),
        "batch_size": batch_size,
        "learning_rate_init": 1e-3,
        "max_iter": n_epochs,
        "n_iter_no_change": np.inf,
        "tol": 0.0,
        "random_state": 0,
    }
    ours = SoftmaxMLPClassifier(**settings, learning_rate="constant", standardize=False)
    return ours, MLPClassifier(**settings)


def make_rows(n_samples, n_features, n_classes):
    """A classification task in single precision."""
    X, y = make_classification(
        n_samples,
        n_features,
        n_informative=min(n_features, 16),
        n_classes=n_classes,
        random_state=0,
    )
    return X.astype(np.float32), y


def bench_shapes(rounds, n_epochs=20):
    """One line a shape."""
    print(
        f"{n_epochs} epochs: us a step of ours, and how often faster than\n"
        f"{'n, d, h, k, batch':<26}{'us/step':>8}{'MLPClassifier':>15}"
        f"{'DataLoader':>12}{'by hand':>9}{'largest |dW|':>14}"
    )
    for n_samples, n_features, n_hidden, n_classes, batch_size in SHAPES:
        X, y = make_rows(n_samples, n_features, n_classes)
        budget = {"batch_size": batch_size, "n_epochs": n_epochs}
        ours, baseline = same_algorithm(n_hidden, **budget)
        loops = torch_loops.contenders(X, y, n_hidden, **budget)
        functions = {
            "ours": lambda ours=ours, X=X, y=y: ours.fit(X, y),
            "baseline": lambda baseline=baseline, X=X, y=y: baseline.fit(X, y),
        }
        seconds = interleaved(functions | loops, rounds=rounds)
        n_steps = n_epochs * -(-n_samples // batch_size)
        ratios = [f"{ratio(seconds, name, 'ours'):.1f}" for name in loops] or ["-"] * 2
        error = largest_difference(ours, baseline, X, y) if n_classes > 2 else "-"
        shape = f"{n_samples}, {n_features}, {n_hidden}, {n_classes}, {batch_size}"
        print(
            f"{shape:<26}{np.median(seconds['ours']) / n_steps * 1e6:8.0f}"
            f"{ratio(seconds, 'baseline', 'ours'):15.1f}{ratios[0]:>12}{ratios[1]:>9}"
            f"{error:>14}"
        )


def largest_difference(ours, baseline, X, y):
    """Of the weights after one epoch; after many, rounding alone drives them apart.

    Of two classes MLPClassifier makes one output, so that there its weights are others.
    """
    first, second = (
        clone(network).set_params(max_iter=1).fit(X, y) for network in (ours, baseline)
    )
    return f"{np.abs(first.coefs_[0] - second.coefs_[0]).max():.0e}"


def bench_recipe(rounds):
    """Default settings, ours on a forest's probabilities, the baseline's on labels."""
    print(
        "Kullback-Leibler divergence from the teacher on test rows, and how often\n"
        "faster than MLPClassifier: in all, for as many steps, by fewer steps\n"
        f"{'':<14}{'KL ours':>9}{'KL other':>10}{'all':>7}{'kernel':>8}{'recipe':>8}"
    )
    tasks = {
        "digits": load_digits(return_X_y=True),
        "2 classes": make_rows(3000, 20, 2),
        "10 classes": make_rows(3000, 64, 10),
        "small": make_rows(700, 20, 3),
    }
    for name, (X, y) in tasks.items():
        X, X_test, y, _ = train_test_split(X, y, random_state=0)
        scaler = StandardScaler().fit(X)
        X, X_test = (scaler.transform(rows).astype(np.float32) for rows in (X, X_test))
        teacher = RandomForestClassifier(300, oob_score=True, random_state=0).fit(X, y)
        proba = teacher.oob_decision_function_
        ours, baseline = (
            SoftmaxMLPClassifier(random_state=0),
            MLPClassifier(random_state=0),
        )
        _, as_long = same_algorithm(
            100, batch_size=BATCH_SIZE, n_epochs=ours.fit(X, proba).n_iter_
        )
        contenders = {
            "ours": lambda ours=ours, X=X, proba=proba: ours.fit(X, proba),
            "baseline": lambda baseline=baseline, X=X, y=y: baseline.fit(X, y),
            "as long": lambda baseline=as_long, X=X, y=y: baseline.fit(X, y),
        }
        seconds = interleaved(contenders, rounds=rounds)
        expected = teacher.predict_proba(X_test)
        ours, baseline = (
            rel_entr(expected, np.maximum(network.predict_proba(X_test), 1e-7))
            .sum(axis=1)
            .mean()
            for network in (ours, baseline)
        )
        print(
            f"{name:<14}{ours:9.4f}{baseline:10.4f}"
            f"{ratio(seconds, 'baseline', 'ours'):7.1f}"
            f"{ratio(seconds, 'as long', 'ours'):8.1f}"
            f"{ratio(seconds, 'baseline', 'as long'):8.1f}"
        )


def make_sparse_rows(n_samples, n_features, n_values, skewed):
    """CSR rows of equally many values, in any columns or mostly in few, as of words."""
    rng = np.random.default_rng(0)
    chances = 1 / (np.arange(n_features) + 10) if skewed else np.ones(n_features)
    # The rows' largest keys are a draw without replacement (Efraimidis and Spirakis).
    log_keys = -rng.exponential(size=(n_samples, n_features)) / chances
    columns = np.sort(np.argpartition(-log_keys, n_values)[:, :n_values])
    return csr_array(
        (
            rng.random(columns.size, dtype=np.float32),
            columns.ravel().astype(np.int32),
            np.arange(0, columns.size + 1, n_values, dtype=np.int32),
        ),
        shape=(n_samples, n_features),
    )


def bench_sparse(rounds):
    """Rows of few non-zero columns, as of texts."""
    y = np.random.RandomState(0).randint(20, size=4000)
    print("4,000 x 20,000 with 0.5 % of non-zeros, h=100, k=20, 3 epochs:")
    for batch_size, skewed in ((50, True), (50, False), (200, True), (200, False)):
        X = make_sparse_rows(4000, 20_000, 100, skewed)
        ours, baseline = same_algorithm(100, batch_size=batch_size, n_epochs=3)
        contenders = {
            "ours": lambda ours=ours, X=X: ours.fit(X, y),
            "baseline": lambda baseline=baseline, X=X: baseline.fit(X, y),
        }
        seconds = interleaved(contenders, rounds=rounds)
        columns = "columns as of words" if skewed else "any columns"
        print(
            f"batch {batch_size:3d}, {columns:<20}"
            f"{np.median(seconds['ours']):.2f} s, "
            f"{ratio(seconds, 'baseline', 'ours'):.1f} times faster than MLPClassifier"
        )


def bench_members(rounds, n_members=10, n_epochs=10):
    """Ten networks at a time, against one after the other."""
    print(f"{n_members} networks in one fit, times faster than in {n_members} fits:")
    for n_samples, n_features, n_hidden, n_classes, batch_size in MEMBER_SHAPES:
        X, y = make_rows(n_samples, n_features, n_classes)
        one, _ = same_algorithm(n_hidden, batch_size=batch_size, n_epochs=n_epochs)
        several = clone(one).set_params(n_members=n_members)

        def fit_all(one=one, X=X, y=y):
            for _ in range(n_members):
                one.fit(X, y)

        contenders = {
            "together": lambda several=several, X=X, y=y: several.fit(X, y),
            "apart": fit_all,
        }
        seconds = interleaved(contenders, rounds=rounds)
        print(
            f"d={n_features}, h={n_hidden}, k={n_classes}, batch {batch_size}: "
            f"{ratio(seconds, 'apart', 'together'):.2f}"
        )


def bench_memory(rounds):
    """One epoch over up to a million rows."""
    ours, baseline = same_algorithm(100, batch_size=200, n_epochs=1)
    print(
        "d=32, h=100, k=10, one epoch; peak memory beyond the rows themselves\n"
        f"{'':<28}{'s':>8}{'us/row':>8}{'MB':>8}"
    )

    def report(name, network, X, y):
        (seconds,) = interleaved(
            {"fit": lambda: network.fit(X, y)}, rounds=rounds
        ).values()
        seconds = np.median(seconds)
        megabytes = peak_megabytes(lambda: network.fit(X, y))
        per_row = seconds / len(X) * 1e6
        print(f"{name:<28}{seconds:8.3f}{per_row:8.2f}{megabytes:8.1f}")

    for n_samples in (10_000, 100_000, 1_000_000):
        rng = np.random.default_rng(0)
        X = rng.standard_normal((n_samples, 32), dtype=np.float32)
        y = rng.integers(10, size=n_samples)
        report(f"ours, n={n_samples:,}", ours, X, y)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.npy"
        np.save(path, X)
        report("ours, memory-mapped", ours, np.load(path, mmap_mode="r"), y)
    report(f"MLPClassifier, n={n_samples:,}", baseline, X, y)


SECTIONS = {
    "shapes": bench_shapes,
    "recipe": bench_recipe,
    "sparse": bench_sparse,
    "members": bench_members,
    "memory": bench_memory,
}


def main():
    """Run the sections asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sections", nargs="*", metavar="SECTION", help="default: all")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    unknown = set(arguments.sections) - SECTIONS.keys()
    if unknown:
        parser.error(f"unknown sections: {', '.join(sorted(unknown))}")
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    for name in arguments.sections or SECTIONS:
        print(f"== {name}")
        SECTIONS[name](arguments.rounds)
        print()


if __name__ == "__main__":
    main()
