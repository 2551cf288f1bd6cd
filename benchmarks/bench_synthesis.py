"""Samplers of synthetic rows: seconds, memory, repeated rows, unchanged cells.

Run it as ``python -m benchmarks.bench_synthesis``.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import tracemalloc
from time import perf_counter

import numpy as np

from benchmarks.results import Table, write_result
from skdistill.synthesis import (
    MixedSampler,
    Munge,
    NeighborInterpolation,
    NeighborSwap,
    SwapNoise,
)

SAMPLERS = (NeighborInterpolation, NeighborSwap, SwapNoise, Munge, MixedSampler)

# Synthetic rows of which the most similar row of the table is looked for.
N_COMPARED = 200


def make_table(n_rows, n_columns, seed=0):
    """Correlated amounts, whole numbers and one-hot groups of five columns."""
    rng = np.random.default_rng(seed)
    n_groups = n_columns // 15
    n_amounts = n_columns - 5 * n_groups
    amounts = rng.normal(size=(n_rows, n_amounts)) @ rng.normal(
        size=(n_amounts, n_amounts)
    )
    amounts[:, ::4] = np.rint(amounts[:, ::4])
    groups = [np.eye(5)[rng.integers(5, size=n_rows)] for _ in range(n_groups)]
    return np.hstack([amounts, *groups])


def unchanged_share(X, X_new):
    """Mean share of a synthetic row's cells that the most similar row has too."""
    shares = [
        (row == X).mean(axis=1).max() for row in X_new[:: len(X_new) // N_COMPARED]
    ]
    return np.mean(shares)


def measure(sampler, X, n_samples):
    """Seconds, and the synthetic rows."""
    start = perf_counter()
    X_new = sampler.fit(X).sample(X, n_samples)
    return perf_counter() - start, X_new


def peak_megabytes(sampler, X, n_samples):
    """Peak of the memory that `fit` and `sample` take."""
    tracemalloc.start()
    sampler.fit(X).sample(X, n_samples)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def main():
    """Print one line a sampler and table size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--columns", type=int, default=30)
    parser.add_argument("--samples", type=int, default=8_000)
    options = parser.parse_args()
    found = Table(
        {
            "seconds": "{:.2f}",
            "MB": "{:.0f}",
            "samples": "{:,}",
            "in the table": "{:.2%}",
            "repeated": "{:.2%}",
            "unchanged cells": "{:.0%}",
        }
    )
    for n_rows in options.rows:
        X = make_table(n_rows, options.columns)
        table = {row.tobytes() for row in X}
        for sampler_class in SAMPLERS:
            sampler = sampler_class(random_state=0)
            seconds, X_new = measure(sampler, X, options.samples)
            rows = [row.tobytes() for row in X_new]
            found.add(
                f"{sampler_class.__name__}, {n_rows:,} samples",
                seconds,
                peak_megabytes(sampler, X, options.samples),
                len(rows),
                np.mean([row in table for row in rows]),
                1 - len(set(rows)) / len(rows),
                unchanged_share(X, X_new),
            )
    print(found)
    write_result("synthesis", {"samplers": found}, defaults=["synthesizer"])


if __name__ == "__main__":
    main()
