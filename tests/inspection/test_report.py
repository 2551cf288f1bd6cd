"""The report: it measures what ships, and each figure is what one computes by hand."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from skdistill import DistilledClassifier, SoftmaxMLPClassifier, distillation_report
from skdistill.inspection import _speed
from skdistill.neural_network import JointlyDistilledClassifier


@pytest.fixture(autouse=True)
def brief(monkeypatch):
    """Time few calls: what they take is not of interest here."""
    monkeypatch.setattr(_speed, "MIN_CALLS", 2)
    monkeypatch.setattr(_speed, "MAX_CALLS", 2)


@pytest.fixture(scope="module")
def rows():
    X, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    return X[::2], names[::2], X[1::2], names[1::2]


@pytest.fixture(scope="module")
def model():
    teacher = RandomForestClassifier(30, random_state=0)
    student = SoftmaxMLPClassifier((8,), random_state=0)
    return DistilledClassifier(teacher, student, random_state=0)


@pytest.fixture(scope="module")
def fitted(model, rows):
    return clone(model).set_params(keep_teacher=True).fit(*rows[:2])


@pytest.fixture(scope="module")
def report(fitted, rows):
    return distillation_report(fitted, *rows)


def agree(first, second, X):
    assert_allclose(first.predict_proba(X), second.predict_proba(X))


def test_a_fitted_model_is_reported_as_it_is(fitted, rows, report):
    *_, X_test, y_test = rows
    assert report.model is fitted
    for measures, estimator in (
        (report.student, fitted.student_),
        (report.teacher, fitted.teacher_),
    ):
        assert measures.estimator is estimator
        assert_allclose(measures.scores.accuracy, estimator.score(X_test, y_test))
        expected = log_loss(y_test, estimator.predict_proba(X_test))
        assert_allclose(measures.scores.log_loss, expected)
    same = fitted.student_.predict(X_test) == fitted.teacher_.predict(X_test)
    assert_allclose(report.student.scores.agreement, same.mean())
    assert report.teacher.scores.agreement == 1
    assert_allclose(report.teacher.scores.divergence, 0, atol=1e-12)
    assert report.committee_weights == fitted.committee_weights_


def test_an_unfitted_model_is_fitted_once_and_handed_back(model, rows, monkeypatch):
    *_, X_test, y_test = rows
    fits, fit = [], DistilledClassifier.fit
    monkeypatch.setattr(
        DistilledClassifier,
        "fit",
        lambda self, *args, **kwargs: fits.append(self) or fit(self, *args, **kwargs),
    )
    report = distillation_report(model, *rows)
    assert fits == [report.model]
    assert not hasattr(model, "student_")
    assert report.student.estimator is report.model.student_
    assert report.teacher.estimator is report.model.teacher_
    assert report.student.scores.accuracy == report.model.score(X_test, y_test)


def test_the_scratch_student_is_the_same_network_on_the_labels(fitted, rows, report):
    X, y, X_test, _ = rows
    agree(report.scratch.estimator, clone(fitted.student_).fit(X, y), X_test)


def test_there_is_no_scratch_student_without_training_samples(fitted, rows):
    *_, X_test, y_test = rows
    report = distillation_report(fitted, X_test=X_test, y_test=y_test)
    assert report.scratch is None
    assert report.scratch_calibrated_log_loss is None
    assert "scratch" not in str(report)
    assert {difference.minus for difference in report.differences} == {"teacher"}


@pytest.mark.parametrize("is_fitted", [False, True])
def test_pipelines_and_searches(fitted, rows, is_fitted):
    X, y, X_test, y_test = rows
    grid = {"distilledclassifier__alpha": [0.5, 1.0]}
    model = clone(fitted).set_params(keep_teacher=is_fitted)
    model = GridSearchCV(make_pipeline(StandardScaler(), model), grid, cv=2)
    if is_fitted:
        model.fit(X, y)
    report = distillation_report(model, *rows)
    assert (report.model is model) == is_fitted
    best = report.model.best_estimator_
    assert_allclose(report.student.scores.accuracy, best.score(X_test, y_test))
    agree(report.student.estimator, best, X_test)
    scaled = best[:-1].transform(X_test)
    assert_allclose(
        report.teacher.predictions.values, best[-1].teacher_.predict_proba(scaled)
    )
    assert_allclose(report.student.estimator[-1].coefs_[0], best[-1].student_.coefs_[0])
    assert report.committee_weights == best[-1].committee_weights_


def test_a_joint_model(rows):
    student = SoftmaxMLPClassifier((4,))
    model = JointlyDistilledClassifier(student=student, random_state=0)
    report = distillation_report(model, *rows)
    assert report.teacher.estimator is report.model.teacher_
    assert "Committee" not in str(report)


def test_any_student_with_a_frozen_teacher(rows):
    X, y, X_test, y_test = rows
    teacher = FrozenEstimator(RandomForestClassifier(10, random_state=0).fit(X, y))
    student = GaussianNB().fit(X, y)
    report = distillation_report(student, *rows, teacher=teacher)
    assert report.student.estimator is student
    assert report.teacher.scores.accuracy == teacher.score(X_test, y_test)


@pytest.mark.parametrize("is_frame", [False, True])
def test_precomputed_answers(fitted, rows, is_frame):
    *_, X_test, y_test = rows
    proba = fitted.teacher_.predict_proba(X_test)
    answers = proba
    if is_frame:
        answers = pd.DataFrame(proba, columns=fitted.classes_)[fitted.classes_[::-1]]
    report = distillation_report(fitted, None, None, X_test, y_test, teacher=answers)
    assert_allclose(report.teacher.predictions.values, proba)
    assert report.teacher.n_bytes is None
    assert report.teacher.latencies == []
    assert "processor time" not in report.verdict


def test_what_goes_to_the_fits(model, rows):
    X, y, X_test, _ = rows
    weights = np.where(y == "setosa", 0.0, 1.0)
    model = clone(model).set_params(committee=None)
    report = distillation_report(
        model, *rows, sample_weight=weights, X_unlabeled=X_test
    )
    expected = clone(model).fit(X, y, sample_weight=weights, X_unlabeled=X_test)
    agree(report.model, expected, X_test)
    agree(
        report.scratch.estimator,
        clone(expected.student_).fit(X, y, sample_weight=weights),
        X_test,
    )
    pipeline = make_pipeline(StandardScaler(), model)
    report = distillation_report(pipeline, *rows, sample_weight=weights)
    step = {"distilledclassifier__sample_weight": weights}
    agree(report.model, clone(pipeline).fit(X, y, **step), X_test)


def test_a_teacher_that_knows_more_classes(rows):
    X, y, X_test, y_test = rows
    teacher = FrozenEstimator(LogisticRegression(C=0.1).fit(X, y))
    model = DistilledClassifier(teacher, GaussianNB(), random_state=0)
    two, of_two = y != "setosa", y_test != "setosa"
    report = distillation_report(model, X[two], y[two], X_test[of_two], y_test[of_two])
    for measures in report.models:
        assert measures.scores.accuracy > 0.8
        assert np.isfinite(measures.scores.log_loss)
    assert np.isfinite(report.scratch_calibrated_log_loss)


def test_students_without_probabilities(rows, fitted):
    X, y, *_ = rows
    report = distillation_report(LinearSVC().fit(X, y), *rows, teacher=fitted.teacher_)
    assert np.isfinite(report.student.scores.log_loss)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"X_test": None}, "X_test and y_test are needed"),
        ({"X_train": None, "model": GaussianNB()}, "pass X_train and y_train"),
        ({"groups": [1]}, "groups: the model is fitted already"),
        ({"model": GaussianNB().fit([[0], [1]], [0, 1])}, "has not kept its teacher"),
        ({"y_test": ["setosa"]}, "inconsistent numbers of samples"),
    ],
)
def test_what_is_refused(fitted, rows, change, message):
    names = ("X_train", "y_train", "X_test", "y_test")
    arguments = {"model": fitted, **dict(zip(names, rows, strict=True)), **change}
    with pytest.raises(ValueError, match=message):
        distillation_report(**arguments)


@pytest.mark.parametrize("model", [None, "model", GaussianNB], ids=str)
def test_what_is_no_model_is_refused(rows, model):
    with pytest.raises(TypeError, match=r"^model=.* is no estimator"):
        distillation_report(model, *rows)


def test_calibration_is_by_one_temperature(rows, report):
    """Near what scikit-learn's sigmoids make of the same network."""
    X, y, X_test, y_test = rows
    network = SoftmaxMLPClassifier((8,), random_state=0)
    calibrated = CalibratedClassifierCV(network, ensemble=False).fit(X, y)
    expected = log_loss(y_test, calibrated.predict_proba(X_test))
    assert abs(report.scratch_calibrated_log_loss - expected) < 0.2
    assert report.scratch_calibrated_log_loss != report.scratch.scores.log_loss


