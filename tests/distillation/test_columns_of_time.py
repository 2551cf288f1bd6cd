"""Dates, durations and categories of all kinds, through the default student."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pandas as pd
import pytest

from skdistill import DistilledClassifier

START = np.datetime64("2026-01-01")
DAYS = np.random.RandomState(0).permutation(120).astype("timedelta64[D]")
LATE = np.where(np.timedelta64(60, "D") > DAYS, "soon", "late")
OTHER = np.random.RandomState(1).normal(size=120)
SOME = np.arange(120) % 9 > 0


def pandas_series(kind):
    dates = pd.Series(START + DAYS)
    return {
        "duration": pd.Series(DAYS.astype("timedelta64[s]")),
        "duration, gaps": pd.Series(DAYS.astype("timedelta64[s]")).where(SOME),
        "time zone": dates.dt.tz_localize("Europe/Berlin"),
        "period": dates.dt.to_period("M"),
    }[kind]


def polars_series(kind):
    pl = pytest.importorskip("polars")
    names = pl.Series(LATE.tolist())
    return {
        "date": pl.Series((START + DAYS).tolist()),
        "duration": pl.Series(DAYS.astype("timedelta64[ms]")),
        "categorical": names.cast(pl.Categorical),
        "categorical, gaps": pl.Series(
            [name if some else None for name, some in zip(LATE, SOME, strict=True)],
            dtype=pl.Categorical,
        ),
        "enum": names.cast(pl.Enum(["late", "never", "soon"])),
    }[kind]


def learn(X, least=0.95):
    """Fit the default student, and compare its predictions of samples and of rows."""
    model = DistilledClassifier(committee=None, synthesizer=None, random_state=0)
    model.fit(X, LATE)
    assert model.score(X, LATE) > least
    proba = model.predict_proba(X)
    np.testing.assert_allclose(model.predict_proba(X[:1]), proba[:1], atol=1e-5)


pytestmark = pytest.mark.filterwarnings(
    "ignore::skdistill.exceptions.ColumnKindWarning"
)


@pytest.mark.parametrize("unit", ["D", "s", "ns"])
def test_arrays_of_dates(unit):
    learn((START + DAYS).astype(f"datetime64[{unit}]")[:, None])


@pytest.mark.parametrize("unit", ["D", "s", "ns"])
def test_arrays_of_durations(unit):
    learn(DAYS.astype(f"timedelta64[{unit}]")[:, None])


@pytest.mark.parametrize("times", [START + DAYS, DAYS], ids=["dates", "durations"])
def test_arrays_of_objects(times):
    learn(np.column_stack([times.astype(object), OTHER.astype(object)]))


@pytest.mark.parametrize("kind", ["duration", "duration, gaps", "time zone", "period"])
def test_pandas(kind):
    X = pd.DataFrame({"when": pandas_series(kind), "other": OTHER})
    learn(X, least=0.93)


@pytest.mark.parametrize(
    "kind", ["date", "duration", "categorical", "categorical, gaps", "enum"]
)
def test_polars(kind):
    pl = pytest.importorskip("polars")
    learn(pl.DataFrame({"when": polars_series(kind), "other": OTHER}), least=0.93)
