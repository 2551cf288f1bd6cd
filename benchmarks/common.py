"""What the benchmarks share: tables, splits, teachers, measures, paired statistics."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import wilcoxon
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import fetch_openml
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

DATA_VARIABLE = "SKDISTILL_DATA"

# Classes of fewer rows are left out: a split could not spread them.
FEWEST_ROWS = 8

# A probability of zero for the true class costs as much as this one.
LEAST_PROBABILITY = 1e-7

TEACHERS = ("rf", "et", "lgbm", "svc", "vote")

# Name and version on OpenML of each table.
OPENML = {
    "anneal": ("anneal", 1),
    "autos": ("autos", 1),
    "breast-cancer": ("breast-cancer", 1),
    "car": ("car", 1),
    "colic": ("colic", 2),
    "column3C": ("vertebra-column", 1),
    "credit-g": ("credit-g", 1),
    "dermatology": ("dermatology", 1),
    "ecoli": ("ecoli", 1),
    "haberman": ("haberman", 1),
    "heart-h": ("heart-h", 1),
    "hypothyroid": ("hypothyroid", 1),
    "kr-vs-kp": ("kr-vs-kp", 1),
    "mushroom": ("mushroom", 1),
    "optdigits": ("optdigits", 1),
    "pendigits": ("pendigits", 1),
    "phoneme": ("phoneme", 1),
    "segment": ("segment", 1),
    "solar-flare1": ("solar-flare", 1),
    "sonar": ("sonar", 1),
    "spambase": ("spambase", 1),
    "tic-tac-toe": ("tic-tac-toe", 1),
    "vote": ("vote", 1),
    "waveform5000": ("waveform-5000", 1),
}


def add_data_option(parser):
    """Give an argument parser the option that names the folder of tables."""
    parser.add_argument(
        "--data",
        default=os.environ.get(DATA_VARIABLE),
        metavar="FOLDER",
        help="folder of tables NAME.csv.gz with the label in the last column, 'target' "
        f"(default: the environment's {DATA_VARIABLE}; without it, OpenML)",
    )


def table_names(folder=None):
    """Names of all tables of a folder, or of those taken from OpenML."""
    if folder is None:
        return sorted(OPENML)
    names = sorted(
        path.name[: -len(".csv.gz")] for path in Path(folder).glob("*.csv.gz")
    )
    if not names:
        raise SystemExit(f"No tables *.csv.gz in {folder!r}.")
    return names


def load_table(name, folder=None):
    """Rows of a table as a DataFrame, and labels as class indices."""
    if folder is None:
        openml_name, version = OPENML[name]
        X, y = fetch_openml(
            openml_name, version=version, as_frame=True, return_X_y=True
        )
        # OpenML calls many columns nominal that hold numbers.
        X = X.apply(as_numbers)
    else:
        X = pd.read_csv(Path(folder) / f"{name}.csv.gz")
        y = X.pop("target")
    y = y.astype(str)
    frequent = (y.groupby(y).transform("size") >= FEWEST_ROWS).to_numpy()
    _, labels = np.unique(y[frequent], return_inverse=True)
    return X[frequent].reset_index(drop=True), labels


def as_numbers(column):
    """A column as numbers, or as it is where it holds anything else."""
    try:
        return pd.to_numeric(column.astype(object))
    except (TypeError, ValueError):
        return column


def make_encoder():
    """One-hot columns of nominal ones; numeric ones without gaps, standardized."""
    numeric = make_column_selector(dtype_include=np.number)
    nominal = make_column_selector(dtype_exclude=np.number)
    return make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), nominal),
        (
            make_pipeline(
                SimpleImputer(strategy="median", keep_empty_features=True),
                StandardScaler(),
            ),
            numeric,
        ),
    )


class Split(NamedTuple):
    """Encoded training and test rows of a table."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def load_split(table, seed, *, folder=None, max_train=1500, max_test=2500):
    """One seeded, stratified split of a table, encoded by its training rows."""
    X, y = load_table(table, folder)
    n_train = min(round(0.67 * len(y)), max_train)
    train, test = train_test_split(
        np.arange(len(y)),
        train_size=n_train,
        test_size=min(len(y) - n_train, max_test),
        stratify=y,
        random_state=seed,
    )
    encoder = make_encoder().fit(X.iloc[train])
    return Split(
        encoder.transform(X.iloc[train]),
        y[train],
        encoder.transform(X.iloc[test]),
        y[test],
    )


