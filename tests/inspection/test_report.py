"""The report: each figure is what one would compute by hand."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from io import BytesIO

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC

from skdistill import DistilledClassifier, SoftmaxMLPClassifier, distillation_report
from skdistill.inspection import measure


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
def report(model, rows):
    return distillation_report(model, *rows)


def test_student_and_teacher(model, rows, report):
    X, y, X_test, y_test = rows
    fitted = model.set_params(keep_teacher=True).fit(X, y)
    for measures, estimator in (
        (report.student, fitted.student_),
        (report.teacher, fitted.teacher_),
    ):
        assert measures.accuracy == estimator.score(X_test, y_test)
        expected = log_loss(y_test, estimator.predict_proba(X_test))
        assert_allclose(measures.log_loss, expected)
    same = fitted.student_.predict(X_test) == fitted.teacher_.predict(X_test)
    assert report.student.agreement == same.mean()
    assert report.teacher.agreement == 1
    assert report.committee_weights == fitted.committee_weights_


def test_scratch_student_is_the_same_network_on_the_labels(model, rows, report):
    X, y, X_test, y_test = rows
    scratch = clone(clone(model).fit(X, y).student_).fit(X, y)
    assert report.scratch.accuracy == scratch.score(X_test, y_test)
    expected = log_loss(y_test, scratch.predict_proba(X_test))
    assert_allclose(report.scratch.log_loss, expected)


def test_what_goes_to_the_fits(model, rows, monkeypatch):
    X, y, X_test, y_test = rows
    weights = np.where(y == "setosa", 0.0, 1.0)
    fit, seen = SoftmaxMLPClassifier.fit, []

    def record(self, X, y, sample_weight=None):
        seen.append(sample_weight)
        return fit(self, X, y, sample_weight)

    monkeypatch.setattr(SoftmaxMLPClassifier, "fit", record)
    model = clone(model).set_params(committee=None)
    report = distillation_report(
        model, *rows, sample_weight=weights, X_unlabeled=X_test
    )
    fitted = clone(model).set_params(keep_teacher=True)
    fitted.fit(X, y, sample_weight=weights, X_unlabeled=X_test)
    assert report.student.accuracy == fitted.score(X_test, y_test)
    assert report.teacher.accuracy == fitted.teacher_.score(X_test, y_test)
    assert_allclose(seen[0], weights)
    assert_allclose(sum(map(np.sum, seen[1:])), 4 * weights.sum())  # five folds


def test_a_teacher_that_knows_more_classes(rows):
    X, y, X_test, y_test = rows
    teacher = FrozenEstimator(LogisticRegression(C=0.1).fit(X, y))
    model = DistilledClassifier(teacher, GaussianNB(), random_state=0)
    two, of_two = y != "setosa", y_test != "setosa"
    report = distillation_report(model, X[two], y[two], X_test[of_two], y_test[of_two])
    for measures in (report.teacher, report.scratch, report.student):
        assert measures.accuracy > 0.8
        assert np.isfinite(measures.log_loss)
    assert np.isfinite(report.scratch_calibrated_log_loss)


def test_another_estimator_is_refused(rows):
    with pytest.raises(
        TypeError, match="must be a DistilledClassifier, not GaussianNB"
    ):
        distillation_report(GaussianNB(), *rows)


def test_a_teacher_that_is_not_at_hand(rows):
    model = DistilledClassifier(student=GaussianNB())
    proba = np.full((len(rows[0]), 3), 1 / 3)
    with pytest.raises(ValueError, match=r"teacher_proba: .* has no report"):
        distillation_report(model, *rows, teacher_proba=proba)


def test_sizes_and_speeds(rows, report):
    X, y, *test = rows
    estimator = LogisticRegression().fit(X, y)
    measures = measure(estimator, *test, estimator.predict(test[0]), np.unique(y))
    file = BytesIO()
    joblib.dump(estimator, file)
    assert measures.n_bytes == len(file.getvalue())
    assert 0 < measures.row_seconds < measures.batch_seconds
    assert report.compression == report.teacher.n_bytes / report.student.n_bytes
    assert report.speed_up > 1


def test_calibration_is_by_one_temperature(rows, report):
    """Near what scikit-learn's sigmoids make of the same network."""
    X, y, X_test, y_test = rows
    network = SoftmaxMLPClassifier((8,), random_state=0)
    calibrated = CalibratedClassifierCV(network, ensemble=False).fit(X, y)
    expected = log_loss(y_test, calibrated.predict_proba(X_test))
    assert abs(report.scratch_calibrated_log_loss - expected) < 0.2
    assert report.scratch_calibrated_log_loss != report.scratch.log_loss


def test_all_of_it_is_printed(report):
    text = str(report)
    for measures in (report.teacher, report.scratch, report.student):
        assert f"{measures.accuracy:.4f}" in text
        assert f"{measures.n_bytes:,}" in text
    assert f"log loss of {report.scratch_calibrated_log_loss:.4f}" in text
    assert f"teacher {report.committee_weights['teacher']:.0%}," in text
    assert f"student {report.committee_weights['student']:.0%}," in text


def test_students_without_probabilities(rows):
    X, y, X_test, y_test = rows
    estimator = LinearSVC().fit(X, y)
    measures = measure(estimator, X_test, y_test, y_test, np.unique(y))
    assert measures.agreement == measures.accuracy
    assert np.isfinite(measures.log_loss)
