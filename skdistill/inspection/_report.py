"""Was it worth it? Teacher, scratch student and distilled student side by side."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from io import BytesIO
from statistics import median
from time import perf_counter

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _check_method_params, _num_samples

from skdistill.probability._softening import fit_temperature, soften
from skdistill.transfer._responses import align_columns, classifier_logits
from skdistill.transfer._validation import encode_labels

BATCH = 10_000


@dataclass(frozen=True)
class Measures:
    """What the report says of one classifier.

    Attributes
    ----------
    accuracy : float
        On the test rows.
    log_loss : float
        On the test rows, in nats.
    agreement : float
        Share of test rows on which it predicts what the teacher predicts.
    n_bytes : int
        Size of its joblib file.
    row_seconds : float
        Time to predict the probabilities of one row; the median of several calls.
    batch_seconds : float
        The same for 10,000 rows.
    """

    accuracy: float
    log_loss: float
    agreement: float
    n_bytes: int
    row_seconds: float
    batch_seconds: float


@dataclass(frozen=True)
class DistillationReport:
    """Teacher, scratch student and distilled student, measured on the same rows.

    Print it to read it.

    Attributes
    ----------
    teacher, scratch, student : Measures
        Of the teacher, of the same student trained on the labels alone, and of the
        distilled student.
    scratch_calibrated_log_loss : float
        Log loss of the scratch student after its logits are divided by the one
        temperature that fits best out-of-fold: what calibration alone would have given.
    shares : dict of str to float
        Those of the teacher, of the student's own kind, of the additive model and of
        the trees in what the student learnt.
    """

    teacher: Measures
    scratch: Measures
    student: Measures
    scratch_calibrated_log_loss: float
    shares: dict

    @property
    def speed_up(self):
        """Time of the teacher over the student's, for 10,000 rows."""
        return self.teacher.batch_seconds / self.student.batch_seconds

    @property
    def compression(self):
        """Size of the teacher over the student's."""
        return self.teacher.n_bytes / self.student.n_bytes

    def __str__(self):
        head = ("", "accuracy", "log loss", "agreement", "bytes", "us/row", "ms/10,000")
        lines = [f"{head[0]:<18}" + "".join(f"{name:>13}" for name in head[1:])]
        for name, measures in (
            ("teacher", self.teacher),
            ("scratch student", self.scratch),
            ("distilled student", self.student),
        ):
            lines.append(
                f"{name:<18}{measures.accuracy:13.4f}{measures.log_loss:13.4f}"
                f"{measures.agreement:13.4f}{measures.n_bytes:13,d}"
                f"{measures.row_seconds * 1e6:13,.1f}"
                f"{measures.batch_seconds * 1e3:13,.2f}"
            )
        return "\n".join(
            [
                *lines,
                f"The student is {self.speed_up:,.0f} times as fast and "
                f"{self.compression:,.0f} times as small as its teacher.",
                "The scratch student calibrated by one temperature has a log loss of "
                f"{self.scratch_calibrated_log_loss:.4f}.",
                f"Taught by: the teacher ({self.shares['teacher']:.0%}), its own kind "
                f"on the labels ({self.shares['student']:.0%}), an additive model "
                f"({self.shares['additive']:.0%}), randomized trees "
                f"({self.shares['trees']:.0%}).",
            ]
        )


