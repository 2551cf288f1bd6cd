"""The report: teacher, scratch student and distilled student side by side."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass, replace

import numpy as np
from sklearn.base import clone
from sklearn.metrics import log_loss

from skdistill.inspection._measure import Measures, measure
from skdistill.probability import fit_temperature, soften
from skdistill.transfer._cross_fitting import cross_val_raw, split_samples
from skdistill.transfer._targets import ClassTargets
from skdistill.transfer._training_data import TrainingData


@dataclass(frozen=True)
class DistillationReport:
    """Teacher, scratch student and distilled student, measured on the same samples.

    Print it to read it. Read more in the :ref:`User Guide <report>`.

    Attributes
    ----------
    teacher, scratch, student : Measures
        Of the teacher, of the same student trained on the labels alone, and of the
        distilled student.
    scratch_calibrated_log_loss : float
        Log loss of the scratch student after its logits are divided by the one
        temperature that fits best out-of-fold: what calibration alone would have given.
    committee_weights : dict of str to float
        Relative weight of the teacher and of the other members of the committee.
    """

    teacher: Measures
    scratch: Measures
    student: Measures
    scratch_calibrated_log_loss: float
    committee_weights: dict

    @property
    def speed_up(self):
        """Time of the teacher over the student's, for 10,000 samples."""
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
                f"The student is {_times(self.speed_up)} times as fast and "
                f"{_times(self.compression)} times as small as its teacher.",
                "The scratch student calibrated by one temperature has a log loss of "
                f"{self.scratch_calibrated_log_loss:.4f}.",
                "Committee: "
                + ", ".join(
                    f"{name} {weight:.0%}"
                    for name, weight in self.committee_weights.items()
                )
                + ".",
            ]
        )


def _times(ratio):
    """A ratio, with a digit after the point where it is small."""
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def distillation_report(
    model, X_train, y_train, X_test, y_test, *, sample_weight=None, **fit_params
):
    """Distill, train the same student from scratch, and measure both and the teacher.

    The scratch student is the baseline: the same estimator with the same settings,
    trained on the labels alone.

    Read more in the :ref:`User Guide <report>`.

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
        Weights of the training samples, for teacher and students.
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
        raise ValueError("teacher_proba: a precomputed teacher has no report.")
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
            scratch, X_train, y_train, sample_weight, X_test, y_test, model.classes_
        ),
        committee_weights=model.committee_weights_,
    )


def _calibrated_log_loss(scratch, X, y, sample_weight, X_test, y_test, classes):
    """Log loss of a student whose logits are divided by one out-of-fold temperature."""
    targets = ClassTargets(classes)
    encoded = targets.encode(y)
    counts = np.bincount(encoded)
    data = TrainingData(X, y, targets, encoded, sample_weight)
    splits = split_samples(min(5, counts[counts > 0].min()), data, {})
    data = replace(data, splits=splits)
    weights = {} if sample_weight is None else {"sample_weight": sample_weight}
    raw = cross_val_raw(scratch, data, weights).raw
    temperature = fit_temperature(raw, encoded, sample_weight)
    proba = soften(targets.predict_raw(scratch, X_test), temperature)
    return log_loss(y_test, proba, labels=classes)
