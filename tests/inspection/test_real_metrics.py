"""Reports and displays of numbers: each figure is what one computes by hand."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.datasets import load_diabetes, make_regression
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import (
    mean_absolute_error,
    r2_score,
    root_mean_squared_error,
)
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdistill import DistilledRegressor, SquaredErrorMLPRegressor, distillation_report
from skdistill.inspection import AgreementDisplay, DisagreementDisplay, _speed
from skdistill.inspection._intervals import mean_intervals
from skdistill.inspection._real_metrics import (
    RealMetrics,
    r_squared,
    root_mean_square,
)


@pytest.fixture(autouse=True, scope="module")
def brief():
    """Time few calls: what they take is not of interest here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_speed, "MIN_CALLS", 2)
        patch.setattr(_speed, "MAX_CALLS", 2)
        yield


@pytest.fixture(scope="module")
def rows():
    X, y = load_diabetes(return_X_y=True)
    return X[::2], y[::2], X[1::2], y[1::2]


@pytest.fixture(scope="module")
def model():
    teacher = RandomForestRegressor(30, random_state=0)
    student = SquaredErrorMLPRegressor((8,), random_state=0)
    return DistilledRegressor(teacher, student, synthesizer=None, random_state=0)


@pytest.fixture(scope="module")
def report(model, rows):
    return distillation_report(model, *rows)


@pytest.fixture(scope="module")
def several():
    X, y = make_regression(200, 4, n_targets=2, noise=5, random_state=0)
    y[:, 1] *= 1000
    return X[:120], y[:120], X[120:], y[120:]


def check_scores(scores, y, predicted, of_teacher):
    assert_allclose(scores["r2"], r2_score(y, predicted))
    assert_allclose(scores["rmse"], root_mean_squared_error(y, predicted))
    assert_allclose(scores["mae"], mean_absolute_error(y, predicted))
    assert_allclose(scores["teacher_r2"], r2_score(of_teacher, predicted))
    expected = root_mean_squared_error(of_teacher, predicted)
    assert_allclose(scores["teacher_rmse"], expected)


def test_scores_are_those_of_scikit_learn(report, rows):
    *_, X_test, y_test = rows
    of_teacher = report.model.teacher_.predict(X_test)
    for measures in report.models:
        predicted = measures.estimator.predict(X_test)
        check_scores(measures.scores, y_test, predicted, of_teacher)
    assert report.teacher.scores.teacher_r2 == 1
    assert report.teacher.scores.teacher_rmse == 0


def test_the_scratch_student_learned_the_labels_alone(report, rows):
    X, y, X_test, _ = rows
    scratch = clone(report.model.student_).fit(X, y)
    assert_allclose(
        report.scratch.predictions.values[:, 0], scratch.predict(X_test), rtol=1e-5
    )
    assert report.scratch_calibrated_log_loss is None


def test_several_outputs(several):
    X, y, X_test, y_test = several
    teacher = RandomForestRegressor(10, random_state=0).fit(X, y)
    student = LinearRegression().fit(X, y)
    report = distillation_report(student, X, y, X_test, y_test, teacher=teacher)
    check_scores(
        report.student.scores, y_test, student.predict(X_test), teacher.predict(X_test)
    )
    by_output = report.breakdown()["distilled student"]
    assert [row["output"] for row in by_output] == [0, 1]
    for j, row in enumerate(by_output):
        predicted = student.predict(X_test)[:, j]
        assert_allclose(row["r2"], r2_score(y_test[:, j], predicted))
        expected = root_mean_squared_error(y_test[:, j], predicted)
        assert_allclose(row["rmse"], expected)
        assert_allclose(row["mae"], mean_absolute_error(y_test[:, j], predicted))
    frame = report.to_frame("breakdown")
    assert frame.columns.tolist() == ["model", "output", "r2", "rmse", "mae"]
    assert len(frame) == 6


