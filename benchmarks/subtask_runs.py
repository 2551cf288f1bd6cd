"""One split of one table, for `bench_subtasks`: what to run, and what it depends on."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from functools import partial
from itertools import product
from time import process_time

import joblib
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from threadpoolctl import threadpool_limits

from benchmarks.code_digest import code_digest, is_ours
from benchmarks.common import LEAST_PROBABILITY, load_split, make_teacher
from skdistill import DistilledClassifier, SubtaskEnsembleClassifier

PARTITIONS = ("cluster", "random", "features", "classes")
COMBINATIONS = ("gate", "mean", "vote", "stack")
BY_LOG_LOSS, BY_ACCURACY = "one, C by log loss", "one, C by accuracy"
DEFAULT, TAUGHT = "ensemble", "ensemble, taught"
VARIANTS = tuple(
    f"{kind}, {combine}" for kind, combine in product(PARTITIONS, COMBINATIONS)
)


def score(model, X, y):
    """Accuracy and log loss; classes that the training samples lack cost the most."""
    proba = np.zeros((len(y), 1 + max(y.max(), model.classes_.max())))
    proba[:, model.classes_] = model.predict_proba(X)
    proba = np.maximum(proba, LEAST_PROBABILITY)
    proba /= proba.sum(axis=1, keepdims=True)
    log_loss = -np.log(proba[np.arange(len(y)), y]).mean()
    return {
        "accuracy": float(np.mean(proba.argmax(axis=1) == y)),
        "log_loss": float(log_loss),
    }


def known_scores(model, X, y):
    """Scores to choose by: the higher the better, of classes that a fold has."""
    known = np.isin(y, model.classes_)
    scores = score(model, X[known], y[known])
    return scores | {"log_loss": -scores["log_loss"]}


def one_regression(seed, by):
    """A logistic regression with C by 5-fold cross-validation."""
    return GridSearchCV(
        LogisticRegression(max_iter=1000),
        {"C": np.logspace(-3, 2, 11)},
        scoring=known_scores,
        refit=by,
        cv=StratifiedKFold(5, shuffle=True, random_state=seed),
    )


def ensemble(seed, partition="cluster", combine="gate"):
    """An ensemble of regressions that choose their C themselves."""
    return SubtaskEnsembleClassifier(
        partition=partition, combine=combine, random_state=seed
    )


def taught(seed):
    """The default ensemble as a student of a forest."""
    return DistilledClassifier(
        make_teacher("rf", seed), ensemble(seed), random_state=seed
    )


MODELS = {
    BY_LOG_LOSS: partial(one_regression, by="log_loss"),
    BY_ACCURACY: partial(one_regression, by="accuracy"),
    DEFAULT: ensemble,
    TAUGHT: taught,
} | {
    name: partial(ensemble, partition=kind, combine=combine)
    for name, (kind, combine) in zip(
        VARIANTS, product(PARTITIONS, COMBINATIONS), strict=True
    )
}


def result_key(table, n_rows, seed, name, folder):
    """What a result depends on, as a short text.

    Parameters
    ----------
    table : str
    n_rows : int
        Number of training samples.
    seed : int
        Of the split and of the model.
    name : str
        A name of MODELS.
    folder : str or None
        Of the tables.

    Returns
    -------
    key : str
    """
    estimator = MODELS[name](seed)
    parts = [estimator, *estimator.get_params().values()]
    modules = sorted({type(part).__module__ for part in parts})
    code = code_digest("benchmarks.common", *filter(is_ours, modules))
    where = (table, n_rows, seed, folder is not None)
    return joblib.hash((where, estimator, code))[:16]


def run_split(table, n_rows, seed, keys, folder):
    """Fit models to one split of a table, and measure them.

    Parameters
    ----------
    table, n_rows, seed, folder
        As in `result_key`.
    keys : dict
        Keys of the results by names of models.

    Returns
    -------
    results : list of dict
    """
    results = []
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.filterwarnings("ignore", "The least populated class")
        warnings.simplefilter("ignore", ConvergenceWarning)
        split = load_split(table, seed, folder=folder, max_train=n_rows)
        for name, key in keys.items():
            start = process_time()
            model = MODELS[name](seed).fit(split.X_train, split.y_train)
            head = {"key": key, "table": table, "rows": n_rows, "split": seed}
            results.append(
                head
                | {"model": name, "fit_seconds": process_time() - start}
                | score(model, split.X_test, split.y_test)
            )
    return results
