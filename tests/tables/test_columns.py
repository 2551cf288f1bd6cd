"""Tables and columns as they are stored, and new ones of their types."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array

from skdistill.tables import is_table
from skdistill.tables._columns import (
    from_columns,
    from_numbers,
    get_column,
    number_type,
    row_keys,
)


@pytest.mark.parametrize(
    ("X", "expected"),
    [
        (np.eye(2), True),
        (np.array([["a", 1]], dtype=object), True),
        (np.array([["a"]]), True),
        (pd.DataFrame({"a": [1]}), True),
        (pl.DataFrame({"a": [1]}), True),
        (np.eye(2, dtype=complex), False),
        (np.array([["2026-01-01"]], dtype="M8[D]"), False),
        (np.ones(3), False),
        (pd.Series([1]), False),
        (csr_array(np.eye(2)), False),
        (["a text"], False),
    ],
)
def test_is_table(X, expected):
    assert is_table(X) is expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (np.array([1, 2], np.int8), int),
        (np.array([1, 2], np.uint8), int),
        (np.array([0.5, np.nan]), float),
        (np.array([True, False]), None),
        (np.array(["1", "2"]), None),
        (np.array([1, 2.5], object), float),
        (np.array([1, None, pd.NA, 2], object), int),
        (np.array([1, "2"], object), None),
        (np.array([1, timedelta(1)], object), None),
        (pd.Series([1, None], dtype="Int64"), int),
        (pd.Series([0.5, None], dtype="Float32"), float),
        (pd.Series([True, None], dtype="boolean"), None),
        (pd.Series([1, 2], dtype="category"), None),
        (pd.Series(["1", "2"]), None),
        (pd.Series(pd.to_datetime(["2026-01-01"])), None),
        (pd.Series(pd.to_timedelta([1], "D")), None),
        (pl.Series([1, None]), int),
        (pl.Series([0.5, None]), float),
        (pl.Series([Decimal("0.5")]), float),
        (pl.Series([True, None]), None),
        (pl.Series(["1", None]), None),
    ],
)
def test_which_numbers_a_column_takes(column, expected):
    assert number_type(column) is expected


@pytest.mark.parametrize(
    "like",
    [
        np.array([1, 2], np.int8),
        np.array([0.5, 1], np.float32),
        np.array([0.5, 1], object),
        pd.Series([1, None], dtype="Int64"),
        pd.Series([0.5, 1]),
        pl.Series("name", [1, None]),
        pl.Series("name", [0.5, 1]),
    ],
)
def test_columns_of_numbers(like):
    numbers = np.array([3.0, 1.0, 2.0])
    column = from_numbers(numbers, like)
    assert type(column) is type(like)
    assert column.dtype == like.dtype
    assert list(column) == [3, 1, 2]
    assert getattr(column, "name", None) == getattr(like, "name", None)


def test_whole_objects_stay_whole():
    column = from_numbers(np.array([3.0]), np.array([1, 2], object))
    assert type(column[0]) is int


def test_gaps_are_those_of_the_column():
    numbers = np.array([1.0, np.nan])
    assert from_numbers(numbers, pl.Series([0.5, None])).to_list() == [1, None]
    assert np.isnan(from_numbers(numbers, pl.Series([0.5, 1.0])).to_list()[1])
    assert from_numbers(numbers, pd.Series([1, None], dtype="Int64"))[1] is pd.NA
    for gap in (None, pd.NA):
        for make in (np.array, pd.Series):
            column = from_numbers(numbers, make([gap, 2, 3], dtype=object))
            assert list(column) == [1, gap]


@pytest.mark.parametrize(
    "X",
    [
        np.array([[1, 2], [3, 4]], np.int16),
        pd.DataFrame([[1, "x"], [3, "y"]], columns=["a", "a"], index=[5, 3]),
        pl.DataFrame({"a": [1, 3], "b": ["x", "y"]}),
    ],
)
def test_a_table_of_its_columns(X):
    columns = [get_column(X, j) for j in range(2)]
    again = from_columns(columns, X)
    assert type(again) is type(X)
    assert_array_equal(np.asarray(again), np.asarray(X))
    if isinstance(X, pd.DataFrame):
        assert list(again.columns) == ["a", "a"]
        assert list(again.index) == [0, 1]
    elif isinstance(X, np.ndarray):
        assert again.dtype == X.dtype


def test_equal_rows_have_equal_keys():
    keys = row_keys(np.array([[0.0, np.nan], [-0.0, -np.nan], [0.0, 1.0]]))
    assert keys[0] == keys[1] != keys[2]
