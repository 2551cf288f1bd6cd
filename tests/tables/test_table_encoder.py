"""One encoder for all tables: every form of a table becomes the same matrix."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle
import subprocess
import sys
import warnings
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from checks import parametrize_estimator_checks
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder

from skdistill.exceptions import ColumnKindWarning
from skdistill.tables import TableEncoder
from skdistill.tables._table_encoder import FEW_ROWS

N_SAMPLES = 40


@pytest.fixture
def columns(rng):
    """Columns of all kinds with gaps, as lists of plain values."""
    days = [
        date(2024, 1, 1) + timedelta(days=int(d)) for d in rng.randint(900, size=40)
    ]
    columns = {
        "amount": rng.normal(size=N_SAMPLES).tolist(),
        "city": rng.choice(["Bern", "Oslo", "Rome"], size=N_SAMPLES).tolist(),
        "count": rng.randint(5, size=N_SAMPLES).tolist(),
        "open": (rng.uniform(size=N_SAMPLES) < 0.5).tolist(),
        "since": [datetime.combine(day, time(9, day.day % 4)) for day in days],
    }
    for j, values in enumerate(columns.values()):
        values[j :: 7 + j] = [None] * len(values[j :: 7 + j])
    return columns


def with_nullable_dtypes(columns):
    frame = pd.DataFrame(columns, dtype=object)
    dtypes = {
        "amount": "Float64",
        "count": "Int64",
        "open": "boolean",
        "city": "string",
    }
    return frame.astype(dtypes | {"since": "datetime64[ns]"})


def with_categories(columns):
    return pd.DataFrame(columns).astype({"city": "category"})


def polars_frame(columns):
    return pytest.importorskip("polars").DataFrame(columns)


def polars_frame_with_categories(columns):
    pl = pytest.importorskip("polars")
    return pl.DataFrame(columns).with_columns(pl.col("city").cast(pl.Categorical))


def array_of_objects(columns):
    return np.array(list(columns.values()), dtype=object).T


def records(columns):
    rows = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def records_without_gaps(columns):
    """Records without the keys of missing values; the first one has all keys."""
    full, *others = records(columns)
    return [full] + [
        {name: value for name, value in record.items() if value is not None}
        for record in others
    ]


FORMS = {
    form.__name__: form
    for form in (
        pd.DataFrame,
        with_nullable_dtypes,
        with_categories,
        polars_frame,
        polars_frame_with_categories,
        array_of_objects,
        records,
        records_without_gaps,
    )
}


@parametrize_estimator_checks([TableEncoder()], lambda estimator: {})
def test_estimator_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_becomes_the_same_matrix(columns, form):
    expected = TableEncoder().fit_transform(pd.DataFrame(columns))
    X = form(columns)
    encoder = TableEncoder().fit(X)
    assert_array_equal(encoder.transform(X), expected)
    # A few samples are read value by value.
    assert N_SAMPLES > FEW_ROWS
    assert_array_equal(encoder.transform(X[:FEW_ROWS]), expected[:FEW_ROWS])


def test_forms_may_change_after_fit(columns):
    frame = pd.DataFrame(columns)
    encoder = TableEncoder().fit(frame)
    expected = encoder.transform(frame)
    for name, form in FORMS.items():
        if form is not array_of_objects:
            X = form(columns)
            assert_array_equal(encoder.transform(X), expected, err_msg=name)
            assert_array_equal(encoder.transform(X[3:4]), expected[3:4], err_msg=name)
    with pytest.warns(UserWarning, match="X lacks feature names"):
        assert_array_equal(encoder.transform(array_of_objects(columns)), expected)
    assert_array_equal(encoder.transform(records(columns)[3]), expected[3:4])
    assert_array_equal(encoder.transform(tuple(records(columns))), expected)


def test_the_same_columns_as_of_scikit_learn(columns):
    frame = pd.DataFrame(columns).drop(columns="since").astype({"open": "object"})
    frame["city"] = frame["city"].astype(object).where(frame["city"].notna(), None)
    frame["open"] = frame["open"].astype(float)
    imputer = SimpleImputer(strategy="median", add_indicator=True)
    one_hot = OneHotEncoder(sparse_output=False)
    expected = make_column_transformer(
        (imputer, ["amount"]),
        (one_hot, ["city"]),
        (imputer, ["count"]),
        (imputer, ["open"]),
    ).fit_transform(frame)
    assert_array_equal(TableEncoder().fit_transform(frame), expected)


def test_names_of_the_matrix(columns):
    columns.pop("since")
    encoder = TableEncoder().fit(pd.DataFrame(columns))
    names = [
        *["amount", "missingindicator_amount"],
        *["city_Bern", "city_Oslo", "city_Rome", "missingindicator_city"],
        *["count", "missingindicator_count"],
        *["open", "missingindicator_open"],
    ]
    assert_array_equal(encoder.get_feature_names_out(), names)
    unnamed = TableEncoder().fit([["a", 1.0], ["b", 2.0]])
    assert_array_equal(unnamed.get_feature_names_out(), ["x0_a", "x0_b", "x1"])
    assert unnamed.get_feature_names_out(["u", "v"])[2] == "v"


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_set_output(columns, library):
    pytest.importorskip(library)
    frame = pd.DataFrame(columns, index=np.arange(N_SAMPLES) + 7)
    encoder = TableEncoder().fit(frame)
    expected = encoder.transform(frame)
    output = encoder.set_output(transform=library).transform(frame)
    assert type(output).__module__.startswith(library)
    assert list(output.columns) == encoder.get_feature_names_out().tolist()
    assert_array_equal(output.to_numpy(), expected)
    if library == "pandas":
        assert_array_equal(output.index, frame.index)


def test_order_of_columns_and_further_columns_do_not_matter(columns):
    frame = pd.DataFrame(columns)
    encoder = TableEncoder().fit(frame)
    other = frame[frame.columns[::-1]].assign(further=1)
    for rows in (slice(None), slice(1)):
        assert_array_equal(
            encoder.transform(other[rows]), encoder.transform(frame[rows])
        )
    record = records(columns)[1]
    assert_array_equal(
        encoder.transform({"further": {}} | record), encoder.transform(record)
    )


def test_lacking_columns_are_named(columns):
    encoder = TableEncoder().fit(pd.DataFrame(columns))
    frame = pd.DataFrame(columns).rename(columns={"city": "City", "open": "Open"})
    message = r"lacks the columns \['city', 'open'\]. Not used are \['City', 'Open'\]"
    with pytest.raises(ValueError, match=message):
        encoder.transform(frame)
    with pytest.raises(
        ValueError, match=r"none of the columns .* but the keys .*'City'"
    ):
        encoder.transform([{"amount": 1.0}, {"City": "Bern"}])
    with pytest.raises(ValueError, match="X has 2 features, but TableEncoder is expec"):
        encoder.transform(np.ones((1, 2)))


def test_names_that_are_not_unique():
    frame = pd.DataFrame([["u", 0.5], ["v", 1.0]] * 10, columns=["a", "a"])
    expected = [[1, 0, 0.5], [0, 1, 1.0]] * 10
    encoder = TableEncoder().fit(frame)
    assert_array_equal(encoder.transform(frame), expected)
    assert_array_equal(encoder.transform(frame[:1]), expected[:1])


def test_names_that_are_no_strings():
    frame = pd.DataFrame({3: ["u", "v"], 1: [0.5, 1.0]})
    encoder = TableEncoder(kinds={1: "numeric"}).fit(frame)
    assert not hasattr(encoder, "feature_names_in_")
    assert encoder.kinds_ == {0: "categorical", 1: "numeric"}
    with pytest.raises(TypeError, match="all input features have string names"):
        encoder.fit(frame.rename(columns={3: "a"}))


def test_unknown_categories_are_zero_or_rare(rng):
    encoder = TableEncoder(max_categories=3)
    three = encoder.fit([["a"], ["b"], ["c"]])
    assert_array_equal(
        three.transform([["a"], ["z"], [None]]), [[1, 0, 0], [0] * 3, [0] * 3]
    )
    values = ["a"] * 3 + ["b", "b", "c", "c", "c", "c", "d", "d", None]
    X = np.array(values, dtype=object)[:, None]
    encoder.fit(X)
    assert_array_equal(
        encoder.get_feature_names_out(),
        ["x0_a", "x0_c", "missingindicator_x0", "x0_infrequent"],
    )
    rows = [["a"], ["b"], ["c"], ["d"], [None], ["z"]]
    expected = np.eye(4)[[0, 3, 1, 3, 2, 3]]
    assert_array_equal(encoder.transform(rows), expected)
    assert_array_equal(encoder.transform(rows * 4), np.tile(expected, (4, 1)))


def test_the_most_frequent_categories_stay_as_in_scikit_learn(rng):
    X = np.char.add("c", rng.randint(30, size=(400, 1)).astype(str)).astype(object)
    one_hot = OneHotEncoder(
        handle_unknown="infrequent_if_exist", max_categories=12, sparse_output=False
    )
    encoder = TableEncoder(max_categories=12).fit(X)
    assert_array_equal(encoder.transform(X), one_hot.fit_transform(X))
    X[0] = "other"
    assert_array_equal(encoder.transform(X), one_hot.transform(X))


def test_categories_that_occur_once_are_rare():
    X = [[f"c{i}"] for i in range(40)] + [["often"]] * 40
    encoder = TableEncoder(max_categories=10).fit(X)
    assert_array_equal(encoder.get_feature_names_out(), ["x0_often", "x0_infrequent"])


def test_no_gaps_in_training():
    encoder = TableEncoder().fit([[1.0, True], [4.0, False], [3.0, True]])
    assert_array_equal(
        encoder.transform([[None, np.nan], [pd.NA, pd.NaT]]), [[3, 1]] * 2
    )


@pytest.mark.parametrize("gap", [None, np.nan, pd.NA, pd.NaT])
def test_one_gap_of_any_type_leaves_numbers_numeric(gap):
    x = np.arange(50).astype(object)
    x[7] = gap
    for X in (pd.DataFrame({"x": x}), x[:, None], x[:, None].tolist()):
        encoder = TableEncoder().fit(X)
        assert list(encoder.kinds_.values()) == ["numeric"]
        expected = np.column_stack([np.arange(50), np.zeros(50)])
        expected[7] = 25, 1
        assert_array_equal(encoder.transform(X), expected)
        assert_array_equal(encoder.transform(X[7:8]), expected[7:8])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([Decimal("1.5"), 2, True], [1.5, 2, 1]),
        (["1.5", "-2e3", ".5"], [1.5, -2000, 0.5]),
        ([timedelta(minutes=2), None, timedelta(days=1)], [120, 43_260, 86_400]),
        ([np.timedelta64(2, "m"), None, np.timedelta64(1, "D")], [120, 43_260, 86_400]),
        ([time(1), time(0, 1), time(0, 0, 1)], [3600, 60, 1]),
        ([np.float32(0.5), np.int8(3), np.bool_(True)], [0.5, 3, 1]),
    ],
)
def test_what_numbers_are(values, expected):
    X = np.array(values, dtype=object)[:, None]
    encoder = TableEncoder().fit(X)
    assert_array_equal(encoder.transform(X)[:, 0], expected)
    assert_array_equal(encoder.transform(np.repeat(X, 5, axis=0))[::5, 0], expected)
    if hasattr(values[0], "isoformat") or isinstance(values[0], timedelta):
        frame = pytest.importorskip("polars").DataFrame({"x": values})
        assert_array_equal(TableEncoder().fit_transform(frame)[:, 0], expected)


def test_codes_with_leading_zeros_are_categories():
    encoder = TableEncoder().fit([["0123"], ["4567"]])
    assert encoder.kinds_ == {0: "categorical"}


def test_one_category_has_one_name_whatever_its_type():
    X = pd.DataFrame({"x": pd.Categorical([1, 2, 2])})
    encoder = TableEncoder().fit(X)
    assert encoder.kinds_ == {"x": "categorical"}
    for value in (2, 2.0, "2", np.int64(2)):
        assert_array_equal(encoder.transform({"x": value}), [[0, 1]])
        many = np.array([[value]] * 20, dtype=object)
        assert_array_equal(
            encoder.transform(pd.DataFrame(many, columns=["x"])), [[0, 1]] * 20
        )


def test_parts_of_dates():
    dates = pd.to_datetime(["2024-01-01 06:30", None, "2024-02-04 12:00"])
    encoder = TableEncoder().fit(pd.DataFrame({"d": dates}))
    # The year does not vary.
    parts = ["total_seconds", "month", "day", "weekday", "hour"]
    assert_array_equal(
        encoder.get_feature_names_out(),
        [*(f"d_{part}" for part in parts), "missingindicator_d"],
    )
    seconds = [datetime.fromisoformat(f"{d}+00:00").timestamp() for d in dates.dropna()]
    first = [seconds[0], 1, 1, 0, 6.5, 0]
    last = [seconds[1], 2, 4, 6, 12, 0]
    gap = [*np.mean([first, last], axis=0)[:-1], 1]
    assert_allclose(encoder.transform(pd.DataFrame({"d": dates})), [first, gap, last])
    early = encoder.transform({"d": datetime(1969, 12, 31, 23)})
    assert_array_equal(early, [[-3600, 12, 31, 2, 23, 0]])


@pytest.mark.parametrize(
    "dates",
    [
        pd.Series(["2024-03-01T10:00", "2025-04-02T11:30"]),
        pd.Series(pd.to_datetime(["2024-03-01 10:00", "2025-04-02 11:30"])),
        pd.Series(pd.to_datetime(["2024-03-01 10:00", "2025-04-02 11:30"])).astype(
            object
        ),
        pd.Series(
            pd.to_datetime(["2024-03-01 10:00", "2025-04-02 11:30"]).tz_localize(
                "Asia/Tokyo"
            )
        ),
        pd.Series(pd.PeriodIndex(["2024-03-01 10:00", "2025-04-02 11:30"], freq="min")),
    ],
    ids=["strings", "datetime64", "objects", "time zone", "periods"],
)
def test_what_dates_are(dates):
    frame = pd.DataFrame({"d": dates})
    encoder = TableEncoder().fit(frame)
    expected = [[1709287200, 2024, 3, 1, 4, 10], [1743593400, 2025, 4, 2, 2, 11.5]]
    assert_array_equal(encoder.transform(frame), expected)
    assert_array_equal(encoder.transform(pd.concat([frame] * 9)), expected * 9)
    text = {"d": "2025-04-02T11:30:00+09:00"}
    assert_array_equal(encoder.transform(text), expected[1:])


def test_time_zones_of_polars():
    pl = pytest.importorskip("polars")
    times = pl.Series(["2024-03-01T10:00", "2025-04-02T11:30"]).str.to_datetime()
    zoned = times.dt.replace_time_zone("Asia/Tokyo")
    encoder = TableEncoder().fit(pl.DataFrame({"d": times}))
    expected = encoder.transform(pl.DataFrame({"d": times}))
    assert_array_equal(expected[:, -1], [10, 11.5])
    for few_or_many in (1, 9):
        X = pl.concat([pl.DataFrame({"d": zoned})] * few_or_many)
        assert_array_equal(encoder.transform(X), np.tile(expected, (few_or_many, 1)))


def test_days(columns):
    days = [date(2024, 3, 1), date(2025, 4, 2), None]
    pl = pytest.importorskip("polars")
    for X in (pl.DataFrame({"d": days}), pd.DataFrame({"d": days})):
        encoder = TableEncoder().fit(X)
        assert encoder.kinds_ == {"d": "datetime"}
        assert_array_equal(encoder.transform(X)[0, :3], [1709251200, 2024, 3])
    array = np.array([["2024-03-01"], ["2025-04-02"]], dtype="datetime64[D]")
    assert_array_equal(
        TableEncoder().fit_transform(array)[0, :3], [1709251200, 2024, 3]
    )


def test_identifiers_are_left_out_with_a_warning(rng):
    frame = pd.DataFrame({"id": [f"id {i}" for i in range(100)], "x": np.arange(100.0)})
    with pytest.warns(ColumnKindWarning, match=r"columns \['id'\] are left out"):
        encoder = TableEncoder().fit(frame)
    assert_array_equal(encoder.transform(frame), frame[["x"]])
    assert_array_equal(encoder.transform({"x": 3, "id": None}), [[3]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        TableEncoder(kinds={"id": "drop"}).fit(frame)
        kept = TableEncoder(kinds={"id": "categorical"}).fit(frame)
        assert kept.transform(frame).shape == (100, 101)
        # Few of them, or some that come twice, may be categories.
        assert TableEncoder().fit(frame[:20]).kinds_["id"] == "categorical"
        frame.loc[90:, "id"] = "other"
        assert TableEncoder().fit(frame).kinds_["id"] == "categorical"


def test_kinds_that_are_given(columns):
    frame = pd.DataFrame(columns)
    given = {"count": "categorical", "since": "drop"}
    encoder = TableEncoder(kinds=given).fit(frame)
    assert encoder.kinds_["count"] == "categorical"
    assert encoder.kinds_["amount"] == "numeric"
    names = encoder.get_feature_names_out().tolist()
    assert "count_3" in names
    assert not [name for name in names if name.startswith("since")]
    assert_array_equal(
        encoder.transform({"count": 3}), encoder.transform({"count": "3"})
    )
    with pytest.raises(ValueError, match=r"kinds has the keys \['size'\]"):
        TableEncoder(kinds={"size": "numeric"}).fit(frame)
    with pytest.raises(ValueError, match=r"kinds must be among .* not {'number'}"):
        TableEncoder(kinds={"count": "number"}).fit(frame)
    with pytest.raises(ValueError, match="'max_categories' parameter"):
        TableEncoder(max_categories=1).fit(frame)
    assert (
        len(TableEncoder(max_categories=2).fit(frame[["city"]]).encoders_[0].codes) == 1
    )
    with pytest.raises(ValueError, match="Column 'city': could not convert"):
        TableEncoder(kinds={"city": "numeric"}).fit(frame)


@pytest.mark.parametrize("n_samples", [1, 20])
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("amount", "much", "Column 'amount': could not convert string to float"),
        ("amount", np.inf, "Column 'amount': it contains infinity"),
        ("count", 10**400, "Column 'count': int too large"),
        ("count", np.datetime64("2024-01-01"), "Column 'count': it must be a number"),
        ("city", ["Bern"], "Column 'city': argument must be a string or a number"),
        ("city", {}, "Column 'city': argument must be a string or a number"),
        ("city", object(), "Column 'city': argument must be a string or a number"),
        ("since", "today", "Column 'since': Invalid isoformat"),
        ("since", 7.5, "Column 'since': it must be a date, not float"),
    ],
)
def test_errors_name_the_column(columns, name, value, message, n_samples):
    encoder = TableEncoder().fit(pd.DataFrame(columns))
    record = records(columns)[2] | {name: value}
    with pytest.raises((TypeError, ValueError, OverflowError), match=message):
        encoder.transform([record] * n_samples)


def test_what_fit_refuses():
    with pytest.raises(ValueError, match="Column 1: it contains infinity"):
        TableEncoder().fit([[1.0, 2.0], [2.0, np.inf]])
    with pytest.raises(TypeError, match="Column 0: argument must be a string"):
        TableEncoder().fit(pd.DataFrame({0: [{}, {}]}))
    with pytest.raises(ValueError, match="Complex data not supported"):
        TableEncoder().fit(pd.DataFrame({"a": [1j, 2.0]}))
    with pytest.raises(ValueError, match=r"0 sample\(s\)"):
        TableEncoder().fit(pd.DataFrame({"a": []}))
    with pytest.raises(ValueError, match=r"0 feature\(s\)"):
        TableEncoder().fit(pd.DataFrame(index=[1, 2]))


def test_numbers_and_codes(columns):
    frame = pd.DataFrame(columns)[["city", "amount"]]
    encoder = TableEncoder().fit(frame)
    new = {"city": ["Rome", None, "Lima", "Bern"], "amount": [1.0, None, 2.0, 3.0]}
    numbers, codes = encoder.encode(pd.DataFrame(new))
    assert_array_equal(numbers, [[1], [np.nan], [2], [3]])
    assert_array_equal(codes, [[2], [3], [4], [0]])
    layout = encoder.layout_
    assert_array_equal(layout.n_codes, [4])
    assert_array_equal(layout.code_positions, [0])
    assert_array_equal(layout.number_positions, [4])
    assert_array_equal(layout.indicator_positions, [5])


def test_tables_without_numbers_or_without_categories():
    for X in ([["a"], ["b"]], [[0.5], [1.0]]):
        encoder = TableEncoder().fit(X)
        expected = encoder.transform(X)
        assert_array_equal(encoder.transform(X * 9), np.tile(expected, (9, 1)))
    texts = [[f"text {i}"] for i in range(40)]
    with (
        pytest.warns(ColumnKindWarning),
        pytest.raises(ValueError, match="no column that can be encoded"),
    ):
        TableEncoder().fit(texts)


def test_columns_of_gaps_alone():
    frame = pd.DataFrame({"a": [np.nan] * 3, "b": [None] * 3, "c": [pd.NaT] * 3})
    encoder = TableEncoder().fit(frame)
    assert encoder.kinds_ == {"a": "numeric", "b": "categorical", "c": "datetime"}
    expected = [[0, 1, 1, 0, 1]] * 3
    assert_array_equal(encoder.transform(frame), expected)
    assert_array_equal(encoder.transform({"a": None}), expected[:1])


def test_it_predicts_where_pandas_is_not_installed(columns, tmp_path):
    frame = with_categories(columns)
    encoder = TableEncoder().fit(frame)
    file = tmp_path / "encoder.pickle"
    file.write_bytes(pickle.dumps(encoder))
    code = f"""
import sys
sys.modules["pandas"] = sys.modules["polars"] = None
import pickle
encoder = pickle.load(open({str(file)!r}, "rb"))
print(encoder.transform({{"city": "Oslo", "amount": 0.25}}).tolist())
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    expected = encoder.transform({"city": "Oslo", "amount": 0.25})
    assert run.stdout.strip() == str(expected.tolist())


def test_refit_forgets_names(columns):
    encoder = TableEncoder().fit(pd.DataFrame(columns))
    encoder.fit([[1.0]])
    assert not hasattr(encoder, "feature_names_in_")
    assert encoder.n_features_in_ == 1
