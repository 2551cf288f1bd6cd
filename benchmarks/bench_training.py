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
from benchmarks.results import Table, write_result
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
    """Microseconds of a step of ours, and how many times longer others take."""
    table = Table(
        {
            "µs a step": "{:.0f}",
            "MLPClassifier": "{:.1f}",
            "PyTorch, DataLoader": "{:.1f}",
            "PyTorch, by hand": "{:.1f}",
            "largest difference of weights": "{:.0e}",
        }
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
        ratios = [ratio(seconds, name, "ours") for name in loops] or [None] * 2
        error = largest_difference(ours, baseline, X, y) if n_classes > 2 else None
        shape = f"{n_samples}, {n_features}, {n_hidden}, {n_classes}, {batch_size}"
        table.add(
            shape,
            np.median(seconds["ours"]) / n_steps * 1e6,
            ratio(seconds, "baseline", "ours"),
            *ratios,
            error,
        )
    return table


def largest_difference(ours, baseline, X, y):
    """Of the weights after one epoch; after many, rounding alone drives them apart.

    Of two classes MLPClassifier makes one output, so that there its weights are others.
    """
    first, second = (
        clone(network).set_params(max_iter=1).fit(X, y) for network in (ours, baseline)
    )
    return np.abs(first.coefs_[0] - second.coefs_[0]).max()


def bench_recipe(rounds):
    """Default settings, ours on a forest's probabilities, the baseline's on labels.

    The divergences are from the teacher, on test samples.
    """
    table = Table(
        {
            "divergence, ours": "{:.3f}",
            "MLPClassifier": "{:.3f}",
            "times faster": "{:.1f}",
            "for as many steps": "{:.1f}",
            "by fewer steps": "{:.1f}",
        }
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
        pairs = ("baseline", "ours"), ("as long", "ours"), ("baseline", "as long")
        times = (ratio(seconds, *pair) for pair in pairs)
        table.add(name, ours, baseline, *times)
    return table


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
    """4,000 rows of 100 non-zero columns out of 20,000, as of texts; 3 epochs."""
    y = np.random.RandomState(0).randint(20, size=4000)
    table = Table({"s": "{:.2f}", "MLPClassifier": "{:.1f}"})
    for batch_size, skewed in ((50, True), (50, False), (200, True), (200, False)):
        X = make_sparse_rows(4000, 20_000, 100, skewed)
        ours, baseline = same_algorithm(100, batch_size=batch_size, n_epochs=3)
        contenders = {
            "ours": lambda ours=ours, X=X: ours.fit(X, y),
            "baseline": lambda baseline=baseline, X=X: baseline.fit(X, y),
        }
        seconds = interleaved(contenders, rounds=rounds)
        columns = "columns as of words" if skewed else "any columns"
        times = np.median(seconds["ours"]), ratio(seconds, "baseline", "ours")
        table.add(f"batches of {batch_size}, {columns}", *times)
    return table


def bench_members(rounds, n_members=10, n_epochs=10):
    """Ten networks at a time, against one after the other."""
    table = Table({f"times faster than in {n_members} fits": "{:.1f}"})
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
        shape = f"{n_samples}, {n_features}, {n_hidden}, {n_classes}, {batch_size}"
        table.add(shape, ratio(seconds, "apart", "together"))
    return table


def bench_memory(rounds):
    """One epoch over up to a million rows; peak memory beyond the rows themselves."""
    ours, baseline = same_algorithm(100, batch_size=200, n_epochs=1)
    table = Table({"s": "{:.2f}", "µs a sample": "{:.2f}", "MB": "{:.0f}"})

    def report(name, network, X, y):
        (seconds,) = interleaved(
            {"fit": lambda: network.fit(X, y)}, rounds=rounds
        ).values()
        seconds = np.median(seconds)
        megabytes = peak_megabytes(lambda: network.fit(X, y))
        table.add(name, seconds, seconds / len(X) * 1e6, megabytes)

    for n_samples in (10_000, 100_000, 1_000_000):
        rng = np.random.default_rng(0)
        X = rng.standard_normal((n_samples, 32), dtype=np.float32)
        y = rng.integers(10, size=n_samples)
        report(f"ours, {n_samples:,} samples", ours, X, y)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.npy"
        np.save(path, X)
        report("ours, memory-mapped", ours, np.load(path, mmap_mode="r"), y)
    report(f"MLPClassifier, {n_samples:,} samples", baseline, X, y)
    return table


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
    tables = {}
    for name in arguments.sections or SECTIONS:
        tables[name] = SECTIONS[name](arguments.rounds)
        print(SECTIONS[name].__doc__, tables[name], sep="\n", end="\n\n", flush=True)
    write_result("training", tables, defaults=["network"])


if __name__ == "__main__":
    main()
