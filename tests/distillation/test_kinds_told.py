"""What users are told of the columns of a mixed table: once a fit."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings

import numpy as np
import pandas as pd
import pytest

from skdistill import (
    DistilledClassifier,
    DistilledClassifierCV,
    SoftmaxMLPClassifier,
    TabularMLPClassifier,
)
from skdistill.exceptions import ColumnKindWarning
from skdistill.tables import TableEncoder

NETWORK = SoftmaxMLPClassifier((4,), max_iter=2, random_state=0)
KINDS = {"id": "drop", "day": "datetime"}


@pytest.fixture(scope="module")
def table():
    amount = np.random.RandomState(0).normal(size=90)
    X = pd.DataFrame(
        {
            "amount": amount,
            "id": [f"k{i}" for i in range(90)],
            "day": pd.date_range("2026-11-25", periods=90),
        }
    )
    return X, np.where(amount > 0, "yes", "no")


def told(model, X, y):
    """What a fit tells about columns."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(X, y)
    return [
        str(warning.message)
        for warning in caught
        if warning.category is ColumnKindWarning
    ]


@pytest.mark.parametrize("kind", [DistilledClassifier, DistilledClassifierCV])
@pytest.mark.parametrize("committee", ["auto", None])
def test_each_once(table, kind, committee):
    student = TabularMLPClassifier(NETWORK)
    model = kind(student=student, committee=committee, synthesizer=None, cv=3)
    left_out, dates = told(model.set_params(random_state=0), *table)
    assert "['id'] are left out" in left_out
    assert "['day'] hold dates" in dates


def test_not_what_the_user_told_the_student(table):
    student = TabularMLPClassifier(NETWORK, TableEncoder(kinds=KINDS))
    model = DistilledClassifier(student=student, synthesizer=None, random_state=0)
    assert told(model, *table) == []


def test_but_what_the_student_does_otherwise(table):
    # The default teacher leaves the identifiers out all the same.
    encoder = TableEncoder(kinds={**KINDS, "id": "categorical"})
    student = TabularMLPClassifier(NETWORK, encoder)
    model = DistilledClassifier(student=student, synthesizer=None, random_state=0)
    (left_out,) = told(model, *table)
    assert "['id'] are left out" in left_out
