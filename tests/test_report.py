"""The report: each figure is what one would compute by hand."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from io import BytesIO

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from skdistill import DistilledClassifier, SoftmaxMLPClassifier, distillation_report
from skdistill.report import measure, scratch_student


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
    assert report.shares == fitted.shares_


def test_scratch_student_had_no_teacher(rows, report):
    X, y, X_test, y_test = rows
    scratch = SoftmaxMLPClassifier((8,), early_stopping=True, random_state=0).fit(X, y)
    # Its seed is the distilled one's, drawn from the model's.
    assert abs(report.scratch.accuracy - scratch.score(X_test, y_test)) < 0.1
    assert report.scratch.log_loss != report.student.log_loss


def test_scratch_student_of_a_pipeline_stops_early():
    student = make_pipeline(StandardScaler(), SoftmaxMLPClassifier((8,)))
    scratch = scratch_student(student)
    assert scratch[-1].early_stopping
    assert not student[-1].early_stopping


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
    network = SoftmaxMLPClassifier((8,), early_stopping=True, random_state=0)
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
    assert f"teacher ({report.shares['teacher']:.0%})" in text
    assert f"labels ({report.shares['student']:.0%})" in text


def test_students_without_probabilities(rows):
    X, y, X_test, y_test = rows
    estimator = LinearSVC().fit(X, y)
    measures = measure(estimator, X_test, y_test, y_test, np.unique(y))
    assert measures.agreement == measures.accuracy
    assert np.isfinite(measures.log_loss)