def test_intervals_cover_the_truth():
    """R2 and RMSE are no means, but their contributions vary as they do."""
    rng = np.random.default_rng(0)
    covered = np.zeros(2)
    for _ in range(200):
        y = rng.normal(size=(200, 1))
        values = y + rng.normal(scale=0.5, size=y.shape)
        contributions = np.column_stack(
            [r_squared(y, values), root_mean_square(y - values)]
        )
        low, high = mean_intervals(contributions, n_resamples=300)
        covered += (low < [0.75, 0.5]) & (high > [0.75, 0.5])
    assert (covered > 0.9 * 200).all()


def test_pipelines_and_searches(model, rows):
    *_, X_test, y_test = rows
    grid = {"distilledregressor__alpha": [0.5, 1.0]}
    search = GridSearchCV(make_pipeline(StandardScaler(), model), grid, cv=2)
    report = distillation_report(search, *rows)
    best = report.model.best_estimator_
    assert_allclose(report.student.scores.r2, best.score(X_test, y_test))
    of_teacher = best[-1].teacher_.predict(best[:-1].transform(X_test))
    assert_allclose(report.teacher.predictions.values[:, 0], of_teacher)


def test_the_verdict_is_about_r2(report, rows):
    first, second, *_ = report.verdict.splitlines()
    student, teacher = report.student.scores.r2, report.teacher.scores.r2
    assert first.startswith(
        f"The student's R2 is {student:.4f}, its teacher's {teacher:.4f}: on 221 test "
    )
    difference = report.difference("teacher", "r2")
    is_noise = difference.low <= 0 <= difference.high
    assert ("is within noise" if is_noise else "is more than noise") in first
    assert f"{difference.low:+.4f} to {difference.high:+.4f}" in first
    assert second.startswith("Against the same student trained on the labels alone")


def test_json_has_null_for_what_is_not_defined(report, rows):
    X, y, X_test, _ = rows
    constant = np.full(len(X_test), 2.0)
    report = distillation_report(report.model, X, y, X_test, constant)
    assert np.isnan(report.student.scores.r2)
    assert json.loads(report.to_json())["models"]["teacher"]["scores"]["r2"] is None
    assert report.verdict.startswith("The student's RMSE is")
    assert "undefined" in str(report)
    assert {d.score for d in report.differences if d.minus == "teacher"} == {
        "rmse",
        "mae",
    }


def test_scales_far_from_one(rows):
    X, y, X_test, y_test = rows
    student, teacher = Ridge().fit(X, y), LinearRegression().fit(X, y)
    usual = distillation_report(student, X, y, X_test, y_test, teacher=teacher)
    for scale, shift in ((1e-7, 0), (1.0, 1e9)):
        models = [
            clone(model).fit(X, scale * y + shift) for model in (student, teacher)
        ]
        report = distillation_report(
            models[0], X_test=X_test, y_test=scale * y_test + shift, teacher=models[1]
        )
        assert_allclose(report.student.scores.r2, usual.student.scores.r2, rtol=1e-5)
        expected = scale * usual.student.scores.rmse
        assert_allclose(report.student.scores.rmse, expected, rtol=1e-5)
        text = next(line for line in str(report).splitlines() if "RMSE" in line)
        assert_allclose([float(n) for n in text.split()[1:]][1], expected, rtol=0.01)


def test_a_teacher_that_is_not_at_hand(report, rows):
    *_, X_test, y_test = rows
    student, teacher = report.student.estimator, report.model.teacher_
    answers = teacher.predict(X_test)
    again = distillation_report(student, X_test=X_test, y_test=y_test, teacher=answers)
    assert_allclose(again.teacher.scores.r2, report.teacher.scores.r2)
    assert again.teacher.n_bytes is None
    column = pd.DataFrame({"answer": answers})
    again = distillation_report(student, X_test=X_test, y_test=y_test, teacher=column)
    assert_allclose(again.teacher.scores.r2, report.teacher.scores.r2)


