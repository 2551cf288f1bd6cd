"""What a transfer set must hold: the experiments of the first paper on distillation.

G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural network"
(2015), vary the temperature, keep 3 % of the samples, or leave the digit 3 out. Here
five large networks teach a small one on optical digits, by their probabilities alone.

    python -m benchmarks.bench_transfer_set --data FOLDER
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse

import numpy as np
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

from benchmarks.common import add_data_option, load_table
from benchmarks.results import Table, write_result
from skdistill import DistillationLoss, SoftmaxMLPClassifier, TransferSet

TEMPERATURES = (1, 2, 4, 8, 20)
WIDTHS = (8, 30)
SHARE = 0.03
OMITTED = 3
BIASES = np.arange(0, 20, 0.5)


class Digits:
    """Training and test samples, and the teacher's logits of the former."""

    def __init__(self, folder, seed):
        X, y = load_table("optdigits", folder)
        self.seed = seed
        self.X, self.X_test, self.y, self.y_test = train_test_split(
            X.to_numpy(np.float64), y, train_size=4000, stratify=y, random_state=seed
        )
        teacher = SoftmaxMLPClassifier((256, 256), n_members=5, random_state=seed)
        self.teacher = teacher.fit(self.X, self.y)
        with np.errstate(divide="ignore"):
            self.logits = np.log(teacher.predict_proba(self.X))

    def from_labels(self, width, samples=slice(None)):
        """A network that learned from labels."""
        network = SoftmaxMLPClassifier((width,), random_state=self.seed)
        return network.fit(self.X[samples], self.y[samples])

    def from_teacher(self, width, samples=slice(None), temperature=1.0):
        """A network that learned from the teacher's probabilities."""
        X, logits = self.X[samples], self.logits[samples]
        classes = np.arange(logits.shape[1])
        unknown = np.zeros(len(X), dtype=int)
        transfer = TransferSet(X, logits, unknown, classes, labeled=unknown > 0)
        network = SoftmaxMLPClassifier((width,), random_state=self.seed)
        loss = DistillationLoss(temperature=temperature, alpha=1.0)
        return network.fit_distill(transfer, loss)

    def few(self):
        """Samples that are kept, of a small share."""
        keep, _ = train_test_split(
            np.arange(len(self.y)),
            train_size=SHARE,
            stratify=self.y,
            random_state=self.seed,
        )
        return keep

    def errors(self, model, bias=0.0):
        """Shares of errors: of all test samples, and of the digit that is left out."""
        proba = model.predict_proba(self.X_test)
        proba[:, OMITTED] *= np.exp(bias)
        wrong = proba.argmax(axis=1) != self.y_test
        return 100 * wrong.mean(), 100 * wrong[self.y_test == OMITTED].mean()


def temperatures(digits):
    """Errors by temperature and width."""
    yield "teacher", [digits.errors(digits.teacher)[0]] * len(WIDTHS)
    yield "labels", [digits.errors(digits.from_labels(n))[0] for n in WIDTHS]
    for temperature in TEMPERATURES:
        students = (digits.from_teacher(n, temperature=temperature) for n in WIDTHS)
        yield f"T = {temperature}", [digits.errors(one)[0] for one in students]


def shares(digits):
    """Errors of a student that has few samples."""
    width, few = WIDTHS[-1], digits.few()
    models = {
        "all samples, labels": digits.from_labels(width),
        "3 %, labels": digits.from_labels(width, few),
        "3 %, teacher": digits.from_teacher(width, few),
        "3 %, teacher, T = 4": digits.from_teacher(width, few, 4.0),
        "all samples, teacher": digits.from_teacher(width),
    }
    for name, model in models.items():
        yield name, [digits.errors(model)[0]]


def omissions(digits):
    """Errors of a student that has never seen a digit, and with a bias for it."""
    seen = digits.y != OMITTED
    yield "all digits", digits.errors(digits.from_teacher(WIDTHS[-1]))
    for temperature in (1, 4):
        model = digits.from_teacher(WIDTHS[-1], seen, temperature)
        name = f"without {OMITTED}, T = {temperature}"
        yield name, digits.errors(model)
        yield f"{name}, best bias", min(digits.errors(model, bias) for bias in BIASES)


EXPERIMENTS = {
    "temperature": (temperatures, [f"{n} units, % errors" for n in WIDTHS]),
    "share": (shares, [f"{WIDTHS[-1]} units, % errors"]),
    "omission": (omissions, ["% errors", f"% errors of the digit {OMITTED}"]),
}


def main():
    """Run the experiments on several splits, and print means."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--splits", type=int, default=3)
    add_data_option(parser)
    options = parser.parse_args()
    found = {name: {} for name in EXPERIMENTS}
    with threadpool_limits(1):
        for seed in range(options.splits):
            digits = Digits(options.data, seed)
            for name, (experiment, _) in EXPERIMENTS.items():
                for row, errors in experiment(digits):
                    found[name].setdefault(row, []).append(errors)
    tables = {}
    for name, (_, titles) in EXPERIMENTS.items():
        tables[name] = Table(dict.fromkeys(titles, "{:.2f}"))
        for row, errors in found[name].items():
            tables[name].add(row, *np.mean(errors, axis=0))
        print(tables[name], end="\n\n")
    write_result("transfer_set", tables, defaults=["network"])


if __name__ == "__main__":
    main()
