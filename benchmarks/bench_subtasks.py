"""The subtask ensemble against one logistic regression, on many tables.

    python benchmarks/bench_subtasks.py --data FOLDER

trains on 50, 100, 200 and 400 rows of each table and reports

- the default ensemble against one logistic regression whose C was chosen by
  cross-validation, by log loss and by accuracy;
- the default ensemble taught by a forest against itself on labels alone;
- all partitions and fusions (with --all);
- the speed of the stacked Newton solver against a loop (with --speed).
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import itertools
import time
import warnings
from collections import defaultdict

import numpy as np
from joblib import Parallel, delayed
from sklearn.datasets import make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from benchmarks.common import (
    LEAST_PROBABILITY,
    add_data_option,
    compare,
    load_split,
    make_teacher,
    table_names,
)
from skdistill import DistilledClassifier, SubtaskEnsembleClassifier
from skdistill._newton import fit_logistic_regressions, is_worthwhile

PARTITIONS = ("cluster", "random", "features", "classes")
FUSIONS = ("gate", "mean", "vote", "stack")
BY_LOG_LOSS, BY_ACCURACY = "one, C by log loss", "one, C by accuracy"
DEFAULT, TAUGHT = "ensemble", "ensemble, taught"


def score(model, X, y):
    """Accuracy and log loss; classes that the training rows lack cost the most."""
    proba = np.full((len(y), 1 + max(y.max(), model.classes_.max())), 0.0)
    proba[:, model.classes_] = model.predict_proba(X)
    proba = np.maximum(proba, LEAST_PROBABILITY)
    proba /= proba.sum(axis=1, keepdims=True)
    log_loss = -np.log(proba[np.arange(len(y)), y]).mean()
    return float(np.mean(proba.argmax(axis=1) == y)), float(log_loss)


def _scores(model, X, y):
    known = np.isin(y, model.classes_)
    accuracy, log_loss = score(model, X[known], y[known])
    return {"accuracy": accuracy, "log_loss": -log_loss}


def single_models(X, y, seed):
    """One logistic regression, with C by cross-validation in two ways."""
    search = GridSearchCV(
        LogisticRegression(max_iter=1000),
        {"C": np.logspace(-3, 2, 11)},
        scoring=_scores,
        refit=False,
        cv=StratifiedKFold(5, shuffle=True, random_state=seed),
    ).fit(X, y)
    candidates = search.cv_results_["param_C"].data
    for name, by in ((BY_LOG_LOSS, "log_loss"), (BY_ACCURACY, "accuracy")):
        C = candidates[search.cv_results_[f"mean_test_{by}"].argmax()]
        yield name, LogisticRegression(C=C, max_iter=1000).fit(X, y)


def run(table, n_rows, seed, folder, every_variant):
    """Scores of all models on one split of a table."""
    warnings.filterwarnings("ignore", "The least populated class")
    warnings.simplefilter("ignore", ConvergenceWarning)
    split = load_split(table, seed, folder=folder, max_train=n_rows)
    X, y = split.X_train, split.y_train
    models = dict(single_models(X, y, seed))
    ensemble = SubtaskEnsembleClassifier(random_state=seed)
    models[DEFAULT] = ensemble.fit(X, y)
    if every_variant:
        # All with the C that is best for one model, so that only the rest differs.
        member = LogisticRegression(C=models[BY_LOG_LOSS].C, max_iter=1000)
        for partition, combine in itertools.product(PARTITIONS, FUSIONS):
            models[partition, combine] = SubtaskEnsembleClassifier(
                member, partition=partition, combine=combine, random_state=seed
            ).fit(X, y)
    else:
        models[TAUGHT] = DistilledClassifier(
            make_teacher("rf", seed), ensemble, random_state=seed
        ).fit(X, y)
    scores = {
        name: score(model, split.X_test, split.y_test) for name, model in models.items()
    }
    return table, n_rows, scores


def report(results, sizes):
    """Mean scores, and the comparison with one logistic regression by table."""
    for n_rows in sizes:
        of_table = defaultdict(list)
        for table, size, scores in results:
            if size == n_rows:
                of_table[table].append(scores)
        # (n_tables, 2) a model, means over the splits.
        means = {
            name: np.array(
                [
                    np.mean([scores[name] for scores in splits], axis=0)
                    for splits in of_table.values()
                ]
            )
            for name in next(iter(of_table.values()))[0]
        }
        print(f"\n{n_rows} training rows, {len(of_table)} tables")
        print(f"{'':24}{'accuracy':>9}{'':14}{'log loss':>9}  lower than {BY_LOG_LOSS}")
        reference = means[BY_LOG_LOSS]
        for name, values in means.items():
            label = name if isinstance(name, str) else ", ".join(name)
            better = compare(values[:, 0], reference[:, 0])
            lower = compare(-values[:, 1], -reference[:, 1])
            accuracy, log_loss = values.mean(axis=0)
            print(
                f"{label:24}{accuracy:9.4f} ({100 * better.difference:+.2f}, "
                f"{better!s:>8}){log_loss:9.4f} {lower.wins / len(values):6.0%} "
                f"p={lower.p:.3f}"
            )
        if TAUGHT in means:
            lower = compare(-means[TAUGHT][:, 1], -means[DEFAULT][:, 1])
            better = compare(means[TAUGHT][:, 0], means[DEFAULT][:, 0])
            print(
                "taught against itself on labels: accuracy "
                f"{100 * better.difference:+.2f} ({better}), log loss lower on "
                f"{lower.wins / len(reference):.0%}"
            )


def _median_time(function, n_repeats=7):
    times = []
    for _ in range(n_repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def speed():
    """Stacked Newton against a loop of scikit-learn's logistic regressions."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    print("models x rows x features x classes: loop, stacked, ratio, largest error")
    shapes = [
        (20, 200, 20, 2),
        (20, 200, 20, 3),
        (20, 200, 20, 5),
        (5, 200, 20, 2),
        (100, 200, 20, 2),
        (20, 2000, 20, 2),
        (5, 20000, 20, 2),
        (20, 200, 60, 2),
        (20, 200, 60, 3),
        (20, 200, 20, 10),
        (5, 2000, 20, 10),
    ]
    for shape in shapes:
        n_models, n_rows, n_features, n_classes = shape
        X, y = make_classification(
            n_models * n_rows,
            n_features,
            n_informative=n_features // 2,
            n_clusters_per_class=1,
            n_classes=n_classes,
            random_state=0,
        )
        X, y = X.reshape(n_models, n_rows, -1), y.reshape(n_models, n_rows)
        targets, weights = np.eye(n_classes)[y], np.ones(y.shape)

        def loop(X=X, y=y, **how):
            return [
                LogisticRegression(**how).fit(*one) for one in zip(X, y, strict=True)
            ]

        def stacked(X=X, targets=targets, weights=weights):
            return fit_logistic_regressions(X, targets, weights)

        exact = loop(solver="newton-cholesky", tol=1e-12, max_iter=1000)
        coefs, *_ = stacked()
        error = max(
            np.abs(model.coef_ - coef).max()
            for model, coef in zip(exact, coefs, strict=True)
        )
        taken = "" if is_worthwhile(*shape[1:]) else "  (not used)"
        slow, fast = _median_time(loop), _median_time(stacked)
        print(
            f"{' x '.join(map(str, shape)):20} {1e3 * slow:8.1f} ms "
            f"{1e3 * fast:8.1f} ms {slow / fast:6.1f}  {error:.0e}{taken}"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 100, 200, 400])
    parser.add_argument("--splits", type=int, default=3)
    parser.add_argument("--tables", nargs="+", default=None)
    parser.add_argument("--all", action="store_true", help="all partitions and fusions")
    parser.add_argument("--speed", action="store_true", help="only the solver's speed")
    parser.add_argument("--n-jobs", type=int, default=1)
    options = parser.parse_args()
    if options.speed:
        speed()
        return
    tables = options.tables or table_names(options.data)
    jobs = itertools.product(tables, options.sizes, range(options.splits))
    results = Parallel(n_jobs=options.n_jobs)(
        delayed(run)(*job, options.data, options.all) for job in jobs
    )
    report(results, options.sizes)


if __name__ == "__main__":
    main()
