"""What fitting a student costs, in fits of MLPClassifier with its defaults.

The teacher is frozen. The time of its predictions is subtracted: that of the same fit
with a student that learns nothing. What is left is the time of the committee and of the
student's training. Times are processor times of one thread, on the tables that have
enough samples.

    python -m benchmarks.bench_fit --data FOLDER
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import warnings

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.frozen import FrozenEstimator
from sklearn.neural_network import MLPClassifier

from benchmarks.baselines import IdleStudent
from benchmarks.common import add_data_option, load_split, table_names
from benchmarks.results import Table, write_result
from benchmarks.timing import interleaved
from skdistill import DistilledClassifier, SoftmaxMLPClassifier

# Settings from the most thorough to the fastest.
SETTINGS = {
    "default": {},
    "committee=None": {"committee": None},
    "one plain network": {"committee": None, "student": SoftmaxMLPClassifier()},
    "and synthesizer=None": {
        "committee": None,
        "student": SoftmaxMLPClassifier(),
        "synthesizer": None,
    },
}


def fits_of_the_baseline(split, rounds):
    """Time of each setting over that of MLPClassifier's default fit."""
    X, y = split.X_train.astype(np.float32), split.y_train
    teacher = FrozenEstimator(
        RandomForestClassifier(30, random_state=0).fit(
            split.X_test.astype(np.float32), split.y_test
        )
    )
    models = {
        name: DistilledClassifier(teacher, random_state=0, **setting)
        for name, setting in SETTINGS.items()
    }
    models |= {f"idle {name}": idle(model) for name, model in models.items()}
    contenders = {
        name: lambda model=model: model.fit(X, y) for name, model in models.items()
    }
    baseline = MLPClassifier(random_state=0)
    seconds = interleaved(
        contenders | {"baseline": lambda: baseline.fit(X, y)}, rounds=rounds
    )
    return {
        name: float(
            np.median((seconds[name] - seconds[f"idle {name}"]) / seconds["baseline"])
        )
        for name in SETTINGS
    }


def idle(model):
    """The same model with nobody to teach."""
    return clone(model).set_params(student=IdleStudent(), committee=None)


def main():
    """Time the settings on each table, and print the ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    add_data_option(parser)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    warnings.filterwarnings("ignore", "The frozen teacher is right")
    rows = []
    print(f"{'':<16}" + "".join(f"{name:>22}" for name in SETTINGS))
    for table in table_names(arguments.data):
        split = load_split(table, 0, folder=arguments.data, max_train=arguments.rows)
        if len(split.y_train) < arguments.rows:
            continue
        rows.append(fits_of_the_baseline(split, arguments.rounds))
        print(f"{table:<16}" + "".join(f"{v:22.2f}" for v in rows[-1].values()))
    table = Table({"median": "{:.2f}", "least": "{:.2f}", "most": "{:.1f}"})
    for name in SETTINGS:
        times = [row[name] for row in rows]
        table.add(name, np.median(times), min(times), max(times))
    print(table)
    parts = "network", "default student", "distillation", "committee", "synthesizer"
    write_result("fit", {"fits": table}, defaults=parts)


if __name__ == "__main__":
    main()
