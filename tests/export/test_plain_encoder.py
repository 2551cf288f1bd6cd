"""Encoders and networks of tables as scikit-learn's own, with equal results."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import datetime
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.utils.fixes import parse_version

from skdistill import DistilledClassifier, SoftmaxMLPClassifier, TabularMLPClassifier
from skdistill.export import load, save
from skdistill.tables import TableEncoder


@pytest.fixture
def frame(rng):
    n_samples = 120
    names = {
        "few": ["a", "b"],
        "many": [f"name {i}" for i in range(30)],
        "full": ["", "x", "é", "\U0001f600"],
    }
    frame = pd.DataFrame({key: rng.choice(of, n_samples) for key, of in names.items()})
    frame.insert(1, "amount", rng.normal(size=n_samples))
    frame["id"] = np.arange(n_samples).astype(str)
    frame["open"] = rng.uniform(size=n_samples) < 0.5
    frame["count"] = rng.randint(9, size=n_samples)
    for key in ("few", "amount", "many"):
        frame.loc[rng.uniform(size=n_samples) < 0.2, key] = None
    return frame


def new_values(frame):
    """Gaps everywhere, categories that are unknown, columns in another order."""
    new = frame.sample(frac=1, random_state=0).astype({"open": object})
    new.iloc[:30, 0] = "unknown"
    new.iloc[10:20] = np.nan
    return new[new.columns[::-1]].assign(further="f")


@pytest.mark.parametrize("max_categories", [2, 6, 100])
def test_equal_matrices(frame, max_categories):
    encoder = TableEncoder(max_categories=max_categories, kinds={"id": "drop"})
    encoder.fit(frame)
    plain = encoder.to_sklearn()
    assert_array_equal(plain.transform(frame), encoder.transform(frame))
    new = new_values(frame)
    assert_array_equal(plain.transform(new), encoder.transform(new))


@pytest.mark.parametrize("dtype", [object, "category"])
def test_strings_of_all_types(frame, dtype):
    names = frame[["few", "many", "full"]].astype(dtype)
    encoder = TableEncoder(max_categories=10).fit(names)
    expected = encoder.transform(names)
    assert_array_equal(encoder.to_sklearn().transform(names), expected)


def test_polars(frame):
    pl = pytest.importorskip("polars")
    if parse_version(sklearn.__version__) < parse_version("1.9"):
        pytest.skip("scikit-learn does not find the names of this polars")
    table = pl.DataFrame(
        {key: frame[key].astype(object).tolist() for key in frame.drop(columns="id")},
        strict=False,
    ).with_columns(pl.col("amount").fill_nan(None))
    encoder = TableEncoder(max_categories=10).fit(table)
    plain = encoder.to_sklearn()
    assert_array_equal(plain.transform(table), encoder.transform(table))


def test_arrays(frame):
    X = frame.drop(columns="id").to_numpy(dtype=object)
    encoder = TableEncoder().fit(X)
    assert_array_equal(encoder.to_sklearn().transform(X), encoder.transform(X))


def test_rare_categories_alone():
    X = np.array([["a"], ["b"], ["c"]], dtype=object)
    encoder = TableEncoder(max_categories=2).fit(X)
    new = np.array([["a"], ["z"]], dtype=object)
    assert_array_equal(encoder.transform(new), [[1], [1]])
    assert_array_equal(encoder.to_sklearn().transform(new), [[1], [1]])


@pytest.fixture
def dates(rng):
    """Times of 1720 to 2220, and days with gaps."""
    seconds = rng.uniform(-8e9, 8e9, 300).round(3)
    days = pd.Series(rng.randint(-9000, 30_000, 300).astype("m8[D]"))
    return pd.DataFrame(
        {
            "time": np.datetime64("1970-01-01", "ms") + 1000 * seconds.astype("m8[ms]"),
            "day": (np.datetime64("1970-01-01", "s") + days).mask(days < days[0]),
        }
    )


def in_seconds(dates):
    """Dates as seconds since 1970."""
    return (dates - pd.Timestamp(0)) / pd.Timedelta(seconds=1)


def test_dates(dates):
    encoder = TableEncoder().fit(dates[:200])
    plain = encoder.to_sklearn()
    expected = encoder.transform(dates)
    assert expected.shape[1] == 12
    assert_allclose(plain.transform(in_seconds(dates)), expected, atol=1e-9)
    gaps = dates.copy()
    gaps.iloc[::2, 0] = None
    assert_allclose(plain.transform(in_seconds(gaps)), encoder.transform(gaps))
    whole = in_seconds(dates[["time"]]).assign(day=86_400)
    same = dates.assign(day=pd.Timestamp(1970, 1, 2))
    assert_allclose(plain.transform(whole), encoder.transform(same), atol=1e-9)
    with pytest.raises(TypeError, match="not 'Timestamp'"):
        plain.transform(dates)


def test_files_of_dates(dates, tmp_path):
    skops = pytest.importorskip("skops.io", reason="needs the extra 'export'")
    dates["city"] = np.where(dates["day"].isna(), "Oslo", "Bern")
    student = TabularMLPClassifier(SoftmaxMLPClassifier((5,), max_iter=3))
    student.fit(dates, dates["time"].dt.month > 6)
    save(student, tmp_path / "student.skops")
    content = (tmp_path / "student.skops").read_bytes()
    assert set(skops.get_untrusted_types(data=content)) <= {"numpy.dtype"}
    pd.concat([in_seconds(dates[["time", "day"]]), dates["city"]], axis=1).to_pickle(
        tmp_path / "X.pickle"
    )
    code = """
