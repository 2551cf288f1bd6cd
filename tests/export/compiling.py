"""What the tests of C share: students of every kind, and the system's compiler."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import shutil
from functools import cache

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    ExtraTreesClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skdistill import DistilledClassifier, SoftmaxMLPClassifier, SoftTargetClassifier

needs_compiler = pytest.mark.skipif(
    shutil.which("cc") is None, reason="needs a C compiler"
)


STRICT = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"]

HOSTILE = [
    'a "quoted" name',
    "two\nlines\r",
    "what??/",
    "??/\n*/ int main(void)",
    "*/ system(1); /*",
    "back\\slash\\",
    "\\x41\\101",
    "Käse \u2028 \U0001f9c0",
    "NUL\0 inside",
    "%s %n {name} {0}",
    "",
]


def network(**parameters):
    """A network that is trained for a moment."""
    return SoftmaxMLPClassifier(
        **{"hidden_layer_sizes": (13,), "max_iter": 3, "tol": 1.0, "random_state": 0}
        | parameters
    )


def distilled(student, **parameters):
    """A student of a small forest, without more ado."""
    plain = {"synthesizer": None, "committee": None, "random_state": 0}
    plain["teacher"] = RandomForestClassifier(8, random_state=0)
    return DistilledClassifier(student=student, **plain | parameters)


STUDENTS = {
    "relu": network(),
    "tanh": network(activation="tanh"),
    "logistic": network(activation="logistic"),
    "identity": network(activation="identity", standardize=False),
    "deep": network(hidden_layer_sizes=(8, 5, 6)),
    "no hidden layer": network(hidden_layer_sizes=()),
    "members": network(n_members=3),
    "members, no hidden layer": network(n_members=2, hidden_layer_sizes=()),
    "bins": network(numeric_encoding=8),
    "bins, tanh": network(numeric_encoding=4, activation="tanh"),
    "bins, members": network(numeric_encoding="auto", n_members=3),
    "double": network(solver="lbfgs"),
    "double, bins": network(solver="lbfgs", numeric_encoding=3),
    "default": distilled(None),
    "tree": DecisionTreeClassifier(max_depth=5, random_state=0),
    "forest": RandomForestClassifier(5, random_state=0),
    "extra trees": ExtraTreesClassifier(5, max_depth=6, random_state=0),
    "taught tree": distilled(DecisionTreeClassifier(max_depth=4, random_state=0)),
    "sharpened tree": distilled(
        DecisionTreeClassifier(max_depth=4, random_state=0), temperature=3.0
    ),
    "regression tree": distilled(
        DecisionTreeRegressor(max_depth=4, random_state=0), temperature=2.0
    ),
    "ridge": distilled(Ridge()),
    "logistic regression": LogisticRegression(max_iter=5000),
    "taught regression": SoftTargetClassifier(),
    "sgd": SGDClassifier(loss="log_loss", random_state=0),
    "discriminant": LinearDiscriminantAnalysis(),
    "perceptron": MLPClassifier((7, 6), tol=9.0, random_state=0),
    "scaled": make_pipeline(StandardScaler(), network(standardize=False)),
    "scaled bins": make_pipeline(
        StandardScaler(with_std=False), network(numeric_encoding=5)
    ),
    "scaled tree": make_pipeline(
        StandardScaler(with_mean=False), DecisionTreeClassifier(random_state=0)
    ),
    "taught pipeline": distilled(make_pipeline(StandardScaler(), Ridge())),
    "vote": VotingClassifier(
        [("tree", DecisionTreeClassifier(max_depth=3)), ("network", network())],
        voting="soft",
        weights=[1, 3],
    ),
}


@cache
def table(n_classes):
    """Samples, standardized so that nothing saturates, and names of classes."""
    X, y = (load_breast_cancer if n_classes == 2 else load_iris)(return_X_y=True)
    X = StandardScaler().fit_transform(X)[:, :8]
    return X, np.array(["b", "a", "c"])[y]


@cache
def fitted(name, n_classes):
    """A student of two or three classes."""
    return clone(STUDENTS[name]).fit(*table(n_classes))


@cache
def samples(n_classes):
    """Samples that were learnt from, others between and beyond, and values of bins."""
    X, _ = table(n_classes)
    rng = np.random.RandomState(0)
    others = X[rng.permutation(len(X))] * rng.uniform(0, 1.5, (len(X), 1))
    return np.vstack([X, others, np.zeros((1, X.shape[1]))])
