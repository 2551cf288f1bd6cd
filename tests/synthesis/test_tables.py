"""Tests of tables as matrices of numbers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from time import process_time

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy.spatial.distance import cdist

from skdistill.synthesis._tables import Table, find_feature_groups


def kinds(X):
    """Columns of each group, and whether it is categorical, whole, identifying."""
    return [
        (g.columns, "c" * g.categorical + "w" * g.whole + "i" * g.identifying)
        for g in find_feature_groups(X)
    ]


def test_numeric_and_categorical_columns():
    X = pd.DataFrame(
        {
            "amount": [0.5, 1.0, 2.0],
            "whole": [1.0, np.nan, 3.0],
            "two values": [0.5, np.nan, 7.0],
            "three whole": [1.0, 2.0, 3.0],
            "text": ["1", "2", "3"],
            "category": pd.Categorical([1, 2, 3]),
            "objects": pd.Series([1, 2.5, 3], dtype=object),
            "mixed": pd.Series([1, "2", 3], dtype=object),
            "flags": pd.Series([True, 2, 3], dtype=object),
        }
    )
    assert kinds(X) == [
        ((0,), ""),
        ((1,), "c"),
        ((2,), "c"),
        ((3,), "w"),
        ((4,), "c"),
        ((5,), "c"),
        ((6,), ""),
        ((7,), "c"),
        ((8,), "c"),
    ]


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
        ((7,), "w"),
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
    # Columns of numbers and of booleans in a frame, but not the same as texts.
    frame = pd.DataFrame(group).astype({0: bool, 1: int})
    assert kinds(frame) == [((0, 1, 2), "c")]
    assert len(kinds(frame.astype(str))) == 3


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
    found = ["ci", "c", "c", "w", "c", "c"]
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


def test_numbers_too_large_for_floats_are_categories():
    X = np.array([[2**60, 1], [2**60 + 1, 2], [2**60 + 2, 3]])
    table = Table(X, find_feature_groups(X))
    assert_array_equal(table.categorical, [True, False])
    assert_array_equal(table.decode(table.values), X)


def test_whole_objects_stay_whole():
    X = np.array([[1, 0.5], [2, 1.5], [4, 2]], dtype=object)
    table = Table(X, find_feature_groups(X))
    assert [type(cell) for cell in table.decode(table.values)[0]] == [int, float]


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_rows_are_known_as_they_are_stored(dtype):
    X = np.array([[0.1, -0.0], [0.2, np.nan], [0.3, 1.5], [0.4, 2.5]], dtype)
    table = Table(X, find_feature_groups(X))
    # Differences that the column's precision does not have; -0 and 0, two kinds of NaN.
    values = table.values * (1 + float(np.finfo(dtype).eps) / 8)
    values[1, 1] = -np.nan
    stored = table.as_stored(values)
    assert_array_equal(stored, table.values)
    assert table.has(stored).all()
    assert not table.has(stored + np.array([0.01, 0])).any()


def test_values_stay_within_their_column():
    X = np.array([[1.0, 0.1], [2, 0.5], [5, 0.9]])
    table = Table(X, find_feature_groups(X))
    stored = table.as_stored(np.array([[0.0, 0.0], [7, 7], [1.7, 0.2]]))
    assert_array_equal(stored, [[1, 0.1], [5, 0.9], [2, 0.2]])


def test_neighbors_are_the_nearest_distinct_rows(rng):
    points = rng.normal(size=(40, 3)) * [1, 100, 0.01]
    X = np.repeat(points, 3, axis=0)
    table = Table(X, find_feature_groups(X))
    found = table.neighbors(np.arange(120), 4, rng)
    scaled = points / points.std(axis=0)
    expected = np.argsort(cdist(scaled, scaled), axis=1)[:, 1:5]
    assert_array_equal(found // 3, np.repeat(expected, 3, axis=0))


@pytest.mark.parametrize("n_names", [3, 12, 40])
def test_neighbors_share_categories(rng, n_names):
    names = rng.randint(n_names, size=(300, 4))
    X = pd.DataFrame(np.array([f"name {i}" for i in range(n_names)])[names])
    table = Table(X, find_feature_groups(X))
    found = table.neighbors(np.arange(300), 1, rng)[:, 0]
    differ = (names[:, None] != names).sum(axis=2)
    differ[differ == 0] = 9
    n_farther = differ[np.arange(300), found] - differ.min(axis=1)
    # Many names have random codes, which are not all as far apart.
    assert n_farther.mean() <= (0.25 if n_names == 40 else 0)


def test_categories_and_numbers_count_alike(rng):
    X = pd.DataFrame(
        {"amount": rng.normal(size=400), "name": rng.choice(list("ab"), 400)}
    )
    table = Table(X, find_feature_groups(X))
    points = table._points(np.arange(400), rng)
    squares = ((points[:, None] - points) ** 2).mean(axis=(0, 1))
    np.testing.assert_allclose(squares[0], 2, rtol=1e-3)
    assert ((points[:, None, 1:] - points[:, 1:]) ** 2).sum(axis=2).max() == 2


def test_missing_numbers_are_average(rng):
    X = np.array([[1.0, 9], [1, 9], [2, np.nan], [3, 8], [3, 9], [2, 3]])
    table = Table(X, find_feature_groups(X))
    assert_array_equal(table._points(np.array([2]), rng), [[0, 0]])


@pytest.mark.parametrize(("name", "limit"), [("CANDIDATES", 20), ("NUMBERS", 60)])
def test_neighbors_among_many_rows(rng, monkeypatch, name, limit):
    monkeypatch.setattr(f"skdistill.synthesis._tables.MAX_{name}", limit)
    X = rng.normal(size=(200, 3))
    table = Table(X, find_feature_groups(X))
    found = table.neighbors(np.arange(200), 5, rng)
    assert found.shape == (200, 5)
    assert len(np.unique(found)) <= 20
    assert not (found == np.arange(200)[:, None]).any()
    # They are the nearest of those few.
    candidates = np.unique(found)
    scaled = X / X.std(axis=0)
    distances = cdist(scaled, scaled[candidates])
    distances[distances == 0] = np.inf
    nearest = candidates[distances.argmin(axis=1)]
    assert (nearest == found[:, 0]).mean() > 0.95


def test_fewer_rows_than_neighbors(rng):
    X = np.array([[1.0, 2], [2, 3], [5, 6], [5, 6]])
    table = Table(X, find_feature_groups(X))
    found = table.neighbors(np.array([2, 3, 0]), 5, rng)
    assert found.shape == (3, 2)
    assert set(found[0]) == set(found[1]) == {0, 1}