import sys
sys.modules["skdistill"] = None  # importing it raises
import numpy, pandas, skops.io
model = skops.io.load("student.skops", trusted=["numpy.dtype"])
numpy.save("proba.npy", model.predict_proba(pandas.read_pickle("X.pickle")))
"""
    subprocess.run([sys.executable, "-I", "-c", code], check=True, cwd=tmp_path)
    proba = np.load(tmp_path / "proba.npy")
    # Single precision cannot tell seconds since 1970 well apart.
    assert_allclose(proba, student.predict_proba(dates), atol=1e-5)


@pytest.mark.parametrize("max_categories", [3, 100])
@pytest.mark.parametrize("has_gaps", [False, True])
def test_numbers_as_categories(rng, max_categories, has_gaps):
    numbers = rng.choice([2, 10, 9, -1, 0.5, 100], 60)
    column = pd.Series(numbers).mask(rng.uniform(size=60) < 0.2 * has_gaps)
    frame = pd.DataFrame({"a": column.astype("category"), "b": 1.0})
    encoder = TableEncoder(max_categories=max_categories).fit(frame)
    plain = encoder.to_sklearn()
    assert_array_equal(plain.transform(frame), encoder.transform(frame))
    for values in ([2, 10, 7, np.nan], [2, 10, 7]):
        new = pd.DataFrame({"a": values, "b": 0.0})
        assert_array_equal(plain.transform(new), encoder.transform(new))


def test_what_has_no_equal():
    values = [datetime.date(2024, 1, 1), 7, "text"]
    encoder = TableEncoder(kinds={"a": "categorical"}).fit(pd.DataFrame({"a": values}))
    with pytest.raises(TypeError, match="column 'a' are neither strings nor numbers"):
        encoder.to_sklearn()


def test_equal_students(frame, tmp_path):
    frame = frame.drop(columns="id")
    network = SoftmaxMLPClassifier(
        (5,), n_members=2, numeric_encoding=4, max_iter=3, random_state=0
    )
    y = np.where(frame["few"] == "a", "yes", "no")
    model = DistilledClassifier(
        None,
        TabularMLPClassifier(network),
        synthesizer=None,
        committee=None,
        random_state=0,
    ).fit(frame, y)
    plain = model.student_.to_sklearn()
    assert_allclose(plain.predict_proba(frame), model.predict_proba(frame), atol=1e-6)
    assert_array_equal(plain.predict(frame), model.predict(frame))
    skops = pytest.importorskip("skops.io")
    # scikit-learn's own imputers hold that.
    assert set(skops.get_untrusted_types(data=skops.dumps(plain))) <= {"numpy.dtype"}
    save(model, tmp_path / "student.skops")
    loaded = load(tmp_path / "student.skops")
    assert_array_equal(loaded.predict_proba(frame), plain.predict_proba(frame))
