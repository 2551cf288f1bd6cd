"""The page: one file with everything in it, whose student predicts in a browser."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
import re

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import make_classification, make_regression
from sklearn.ensemble import RandomForestRegressor
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skdistill import (
    DistilledClassifier,
    DistilledRegressor,
    SoftmaxMLPClassifier,
    SquaredErrorMLPRegressor,
    distillation_report,
)
from skdistill.inspection import _speed
from skdistill.inspection._playground import (
    describe_column,
    describe_output,
    make_playground,
)
from skdistill.tables._forms import open_column

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")


@pytest.fixture(autouse=True, scope="module")
def brief():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_speed, "MIN_CALLS", 1)
        patch.setattr(_speed, "MAX_CALLS", 1)
        yield


def table(n_samples, seed):
    """Numbers, gaps, categories and dates, with a hostile name among them."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.integers(20, 60, n_samples),
            "income": rng.normal(300, 50, n_samples),
            "</script>": rng.choice(["a<b", "c&d"], n_samples),
            "since": pd.Timestamp("2020-01-01")
            + pd.to_timedelta(rng.integers(0, 900, n_samples), unit="D"),
        }
    )
    y = np.where(frame["age"] + rng.normal(0, 5, n_samples) > 40, "<yes>", "no")
    frame.loc[::5, "income"] = np.nan
    frame.loc[1::5, "</script>"] = None
    return frame, y


@pytest.fixture(scope="module")
def report():
    X, y = table(150, seed=0)
    model = DistilledClassifier(
        committee=None, synthesizer=None, keep_teacher=True, random_state=0
    )
    with pytest.warns(UserWarning, match="hold dates"):
        model.fit(X, y)
    X_test, y_test = table(100, seed=1)
    return distillation_report(model, X_test=X_test, y_test=y_test)


# Tells what the page shows at first, and after some features have been moved.
PROBE = """<script>
const shown = [...document.querySelectorAll("#answer tr")].map(
  (row) => row.cells[1].textContent);
const inputs = [...document.querySelectorAll("#controls input, #controls select")];
const moves = [45, 333, JSON.stringify("c&d"), 1600000000];
inputs.forEach((input, i) => {
  input.value = moves[i];
  input.dispatchEvent(new Event("input"));
});
const names = [...document.querySelectorAll("#answer tr")].map(
  (row) => row.cells[0].textContent);
document.body.innerHTML = "";
const probe = document.createElement("pre");
probe.textContent = JSON.stringify(
  { shown, names, values, proba: student.predictProba(values) });
document.body.append(probe);
</script>"""


def test_the_student_predicts_in_a_browser(report, open_page):
    page = open_page(report.html().replace("</body>", PROBE + "</body>"))
    found = json.loads(
        re.search("<pre>(.*)</pre>", page)[1]
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
    )
    first = report.student.predictions.values[0]
    assert found["shown"] == [f"{100 * p:.1f} %" for p in first]
    assert found["names"] == ["<yes>", "no"]
    moved = report.X_test[:1].assign(
        **{
            "age": 45,
            "income": 333.0,
            "</script>": "c&d",
            "since": pd.to_datetime(found["values"][3], unit="s"),
        }
    )
    expected = report.student.estimator.predict_proba(moved)[0]
    assert_allclose(found["proba"], expected, atol=1e-6)
    assert abs(expected[0] - first[0]) > 0.01


NUMBERS_PROBE = """<script>
const pick = (k) => [...document.querySelectorAll("#answer tr")].map(
  (row) => row.cells[k].textContent);
const widths = (kind) => [...document.querySelectorAll(".bar." + kind)].map(
  (bar) => parseFloat(bar.style.width));
const first = { names: pick(0), texts: pick(1), student: widths("student"),
                teacher: widths("teacher") };
document.querySelectorAll("#controls input").forEach((input, i) => {
  input.value = [0.5, -1.25, 2][i];
  input.dispatchEvent(new Event("input"));
});
const moved = { values, texts: pick(1), teacher: widths("teacher") };
document.body.innerHTML = "<pre>" + JSON.stringify({ first, moved }) + "</pre>";
</script>"""


