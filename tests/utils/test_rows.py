"""Rows of all forms, one below the other."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse

from skdistill.utils._rows import like_rows, stack_rows


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
