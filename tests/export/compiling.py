"""What the tests of C share: students of every kind, and the system's compiler."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import ctypes
import pickle
import shutil
import subprocess
import warnings
from functools import cache

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
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

from skdistill import (
    DistilledClassifier,
    SoftmaxMLPClassifier,
    SoftTargetClassifier,
    SubtaskEnsembleClassifier,
    TabularMLPClassifier,
)
from skdistill.exceptions import ColumnKindWarning
from skdistill.students import BornAgainClassifier
from skdistill.tables import TableEncoder

needs_compiler = pytest.mark.skipif(
    shutil.which("cc") is None, reason="needs a C compiler"
)


STRICT = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"]


def build(folder, *options):
    """Build student.c as a library by the system's compiler, and load it."""
    command = ["cc", *options, "-shared", "-fPIC", "student.c", "-o", "student.so"]
    subprocess.run([*command, "-lm"], cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "student.so"))


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
    "born again": BornAgainClassifier(network(), average=True),
    "gated ensemble": SubtaskEnsembleClassifier(random_state=0),
    "taught ensemble": distilled(
        SubtaskEnsembleClassifier(random_state=0), synthesizer="auto", temperature=2.0
    ),
    "mean of subtasks": SubtaskEnsembleClassifier(
        DecisionTreeClassifier(max_depth=3),
        partition="features",
        combine="mean",
        random_state=0,
    ),
    "votes of subtasks": SubtaskEnsembleClassifier(
        DecisionTreeClassifier(max_depth=3), combine="vote", random_state=0
    ),
    "stacked specialists": SubtaskEnsembleClassifier(
        partition="classes", combine="stack", random_state=0
    ),
    "squashed, softened specialists": SubtaskEnsembleClassifier(
        partition="classes", feature_temperature=2.0, temperature=3.0, random_state=0
    ),
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
    """Samples that were learned from, others between and beyond, and values of bins."""
    X, _ = table(n_classes)
    rng = np.random.RandomState(0)
    others = X[rng.permutation(len(X))] * rng.uniform(0, 1.5, (len(X), 1))
    return np.vstack([X, others, np.zeros((1, X.shape[1]))])


TABLE_STUDENTS = {
    "network": make_pipeline(TableEncoder(), network()),
    "bins, members": make_pipeline(
        TableEncoder(), network(n_members=2, numeric_encoding="auto")
    ),
    "no hidden layer": make_pipeline(
        TableEncoder(max_categories=3),
        network(hidden_layer_sizes=(), activation="tanh"),
    ),
    "scaled": make_pipeline(TableEncoder(), StandardScaler(), network()),
    "tabular": TabularMLPClassifier(network(numeric_encoding=4)),
    "tree": make_pipeline(TableEncoder(), DecisionTreeClassifier(max_depth=5)),
    "taught": distilled(
        make_pipeline(TableEncoder(), network(numeric_encoding=4)),
        teacher=make_pipeline(TableEncoder(), DecisionTreeClassifier(max_depth=6)),
    ),
}


def mixed_table(rng, n_samples):
    """Columns of every kind; categories that could be mistaken for code."""

    def gaps(values):
        missing = rng.uniform(size=n_samples) < 0.2
        return pd.Series(values).mask(missing, None)

    def choose(values):
        return rng.choice(np.array(values, dtype=object), n_samples)

    days = rng.randint(-80_000, 80_000, n_samples).astype("m8[D]")
    seconds = rng.randint(0, 86_400, n_samples).astype("m8[s]")
    return pd.DataFrame(
        {
            "number": rng.normal(size=n_samples),
            "gaps": gaps(rng.normal(50, 20, n_samples)),
            "hostile": choose([name for name in HOSTILE if "\0" not in name]),
            "gappy": gaps(choose(list("xyz"))),
            "date": gaps(np.datetime64("1970-01-01", "s") + days + seconds),
            "flag": rng.uniform(size=n_samples) < 0.5,
            "constant": "same",
            "many": choose([f"c{i:03}" for i in range(130)]),
            "identifier": [f"{i}, {i}" for i in range(n_samples)],
        }
    )


@cache
def table_of(what):
    """A table and labels to be "learned", or "others" with new gaps and categories."""
    if what == "learned":
        X = mixed_table(np.random.RandomState(0), 300)
    else:
        X = mixed_table(np.random.RandomState(1), 200)
        X.loc[::3, "hostile"] = X.loc[1::5, "many"] = "unseen"
        X.loc[::7, "number"] = np.nan
        X.loc[::11, ["hostile", "constant"]] = None
        days = ["2000-02-29T23:59:59", "1900-03-01", "1969-12-31T23:00", "2024-12-31"]
        X.loc[1:4, "date"] = np.array(days, dtype="M8[ns]")
    return X, np.where((X["number"] > 0) ^ (X["gappy"] == "x"), "yes", "no")


@cache
def table_student(name):
    """A student of `TABLE_STUDENTS`, fitted."""
    with warnings.catch_warnings(action="ignore", category=ColumnKindWarning):
        return TABLE_STUDENTS[name].fit(*table_of("learned"))


def check_serves_tables(model, student):
    """An exported student predicts frames and records as the student does."""
    polars = pytest.importorskip("polars")
    others, _ = table_of("others")
    expected = student.predict_proba(others)
    rows = others[:20].astype(object).where(others[:20].notna(), None)
    forms = [
        others[others.columns[::-1]].assign(further=1)[:20],
        polars.DataFrame(rows.to_dict("records"), infer_schema_length=None),
        rows.to_dict("records"),
    ]
    for each in (model, pickle.loads(pickle.dumps(model))):
        assert_allclose(each.predict_proba(others), expected, rtol=0, atol=2e-6)
        assert_array_equal(each.predict(others), student.predict(others))
        for form in forms:
            proba = each.predict_proba(form)
            assert_allclose(proba, expected[:20], rtol=0, atol=2e-6)