@pytest.mark.parametrize("n_targets", [1, 2])
def test_a_student_of_numbers_predicts_in_a_browser(open_page, n_targets):
    X, y = make_regression(120, 3, n_targets=n_targets, random_state=0)
    teacher = DecisionTreeRegressor(random_state=0).fit(X[:60], y[:60])
    student = SquaredErrorMLPRegressor((8,), max_iter=20, random_state=0)
    student.fit(X[:60], y[:60])
    report = distillation_report(student, X_test=X[60:], y_test=y[60:], teacher=teacher)
    page = open_page(report.html().replace("</body>", NUMBERS_PROBE + "</body>"))
    found = json.loads(re.search("<pre>(.*)</pre>", page)[1])
    first, moved = found["first"], found["moved"]
    names = ["prediction"] if n_targets == 1 else ["output 0", "output 1"]
    assert first["names"] == names
    values = report.student.predictions.values
    assert_allclose([float(text) for text in first["texts"]], values[0], rtol=1e-4)
    known = report.teacher.predictions.values
    low, span = known.min(axis=0), np.ptp(known, axis=0)
    assert_allclose(first["teacher"], 100 * (known[0] - low) / span, rtol=1e-3)
    shares = np.clip((values[0] - low) / span, 0, 1)
    assert_allclose(first["student"], 100 * shares, rtol=1e-3)
    assert moved["values"] == [0.5, -1.25, 2]
    assert moved["teacher"] == []
    expected = np.ravel(student.predict([moved["values"]]))
    assert_allclose([float(text) for text in moved["texts"]], expected, rtol=1e-4)


def test_a_student_of_quantiles_predicts_all_of_them(open_page):
    X, y = make_regression(120, 3, noise=20, random_state=0)
    model = DistilledRegressor(
        RandomForestRegressor(20, random_state=0),
        SquaredErrorMLPRegressor((8,), max_iter=20),
        quantiles=(0.05, 0.5, 0.95),
        synthesizer=None,
        keep_teacher=True,
        random_state=0,
    ).fit(X[:80], y[:80])
    report = distillation_report(model, X_test=X[80:], y_test=y[80:])
    page = open_page(report.html().replace("</body>", NUMBERS_PROBE + "</body>"))
    first = json.loads(re.search("<pre>(.*)</pre>", page)[1])["first"]
    assert first["names"] == ["quantile 0.05", "quantile 0.5", "quantile 0.95"]
    found = [float(text) for text in first["texts"]]
    assert_allclose(found, model.student_.predict(X[80:81])[0], rtol=1e-4)


def test_a_teacher_of_one_number_has_bars():
    output = describe_output("prediction", np.full(3, 2.0))
    assert output == {"name": "prediction", "low": 2, "high": 3}


def test_the_page_needs_no_network(report):
    page = report.html()
    assert set(re.findall(r"""(?:src|href)=["']?(\w+):""", page)) == {"data"}
    assert not re.search(r"""<(?:link|script|iframe)\s[^>]*(?:src|href)""", page)
    assert "import(" not in page
    assert "fetch(" not in page
    assert "@import" not in page


def test_the_page_is_the_same_each_time(report):
    assert report.html() == report.html()


def test_what_is_on_the_page(report, tmp_path):
    report.write_html(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert page == report.html()
    assert report.verdict.splitlines()[0].replace("'", "&#39;") in page
    assert page.count("data:image/svg+xml;base64,") == 3  # no committee
    assert page.count("within noise</td>") == sum(
        difference.is_within_noise for difference in report.differences
    )


def test_a_page_of_20_columns_is_small():
    """The default student."""
    X, y = make_classification(400, 20, random_state=0)
    model = DistilledClassifier(keep_teacher=True, committee=None, synthesizer=None)
    model.fit(X[:300], y[:300])
    page = distillation_report(model, X_test=X[300:], y_test=y[300:]).html()
    assert len(page.encode()) < 1_500_000
    assert "student.predictProba" in page


def test_students_without_javascript_have_a_page_without_them():
    X, y = make_classification(100, random_state=0)
    teacher = DecisionTreeClassifier().fit(X, y)
    student = KNeighborsClassifier().fit(X, y)
    report = distillation_report(student, X_test=X, y_test=y, teacher=teacher)
    assert "Try the student" not in report.html()


def test_samples_without_columns_have_no_playground():
    X, y = make_classification(50, random_state=0)
    student = SoftmaxMLPClassifier((2,), max_iter=2).fit(X, y)
    columns = {"0": np.zeros(50), "1": np.ones(50)}
    assert make_playground(student, X, columns) is not None
    assert make_playground(student, [object()], columns) is None


def describe(kind, values):
    return describe_column("name", kind, open_column(pd.Series(values)))


def test_controls_of_numbers():
    control, values = describe("numeric", [1.0, np.nan, 3.0])
    assert control == {"name": "name", "kind": "numeric", "min": 1, "max": 3, "step": 1}
    assert values == [1.0, None, 3.0]
    control, _ = describe("numeric", [1.5, 3.0])
    assert "step" not in control
    control, _ = describe("numeric", [np.nan, np.nan])
    assert (control["min"], control["max"]) == (0, 0)


def test_controls_of_categories():
    control, values = describe("categorical", ["b", "a", "b", None])
    assert control["options"] == ["b", "a", None]
    assert values == ["b", "a", "b", None]
    control, _ = describe("categorical", ["b", "a"])
    assert None not in control["options"]


def test_columns_left_out_have_no_value():
    control, values = describe("drop", list("abcdefghijklmnopqrstuvw"))
    assert control == {"name": "name", "kind": "drop"}
    assert values == [None] * 20
