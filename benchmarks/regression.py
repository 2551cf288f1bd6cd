"""Numbers to predict: tables, splits, teachers, candidates and measures."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import fetch_openml, load_diabetes, make_friedman1
from sklearn.ensemble import (
    ExtraTreesRegressor,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
    VotingRegressor,
)
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeRegressor

from benchmarks.common import Split, as_numbers, make_encoder, table_names
from benchmarks.internals import DEFAULT_NETWORK
from skdistill import DistilledRegressor, SquaredErrorMLPRegressor

TEACHERS = ("rf", "et", "lgbm", "vote")

# Name and version on OpenML of each table.
OPENML = {
    "abalone": ("abalone", 1),
    "autompg": ("autoMpg", 1),
    "autoprice": ("autoPrice", 1),
    "bank8FM": ("bank8FM", 1),
    "cpu-small": ("cpu_small", 1),
    "fried": ("fried", 1),
    "housing": ("boston", 1),
    "kin8nm": ("kin8nm", 1),
    "puma8NH": ("puma8NH", 1),
    "sensory": ("sensory", 1),
    "stock": ("stock", 1),
}


def _load_friedman1():
    return make_friedman1(4000, n_features=10, noise=1.0, random_state=0)


# Tables that scikit-learn has.
BUILT_IN = {
    "diabetes": lambda: load_diabetes(return_X_y=True),
    "friedman1": _load_friedman1,
}


def regression_tables(folder=None):
    """Names of all tables of a folder, or of OpenML, and of those of scikit-learn."""
    names = sorted(OPENML) if folder is None else table_names(folder)
    return [*names, *BUILT_IN]


def load_regression_split(table, seed, *, folder=None, max_train=1500, max_test=2500):
    """One seeded split of a table, encoded by its training rows."""
    X, y = _load_table(table, folder)
    n_train = min(round(0.67 * len(y)), max_train)
    train, test = train_test_split(
        np.arange(len(y)),
        train_size=n_train,
        test_size=min(len(y) - n_train, max_test),
        random_state=seed,
    )
    encoder = make_encoder().fit(X.iloc[train])
    return Split(
        encoder.transform(X.iloc[train]),
        y[train],
        encoder.transform(X.iloc[test]),
        y[test],
    )


def _load_table(name, folder):
    if name in BUILT_IN:
        X, y = BUILT_IN[name]()
        return pd.DataFrame(X), y
    if folder is not None:
        X = pd.read_csv(Path(folder) / f"{name}.csv.gz")
        return X, X.pop("target").to_numpy(dtype=np.float64)
    openml_name, version = OPENML[name]
    X, y = fetch_openml(openml_name, version=version, as_frame=True, return_X_y=True)
    return X.apply(as_numbers), y.to_numpy(dtype=np.float64)


def make_regression_teacher(name, seed):
    """A teacher by its name in TEACHERS, unfitted and seeded."""
    if name == "rf":
        return RandomForestRegressor(300, random_state=seed)
    if name == "et":
        return ExtraTreesRegressor(300, random_state=seed)
    if name == "lgbm":
        return _boosting(120, seed)
    if name == "vote":
        return VotingRegressor(
            [(part, make_regression_teacher(part, seed)) for part in TEACHERS[:-1]]
        )
    raise ValueError(f"Unknown teacher {name!r}.")


def _boosting(n_rounds, seed):
    try:
        from lightgbm import LGBMRegressor
    except ImportError:
        return HistGradientBoostingRegressor(
            max_iter=n_rounds,
            max_leaf_nodes=15,
            early_stopping=False,
            random_state=seed,
        )
    return LGBMRegressor(
        n_estimators=n_rounds, num_leaves=15, random_state=seed, n_jobs=1, verbose=-1
    )


def measure_numbers(y, predicted, teacher_predicted):
    """How good numbers are, and how like the teacher's.

    Parameters
    ----------
    y, predicted, teacher_predicted : ndarray of shape (n_samples,)

    Returns
    -------
    measures : dict of str to float
        The squared error is divided by the variance of y.
    """
    variance = np.var(y)
    apart = float(np.mean((predicted - teacher_predicted) ** 2) / variance)
    return {
        "squared_error": float(np.mean((predicted - y) ** 2) / variance),
        "absolute_error": float(np.mean(np.abs(predicted - y)) / np.sqrt(variance)),
        "agreement": 1 - apart,
    }


def distilled(student=None, **parameters):
    """Distill the teacher into a student, None for the default one."""

    def build(teacher, memory, seed):
        return DistilledRegressor(
            teacher, student, memory=memory, random_state=seed, **parameters
        )

    return build


def network(**parameters):
    """A network on the labels alone."""
    return lambda teacher, memory, seed: SquaredErrorMLPRegressor(
        random_state=seed, **parameters
    )


def small_tree(teacher, memory, seed):
    """A tree of 32 leaves on the labels alone."""
    return DecisionTreeRegressor(max_leaf_nodes=32, random_state=seed)


REGRESSION_CANDIDATES = {
    # The teacher itself, and networks that had none.
    "teacher": lambda teacher, memory, seed: teacher,
    "plain": network(),
    "scratch": network(early_stopping=True),
    "same": network(**DEFAULT_NETWORK),
    "same-stopped": network(**DEFAULT_NETWORK, early_stopping=True),
    # The default, and one change each.
    "distilled": distilled(),
    "alpha=0": distilled(alpha=0.0),
    "alpha=0.25": distilled(alpha=0.25),
    "alpha=0.75": distilled(alpha=0.75),
    "alpha=1": distilled(alpha=1.0),
    "committee=None": distilled(committee=None),
    "synthesizer=None": distilled(synthesizer=None),
    "targets=cv": distilled(target_source="cv"),
    "targets=train": distilled(target_source="train"),
    # Other students.
    "plain-student": distilled(SquaredErrorMLPRegressor()),
    "tree": distilled(DecisionTreeRegressor(max_leaf_nodes=32)),
    "tree-scratch": small_tree,
}

# Those without a teacher.
REGRESSION_ALONE = frozenset(
    {"plain", "scratch", "same", "same-stopped", "tree-scratch"}
)