class FoldsOfRareClasses:
    """Five stratified folds, or as many as the rarest class has rows.

    Unlike scikit-learn's own, it lets CalibratedClassifierCV take rare classes.
    """

    def split(self, X, y, groups=None):
        return self._folds(y).split(X, y)

    def get_n_splits(self, X=None, y=None, groups=None):
        return self._folds(y).n_splits

    def _folds(self, y):
        return StratifiedKFold(
            max(2, min(5, np.unique(y, return_counts=True)[1].min()))
        )


def make_teacher(name, seed):
    """A teacher by its name in TEACHERS, unfitted and seeded."""
    if name == "rf":
        return RandomForestClassifier(300, random_state=seed)
    if name == "et":
        return ExtraTreesClassifier(300, random_state=seed)
    if name == "lgbm":
        return _boosting(120, seed)
    if name == "svc":
        folds = FoldsOfRareClasses()
        return CalibratedClassifierCV(SVC(C=5), cv=folds, ensemble=False)
    if name == "vote":
        members = [(part, make_teacher(part, seed)) for part in TEACHERS[:-1]]
        return VotingClassifier(members, voting="soft")
    raise ValueError(f"Unknown teacher {name!r}.")


def _boosting(n_rounds, seed):
    try:
        from lightgbm import LGBMClassifier
    except ImportError:
        return HistGradientBoostingClassifier(
            max_iter=n_rounds,
            max_leaf_nodes=15,
            early_stopping=False,
            random_state=seed,
        )
    return LGBMClassifier(
        n_estimators=n_rounds, num_leaves=15, random_state=seed, n_jobs=1, verbose=-1
    )


def measure(y, proba, teacher_proba):
    """How good probabilities are, and how like the teacher's.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Class indices, every class among them.
    proba, teacher_proba : ndarray of shape (n_samples, n_classes)

    Returns
    -------
    measures : dict of str to float
    """
    proba = np.asarray(proba, dtype=np.float64)
    proba = np.maximum(proba, LEAST_PROBABILITY)
    proba /= proba.sum(axis=1, keepdims=True)
    predicted = proba.argmax(axis=1)
    scores = proba[:, 1] if proba.shape[1] == 2 else proba
    return {
        "accuracy": float(np.mean(predicted == y)),
        "log_loss": float(-np.log(proba[np.arange(len(y)), y]).mean()),
        "auc": float(roc_auc_score(y, scores, multi_class="ovr")),
        "balanced_accuracy": float(balanced_accuracy_score(y, predicted)),
        "agreement": float(np.mean(predicted == teacher_proba.argmax(axis=1))),
    }


class Comparison(NamedTuple):
    """Paired comparison of two series of values, the higher the better."""

    difference: float
    wins: int
    ties: int
    losses: int
    p: float

    def __str__(self):
        return f"{self.wins}/{self.ties}/{self.losses}"


def compare(values, reference):
    """Compare values table by table: mean difference, wins, Wilcoxon's test."""
    differences = np.asarray(values) - np.asarray(reference)
    # Means over splits may differ by rounding alone.
    differences[np.abs(differences) < 1e-12] = 0
    p = float(wilcoxon(differences).pvalue) if differences.any() else 1.0
    return Comparison(
        float(differences.mean()),
        int((differences > 0).sum()),
        int((differences == 0).sum()),
        int((differences < 0).sum()),
        p,
    )


def mean_ratio(values, reference):
    """Geometric mean of the ratios of two series."""
    return float(np.exp(np.mean(np.log(values) - np.log(reference))))
