"""Surrogates: the preset imitates, and the report measures it on unseen samples."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skdistill import make_surrogate, surrogate_report
from skdistill.exceptions import CommitteeWarning
from skdistill.inspection import SurrogateTree
from skdistill.inspection._class_metrics import ClassMetrics, ClassPredictions
from skdistill.inspection._surrogate_report import measure_fidelity
from skdistill.tables import TableEncoder


@pytest.fixture(scope="module")
def rows():
    X, y = make_classification(900, 6, n_informative=4, flip_y=0.2, random_state=0)
    return X[:300], np.array(["no", "yes"])[y[:300]], X[300:]


@pytest.fixture(scope="module")
def forest(rows):
    return RandomForestClassifier(40, random_state=0).fit(*rows[:2])


@pytest.fixture(scope="module")
def report(rows, forest):
    model = make_surrogate(forest, random_state=0)
    return surrogate_report(model, *rows, n_bootstraps=2)


def test_a_fitted_model_is_taken_as_it_is(rows, forest):
    with warnings.catch_warnings(action="error"):
        model = make_surrogate(forest, random_state=0).fit(*rows[:2])
    assert model.teacher_.estimator is forest
    assert model.target_source_ == "train"
    assert model.committee_weights_ == {"teacher": 1.0}
    frozen = FrozenEstimator(forest)
    assert make_surrogate(frozen).teacher is frozen
    assert make_surrogate(frozen).target_source == "train"


def test_a_model_that_is_not_fitted_teaches_leak_free(rows):
    forest = RandomForestClassifier(40, random_state=0)
    model = make_surrogate(forest, random_state=0).fit(*rows[:2])
    assert model.teacher is forest
    assert model.target_source_ == "oob"


def test_mixed_tables():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"age": rng.normal(40, 9, 300), "city": rng.choice(["Bern", "Oslo"], 300)}
    )
    frame.loc[::9, "age"] = np.nan
    y = ((frame["age"] > 40) & (frame["city"] == "Oslo")).to_numpy()
    forest = make_pipeline(TableEncoder(), RandomForestClassifier(20, random_state=0))
    model = make_surrogate(forest.fit(frame, y), random_state=0)
    report = surrogate_report(model, frame[:200], y[:200], frame[200:], n_bootstraps=1)
    assert report.fidelity["surrogate"]["agreement"].value > 0.9
    assert "city ≠ Bern" in report.tree.text()
    assert "age >" in report.tree.text()


def test_fidelity_is_that_of_unseen_samples(rows, forest, report):
    *_, X_test = rows
    fidelity = report.fidelity["surrogate"]
    same = report.surrogate.predict(X_test) == forest.predict(X_test)
    assert_allclose(fidelity["agreement"].value, same.mean())
    expected, found = (
        model.predict_proba(X_test) for model in (forest, report.surrogate)
    )
    residual = (
        np.square(expected - found).sum()
        / np.square(expected - expected.mean(axis=0)).sum()
    )
    assert_allclose(fidelity["r2"].value, 1 - residual)
    for interval in fidelity.values():
        assert interval.low < interval.value < interval.high
    assert report.n_samples == len(X_test)


def test_the_textbook_surrogate_is_fitted_to_the_predicted_labels(rows, forest, report):
    X, _, X_test = rows
    textbook = clone(report.surrogate).fit(X, forest.predict(X))
    same = textbook.predict(X_test) == forest.predict(X_test)
    assert_allclose(report.fidelity["textbook"]["agreement"].value, same.mean())
    for score, interval in report.fidelity["difference"].items():
        assert_allclose(
            interval.value,
            report.fidelity["surrogate"][score].value
            - report.fidelity["textbook"][score].value,
        )


def test_ours_diverges_less(report):
    difference = report.fidelity["difference"]["divergence"]
    assert difference.high < 0


def test_zeros_of_leaves_do_not_diverge_without_bounds():
    certain = ClassPredictions(np.array([0]), np.array([[1.0, 0.0]]))
    other = ClassPredictions(np.array([1]), np.array([[0.0, 1.0]]))
    metrics = ClassMetrics(np.arange(2))
    found = measure_fidelity(metrics, {"surrogate": other}, certain)
    assert_allclose(found["surrogate"]["divergence"].value, -np.log(1e-3 / 1.001))
    assert list(found) == ["surrogate"]


def test_a_model_of_one_answer_has_no_textbook_surrogate(rows):
    X, _, X_test = rows
    y = np.arange(300) == 0
    model = LogisticRegression(C=1e-9).fit(X, y)
    assert not model.predict(X).any()
    with pytest.warns(CommitteeWarning):
        report = surrogate_report(make_surrogate(model), X, y, X_test, n_bootstraps=0)
    assert list(report.fidelity) == ["surrogate"]
    assert report.stability == []
    assert "bootstraps" not in str(report)


def test_stability_is_agreement_with_bootstraps(report):
    assert len(report.stability) == 2
    assert all(0.6 < share < 1 for share in report.stability)
    assert report.stability[0] != report.stability[1]


def test_a_fitted_surrogate_is_reported_as_it_is(rows, report):
    again = surrogate_report(report.model, *rows, n_bootstraps=1)
    assert again.model is report.model
    assert again.surrogate is report.model.student_
    assert again.fidelity == report.fidelity


def test_what_is_printed(report):
    text = str(report)
    assert text.startswith("A tree of 16 leaves and depth")
    assert "imitates RandomForestClassifier, on 600 test samples" in text
    assert "They disagree most where" in text
    assert report.tree.text() in text
    assert repr(report) == text
    figures = json.loads(json.dumps(report.to_dict()))
    assert figures["n_leaves"] == 16
    assert figures["regions"][0]["rule"] == report.regions[0].rule


def test_surrogates_that_are_no_trees(rows, forest):
    model = make_surrogate(forest, LogisticRegression())
    report = surrogate_report(model, *rows, n_bootstraps=1)
    assert report.tree is None
    assert str(report).startswith("LogisticRegression imitates RandomForestClassifier")
    with pytest.raises(TypeError, match="is no tree"):
        report.plot()


STUMP = DecisionTreeClassifier(max_leaf_nodes=3, random_state=0)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(
    "student",
    [STUMP, DecisionTreeRegressor(max_leaf_nodes=3, random_state=0)],
    ids=["classifier", "regressor"],
)
def test_lines_of_a_tree_are_its_predictions(student, n_classes):
    X, y = make_classification(
        300, 4, n_informative=3, n_redundant=0, n_classes=n_classes, random_state=0
    )
    model = make_surrogate(LogisticRegression().fit(X, y), student, random_state=0)
    student = model.fit(X, y).student_
    leaves = [line for line in SurrogateTree.of(student).lines() if line.is_leaf]
    assert_allclose(sum(line.share for line in leaves), 1)
    found = np.unique(np.round([line.values for line in leaves], 6), axis=0)
    expected = np.unique(np.round(student.predict_proba(X), 6), axis=0)
    assert_allclose(found, expected, atol=2e-3)


def test_text_of_a_tree():
    X = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]})
    tree = DecisionTreeClassifier().fit(X, ["no", "no", "yes", "yes"])
    assert SurrogateTree.of(tree).text() == (
        "all samples\n"
        "    a ≤ 1.5: no 1.00, 50.0 % of the samples\n"
        "    a > 1.5: yes 1.00, 50.0 % of the samples"
    )
    nameless = DecisionTreeClassifier().fit(X.to_numpy(), [0, 0, 1, 1])
    assert "x0 > 1.5: 1" in SurrogateTree.of(nameless).text()
    assert SurrogateTree.of(LogisticRegression()) is None


def test_picture_of_a_tree(report):
    figures = pytest.importorskip("matplotlib.figure")
    ax = figures.Figure().subplots()
    assert report.plot(ax) is ax
    leaves = [line for line in report.tree.lines() if line.is_leaf]
    widths = np.array([bar.get_width() for bar in ax.patches]).reshape(2, -1)
    assert_allclose(widths.T, [line.values for line in leaves])
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == [
        "no",
        "yes",
    ]
