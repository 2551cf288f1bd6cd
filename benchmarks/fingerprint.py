"""Digests of predictions: a change of the code that should change none, changes none.

Run it before and after, on one machine and with one version of each library:

    OMP_NUM_THREADS=1 python -m benchmarks.fingerprint >before.txt
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from hashlib import sha256

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skdistill import (
    DistilledClassifier,
    SoftmaxMLPClassifier,
    SoftTargetClassifier,
    SubtaskEnsembleClassifier,
)
from skdistill.neural_network import JointlyDistilledClassifier
from skdistill.students import BornAgainClassifier

FOREST = RandomForestClassifier(30, random_state=1)
SMALL = SoftmaxMLPClassifier((8,), max_iter=8)


def shuffled(load):
    """A data set of scikit-learn, in an order that stays."""
    X, y = load(return_X_y=True)
    order = np.random.RandomState(0).permutation(len(y))
    return X[order], y[order]


def frame_of(X):
    """A table with numbers, gaps and categories."""
    return pd.DataFrame(
        {
            "length": X[:, 0],
            "width": np.where(np.arange(len(X)) % 9, X[:, 1], np.nan),
            "size": np.where(X[:, 2] > 4, "big", np.where(X[:, 2] > 2, "mid", None)),
        }
    )


def distil(teacher=None, student=None, **parameters):
    """A distilled classifier with a seed."""
    return DistilledClassifier(teacher, student, random_state=0, **parameters)


def configurations():
    """Names, estimators and the data that they are fitted to."""
    iris, cancer = shuffled(load_iris), shuffled(load_breast_cancer)
    digits = tuple(part[:500] for part in shuffled(load_digits))
    sparse, frame = csr_array(digits[0]), frame_of(iris[0])
    frozen = FrozenEstimator(RandomForestClassifier(20, random_state=1).fit(*iris))
    network = {"hidden_layer_sizes": (16, 8), "random_state": 3}
    yield "default", distil(FOREST), digits
    yield "default, mixed table", distil(), (frame, iris[1])
    yield "scores", distil(SVC(), SMALL), cancer
    yield "out-of-fold", distil(HistGradientBoostingClassifier(max_iter=10)), cancer
    yield "temperature", distil(FOREST, SMALL, temperature=3.0, alpha=0.7), iris
    yield "balanced", distil(FOREST, SMALL, class_weight="balanced"), cancer
    yield "frozen", distil(frozen, SMALL), iris
    yield "alone", distil(FOREST, SMALL, committee=None, synthesizer=None), iris
    yield "tree", distil(FOREST, DecisionTreeClassifier(max_leaf_nodes=6)), iris
    linear = make_pipeline(StandardScaler(), LogisticRegression())
    yield "pipeline", distil(FOREST, linear, temperature=2.0), iris
    yield "generations", distil(FOREST, BornAgainClassifier(SMALL)), iris
    yield "subtasks as student", distil(FOREST, SubtaskEnsembleClassifier()), iris
    yield "sparse", distil(FOREST, SMALL), (sparse, digits[1])
    yield "regressor", SoftTargetClassifier(Ridge()), iris
    for partition in ("cluster", "random", "features", "classes"):
        model = SubtaskEnsembleClassifier(partition=partition, random_state=0)
        yield f"subtasks, {partition}", model, iris
    yield "network", SoftmaxMLPClassifier(**network), digits
    yield "members", SoftmaxMLPClassifier(**network, n_members=3), digits
    encoded = SoftmaxMLPClassifier(**network, numeric_encoding="auto")
    yield "piecewise-linear", encoded, cancer
    yield "L-BFGS", SoftmaxMLPClassifier(**network, solver="lbfgs"), iris
    yield "early stopping", SoftmaxMLPClassifier(**network, early_stopping=True), digits
    yield "sparse network", SoftmaxMLPClassifier(**network), (sparse, digits[1])
    yield "joint", JointlyDistilledClassifier(random_state=0), iris


def main():
    """Print a line for each configuration."""
    warnings.simplefilter("ignore")
    for name, model, (X, y) in configurations():
        proba = np.ascontiguousarray(model.fit(X, y).predict_proba(X))
        digest = sha256(proba.tobytes() + str(proba.dtype).encode()).hexdigest()[:12]
        print(f"{name:<24}{digest}", flush=True)


if __name__ == "__main__":
    main()
