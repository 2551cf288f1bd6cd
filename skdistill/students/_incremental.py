"""Growth: a fitted student goes on to learn from a stream of rows."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from sklearn.pipeline import Pipeline

from skdistill.students._soft_target_classifier import SoftTargetClassifier
from skdistill.transfer._responses import has_uncalibrated_scores


def check_can_grow(teacher, student, alpha):
    """Refuse what cannot go on.

    Parameters
    ----------
    teacher, student : estimator or None
        Fitted, where they are there.
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
        reason = "alpha above 0, so that the teacher has a say"
    elif has_uncalibrated_scores(teacher):
        reason = "a teacher that tells probabilities, not margins"
    elif not hasattr(_learner(student)[1], "partial_fit"):
        reason = (
            "a student that learns from probabilities by its own partial_fit, such as "
            f"SoftmaxMLPClassifier, alone or at the end of a pipeline, not {student!r}"
        )
    if reason is not None:
        raise AttributeError(f"partial_fit needs {reason}.")
    return True


def learn_once(student, X, proba):
    """Let a student take one pass over rows, in place.

    Parameters
    ----------
    student : estimator
        Fitted, and able to.
    X : array-like of shape (n_samples, n_features)
    proba : ndarray of shape (n_samples, n_classes)
    """
    before, learner = _learner(student)
    for _, step in before:
        X = step.transform(X)
    learner.partial_fit(X, proba)


def _learner(student):
    """Fitted steps that rows go through, and the estimator that they end in."""
    pipeline = getattr(student, "estimator_", None)
    if isinstance(student, SoftTargetClassifier) and isinstance(pipeline, Pipeline):
        *before, (_, last) = pipeline.steps
        return [step for step in before if step[1] not in (None, "passthrough")], last
    return [], student