def distillation_report(
    model, X_train, y_train, X_test, y_test, *, sample_weight=None, **fit_params
):
    """Distil, train the same student from scratch, and measure both and the teacher.

    The scratch student is the honest rival: the same estimator with the same settings,
    trained on the labels alone.

    Parameters
    ----------
    model : DistilledClassifier
        A clone of it is fitted.
    X_train : array-like of shape (n_samples, n_features)
    y_train : array-like of shape (n_samples,)
        What to fit on.
    X_test : array-like of shape (n_test_samples, n_features)
    y_test : array-like of shape (n_test_samples,)
        What to measure on.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the training rows, for teacher and students.
    **fit_params : dict
        For the model's `fit`, such as `X_unlabeled` or `groups`.

    Returns
    -------
    report : DistillationReport

    Raises
    ------
    TypeError
        If the model is no DistilledClassifier.
    ValueError
        If `teacher_proba` is passed: such a teacher cannot be measured.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import train_test_split
    >>> from skdistill import DistilledClassifier, distillation_report
    >>> X, y = load_iris(return_X_y=True)
    >>> X, X_test, y, y_test = train_test_split(X, y, random_state=0)
    >>> model = DistilledClassifier(random_state=0)
    >>> report = distillation_report(model, X, y, X_test, y_test)
    >>> report.student.accuracy > 0.9 and report.speed_up > 1
    True
    """
    if "keep_teacher" not in model.get_params():
        raise TypeError(f"model must be a DistilledClassifier, not {model!r}.")
    if fit_params.get("teacher_proba") is not None:
        raise ValueError("teacher_proba: a teacher that is not at hand has no report.")
    weights = {} if sample_weight is None else {"sample_weight": sample_weight}
    model = clone(model).set_params(keep_teacher=True)
    model.fit(X_train, y_train, **weights, **fit_params)
    scratch = clone(model.student_).fit(X_train, y_train, **weights)
    agree = model.teacher_.predict(X_test)
    return DistillationReport(
        teacher=measure(model.teacher_, X_test, y_test, agree, model.classes_),
        scratch=measure(scratch, X_test, y_test, agree, model.classes_),
        student=measure(model.student_, X_test, y_test, agree, model.classes_),
        scratch_calibrated_log_loss=_calibrated_log_loss(
            scratch, X_train, y_train, weights, X_test, y_test, model.classes_
        ),
        shares=model.committee_weights_,
    )


def measure(estimator, X, y, teacher_labels, classes):
    """Measure a fitted classifier on test rows.

    Parameters
    ----------
    estimator : classifier
    X : array-like of shape (n_samples, n_features)
    y, teacher_labels : array-like of shape (n_samples,)
        True labels, and what the teacher predicts.
    classes : ndarray of shape (n_classes,)
        All class labels.

    Returns
    -------
    measures : Measures
    """
    labels = estimator.predict(X)
    if hasattr(estimator, "predict_proba"):
        predict = estimator.predict_proba
        known = getattr(estimator, "classes_", classes)
        proba = align_columns(predict(X), known, classes)
    else:
        predict = estimator.predict
        proba = soften(classifier_logits(estimator, X, classes))
    file = BytesIO()
    joblib.dump(estimator, file)
    batch = _safe_indexing(X, np.resize(np.arange(_num_samples(X)), BATCH))
    return Measures(
        accuracy=accuracy_score(y, labels),
        log_loss=log_loss(y, proba, labels=classes),
        agreement=accuracy_score(teacher_labels, labels),
        n_bytes=len(file.getbuffer()),
        row_seconds=_median_seconds(predict, _safe_indexing(X, [0]), 20),
        batch_seconds=_median_seconds(predict, batch, 5),
    )


def _median_seconds(predict, X, n_repeats):
    predict(X)
    seconds = []
    for _ in range(n_repeats):
        start = perf_counter()
        predict(X)
        seconds.append(perf_counter() - start)
    return median(seconds)


def _calibrated_log_loss(scratch, X, y, weights, X_test, y_test, classes):
    _, labels = encode_labels(y, classes)
    counts = np.bincount(labels)
    folds = StratifiedKFold(max(2, min(5, counts[counts > 0].min())))
    logits = np.empty((len(labels), len(classes)))
    for train, test in folds.split(labels, labels):
        fold = clone(scratch).fit(
            _safe_indexing(X, train),
            _safe_indexing(y, train),
            **_check_method_params(X, weights, train),
        )
        logits[test] = classifier_logits(fold, _safe_indexing(X, test), classes)
    temperature = fit_temperature(logits, labels, **weights)
    proba = soften(classifier_logits(scratch, X_test, classes), temperature)
    return log_loss(y_test, proba, labels=classes)
