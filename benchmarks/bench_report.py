"""What a report costs beyond the predictions of the models, and how large its page is.

    python -m benchmarks.bench_report

The default student of a forest, on a table of 20 columns with strings, dates and gaps.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import warnings
from time import process_time

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits

from benchmarks.bench_rows import artificial_table
from benchmarks.results import Table, write_result
from skdistill import DistilledClassifier, distillation_report
from skdistill.tables import TableEncoder

N_TRAIN = 1000


def make_table(n_samples):
    """A table of 20 columns: 10 numbers, 9 categories and a date, with gaps."""
    X, y = artificial_table(n_samples)
    rng = np.random.RandomState(1)
    for i in range(4):
        X[f"measure{i}"] = rng.normal(size=n_samples)
    days = rng.randint(0, 1500, n_samples).astype("m8[D]")
    return X.assign(opened=np.datetime64("2019-01-01") + days), y


def seconds_of(function, *args, **kwargs):
    """Processor time of a call, and what it returns."""
    start = process_time()
    result = function(*args, **kwargs)
    return process_time() - start, result


def main():
    """Print the seconds, and the megabytes of the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", type=int, default=10_000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    X, y = make_table(N_TRAIN + options.samples)
    X_train, X_test, y_train, y_test = (
        X[:N_TRAIN],
        X[N_TRAIN:],
        y[:N_TRAIN],
        y[N_TRAIN:],
    )
    forest = make_pipeline(TableEncoder(), RandomForestClassifier(300, random_state=0))
    with threadpool_limits(1):
        model = DistilledClassifier(forest, keep_teacher=True, random_state=0)
        model.fit(X_train, y_train)
        teacher, _ = seconds_of(model.teacher_.predict_proba, X_test)
        student, _ = seconds_of(model.student_.predict_proba, X_test)
        seconds, report = seconds_of(
            distillation_report, model, X_test=X_test, y_test=y_test
        )
        drawing, page = seconds_of(report.html)
    figures = {
        "predictions": teacher + student,
        "report": seconds - teacher - student,
        "page": drawing,
        "megabytes": len(page.encode()) / 1e6,
    }
    table = Table({"value": "{:.2f}"}, {name: [x] for name, x in figures.items()})
    print(table)
    write_result(
        "report", {"costs": table}, defaults=["default student"], figures=figures
    )


if __name__ == "__main__":
    main()
