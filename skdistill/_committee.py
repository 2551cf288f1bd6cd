"""The committee: the teacher and the student's own kind, by what they are worth.

A teacher can be worse than the student would be alone. So the student is also trained
on the labels, out-of-fold, and what teaches in the end is the mixture of both that
fits the labels best on rows that neither has seen.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.base import clone
from sklearn.utils import _safe_indexing
from sklearn.utils.parallel import Parallel, delayed

from skdistill._responses import classifier_logits
from skdistill.softening import fit_temperature, soften

# Least probability of a mixture: a class that both members rule out.
LEAST_PROBABILITY = 1e-6

# Rows that are imagined for either member, that it alone is right on: where real ones
# hardly tell the two apart, neither is ruled out by a lucky few.
PRIOR_ROWS = 1


@dataclass(frozen=True)
class Committee:
    """Logits of the mixture, and how it came about.

    Attributes
    ----------
    logits : ndarray of shape (n_samples, n_classes)
        For the training rows.
    unseen_logits : ndarray of shape (n_unseen, n_classes) or None
        For rows that neither has seen.
    student_share : float
        The student's share of the mixture; the teacher has the rest.
    temperatures : tuple of float
        By which the logits of teacher and student were divided first.
    """

    logits: np.ndarray
    unseen_logits: np.ndarray | None
    student_share: float
    temperatures: tuple


def fold_answers(student, X, y, unseen, classes, splits, sample_weight, n_jobs):
    """What students trained on the labels of the other folds say.

    Parameters
    ----------
    student : estimator
        With the student protocol; clones are fitted to labels.
    X, unseen : array-like or None
        Training rows, and rows without labels.
    y : array-like of shape (n_samples,)
        Class labels.
    classes : ndarray of shape (n_classes,)
    splits : list of (train, test)
    sample_weight : ndarray of shape (n_samples,) or None
    n_jobs : int or None

    Returns
    -------
    logits : ndarray of shape (n_samples, n_classes)
        Mean over the folds that leave a row out; NaN where none does.
    unseen_logits : list of ndarray of shape (n_unseen, n_classes), or None
        One array a fold.
    """
    answers = Parallel(n_jobs=n_jobs)(
        delayed(_fold_answer)(
            clone(student), X, y, unseen, classes, train, test, sample_weight
        )
        for train, test in splits
    )
    total, count = np.zeros((len(y), len(classes))), np.zeros((len(y), 1))
    for (_, test), (of_test, _) in zip(splits, answers, strict=True):
        total[test] += of_test
        count[test] += 1
    with np.errstate(invalid="ignore"):
        logits = total / count
    return logits, None if unseen is None else [of_unseen for _, of_unseen in answers]


def _fold_answer(student, X, y, unseen, classes, train, test, sample_weight):
    weights = None if sample_weight is None else sample_weight[train]
    student.fit(_safe_indexing(X, train), _safe_indexing(y, train), weights)
    of_test = classifier_logits(student, _safe_indexing(X, test), classes)
    if unseen is None:
        return of_test, None
    return of_test, classifier_logits(student, unseen, classes)


def can_convene(labels, splits, sample_weight=None):
    """Whether every fold has two classes to learn, and rows to judge by.

    Parameters
    ----------
    labels : ndarray of shape (n_samples,)
        Class indices.
    splits : list of (train, test)
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    can : bool
    """
    weights = np.ones(len(labels)) if sample_weight is None else sample_weight
    return len(splits) > 0 and all(
        len(np.unique(labels[train][weights[train] > 0])) > 1 and weights[test].any()
        for train, test in splits
    )


def form_committee(teacher, student, labels, sample_weight=None):
    """Mix teacher and student in the shares that fit the labels best.

    Parameters
    ----------
    teacher : tuple of (logits, unseen_logits)
        Arrays of shape (n_samples, n_classes) and (n_unseen, n_classes); the second
        may be None.
    student : tuple of (logits, list of unseen_logits)
        The same, with one array a fold for the unseen rows. Rows of NaN are left to the
        teacher.
    labels : ndarray of shape (n_samples,)
        Class indices.
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    committee : Committee

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill._committee import form_committee
    >>> labels = np.array([0, 1] * 200)
    >>> teacher = np.log([[0.5, 0.5]] * 400)  # knows nothing
    >>> student = np.log(np.eye(2)[labels] * 0.8 + 0.1)
    >>> committee = form_committee((teacher, None), (student, None), labels)
    >>> round(committee.student_share, 2)
    1.0
    """
    judged = ~np.isnan(student[0]).any(axis=1)
    weights = None if sample_weight is None else sample_weight[judged]
    temperatures = tuple(
        fit_temperature(logits[judged], labels[judged], weights)
        for logits in (teacher[0], student[0])
    )
    teacher_proba = soften(teacher[0], temperatures[0])
    student_proba = soften(student[0][judged], temperatures[1])
    share = best_share(teacher_proba[judged], student_proba, labels[judged], weights)
    unseen_logits = None
    if teacher[1] is not None:
        of_students = np.mean([soften(z, temperatures[1]) for z in student[1]], axis=0)
        of_teacher = soften(teacher[1], temperatures[0])
        unseen_logits = _mixture(of_teacher, of_students, share)
    logits = _mixture(teacher_proba, teacher_proba, 0.0)
    logits[judged] = _mixture(teacher_proba[judged], student_proba, share)
    return Committee(logits, unseen_logits, share, temperatures)


def best_share(first, second, labels, sample_weight=None):
    """Share of the second of two mixed probabilities that has the least log loss.

    Beside the rows that are there, each of the two is right alone on one row more
    (``PRIOR_ROWS``): a Beta prior of the share, whose most probable value is returned.

    Parameters
    ----------
    first, second : ndarray of shape (n_samples, n_classes)
    labels : ndarray of shape (n_samples,)
        Class indices.
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    share : float
        Between 0 and 1; the loss is convex in it.
    """
    rows = np.arange(len(labels))
    first, second = first[rows, labels], second[rows, labels]

    def log_loss(share):
        mixed = np.maximum((1 - share) * first + share * second, LEAST_PROBABILITY)
        prior = PRIOR_ROWS / len(labels) * np.log(share * (1 - share))
        return -np.average(np.log(mixed), weights=sample_weight) - prior

    return float(minimize_scalar(log_loss, bounds=(0, 1), method="bounded").x)


def _mixture(first, second, share):
    mixed = (1 - share) * first + share * second
    return np.log(np.maximum(mixed, LEAST_PROBABILITY))
