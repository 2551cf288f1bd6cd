"""The default teacher and the default student take frames, gaps and texts."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils import get_tags
from sklearn.utils.fixes import parse_version

from skdistill import DistilledClassifier, SoftmaxMLPClassifier, distillation_report
from skdistill.exceptions import ColumnKindWarning
from skdistill.tables import TableEncoder
from skdistill.tables._encoding import can_encode, make_encoder

# Tables of a few synthetic samples, where a teacher need not be of use.
pytestmark = pytest.mark.filterwarnings("ignore:The teacher has hardly any weight")

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


WEAK_TEACHER = pytest.mark.filterwarnings(
    "ignore:The teacher has no weight:skdistill.exceptions.CommitteeWarning"
)
FRAMES = pytest.mark.parametrize("make_frame", [pandas_frame, polars_frame])


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


@WEAK_TEACHER
def test_new_names_and_new_gaps_are_no_errors(columns):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": columns[0]["count"] * 1.0, "b": columns[0]["size"]})
    model = DistilledClassifier(random_state=0).fit(frame, columns[1])
    new = pd.DataFrame({"a": [np.nan, 1.0], "b": ["xxl", None]})
    assert np.isfinite(model.predict_proba(new)).all()


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
    assert report.student.scores.accuracy > 0.8
    assert report.student.n_bytes < report.teacher.n_bytes


def test_sparse_frames_of_numbers_need_no_encoder():
    frame = pd.DataFrame.sparse.from_spmatrix(scipy.sparse.csr_matrix(np.eye(20, 3)))
    frame.columns = list("abc")
    assert make_encoder(frame) is None
    model = DistilledClassifier(random_state=0).fit(frame, np.arange(20) % 2)
    assert model.predict_proba(frame).shape == (20, 2)


@WEAK_TEACHER
def test_frames_of_numbers_are_encoded_as_they_are(iris):
    frame = pd.DataFrame(iris[0], columns=list("abcd"))
    encoder = make_encoder(frame)
    assert_array_equal(encoder.fit_transform(frame), iris[0])
    expected = DistilledClassifier(random_state=0).fit(*iris).predict_proba(iris[0])
    model = DistilledClassifier(random_state=0).fit(frame, iris[1])
    assert_array_equal(model.predict_proba(frame), expected)
    # Names count then, not places.
    assert_array_equal(model.predict_proba(frame[list("dcba")]), expected)


def test_records_are_predicted_by_a_model_of_frames(columns):
    frame, y = pandas_frame(columns[0]), columns[1]
    model = DistilledClassifier(random_state=0, committee=None).fit(
        frame[:200], y[:200]
    )
    records = frame[200:].to_dict("records")
    expected = model.predict_proba(frame[200:])
    assert_allclose(model.predict_proba(records), expected, atol=1e-6)
    assert_allclose(model.predict_proba(records[5]), expected[5:6], atol=1e-6)
    assert_array_equal(model.predict(records[:2]), model.predict(frame[200:202]))
    record = {"city": "Oslo", "amount": 2.0, "nothing that it knows": 1}
    assert model.predict(record) == ["yes"]


def test_records_to_learn_from(columns):
    frame, y = pandas_frame(columns[0]), columns[1]
    records = frame.astype(object).to_dict("records")
    model = DistilledClassifier(random_state=0).fit(records[:200], y[:200])
    assert model.score(records[200:], y[200:]) > 0.85


def test_dates_and_identifiers_are_told_once(columns):
    columns, y = columns
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(300) % 90, "D")
    frame = pd.DataFrame({"since": days, "id": [f"id {i}" for i in range(300)]})
    y = np.where(days.day < 16, "yes", "no")
    with pytest.warns(ColumnKindWarning) as caught:
        model = DistilledClassifier(random_state=0).fit(frame[:200], y[:200])
    messages = [str(warning.message) for warning in caught]
    assert len(messages) == 2
    assert "columns ['id'] are left out" in messages[0]
    assert "columns ['since'] hold dates" in messages[1]
    assert {warning.filename for warning in caught} == {__file__}
    assert model.score(frame[200:], y[200:]) > 0.9
    assert model.committee_weights_["additive"] > 0


@WEAK_TEACHER
def test_no_encoder_warns_where_both_parts_are_the_user_s(columns):
    frame = pd.DataFrame({"x": np.arange(60.0), "id": [f"id {i}" for i in range(60)]})
    own = TableEncoder(kinds={"id": "drop"})
    student = make_pipeline(own, SoftmaxMLPClassifier((4,), max_iter=3))
    teacher = make_pipeline(own, RandomForestClassifier(10))
    DistilledClassifier(teacher, student).fit(frame, np.arange(60) % 2)


@pytest.mark.parametrize(
    ("X", "X_unlabeled", "message"),
    [
        (np.eye(40, 2), np.array([["n/a", 1.0]], dtype=object), "Column 0: could not"),
        (
            pd.DataFrame({"a": ["u", "v"] * 20, "b": np.arange(40.0)}),
            pd.DataFrame({"a": ["u"], "b": ["much"]}),
            "Column 'b': could not",
        ),
        (
            pd.DataFrame({"a": pd.to_datetime(["2020-01-01", "2021-02-03"] * 20)}),
            pd.DataFrame({"a": ["today"]}),
            "Column 'a': Invalid isoformat",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::skdistill.exceptions.ColumnKindWarning")
def test_unlabeled_samples_of_another_kind(X, X_unlabeled, message):
    with pytest.raises(ValueError, match=f"X_unlabeled: {message}"):
        DistilledClassifier().fit(X, np.arange(40) % 2, X_unlabeled=X_unlabeled)


def test_unlabeled_frames_of_other_numeric_types(iris):
    pl = pytest.importorskip("polars")
    X = pl.DataFrame(iris[0], schema=list("abcd"))
    whole = X.with_columns(pl.col("a").round().cast(pl.Int64))
    model = DistilledClassifier(synthesizer=None, committee=None, random_state=0)
    assert model.fit(X, iris[1], X_unlabeled=whole).score(X, iris[1]) > 0.9
    with pytest.raises(TypeError, match="X_unlabeled: Column 'a' is Float64 and Stri"):
        model.fit(X, iris[1], X_unlabeled=X.with_columns(pl.lit("much").alias("a")))
    days = np.full((1, 4), np.datetime64("2020-01-01"))
    with pytest.raises(TypeError, match="X_unlabeled: "):
        model.fit(*iris, X_unlabeled=days)


def test_gaps_in_unlabeled_samples_alone(iris):
    X, y = iris
    gaps = np.where(np.eye(4, dtype=bool), np.nan, X[:4])
    model = DistilledClassifier(random_state=0).fit(X, y, X_unlabeled=gaps)
    assert np.isfinite(model.predict_proba(gaps)).all()


def test_what_can_be_encoded(columns):
    frame = pandas_frame(columns[0])
    assert can_encode(frame)
    assert can_encode(np.array([[np.nan, 1.0]]))
    assert not can_encode(np.array([[np.inf, 1.0]]))
    assert not can_encode(frame.assign(amount=np.inf))
    assert not can_encode(pd.DataFrame({"a": [{}, {}]}))
