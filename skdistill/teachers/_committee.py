"""The committee: the teacher and models of the labels, by what they are worth.

A teacher can be worse than the student would be alone. So the student is also trained
on the labels, out-of-fold, beside models of other kinds, and what teaches in the end
is the mixture of all that fits the labels best on rows that none has seen.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.utils import _safe_indexing
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import _num_samples

from skdistill.neural_network._mlp_classifier import SoftmaxMLPClassifier
from skdistill.neural_network._training import INTERRUPTED
from skdistill.probability._pooling import Pool, alone, fit_pool
from skdistill.probability._softening import UNKNOWN_RESOLUTION, soften
from skdistill.students._soft_target_classifier import as_student
from skdistill.synthesis._samplers import can_synthesize
from skdistill.tables._encoding import with_encoder
from skdistill.transfer._responses import classifier_logits

MEMBERS = ("teacher", "student", "additive", "trees")

# A network without hidden layers adds up what each column says: simple enough for
# tables on which larger ones, and teachers, learn noise.
ADDITIVE = {"hidden_layer_sizes": (), "numeric_encoding": "auto", "random_state": 0}

# Extremely randomized trees see steps and interactions that networks smooth over.
TREES = {"n_estimators": 30, "max_features": 0.5, "random_state": 0}
# Rows that each of them draws, of many more: so their time does not grow.
TREE_ROWS = 5_000

# Standard errors by which a student must be worse than its kind to count as misled.
CLEARLY = 2.0


@dataclass(frozen=True)
class Committee:
    """Logits of the mixture, and how it came about.

    Attributes
    ----------
    logits : ndarray of shape (n_samples, n_classes)
        For the training rows.
    unseen_logits : ndarray of shape (n_unseen, n_classes) or None
        For rows that no member has seen.
    shares : dict of str to float
        How much of the mixture each member makes up; they sum to one.
    teacher_part : Pool
        What the teacher adds to the mixture.
    student_logits : ndarray of shape (n_samples, n_classes)
        Those of the student's kind, out-of-fold; NaN where there are none.
    """

    logits: np.ndarray
    unseen_logits: np.ndarray | None
    shares: dict
    teacher_part: Pool
    student_logits: np.ndarray


def ask_label_members(ask, student, X, unseen=None):
    """Let those who learn from the labels alone say what they think.

    Parameters
    ----------
    ask : callable
        ``ask(member) -> answers`` of an estimator, as of :func:`fold_answers`.
    student : estimator
        With the student protocol.
    X, unseen : array-like or None
        Training rows, and rows without labels.

    Returns
    -------
    answers : dict of str to tuple
        Those of the student's kind and, if X is a table that they can read, those of
        an additive model and of randomized trees.
    """
    answers = {"student": ask(student)}
    if can_synthesize(X):
        trees = ExtraTreesClassifier(**TREES)
        if _num_samples(X) > 2 * TREE_ROWS:
            trees.set_params(bootstrap=True, max_samples=TREE_ROWS)
        others = {"additive": SoftmaxMLPClassifier(**ADDITIVE), "trees": trees}
        # Dates, say, or infinities may be for the user's own steps only.
        with suppress(ValueError, TypeError):
            for name, model in others.items():
                answers[name] = ask(as_student(with_encoder(model, X, unseen)))
    return answers


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
    unseen_logits : ndarray of shape (n_unseen, n_classes) or None
        Logarithms of the folds' mean probabilities.
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
    if unseen is None:
        return logits, None
    proba = [soften(of_unseen) for _, of_unseen in answers]
    return logits, np.log(np.mean(proba, axis=0))


def _fold_answer(student, X, y, unseen, classes, train, test, sample_weight):
    weights = None if sample_weight is None else sample_weight[train]
    with warnings.catch_warnings():
        # A network makes do with what it has learnt, but the user meant all of this.
        warnings.filterwarnings("error", INTERRUPTED)
        try:
            student.fit(_safe_indexing(X, train), _safe_indexing(y, train), weights)
        except UserWarning as warning:
            if INTERRUPTED not in str(warning):
                raise
            raise KeyboardInterrupt from warning
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


def form_committee(teacher, members, labels, sample_weight=None):
    """Mix the teacher and others in the proportions that fit the labels best.

    The mixture is a weighted sum of logits, as of
    :func:`~skdistill.probability._pooling.fit_pool`.

    Parameters
    ----------
    teacher : tuple of (logits, unseen_logits)
        Arrays of shape (n_samples, n_classes) and (n_unseen, n_classes); the second
        may be None.
    members : dict of str to tuple
        The same, by name, those of "student" among them. Rows of NaN are left to the
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
    >>> from skdistill.teachers._committee import form_committee
    >>> labels = np.array([0, 1] * 200)
    >>> teacher = np.log([[0.5, 0.5]] * 400)  # knows nothing
    >>> student = np.log(np.eye(2)[labels] * 0.8 + 0.1)
    >>> members = {"student": (student, None)}
    >>> committee = form_committee((teacher, None), members, labels)
    >>> round(committee.shares["student"], 2)
    1.0
    """
    answers = [teacher, *members.values()]
    seen = np.stack([logits for logits, _ in answers])
    judged = ~np.isnan(seen).any(axis=(0, 2))
    row_weights = None if sample_weight is None else sample_weight[judged]
    pool = fit_pool(seen[:, judged], labels[judged], row_weights)
    # Who says nothing about a row is taken to agree with the teacher.
    logits = pool.mix(np.where(np.isnan(seen), seen[0], seen))
    unseen_logits = None
    if teacher[1] is not None:
        unseen_logits = pool.mix(np.stack([logits for _, logits in answers]))
    spreads = seen[:, judged].std(axis=2)  # between the classes: what a member says
    parts = np.average(spreads, axis=1, weights=row_weights)
    parts *= pool.weights.mean(axis=1)
    parts = parts / parts.sum() if parts.any() else np.eye(len(parts))[0]
    shares = dict(zip(("teacher", *members), parts.tolist(), strict=True))
    teacher_part = pool.part(0, shares["teacher"])
    kind = members["student"][0]
    return Committee(logits, unseen_logits, shares, teacher_part, kind)


def nobody_joins(lesson, alpha):
    """The committee of a teacher whom nobody joins.

    Parameters
    ----------
    lesson : TeacherPredictions
    alpha : float
        Weight of the teacher: of 0 the student learns from the labels alone.

    Returns
    -------
    committee : Committee
    """
    shares = {"teacher": 1.0} if alpha > 0 else {"student": 1.0}
    part = alone(float(alpha > 0), lesson.logits.shape[1])
    return Committee(
        lesson.logits,
        lesson.unseen_logits,
        shares,
        part,
        np.full_like(lesson.logits, np.nan),
    )


def misled(student, transfer, student_logits):
    """Whether a student was taught worse than its kind finds out by itself.

    A fitted student that knows less about its own training rows than its kind knows
    about rows that it has not seen will not do better elsewhere.

    Parameters
    ----------
    student : estimator
        Fitted.
    transfer : TransferSet
        Training rows with their labels.
    student_logits : ndarray of shape (n_samples, n_classes)
        As of :class:`Committee`.

    Returns
    -------
    misled : bool
        Whether the log loss is higher by more than two standard errors; no, where its
        kind said nothing.
    """
    judged = np.flatnonzero(~np.isnan(student_logits).any(axis=1))
    if not judged.size:
        return False
    rows, labels = np.arange(len(judged)), transfer.y[judged]
    taught = classifier_logits(
        student, _safe_indexing(transfer.X, judged), transfer.classes
    )
    untaught = student_logits[judged]
    gain = (log_softmax(z, axis=1)[rows, labels] for z in (untaught, taught))
    # One row is added on which its kind is sure and wrong: a dozen easy ones do not
    # show what else there is.
    worse = np.append(np.subtract(*gain), np.log(UNKNOWN_RESOLUTION))
    weights = transfer.sample_weight
    if weights is not None:
        weights = np.append(weights[judged], weights[judged].mean())
    mean = np.average(worse, weights=weights)
    variance = np.average((worse - mean) ** 2, weights=weights)
    return bool(mean > CLEARLY * np.sqrt(variance / len(worse)))
