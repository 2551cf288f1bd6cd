"""Warnings point at the line of the user."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skdistill.exceptions import ColumnKindWarning
from skdistill.tables import TableEncoder
from skdistill.utils._warnings import warn_user


def test_through_several_packages():
    texts = np.array([[f"text {i}", 1] for i in range(40)], dtype=object)
    with pytest.warns(ColumnKindWarning) as caught:
        make_pipeline(TableEncoder()).fit(texts)
    assert [warning.filename for warning in caught] == [__file__]


def test_where_it_is_called():
    with pytest.warns(UserWarning, match=r"Look\.") as caught:
        warn_user("Look.")
    assert caught[0].filename == __file__