def test_samples_without_a_prediction_are_left_out(report, rows):
    *_, X_test, y_test = rows
    student = report.student.estimator
    answers = report.model.teacher_.predict(X_test)
    answers[:21] = np.nan
    with pytest.warns(UserWarning, match="21 of 221 test samples have no prediction"):
        partial = distillation_report(
            student, X_test=X_test, y_test=y_test, teacher=answers
        )
    assert partial.n_samples == 200
    expected = student.score(X_test[21:], y_test[21:])
    assert_allclose(partial.student.scores.r2, expected)
    assert_allclose(partial.teacher.scores.r2, r2_score(y_test[21:], answers[21:]))
    with pytest.raises(ValueError, match="NaN everywhere"):
        distillation_report(
            student, X_test=X_test, y_test=y_test, teacher=np.full(221, np.nan)
        )
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        distillation_report(
            student, X_test=X_test, y_test=y_test, teacher=answers[:200]
        )


class Unsure(LinearRegression):
    """A model that gives up on some samples."""

    def predict(self, X):
        y = super().predict(X)
        y[:3] = np.nan
        return y


def test_a_model_that_gives_up_is_named(rows):
    X, y, X_test, y_test = rows
    student, teacher = Ridge().fit(X, y), Unsure().fit(X, y)
    with pytest.raises(ValueError, match=r"Unsure predicts NaN .* for 3 of 221"):
        distillation_report(student, X_test=X_test, y_test=y_test, teacher=teacher)


def test_outputs_that_are_not_those_of_y(several):
    X, y, X_test, y_test = several
    student, teacher = Ridge().fit(X, y), Ridge().fit(X, y[:, 0])
    with pytest.raises(ValueError, match="y has 2 outputs, but 1 are predicted"):
        distillation_report(student, X_test=X_test, y_test=y_test, teacher=teacher)


def test_disagreement_is_the_mean_absolute_difference():
    metrics = RealMetrics()
    first, second = metrics.read([[1.0, 2.0]]), metrics.read([[2.0, 5.0]])
    assert_allclose(first.disagreement(second), [2.0])


class TestDisplays:
    @pytest.fixture(autouse=True)
    def ax(self):
        return pytest.importorskip("matplotlib.figure").Figure().subplots()

    def test_agreement(self, report, rows, ax):
        *_, X_test, _ = rows
        display = AgreementDisplay.from_estimator(report.model, X_test, ax=ax)
        drawn = display.ax_.collections[0].get_offsets()
        assert_allclose(drawn[:, 0], report.model.teacher_.predict(X_test))
        assert_allclose(drawn[:, 1], report.model.predict(X_test), rtol=1e-6)
        assert ax.get_xlabel() == "teacher's prediction"
        assert ax.get_xlim() == ax.get_ylim()

    def test_agreement_of_several_outputs(self, several, ax):
        X, y, X_test, _ = several
        teacher, student = Ridge().fit(X, y), Ridge(alpha=50).fit(X, y)
        display = AgreementDisplay.from_estimator(
            student, X_test, teacher=teacher, ax=ax
        )
        predicted = teacher.predict(X_test)
        standardized = (predicted - predicted.mean(axis=0)) / predicted.std(axis=0)
        assert display.agrees is None
        assert_allclose(display.teacher_values, standardized.ravel())
        assert len(display.student_values) == 160

    def test_numbers_that_do_not_vary(self, ax):
        display = AgreementDisplay.from_predictions([2.0, 2.0], [2.0, 2.0], ax=ax)
        assert display.ax_.get_xlim() == (1, 3)

    def test_disagreement(self, report, rows, ax):
        *_, X_test, _ = rows
        display = DisagreementDisplay.from_estimator(report.model, X_test, ax=ax)
        apart = np.abs(
            report.model.predict(X_test) - report.model.teacher_.predict(X_test)
        )
        assert not display.is_share
        assert 0 < display.regions[0].disagreement < apart.max()
