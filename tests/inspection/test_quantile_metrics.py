"""Reports of quantiles: pinball loss, coverage and width on unseen samples."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_pinball_loss, r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from skdistill import (
    DistilledRegressor,
    SquaredErrorMLPRegressor,
    distillation_report,
)
from skdistill.inspection import AgreementDisplay
from skdistill.inspection._quantile_metrics import QuantileMetrics

LEVELS = (0.1, 0.5, 0.9)
FOREST = RandomForestRegressor(20, random_state=0)
NETWORK = SquaredErrorMLPRegressor(random_state=0)


@pytest.fixture(scope="module")
def table():
    rng = np.random.RandomState(0)
    X = rng.uniform(size=(600, 2))
    return X, 5 * X[:, 0] + X[:, 1] * rng.normal(size=600)


def fit(table, student=NETWORK):
    X, y = table
    model = DistilledRegressor(FOREST, student, quantiles=LEVELS, synthesizer=None)
    return model.set_params(keep_teacher=True, random_state=0).fit(X[:300], y[:300])


def test_scores_are_those_of_scikit_learn(table):
    X, y = (part[300:] for part in table)
    model = fit(table)
    report = distillation_report(model, *(part[:300] for part in table), X, y)
    quantiles = model.predict_quantiles(X)
    expected = [
        mean_pinball_loss(y, column, alpha=level)
        for column, level in zip(quantiles.T, LEVELS, strict=True)
    ]
    scores = report.student.scores
    assert_allclose(scores.pinball, np.mean(expected))
    low, median, high = quantiles.T
    assert_allclose(scores.coverage, np.mean((y >= low) & (y <= high)))
    assert_allclose(scores.width, np.mean(high - low))
    assert_allclose(scores.r2, r2_score(y, median))
    teacher = np.sort(model.teacher_.predict(X), axis=1)
    assert_allclose(report.teacher.scores.r2, r2_score(y, teacher[:, 1]))
    for row, loss, column in zip(
        report.breakdown()["distilled student"], expected, quantiles.T, strict=True
    ):
        assert_allclose(row["pinball"], loss)
        assert_allclose(row["below"], np.mean(y <= column))
    difference = report.difference("teacher", "coverage")
    assert_allclose(difference.value, scores.coverage - report.teacher.scores.coverage)


def test_what_a_report_says(table):
    X, y = table
    report = distillation_report(fit(table), X[:300], y[:300], X[300:], y[300:])
    assert "covered, of 80 %" in str(report)
    assert "The student's pinball loss is" in report.verdict
    assert json.loads(report.to_json())["models"]["teacher"]["scores"]["coverage"] < 1
    # Of the labels alone the same network learns quantiles, too.
    assert 0.6 < report.scratch.scores.coverage < 0.95
    assert report.scratch.scores.width > 0


@pytest.mark.parametrize(
    ("student", "has_scratch"),
    [
        (make_pipeline(StandardScaler(), NETWORK), True),
        (DecisionTreeRegressor(max_leaf_nodes=8), False),
        (make_pipeline(StandardScaler(), DecisionTreeRegressor(max_depth=2)), False),
    ],
    ids=str,
)
def test_some_students_learn_no_quantiles_of_labels(table, student, has_scratch):
    X, y = table
    model = fit(table, student)
    weights = np.ones(300)
    report = distillation_report(
        model, X[:300], y[:300], X[300:], y[300:], sample_weight=weights
    )
    assert (report.scratch is not None) == has_scratch
    assert len(report.models) == 2 + has_scratch
    assert "committee" not in report.verdict


def test_inside_a_pipeline(table):
    X, y = table
    pipeline = make_pipeline(StandardScaler(), fit(table)).fit(X[:300], y[:300])
    report = distillation_report(pipeline, X[:300], y[:300], X[300:], y[300:])
    assert 0.6 < report.student.scores.coverage < 0.95
    assert report.scratch is None


def test_precomputed_quantiles_of_the_teacher(table):
    X, y = table
    model = fit(table)
    answers = model.teacher_.predict(X[300:])
    by_array, by_model = (
        distillation_report(model, None, None, X[300:], y[300:], teacher=teacher)
        for teacher in (answers, model.teacher_)
    )
    assert by_array.teacher.scores == by_model.teacher.scores
    with pytest.raises(ValueError, match="teacher predicts 2 columns, but there are 3"):
        distillation_report(model, None, None, X, y, teacher=np.ones((600, 2)))


def test_the_median_alone():
    metrics = QuantileMetrics([0.5])
    y, found = np.array([[1.0], [2.0]]), metrics.read([1.0, 4.0])
    contributions = metrics.contributions(y, found, found)
    assert_allclose(contributions["pinball"], [0, 1])
    assert_allclose(contributions["width"], 0)


def test_displays_draw_the_median(table):
    pytest.importorskip("matplotlib")
    X, _ = table
    display = AgreementDisplay.from_estimator(fit(table), X[300:])
    assert display is not None
