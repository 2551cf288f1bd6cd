"""Incremental learning: what a distilled student needs to go on after its fit."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

from skdistill.transfer._responses import has_uncalibrated_scores


def can_learn_more(model: Any) -> bool:
    """Check that a distilled estimator can go on, by ``partial_fit``.

    Parameters
    ----------
    model : DistilledClassifier or DistilledRegressor

    Returns
    -------
    can : True

    Raises
    ------
    AttributeError
        With the reason, if there is one.
    """
    if getattr(model, "quantiles", None) is not None:
        raise AttributeError(
            "partial_fit needs quantiles=None: those of a teacher are made to fit the "
            "samples of a whole fit."
        )
    fitted = vars(model)
    teacher, student = fitted.get("_fitted_teacher"), fitted.get("student_")
    return check_partial_fit(teacher, student, model.alpha)


def check_partial_fit(teacher: Any, student: Any, alpha: float) -> bool:
    """Check that a teacher can teach a student new samples.

    Parameters
    ----------
    teacher, student : estimator or None
        Fitted, or None where there is none.
    alpha : float
        Weight of the teacher.

    Returns
    -------
    can : True

    Raises
    ------
    AttributeError
        With the reason, if there is one.
    """
    reason = None
    if student is None:
        reason = "a call of fit first"
    elif teacher is None:
        reason = "the teacher: a fit with keep_teacher=True, or a frozen teacher"
    elif alpha == 0:
        reason = "alpha above 0, because it learns from the teacher"
    elif has_uncalibrated_scores(teacher):
        reason = "a teacher that predicts probabilities, not decision-function scores"
    elif not hasattr(student, "partial_fit"):
        reason = (
            "a student with a partial_fit that takes soft targets, such as networks of "
            f"this package, alone or at the end of a pipeline, not {student!r}"
        )
    if reason is not None:
        raise AttributeError(f"partial_fit needs {reason}.")
    return True
