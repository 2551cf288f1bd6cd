"""Students in JavaScript predict as before."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
import re
import warnings
from html import unescape

import numpy as np
import pytest
from compiling import (
    HOSTILE,
    STUDENTS,
    TABLE_STUDENTS,
    fitted,
    network,
    samples,
    table_of,
)
from numpy.testing import assert_allclose, assert_array_equal
from scripting import needs_node, predict_in_node, run_node, to_records
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skdistill import SoftmaxMLPClassifier
from skdistill.exceptions import ColumnKindWarning
from skdistill.export import save, to_javascript
from skdistill.tables import TableEncoder


@needs_node
@pytest.mark.parametrize("n_classes", [2, 3])
def test_equal_probabilities(n_classes):
    X = samples(n_classes)
    students = [fitted(name, n_classes) for name in STUDENTS]
    predicted = predict_in_node(map(to_javascript, students), X.tolist())
    for name, student, proba in zip(STUDENTS, students, predicted, strict=True):
        expected = student.predict_proba(X)
        assert_allclose(proba, expected, rtol=0, atol=1e-6, err_msg=name)


@needs_node
@pytest.mark.parametrize("what", ["learned", "others"])
def test_equal_probabilities_of_records(what):
    X, y = table_of("learned")
    with warnings.catch_warnings(action="ignore", category=ColumnKindWarning):
        students = [student.fit(X, y) for student in TABLE_STUDENTS.values()]
    records = to_records(table_of(what)[0])
    predicted = predict_in_node(map(to_javascript, students), records)
    for name, student, proba in zip(TABLE_STUDENTS, students, predicted, strict=True):
        expected = student.predict_proba(table_of(what)[0])
        assert_allclose(proba, expected, rtol=0, atol=1e-6, err_msg=name)


@needs_node
def test_gaps_go_where_the_tree_sends_them():
    X = np.array([[np.nan], [0.1], [0.2], [0.3]])
    tree = DecisionTreeClassifier().fit(X, [0, 0, 1, 1])
    near = tree.tree_.threshold[0] + np.array([[-1e-9], [0], [1e-9], [np.nan]])
    rows = [[None if np.isnan(x) else x] for (x,) in near]
    (proba,) = predict_in_node([to_javascript(tree)], rows)
    assert_array_equal(proba, tree.predict_proba(near))


@needs_node
def test_predicted_labels():
    student = fitted("relu", 3)
    row = samples(3)[:1]
    called = f"student.predict({row[0].tolist()})"
    code = f"console.log(JSON.stringify([{called}, student.classes]))"
    label, classes = run_node(to_javascript(student) + code)
    assert label == student.predict(row)[0]
    assert classes == ["a", "b", "c"]


NAMES = ["number", "__proto__", "date"]
KINDS = dict(zip(NAMES, ["numeric", "categorical", "datetime"], strict=True))
LAST_DAY = "2023-12-31T00:00:00.250"


@pytest.fixture(scope="module")
def reader():
    """A student of a number, a category, whose name is special, and a date."""
    rows = [[0.5, 7, "2024-02-29T12:30:00"], [1.5, 2e-5, LAST_DAY], [None, "x", None]]
    records = [dict(zip(NAMES, row, strict=True)) for row in rows]
    student = make_pipeline(TableEncoder(kinds=KINDS), network(standardize=False))
    return student.fit(records, [0, 1, 1])


@needs_node
@pytest.mark.parametrize(
    ("sample", "values"),
    [
        ('["0.5", "7", "2024-02-29 12:30"]', [0.5, "7", "2024-02-29 12:30"]),
        ("[true, 7.0, new Date(2023, 11, 31, 0, 0, 0, 250)]", [1, 7, LAST_DAY]),
        ('[" -1e-1 ", 2e-5, 1703980800.25]', [-0.1, 2e-5, LAST_DAY]),
        ('[undefined, "toString", NaN]', [None, "toString", None]),
        ('{"further": 1, ["__proto__"]: 2e-5}', [None, 2e-5, None]),
        ('["1.", 7e30, "2023-12-31T00:00:00.25+05:00"]', [1, 7e30, LAST_DAY]),
    ],
)
def test_values_are_read_as_in_python(reader, sample, values):
    code = f"console.log(JSON.stringify(student.predictProba({sample})))"
    proba = run_node(to_javascript(reader) + code)
    record = dict(zip(NAMES, values, strict=True))
    assert_allclose(proba, reader.predict_proba(record)[0], rtol=0, atol=1e-6)


@needs_node
@pytest.mark.parametrize(
    ("sample", "message"),
    [
        ('["", 7, null]', '"" is no number'),
        ('["0x10", 7, null]', "is no number"),
        ("[1e39, 7, null]", "Feature number is missing or too large"),
        ("[-Infinity, 7, null]", "Feature number is missing or too large"),
        ('[0, 7, "2023-02-30"]', '"2023-02-30" is no date'),
        ('[0, 7, "2023-02-28 at noon"]', "is no date"),
        ("[0, 7]", "A sample has 3 features, not 2"),
    ],
)
def test_values_that_are_refused(reader, sample, message):
    code = f"""
