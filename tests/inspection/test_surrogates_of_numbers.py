"""Surrogates of regressors: the preset, fidelity, stability, text and picture."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.datasets import make_friedman1, make_regression
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import r2_score, root_mean_squared_error
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeRegressor

from skdistill import DistilledRegressor, make_surrogate, surrogate_report
from skdistill.inspection import SurrogateTree
from skdistill.inspection._surrogate_tree import bars_of_numbers
from skdistill.tables import TableEncoder


@pytest.fixture(scope="module")
def rows():
    X, y = make_friedman1(900, 6, noise=2, random_state=0)
    return X[:300], y[:300], X[300:]


@pytest.fixture(scope="module")
def forest(rows):
    return RandomForestRegressor(40, random_state=0).fit(*rows[:2])


@pytest.fixture(scope="module")
def report(rows, forest):
    model = make_surrogate(forest, random_state=0)
    return surrogate_report(model, *rows, n_bootstraps=2)


def test_the_preset(rows, forest):
    model = make_surrogate(forest)
    assert isinstance(model, DistilledRegressor)
    assert model.teacher.estimator is forest
    assert (model.alpha, model.committee, model.keep_teacher) == (1.0, None, True)
    assert isinstance(model.student[-1], DecisionTreeRegressor)
    anew = make_surrogate(clone(forest), random_state=0).fit(*rows[:2])
    assert anew.target_source_ == "oob"


def test_fidelity_is_that_of_unseen_samples(rows, forest, report):
    X, _, X_test = rows
    expected = forest.predict(X_test)
    textbook = clone(report.surrogate).fit(X, forest.predict(X))
    for name, model in (("surrogate", report.surrogate), ("textbook", textbook)):
        found = model.predict(X_test)
        fidelity = report.fidelity[name]
        assert_allclose(fidelity["r2"].value, r2_score(expected, found))
        rmse = root_mean_squared_error(expected, found)
        assert_allclose(fidelity["rmse"].value, rmse)
        assert fidelity["r2"].low < fidelity["r2"].value < fidelity["r2"].high


def test_ours_is_closer(report):
    assert report.fidelity["difference"]["rmse"].high < 0
    assert report.fidelity["difference"]["r2"].low > 0


def test_stability_is_r2_to_surrogates_of_bootstraps(report):
    assert len(report.stability) == 2
    assert all(0.5 < r2 < 1 for r2 in report.stability)


def test_what_is_printed(report):
    text = str(report)
    assert text.startswith("A tree of 16 leaves and depth")
    assert "imitates RandomForestRegressor, on 600 test samples" in text
    assert "R2 to the model" in text
    worst = report.regions[0]
    assert f"where {worst.rule}: by {worst.disagreement:.3g} in the mean of" in text
    assert "agree with this one with an R2 of" in text
    figures = json.loads(json.dumps(report.to_dict()))
    assert figures["fidelity"]["surrogate"].keys() == {"r2", "rmse"}


def test_leaves_are_the_predictions(rows, report):
    leaves = [line for line in report.tree.lines() if line.is_leaf]
    found = sorted(line.values.item() for line in leaves)
    expected = np.unique(report.surrogate.predict(rows[0]))
    assert np.isin(np.round(expected, 6), np.round(found, 6)).all()
    assert_allclose(sum(line.share for line in leaves), 1)


def test_text_of_a_tree():
    X = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]})
    tree = DecisionTreeRegressor().fit(X, [1.5, 1.5, -2, -2])
    assert SurrogateTree.of(tree).text() == (
        "all samples\n"
        "    a ≤ 1.5: 1.5; 50.0 % of the samples\n"
        "    a > 1.5: -2; 50.0 % of the samples"
    )


def test_bars_start_at_zero():
    starts, widths = bars_of_numbers(np.array([[1.0, 5.0], [-3.0, 10.0]]))
    assert_allclose(starts, [0.75, 0])
    assert_allclose(widths, [[0.25, 0.5], [-0.75, 1]])
    assert_allclose(bars_of_numbers(np.zeros((2, 1)))[1], 0)


def test_picture_of_a_tree(report):
    figures = pytest.importorskip("matplotlib.figure")
    ax = report.plot(figures.Figure().subplots())
    leaves = [line for line in report.tree.lines() if line.is_leaf]
    _, widths = bars_of_numbers(np.array([line.values for line in leaves]))
    assert_allclose([bar.get_width() for bar in ax.patches], widths[:, 0])
    assert any("; " in text.get_text() for text in ax.texts)


def test_several_outputs():
    X, y = make_regression(300, 4, n_targets=2, random_state=0)
    model = make_surrogate(Ridge().fit(X[:200], y[:200]), random_state=0)
    report = surrogate_report(model, X[:200], y[:200], X[200:], n_bootstraps=1)
    expected = report.model.teacher_.predict(X[200:])
    found = report.surrogate.predict(X[200:])
    assert_allclose(report.fidelity["surrogate"]["r2"].value, r2_score(expected, found))
    ax = report.plot(pytest.importorskip("matplotlib.figure").Figure().subplots())
    assert len(ax.patches) == 2 * report.tree.n_leaves


def test_mixed_tables_and_surrogates_that_are_no_trees():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"age": rng.normal(40, 9, 300), "city": rng.choice(["Bern", "Oslo"], 300)}
    )
    frame.loc[::9, "age"] = np.nan
    y = frame["age"].fillna(0) + 20.0 * (frame["city"] == "Oslo")
    forest = make_pipeline(TableEncoder(), RandomForestRegressor(20, random_state=0))
    model = make_surrogate(forest.fit(frame, y), random_state=0)
    report = surrogate_report(model, frame[:200], y[:200], frame[200:], n_bootstraps=1)
    assert report.fidelity["surrogate"]["r2"].value > 0.8
    assert "age >" in report.tree.text()
    linear = make_pipeline(TableEncoder(), LinearRegression())
    model = make_surrogate(forest, linear, random_state=0)
    report = surrogate_report(model, frame[:200], y[:200], frame[200:], n_bootstraps=1)
    assert str(report).startswith("LinearRegression imitates RandomForestRegressor")
