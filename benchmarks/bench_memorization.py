"""How often frozen teachers are accused of having been fitted on the training samples.

Teachers were fitted on the very samples, on as many others, and on twice as many. They
are compared with out-of-fold predictions of randomized trees, as without a committee.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
from collections import defaultdict

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.tree import DecisionTreeClassifier

from benchmarks.common import add_data_option, load_table, make_encoder, table_names
from benchmarks.internals import (
    CLASS_DEFAULTS,
    ClassTargets,
    TrainingData,
    is_memorized,
    is_suspect,
    predict_held_out,
)
from benchmarks.results import Table, write_result

TEACHERS = (
    RandomForestClassifier(random_state=0),
    ExtraTreesClassifier(random_state=0),
    HistGradientBoostingClassifier(max_iter=60, random_state=0),
    GradientBoostingClassifier(n_estimators=50, random_state=0),
    DecisionTreeClassifier(max_depth=12, random_state=0),
    MLPClassifier((64,), max_iter=300, random_state=0),
)


def split(y, n_samples, seed):
    """Indices of the training samples, of as many others, and of twice as many."""
    shares = {"train_size": n_samples, "random_state": seed}
    train, rest = train_test_split(np.arange(len(y)), stratify=y, **shares)
    other, more = train_test_split(rest, stratify=y[rest], **shares)
    return train, other, np.concatenate([other, more[:n_samples]])


def judge(X, y, train, others):
    """Whether each teacher is accused, by the samples that it was fitted on."""
    encoder = make_encoder().fit(X.iloc[train])
    samples, labels = encoder.transform(X.iloc[train]), y[train]
    classes, encoded = np.unique(labels, return_inverse=True)
    data = TrainingData(samples, labels, ClassTargets(classes), encoded)
    held_out = predict_held_out(CLASS_DEFAULTS.reference(samples), data)
    for kind, rows in {"the same": train, **others}.items():
        known = rows[np.isin(y[rows], classes)]
        for teacher in TEACHERS:
            teacher = clone(teacher).fit(encoder.transform(X.iloc[known]), y[known])
            raw = data.targets.predict_raw(teacher, samples)
            yield kind, is_suspect(raw, data) and is_memorized(raw, held_out, data)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_data_option(parser)
    parser.add_argument("--splits", type=int, default=2)
    parser.add_argument("--sizes", type=int, nargs="+", default=[40, 80, 150, 500])
    args = parser.parse_args()
    accused = defaultdict(list)
    for name in table_names(args.data):
        X, y = load_table(name, args.data)
        for n_samples in args.sizes:
            for seed in range(args.splits):
                if len(y) < 4 * n_samples or n_samples < 4 * len(np.unique(y)):
                    continue
                train, other, more = split(y, n_samples, seed)
                others = {"as many others": other, "twice as many": more}
                for kind, is_accused in judge(X, y, train, others):
                    accused[kind, n_samples].append(is_accused)
        print(name, flush=True)
    table = Table({f"{n} samples": "{:.1f} % of {:.0f}" for n in args.sizes})
    for fitted_on in dict.fromkeys(kind for kind, _ in accused):
        runs = [accused[fitted_on, n] for n in args.sizes]
        table.add(fitted_on, *((100 * np.mean(r), len(r)) for r in runs))
    print(table)
    write_result("memorization", {"accused": table}, defaults=["committee"])


if __name__ == "__main__":
    main()
