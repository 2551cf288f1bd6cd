"""Which library an object is of."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_array_equal

from skdistill.utils._dataframes import (
    column_names,
    concatenate_frames,
    dataframe_library,
    is_dataframe,
    is_pandas,
    is_polars,
)


class Subclass(pd.DataFrame):
    """Such as a GeoDataFrame."""


@pytest.mark.parametrize(
    ("X", "library"),
    [
        (pd.DataFrame({"a": [1]}), "pandas"),
        (Subclass({"a": [1]}), "pandas"),
        (pd.Series([1]), "pandas"),
        (pl.DataFrame({"a": [1]}), "polars"),
        (pl.Series([1]), "polars"),
        (np.eye(2), None),
        ([1], None),
        (pd.Index([1]), None),
        (None, None),
    ],
)
def test_library(X, library):
    assert dataframe_library(X) == library
    assert is_pandas(X) == (library == "pandas")
    assert is_polars(X) == (library == "polars")
    is_frame = isinstance(X, (pd.DataFrame, pl.DataFrame))
    assert is_dataframe(X) == is_frame
    assert column_names(X) == (["a"] if is_frame else None)


@pytest.mark.parametrize("library", [pd, pl])
@pytest.mark.parametrize("kind", ["DataFrame", "Series"])
def test_rows_below_rows(library, kind):
    column = library.Series([1, 2])
    rows = column if kind == "Series" else library.DataFrame({"a": column})
    both = concatenate_frames(rows, rows[:1])
    assert type(both) is type(rows)
    assert_array_equal(np.ravel(both), [1, 2, 1])
    if library is pd:
        assert list(both.index) == [0, 1, 2]


@pytest.mark.parametrize(
    ("others", "dtype"),
    [([2.5], pl.Float64), ([None], pl.Int64), ([3], pl.Int64)],
)
def test_types_of_polars_that_go_together(others, dtype):
    frame = pl.DataFrame({"a": [1, 2]})
    both = concatenate_frames(frame, pl.DataFrame({"a": others}))
    assert both["a"].to_list() == [1, 2, *others]
    assert both.dtypes == [dtype]


def test_types_of_polars_that_do_not_go_together():
    frame = pl.DataFrame({"a": [1, 2]})
    with pytest.raises(TypeError, match="Column 'a' is Int64 and String"):
        concatenate_frames(frame, pl.DataFrame({"a": ["much"]}))
    with pytest.raises(TypeError, match="types that do not go together"):
        concatenate_frames(
            pl.DataFrame({"a": [[1]]}), pl.DataFrame({"a": ["not a list"]})
        )
