"""What a teacher said that is not at hand."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from sklearn.utils import check_consistent_length

from skdistill.probability._softening import proba_to_logits
from skdistill.teachers._teacher import TeacherPredictions
from skdistill.transfer._validation import check_given_proba


def given_lesson(teacher_proba, X, y, *, teacher=None, X_unlabeled=None):
    """Classes, labels and the lesson of a teacher of which there is no more.

    Parameters
    ----------
    teacher_proba : {array-like, DataFrame} of shape (n_samples, n_classes)
        Its probabilities; the columns of a DataFrame are named by their classes.
    X : array-like of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
        Class labels.
    teacher, X_unlabeled : object, default=None
        Refused: nobody is there to be asked.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
    labels : ndarray of shape (n_samples,)
        Indices into `classes`.
    lesson : TeacherPredictions
    """
    if teacher is not None:
        raise ValueError("teacher_proba needs teacher=None: no teacher is asked.")
    if X_unlabeled is not None:
        raise ValueError(
            "X_unlabeled needs a teacher to ask; teacher_proba only tells about X."
        )
    check_consistent_length(X, teacher_proba)
    classes, labels, proba = check_given_proba(teacher_proba, y)
    return classes, labels, TeacherPredictions(proba_to_logits(proba), "given")
