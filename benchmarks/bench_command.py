"""From a CSV of mixed rows to a file that answers, by the command line.

    python -m benchmarks.bench_command

`skdistill distill` learns the default student of a forest and writes it to each kind of
file. Processes that cannot import this package then answer new rows by the files: see
`answer_alone.py`. Their probabilities are compared with those of the student itself.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import answer_alone
from benchmarks.bench_rows import artificial_table
from benchmarks.results import Table, write_result
from skdistill.export import load

SUFFIXES = (".joblib", ".onnx", ".skops", ".c")


def write_tables(folder, n_samples):
    """A table with a target, and one of 1,000 rows without."""
    X, y = artificial_table(2 * n_samples)
    days = np.random.RandomState(0).randint(0, 1500, len(X)).astype("m8[D]")
    X["opened"] = np.datetime_as_string(np.datetime64("2019-01-01") + days)
    learned = X[:n_samples].assign(y=np.where(y, "good", "bad")[:n_samples])
    learned.to_csv(folder / "train.csv", index=False)
    X[n_samples:].head(1000).to_csv(folder / "new.csv", index=False)


def run(*command):
    """Processor time of a process, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def distill(folder, suffix):
    """Write the student of a table to a file."""
    path = str(folder / f"student{suffix}")
    command = [sys.executable, "-m", "skdistill", "distill", str(folder / "train.csv")]
    return path, run(*command, "--target", "y", "--out", path)


def answer(folder, path):
    """Probabilities of the new rows, by a process without this package."""
    table, answers = folder / "new.csv", folder / "answers.npy"
    run(sys.executable, "-I", answer_alone.__file__, path, str(table), str(answers))
    return np.load(answers)


def main():
    """Print the seconds of each file, and how far its answers are off."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", type=int, default=5000)
    options = parser.parse_args()
    columns = {
        "seconds": "{:.0f}",
        "kilobytes": "{:,.0f}",
        "largest error": "{:.0e}",
    }
    table = Table(columns)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_tables(folder, options.samples)
        for suffix in SUFFIXES:
            path, seconds = distill(folder, suffix)
            if suffix == ".joblib":
                student = load(path, trusted=True)
                proba = student.predict_proba(pd.read_csv(folder / "new.csv"))
                error = None
            else:
                error = float(np.abs(answer(folder, path) - proba).max())
            table.add(suffix, seconds, Path(path).stat().st_size / 1e3, error)
    print(table)
    slowest = max(row[0] for row in table.rows.values())
    write_result(
        "command",
        {"files": table},
        defaults=("default student", "distillation", "committee", "synthesizer"),
        figures={"seconds": slowest},
    )


if __name__ == "__main__":
    main()
