"""The default teacher and the default student take frames, gaps and texts."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from datetime import date

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags
from sklearn.utils.fixes import parse_version

from skdistill import DistilledClassifier, SoftmaxMLPClassifier, distillation_report
from skdistill.tables._encoding import MAX_CATEGORIES, make_encoder

SKLEARN_VERSION = parse_version(sklearn.__version__)


@pytest.fixture
def columns(rng):
    """Columns of many kinds, and labels that depend on all of them but the last."""
    amount = rng.normal(size=300)
    city = rng.choice(["Bern", "Oslo", "Rome"], size=300)
    size = rng.choice(["s", "m", "l"], size=300)
    open_ = rng.uniform(size=300) < 0.5
    y = 2 * amount + 3 * (city == "Oslo") - 2 * (size == "s") + open_ > 0.5
    amount[::9] = np.nan
    city = city.astype(object)
    city[::7] = None
    count = rng.randint(5, size=300)
    columns = {
        "amount": amount,
        "city": city,
        "size": size,
        "open": open_,
        "count": count,
    }
    return columns, np.where(y, "yes", "no")


def pandas_frame(columns):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(columns)
    dtypes = {"size": "category", "city": "string", "count": "Int64"}
    return frame.astype({name: dtypes[name] for name in dtypes if name in frame})


def polars_frame(columns):
    pl = pytest.importorskip("polars")
    columns = {name: list(values) for name, values in columns.items()}
    frame = pl.DataFrame(columns)
    return frame.with_columns(
        pl.col("size").cast(pl.Categorical), pl.col("amount").fill_nan(None)
    )


FRAMES = pytest.mark.parametrize("make_frame", [pandas_frame, polars_frame])


@FRAMES
def test_columns_become_numbers(columns, make_frame):
    frame = make_frame(columns[0])
    encoded = make_encoder(frame).fit_transform(frame)
    # Amounts, gaps, counts; four cities with the missing one; three sizes; open or not.
    assert encoded.shape == (300, 2 + 1 + 4 + 3 + 2)
    amount = columns[0]["amount"]
    gaps = np.isnan(amount)
    assert_allclose(encoded[:, 0], np.where(gaps, np.nanmedian(amount), amount))
    assert_allclose(encoded[:, 1], columns[0]["count"])
    assert_allclose(encoded[:, 2], gaps)
    assert_array_equal(encoded[:, 3:].sum(axis=1), 3)


def test_arrays_and_lists_of_cells(columns):
    columns, y = columns
    X = np.column_stack([np.asarray(c, dtype=object) for c in columns.values()])
    frame = pandas_frame(columns)
    expected = make_encoder(frame).fit_transform(frame)
    for rows in (X, X.tolist()):
        assert_allclose(make_encoder(rows).fit_transform(rows), expected)
    texts = X[:, [2]].astype(str)
    assert make_encoder(texts).fit_transform(texts).shape == (300, 3)
    model = DistilledClassifier(random_state=0).fit(X[:200], y[:200])
    assert model.score(X[200:], y[200:]) > 0.85


def test_numbers_among_names():
    X = np.array([["7", 0.5], [7, 1.0], [None, 2.0], [np.nan, None]], dtype=object)
    X[1:, 0] = [7, None, np.nan]
    encoded = make_encoder(X).fit_transform(X)
    # The second column, where it has a gap, whether the first is 7, or nothing.
    assert_array_equal(encoded[:, 2], [1, 1, 0, 0])
    assert_array_equal(encoded[:, 3], [0, 0, 1, 1])
    X[0, 0] = {}
    with pytest.raises(TypeError, match="uniformly strings or numbers"):
        make_encoder(X).fit(X)


@FRAMES
def test_boosting_with_categories_into_the_default_student(columns, make_frame):
    if make_frame is polars_frame and parse_version("1.9") > SKLEARN_VERSION:
        pytest.skip("before scikit-learn 1.9 boosting knows no polars categories")
    columns, y = columns
    columns["size"] = np.where(np.arange(300) % 13, columns["size"], None)
    frame = make_frame({k: v for k, v in columns.items() if k != "city"})
    teacher = HistGradientBoostingClassifier(
        max_iter=20, categorical_features="from_dtype"
    )
    model = DistilledClassifier(teacher, cv=2, random_state=0).fit(frame[:200], y[:200])
    assert model.score(frame[200:], y[200:]) > 0.75
    assert model.predict_proba(frame[:5]).shape == (5, 2)
    assert_array_equal(model.classes_, ["no", "yes"])


@FRAMES
def test_both_defaults(columns, make_frame):
    frame, y = make_frame(columns[0]), columns[1]
    model = DistilledClassifier(keep_teacher=True, random_state=0)
    model.fit(frame[:200], y[:200])
    assert model.target_source_ == "oob"
    assert isinstance(model.teacher_[-1], RandomForestClassifier)
    assert model.score(frame[200:], y[200:]) > 0.85
    weighted = model.fit(frame[:200], y[:200], sample_weight=np.ones(200))
    assert weighted.score(frame[200:], y[200:]) > 0.85


def test_whatever_the_output_is_to_be(columns):
    frame, y = pandas_frame(columns[0]), columns[1]
    expected = DistilledClassifier(random_state=0).fit(frame[:200], y[:200])
    with sklearn.config_context(transform_output="pandas"):
        model = DistilledClassifier(random_state=0).fit(frame[:200], y[:200])
    assert model.committee_weights_ == expected.committee_weights_
    assert model.committee_weights_["additive"] > 0
    assert_array_equal(model.predict_proba(frame), expected.predict_proba(frame))


def test_new_names_and_new_gaps_are_no_errors(columns):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": columns[0]["count"] * 1.0, "b": columns[0]["size"]})
    model = DistilledClassifier(random_state=0).fit(frame, columns[1])
    new = pd.DataFrame({"a": [np.nan, 1.0], "b": ["xxl", None]})
    assert np.isfinite(model.predict_proba(new)).all()


def test_frames_of_numbers_need_no_encoder(iris):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(iris[0].copy(), columns=list("abcd"))
    assert make_encoder(frame) is None
    assert make_encoder(frame.astype({"a": "Float64"})) is None
    model = DistilledClassifier(random_state=0).fit(frame, iris[1])
    assert type(model.student_) is SoftmaxMLPClassifier
    frame.loc[3, "b"] = np.nan
    assert make_encoder(frame) is not None


def test_numbers_that_are_objects():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": [0.5, None, 2], "b": [True, None, False]}, dtype=object)
    encoded = make_encoder(frame).fit_transform(frame)
    assert_array_equal(encoded[:, :2], [[0.5, 0], [1.25, 1], [2, 0]])
    assert_array_equal(encoded[:, 2:], [[0, 1, 0], [0, 0, 1], [1, 0, 0]])


def test_dates_are_refused_by_name():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": [1, 2], "since": pd.to_datetime(["2020", "2021"])})
    with pytest.raises(ValueError, match=r"columns \['since'\] hold dates or times"):
        make_encoder(frame)
    pl = pytest.importorskip("polars")
    with pytest.raises(ValueError, match=r"columns \['since'\] hold dates or times"):
        make_encoder(pl.DataFrame({"a": [1, 2], "since": [date(2020, 1, 1)] * 2}))


def test_rare_names_share_a_column(rng):
    pd = pytest.importorskip("pandas")
    names = [f"name {i}" for i in rng.randint(500, size=2000)]
    encoder = make_encoder(pd.DataFrame({"name": names}))
    assert encoder.fit_transform(pd.DataFrame({"name": names})).shape == (
        2000,
        MAX_CATEGORIES,
    )


def test_arrays_with_gaps(iris):
    X, y = iris[0].copy(), iris[1]
    X[::10, 0] = np.nan
    for rows in (X, X.tolist()):
        model = DistilledClassifier(random_state=0).fit(rows, y)
        assert model.score(rows, y) > 0.9
    assert get_tags(DistilledClassifier()).input_tags.allow_nan
    assert not get_tags(
        DistilledClassifier(student=SoftmaxMLPClassifier())
    ).input_tags.allow_nan


@pytest.mark.parametrize("form", [list, np.array, "pandas", "polars"])
def test_texts(form):
    texts = ["good movie", "a bad movie", "great film", "an awful film"] * 10
    if isinstance(form, str):
        form = pytest.importorskip(form).Series
    y = np.array(["+", "-", "+", "-"] * 10)
    model = DistilledClassifier(random_state=0, keep_teacher=True).fit(form(texts), y)
    assert_array_equal(model.predict(form(["good", "awful"])), ["+", "-"])
    assert isinstance(model.student_.estimator_, Pipeline)
    assert model.target_source_ == "oob"


def test_plain_rows_need_no_encoder(iris):
    for X in (iris[0], iris[0].tolist(), np.zeros((3, 1), dtype=bool), np.zeros(3)):
        assert make_encoder(X) is None


def test_report_of_a_frame(columns):
    frame, y = pandas_frame(columns[0]), columns[1]
    model = DistilledClassifier(random_state=0)
    report = distillation_report(model, frame[:200], y[:200], frame[200:], y[200:])
    assert report.student.accuracy > 0.8
    assert report.compression > 1


def test_sparse_frames_of_numbers_need_no_encoder():
    frame = pd.DataFrame.sparse.from_spmatrix(scipy.sparse.csr_matrix(np.eye(20, 3)))
    frame.columns = list("abc")
    assert make_encoder(frame) is None
    model = DistilledClassifier(random_state=0).fit(frame, np.arange(20) % 2)
    assert model.predict_proba(frame).shape == (20, 2)


def test_names_with_gaps_in_arrays_do_not_warn():
    X = np.array([["u", 1.0], [np.nan, 2.0], ["v", 1.0]] * 5, dtype=object)
    encoded = make_encoder(X).fit_transform(X)
    assert np.isfinite(encoded.astype(float)).all()