def test_a_class_of_one_sample_has_no_calibration(fitted, rows):
    X, y, *test = rows
    keep = np.r_[np.flatnonzero(y != "setosa"), 0]
    assert y[0] == "setosa"
    report = distillation_report(fitted, X[keep], y[keep], *test)
    assert report.scratch_calibrated_log_loss is None


def test_all_of_it_is_printed(report):
    text = str(report)
    for measures in report.models:
        assert f"{measures.scores.accuracy:.4f}" in text
        assert f"{measures.n_bytes:,}" in text
    assert f"log loss of {report.scratch_calibrated_log_loss:.4f}" in text
    assert f"teacher {100 * report.committee_weights['teacher']:.0f} %," in text
    assert report.verdict in text
    assert repr(report) == text


def test_frames(report):
    frame = report.to_frame()
    assert list(frame.index) == ["teacher", "scratch student", "distilled student"]
    assert frame.loc["teacher", "accuracy"] == report.teacher.scores.accuracy
    assert len(report.to_frame("differences")) == len(report.differences)
    assert list(report.to_frame("latencies")["n_samples"]) == [1, 10_000] * 3
    classes = report.to_frame("breakdown").query("model == 'teacher'")
    assert classes["n_samples"].sum() == report.n_samples
    with pytest.raises(ValueError, match="table must be"):
        report.to_frame("classes")


def test_json_is_the_dict(report):
    assert json.loads(report.to_json()) == report.to_dict()


def test_json_has_no_nan(fitted, rows):
    *_, X_test, y_test = rows
    first = y_test == "setosa"
    report = distillation_report(fitted, X_test=X_test[first], y_test=y_test[first])
    assert np.isnan(report.student.scores.auc)
    assert json.loads(report.to_json())["models"]["teacher"]["scores"]["auc"] is None


def test_a_notebook_shows_the_table(report):
    html = report._repr_html_()
    assert html.count("<tr>") == len(str(report).split("\n\n")[0].splitlines())
    assert f"<td>{report.student.scores.accuracy:.4f}</td>" in html