let message = "";
try {{ student.predictProba({sample}); }} catch (error) {{ message = error.message; }}
console.log(JSON.stringify(message));
"""
    assert message in run_node(to_javascript(reader) + code)


@needs_node
def test_gaps_are_refused_by_networks():
    code = "try { student.predictProba({}); } catch (e) { console.log('\"refused\"'); }"
    assert run_node(to_javascript(fitted("relu", 3)) + code) == "refused"


def test_name():
    script = to_javascript(fitted("relu", 3), name="flowers")
    assert "const flowers = (() =>" in script
    with pytest.raises(ValueError, match="must be an identifier"):
        to_javascript(fitted("relu", 3), name="a; alert(1)")


def test_other_estimators_are_refused():
    student = SVC().fit([[0.0], [1.0]], [0, 1])
    with pytest.raises(TypeError, match=r"SVC.*cannot be exported"):
        to_javascript(student)


def test_file(tmp_path):
    save(fitted("relu", 3), tmp_path / "student.js")
    script = (tmp_path / "student.js").read_text("ascii")
    assert script == to_javascript(fitted("relu", 3))


PAGE = """<!doctype html>
<title>A student</title>
<script>{script}</script>
<pre id="out"></pre>
<script>
const samples = {samples};
document.getElementById("out").textContent =
    JSON.stringify([samples.map(student.predictProba), samples.map(student.predict)]);
</script>
"""


def predict_in_page(open_page, student, samples):
    """Probabilities and labels that a page shows."""
    samples = json.dumps(samples).replace("<", r"\u003c")
    page = open_page(PAGE.format(script=to_javascript(student), samples=samples))
    (shown,) = re.findall(r'<pre id="out">(.*)</pre>', page)
    return json.loads(unescape(shown))


def test_digits_in_a_browser(open_page, digits):
    X, y = digits
    student = SoftmaxMLPClassifier(
        (32,), numeric_encoding="auto", n_members=2, max_iter=20, random_state=0
    )
    student.fit(X[:300], y[:300])
    proba, labels = predict_in_page(open_page, student, X[300:].tolist())
    assert_allclose(proba, student.predict_proba(X[300:]), rtol=0, atol=1e-6)
    assert_array_equal(labels, student.predict(X[300:]))


def test_hostile_names_in_a_browser(open_page):
    hostile = [*HOSTILE, "</script><script>alert(1)//", "<!--<script>", "`${alert(1)}`"]
    records = [{"<!--": name, "</script>": i} for i, name in enumerate(hostile)]
    kinds = {"<!--": "categorical", "</script>": "numeric"}
    student = make_pipeline(TableEncoder(kinds=kinds), network())
    student.fit(records, [f"</script>{i % 2}" for i in range(len(hostile))])
    proba, labels = predict_in_page(open_page, student, records)
    assert_allclose(proba, student.predict_proba(records), rtol=0, atol=1e-6)
    assert_array_equal(labels, student.predict(records))
