"""Samples of all forms, and one below the other."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from sklearn.base import BaseEstimator
from sklearn.naive_bayes import GaussianNB

from skdistill.utils._rows import check_X_lazily, like_rows, stack_rows


def test_arrays():
    stacked = stack_rows(np.zeros((2, 3)), [[1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(stacked[2], [1, 2, 3])
    with pytest.raises(ValueError, match="dimension"):
        stack_rows(np.zeros((2, 3)), np.zeros((1, 2)))


def test_lists():
    assert stack_rows(["a"], ["b", "c"]) == ["a", "b", "c"]


def test_sparse():
    stacked = stack_rows(scipy.sparse.csr_array(np.eye(2)), np.ones((1, 2)))
    assert stacked.format == "csr"
    np.testing.assert_array_equal(stacked.toarray(), [[1, 0], [0, 1], [1, 1]])


@pytest.mark.parametrize("library", [pd, pl])
def test_frames_keep_their_types(library):
    frame = library.DataFrame({"n": [1, 2], "s": ["x", "y"]})
    stacked = stack_rows(frame, frame[:1])
    assert isinstance(stacked, library.DataFrame)
    assert list(stacked["n"]) == [1, 2, 1]
    assert stacked["n"].dtype == frame["n"].dtype
    with pytest.raises(ValueError, match="columns"):
        stack_rows(frame, library.DataFrame({"s": ["x"], "n": [1]}))


def test_series_of_texts_take_lists():
    series = pd.Series(["one text"])
    like = like_rows(["another"], series, "X_unlabeled")
    assert list(stack_rows(series, like)) == ["one text", "another"]


def test_pandas_rows_are_numbered_anew():
    series = pd.Series(["a", "b"])
    assert list(stack_rows(series, series).index) == [0, 1, 2, 3]


def test_categories_survive():
    frame = pd.DataFrame({"c": pd.Categorical(["x", "y"])})
    assert stack_rows(frame, frame)["c"].dtype == frame["c"].dtype


def test_rows_pass_as_they_are():
    texts = ["one", "two"]
    model = GaussianNB()
    X, y, weights = check_X_lazily(model, texts, [0, 1], None)
    assert X is texts
    assert (y, weights) == ([0, 1], None)
    assert not hasattr(model, "n_features_in_")
    array = np.array([[np.nan, 1.0, "x"]], dtype=object)
    assert check_X_lazily(model, array)[0] is array
    assert model.n_features_in_ == 3


def test_a_number_stands_for_each_row():
    y = np.array([0, 1])
    _, labels, weight = check_X_lazily(GaussianNB(), ["one", "two"], y, 2.5)
    assert weight == 2.5
    assert labels is y


def test_a_dictionary_is_refused():
    with pytest.raises(TypeError, match="X must be array-like, not a dict"):
        check_X_lazily(GaussianNB(), {"a": [1, 2], "b": [3, 4]})


def test_rows_of_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[2, 3\]"):
        check_X_lazily(GaussianNB(), ["one", "two"], [0, 1, 0])


@pytest.mark.parametrize(
    ("X", "message"),
    [([], "0 sample"), (np.ones((0, 3)), "0 sample"), (np.ones((3, 0)), "0 feature")],
)
def test_nothing_to_learn_from_is_refused(X, message):
    with pytest.raises(ValueError, match=message):
        check_X_lazily(GaussianNB(), X)


@pytest.mark.parametrize(
    ("X", "dtype"),
    [
        ([[1, 2], [3, 4]], "int64"),
        ([[1.0, True], (3, 4)], "float64"),
        ([["red", 1], ["blue", 2]], "object"),
        ([np.array([1.0, 2.0]), np.array([3.0, 4.0])], "float64"),
    ],
)
def test_lists_of_rows_become_arrays(X, dtype):
    (rows,) = check_X_lazily(GaussianNB(), X)
    assert rows.dtype == dtype
    assert rows.tolist() == [list(row) for row in X]


@pytest.mark.parametrize(
    "X",
    [
        ["a text", "another"],
        [["two", "words"], ["one"]],
        [{"a": 1}, {"b": 2}],
        [[[1], [2]], [[3], [4]]],
    ],
)
def test_other_lists_stay(X):
    (rows,) = check_X_lazily(GaussianNB(), X)
    assert rows == X


@pytest.mark.parametrize("gap", [None, np.nan, 3])
@pytest.mark.parametrize("container", [list, tuple, lambda X: np.array(X, object)])
def test_a_gap_among_texts_is_refused(container, gap):
    with pytest.raises(ValueError, match=rf"holds texts, but has {gap} in place 1"):
        check_X_lazily(BaseEstimator(), container(["one", gap, "three"]))


def test_other_objects_than_texts_pass():
    for X in ([{"a": 1}, {"b": 2}], [1.0, None], [["a", "b"], ["c"]]):
        assert check_X_lazily(BaseEstimator(), X)[0] == X


def test_a_table_after_a_fit_to_texts_is_refused():
    estimator = BaseEstimator()
    check_X_lazily(estimator, ["a text", "another"])
    check_X_lazily(estimator, ["a text"], reset=False)
    with pytest.raises(ValueError, match=r"table of shape \(1, 1\)"):
        check_X_lazily(estimator, np.array([["a text"]]), reset=False)
    check_X_lazily(estimator, np.array([["a text"]]))
