"""Tests of tables as matrices of numbers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy.spatial.distance import cdist

from skdistill.synthesis._feature_groups import find_feature_groups
from skdistill.synthesis._tables import Table


def test_dates_and_texts_of_numbers_are_compared_as_numbers(rng):
    days = np.array(["2026-01-01"], "M8[D]") + rng.permutation(60)
    X = pd.DataFrame({"day": days, "text": (days - days.min()).astype(int).astype(str)})
    table = Table(X, find_feature_groups(X))
    found = table.neighbors(np.arange(60), 2, rng)
    distances = np.abs(days[found] - days[:, None]).astype(int)
    inner = (days > days.min()) & (days < days.max())
    assert_array_equal(distances[inner], 1)
    again = table.decode(table.values)
    pd.testing.assert_frame_equal(again, X)


def test_whole_numbers_that_floats_round_are_taken_as_they_are():
    X = np.array([[2**60, 1], [2**60 + 2**8, 2], [2**60 + 2**9, 3]])
    table = Table(X, find_feature_groups(X))
    assert_array_equal(table.is_open, [False, True])
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
