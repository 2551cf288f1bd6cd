"""Which columns of a table change together, and how."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from datetime import date, datetime, timedelta
from decimal import Decimal
from time import process_time

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skdistill.synthesis._feature_groups import find_feature_groups
from skdistill.tables import TableEncoder


def kinds(X):
    """Columns of each group, what they hold, and whether they are open and whole."""
    return [
        (g.columns, g.kind[0] + "o" * g.is_open + "w" * g.is_whole)
        for g in find_feature_groups(X)
    ]


COLUMNS = {
    "amount": ([0.5, 1.0, 2.0, 0.5], "no"),
    "whole": ([1.0, 2.0, 3.0, None], "now"),
    "two values": ([0.5, np.nan, 7.0, 0.5], "c"),
    "booleans": ([True, False, True, None], "c"),
    "texts": (["a", "b", "c", None], "c"),
    "codes": (["01", "02", "03", "04"], "c"),
    # They are numbers and dates, but new ones are not written as they were.
    "texts of numbers": (["1", "2", "3.5", None], "n"),
    "huge": ([2**60, 2**60 + 2**9, 2**60 + 2**10, 1], "n"),
    "days": ([date(2026, 1, day) for day in (1, 2, 4, 9)], "d"),
    "texts of days": (["2026-01-01", "2026-01-02", "2026-01-04", None], "d"),
    "durations": ([timedelta(seconds) for seconds in (1, 2, 4, 9)], "n"),
}
OBJECTS = {
    "gaps": ([1, pd.NA, 2, 3], "now"),
    "none": ([1.5, None, 2, 3], "no"),
    "flags": ([True, 2, 3, 4], "now"),
    "mixed": ([1, "2", 3, 4], "n"),
    "letters": ([1, "b", 3, 4], "c"),
    "decimals": ([Decimal("1.5"), Decimal(2), Decimal(3), None], "n"),
    "numpy": ([np.float32(1), np.int8(2), np.float64(3.5), 4], "no"),
}


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("library", ["pandas", "objects", "array", "polars"])
def test_columns_are_what_the_encoder_takes_them_for(library, name):
    values, expected = COLUMNS[name]
    if library == "pandas":
        X = pd.DataFrame({name: values})
    elif library == "polars":
        X = pl.DataFrame({name: values})
    elif library == "objects":
        X = pd.DataFrame({name: pd.Series(values, dtype=object)})
    else:
        X = np.array(values, dtype=object)[:, None]
    assert kinds(X) == [((0,), expected)]
    kind = TableEncoder().fit(X).kinds_.popitem()[1]
    assert kind[0] == expected[0] or name in ("two values", "booleans")


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("in_frame", [False, True])
def test_columns_of_objects(name, in_frame):
    values, expected = OBJECTS[name]
    column = np.empty((len(values), 1), object)
    column[:, 0] = values
    X = pd.DataFrame(column) if in_frame else column
    assert kinds(X) == [((0,), expected)]
    assert TableEncoder().fit(X).kinds_[0][0] == expected[0]


def test_columns_of_further_types():
    days = [datetime(2026, 1, day) for day in (1, 2, 4)]
    amounts = [Decimal("0.5"), Decimal(2), Decimal(3)]
    X = pd.DataFrame(
        {
            "category": pd.Categorical([1, 2, 3]),
            "nullable": pd.Series([1, 4, 3], dtype="Int64"),
            "days": days,
            "texts": pd.Series(["x", "y", "z"], dtype="string"),
        }
    )
    assert [kind for _, kind in kinds(X)] == ["c", "now", "d", "c"]
    X = pl.DataFrame(
        {
            "category": pl.Series(["1", "2", "3"], dtype=pl.Categorical),
            "small": pl.Series([1, 4, 3], dtype=pl.UInt8),
            "days": days,
            "decimals": amounts,
        }
    )
    assert [kind for _, kind in kinds(X)] == ["c", "now", "d", "no"]


def test_one_hot_groups():
    group = np.eye(3)[[0, 1, 2, 0]]
    flag = np.array([[1.0], [0], [1], [1]])
    amount = np.arange(4.0)[:, None]
    constant, empty = np.ones((4, 1)), np.zeros((4, 1))
    X = np.hstack([flag, group, group, amount, group[:, :2], constant, empty])
    assert kinds(X) == [
        ((0,), "c"),
        ((1, 2, 3), "c"),
        ((4, 5, 6), "c"),
        ((7,), "now"),
        ((8,), "c"),
        ((9,), "c"),
        ((10,), "c"),
        ((11,), "c"),
    ]
    # A category that no sample has belongs to its group.
    assert kinds(np.hstack([group[:, :1], empty, group[:, 1:]])) == [
        ((0, 1, 2, 3), "c")
    ]
    # As many ones as rows are not yet one in each row.
    assert len(kinds(np.array([[1, 1], [0, 0], [1, 0], [0, 1.0]]))) == 2
    # Columns of numbers, of booleans and of texts of numbers in a frame.
    frame = pd.DataFrame(group).astype({0: bool, 1: int}).astype({1: str})
    assert kinds(frame) == [((0, 1, 2), "c")]
    assert len(kinds(frame.astype("category"))) == 3


def test_one_hot_groups_side_by_side():
    group = np.eye(2)[[0, 1, 1]]
    empty = np.zeros((3, 2))
    assert kinds(np.hstack([empty, group, group, empty])) == [
        ((0, 1, 2, 3), "c"),
        ((4, 5), "c"),
        ((6,), "c"),
        ((7,), "c"),
    ]
    # The first two have as many ones as there are samples, but not one for each.
    overlapping = np.array([[1, 1, 0.0], [1, 0, 1], [0, 0, 1]])
    assert [len(columns) for columns, _ in kinds(overlapping)] == [1, 2]


def test_identifiers():
    n = 40
    X = pd.DataFrame(
        {
            "who": [f"user {i}" for i in range(n)],
            "gaps": [f"user {i}" if i % 2 else None for i in range(2 * n)][:n],
            "twice": [f"user {i // 2}" for i in range(n)],
            "number": range(n),
            "day": [f"2026-{1 + i // 28:02}-{1 + i % 28:02}" for i in range(n)],
            "pair": [(i, i) for i in range(n)],
        }
    )
    found = ["d", "c", "c", "now", "d", "c"]
    assert [kind for _, kind in kinds(X)] == found
    # Of 20 values nothing can be told.
    assert kinds(X[["who", "number"]][:20])[0] == ((0,), "c")
    assert kinds(X[["who"]]) == [((0,), "c")]


@pytest.mark.parametrize("kind", ["rare", "empty", "texts"])
def test_time_is_linear_in_columns(rng, kind):
    def seconds(n_columns):
        X = np.zeros((20, n_columns))
        X[rng.randint(20, size=n_columns), np.arange(n_columns)] = kind == "rare"
        X[:, -1] = 1  # There are enough ones at the end.
        start = process_time()
        find_feature_groups(X.astype(str) if kind == "texts" else X)
        return process_time() - start

    few, many = (min(seconds(n) for _ in range(3)) for n in (500, 4000))
    assert many < 20 * few  # 64 times as long, if it went with the square
