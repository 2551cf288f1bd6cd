"""Fit the members of an ensemble, in parallel or all at once, and ask them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.ensemble._base import _set_random_states
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.utils import check_random_state, gen_batches
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import _check_method_params, has_fit_parameter

from skdistill._fusion import split_other_classes
from skdistill._newton import fit_logistic_regressions, is_worthwhile
from skdistill._partitions import Subtask
from skdistill._responses import align_columns, classifier_logits
from skdistill._soft_targets import NEGLIGIBLE, SoftTargetClassifier, as_student
from skdistill._transfer import TransferSet
from skdistill.losses import mix_targets
from skdistill.softening import soften

# Where Newton's method finds the same as scikit-learn's own solver.
FREE_PARAMETERS = {"C", "tol", "max_iter", "n_jobs", "random_state", "verbose"}

# Numbers of a stack of rows that Newton's method works on at a time.
CHUNK = 2**22

N_FOLDS = 5
MOST_ROWS = 400
# Inverse penalties to try: of one model, and as multiples of the generalist's.
EVERYWHERE = np.logspace(-3, 2, 11)
NEARBY = np.logspace(-0.5, 1, 4)

LEAST_PROBABILITY = np.finfo(float).tiny


@dataclass(frozen=True)
class Lesson:
    """What members learn from, and how.

    Parameters
    ----------
    transfer : TransferSet
        Of all training rows.
    temperature, alpha : float
        As in `fit_distill`.
    fit_params : dict
        For the members' `fit`, where they learn from labels.
    n_jobs : int or None
        Members to fit at a time.
    """

    transfer: TransferSet
    temperature: float
    alpha: float
    fit_params: dict
    n_jobs: int | None

    @property
    def only_labels(self):
        """Whether there is no teacher, so that temperatures do not matter."""
        return self.alpha == 0 and bool((self.transfer.labels >= 0).all())

    def restrict(self, subtask):
        """The part of the lesson that a subtask is about."""
        params = self.fit_params
        if subtask.rows is not None:
            params = _check_method_params(self.transfer.X, params, subtask.rows)
        transfer = subtask.restrict(self.transfer)
        return replace(self, transfer=transfer, fit_params=params)

    def targets(self):
        """Probabilities to learn."""
        proba = soften(self.transfer.logits, self.temperature)
        return mix_targets(self.transfer.labels, proba, self.alpha)

    def copies(self):
        """What a wrapped classifier learns: probabilities, and weights of the rows.

        Tiny probabilities are dropped, as by :class:`SoftTargetClassifier`.
        """
        targets = self.targets()
        targets[targets <= NEGLIGIBLE] = 0
        weights = targets.sum(axis=1)
        targets /= weights[:, None]
        if self.transfer.sample_weight is not None:
            weights *= self.transfer.sample_weight
        return targets, weights

    def loss(self, proba):
        """Cross-entropy of answers to what is to be learnt, before it is softened."""
        targets = replace(self, temperature=1.0).targets()
        losses = -(targets * np.log(np.maximum(proba, LEAST_PROBABILITY))).sum(axis=1)
        return np.average(losses, weights=self.transfer.sample_weight)

    def folds(self, random_state):
        """Rows to train on and rows to hold out; none where no class has two rows.

        Many rows are not needed for a choice: of more than `MOST_ROWS` a sample is
        used, with labels first. A row alone in its class is never held out, because
        nothing could predict it.

        Parameters
        ----------
        random_state : RandomState

        Returns
        -------
        folds : list of tuple of two ndarrays of shape (n_samples,)
            Masks.
        """
        targets = self.targets()
        strata = targets.argmax(axis=1)
        rows = np.arange(len(strata))
        if len(rows) > MOST_ROWS:
            rows = random_state.permutation(rows)
            unlabelled = self.transfer.labels[rows] < 0
            rows = rows[np.argsort(unlabelled, kind="stable")][:MOST_ROWS]
        counts = np.bincount(strata[rows], minlength=targets.shape[1])
        n_folds = min(N_FOLDS, counts.max())
        if n_folds < 2:
            return []
        splitter = StratifiedKFold(n_folds, shuffle=True, random_state=random_state)
        sample = np.zeros(len(strata), dtype=bool)
        sample[rows] = True
        folds = []
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The least populated class")
            for _, test in splitter.split(rows, strata[rows]):
                held_out = np.zeros_like(sample)
                held_out[rows[test]] = True
                held_out[counts[strata] < 2] = False
                if held_out.any():
                    folds.append((sample & ~held_out, held_out))
        return folds

    def fit(self, estimator, subtasks, random_state):
        """Fit a clone of a classifier to each subtask.

        Parameters
        ----------
        estimator : classifier
        subtasks : list of Subtask
        random_state : RandomState
            Seeds the clones, before any of them is sent elsewhere.

        Returns
        -------
        members : list of classifiers
            With `classes_` among those of their subtasks.
        """
        # Drawn even where nothing needs it: what follows is the same by any solver.
        seeds = check_random_state(random_state.randint(np.iinfo(np.int32).max))
        if is_plain_logistic(estimator) and not self.fit_params:
            solved = _fit_at_once(clone(estimator), self, subtasks)
            if solved is not None:
                return solved
        members = [clone(estimator) for _ in subtasks]
        for member in members:
            _set_random_states(member, seeds)
        return Parallel(n_jobs=self.n_jobs)(
            delayed(_fit_member)(member, self, subtask)
            for member, subtask in zip(members, subtasks, strict=True)
        )

    def out_of_fold(self, estimator, subtasks, folds, random_state, general=None):
        """Answers of members about rows that they have not learnt from.

        Parameters
        ----------
        estimator : classifier
        subtasks : list of Subtask
        folds : list of tuple of two ndarrays of shape (n_samples,)
            Masks of the rows to train on and to hold out.
        random_state : RandomState
        general : ndarray of shape (n_samples, n_classes), default=None
            Such answers of the generalist.

        Returns
        -------
        answers : ndarray of shape (n_members, n_samples, n_classes)
            As of :func:`ask`; zeros in rows that no fold holds out.
        """
        X, classes = self.transfer.X, self.transfer.classes
        n_answers = len(subtasks) + (general is not None)
        answers = np.zeros((n_answers, X.shape[0], len(classes)))
        parts = [subtask.among(fold) for fold, _ in folds for subtask in subtasks]
        members = self.fit(estimator, parts, random_state)
        for number, (_, rows) in enumerate(folds):
            team = members[number * len(subtasks) :][: len(subtasks)]
            known = None if general is None else general[rows]
            answers[:, rows] = ask(team, subtasks, X[rows], classes, known)
        return answers

    def tune(self, subtasks, folds, random_state, ways, general=None, near=None):
        """Choose the penalty of logistic regressions, and how to fuse their answers.

        Parameters
        ----------
        subtasks, folds, random_state, general
            As in `out_of_fold`.
        ways : list of callable
            Each makes one answer of all; its cross-entropy on rows held out counts.
        near : float, default=None
            C of the generalist, near which to look. None: look everywhere.

        Returns
        -------
        estimator : LogisticRegression
            Not fitted.
        answers : ndarray of shape (n_members, n_samples, n_classes)
            Of such members, out of fold.
        way : int
            Index of the best way to fuse them.
        """
        held_out = rows_held_out(folds)
        truth = self.restrict(Subtask(rows=held_out))
        least, best = np.inf, None
        for C in EVERYWHERE if near is None else near * NEARBY:
            estimator = LogisticRegression(C=C, max_iter=1000)
            answers = self.out_of_fold(
                estimator, subtasks, folds, random_state, general
            )
            losses = [truth.loss(fused(answers)[held_out]) for fused in ways]
            if min(losses) < least:
                least = min(losses)
                best = estimator, answers, losses.index(least)
        return best


def rows_held_out(folds):
    """Indices of the rows that some fold holds out."""
    return np.flatnonzero(np.any([rows for _, rows in folds], axis=0))


def ask(members, subtasks, X, classes, general=None):
    """Probabilities of fitted members, for all classes.

    Parameters
    ----------
    members : list of classifiers
    subtasks : list of Subtask
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    classes : ndarray of shape (n_classes,)
    general : ndarray of shape (n_samples, n_classes), default=None
        Probabilities of the generalist.

    Returns
    -------
    answers : ndarray of shape (n_members, n_samples, n_classes)
        The generalist's are the last.
    """
    answers = []
    for member, subtask in zip(members, subtasks, strict=True):
        rows = X if subtask.columns is None else X[:, subtask.columns]
        if subtask.classes is None:
            answers.append(member_proba(member, rows, classes))
        else:
            known = np.arange(min(len(subtask.classes) + 1, len(classes)))
            proba = member_proba(member, rows, known)
            answers.append(split_other_classes(proba, subtask.classes, general))
    return np.stack(answers if general is None else [*answers, general])


def member_proba(member, X, classes):
    """Probabilities of a fitted classifier, with a column for each of the classes."""
    if hasattr(member, "predict_proba"):
        return align_columns(member.predict_proba(X), member.classes_, classes)
    return soften(classifier_logits(member, X, classes))


def is_plain_logistic(estimator):
    """Whether an estimator is a logistic regression that Newton's method can fit."""
    if type(estimator) is not LogisticRegression:
        return False
    usual = LogisticRegression().get_params()
    params = estimator.get_params()
    return all(params[name] == usual[name] for name in usual.keys() - FREE_PARAMETERS)


def _fit_member(member, lesson, subtask):
    """Fit one classifier, to labels where there is nothing else to learn from."""
    lesson = lesson.restrict(subtask)
    transfer, params = lesson.transfer, lesson.fit_params
    X, weights = transfer.X, transfer.sample_weight
    targets, totals = lesson.copies()
    if np.count_nonzero(totals @ targets) == 1:
        return _constant(transfer)
    if lesson.only_labels:
        labels = transfer.classes[transfer.labels]
        if weights is None:
            return member.fit(X, labels, **params)
        if has_fit_parameter(member, "sample_weight"):
            return member.fit(X, labels, sample_weight=weights, **params)
    if params:
        raise ValueError(
            f"{sorted(params)} cannot be passed on to members that learn from "
            "probabilities, or from weighted rows in a pipeline."
        )
    temperature = 1.0 if lesson.only_labels else lesson.temperature
    return as_student(member).fit_distill(
        transfer, temperature=temperature, alpha=lesson.alpha
    )


def _constant(transfer):
    """What a member is that has seen one class only."""
    constant = DummyClassifier(strategy="prior")
    return constant.fit(transfer.X, transfer.likeliest_labels())


def _fit_at_once(estimator, lesson, subtasks):
    """Logistic regressions by Newton's method, or None where that does not pay."""
    transfer = lesson.transfer
    n_samples, n_features = transfer.X.shape
    if issparse(transfer.X):
        if n_samples * n_features > CHUNK:
            return None
        lesson = replace(lesson, transfer=transfer.with_rows(transfer.X.toarray()))
    members = []
    n_rows = max(
        n_samples if part.rows is None else len(part.rows) for part in subtasks
    )
    for chunk in gen_batches(len(subtasks), max(1, CHUNK // (n_rows * n_features))):
        # A clone for each would take longer than all the arithmetic.
        some = [copy(estimator) for _ in subtasks[chunk]]
        parts = [lesson.restrict(subtask) for subtask in subtasks[chunk]]
        if not _solve(some, parts):
            return None
        members += map(_as_fitted, some, parts)
    return members


def _solve(members, lessons):
    """Solve logistic regressions in stacks; whether that could be done."""
    copies = [lesson.copies() for lesson in lessons]
    # Those with the same classes and number of features make a stack.
    stacks = {}
    for index, (targets, weights) in enumerate(copies):
        present = tuple(np.flatnonzero(weights @ targets))
        n_features = lessons[index].transfer.X.shape[1]
        stacks.setdefault((n_features, present), []).append(index)
    for (n_features, present), stack in stacks.items():
        if len(present) == 1:
            continue
        rows = [lessons[index].transfer.X for index in stack]
        if not is_worthwhile(max(map(len, rows)), n_features, len(present)):
            return False
        shared = all(X is rows[0] for X in rows)
        try:
            solutions = fit_logistic_regressions(
                rows[0].astype(np.float64, copy=False) if shared else _padded(rows),
                _padded([copies[index][0][:, present] for index in stack]),
                _padded([copies[index][1] for index in stack]),
                np.array([members[index].C for index in stack]),
            )
        except np.linalg.LinAlgError:
            return False
        for index, coef, intercept, n_iter in zip(stack, *solutions, strict=True):
            member = members[index]
            member.classes_ = lessons[index].transfer.classes[list(present)]
            member.coef_, member.intercept_ = coef.copy(), intercept.copy()
            member.n_iter_ = np.array([n_iter])
            member.n_features_in_ = n_features
    return True


def _padded(parts):
    """Arrays of unequal lengths as one, filled up with zeros."""
    stack = np.zeros((len(parts), max(map(len, parts)), *parts[0].shape[1:]))
    for row, part in zip(stack, parts, strict=True):
        row[: len(part)] = part
    return stack


def _as_fitted(member, lesson):
    """The same as what a fit of the member alone gives."""
    transfer = lesson.transfer
    if not hasattr(member, "coef_"):
        return _constant(transfer)
    if lesson.only_labels:
        return member
    student = SoftTargetClassifier(clone(member))
    student.estimator_ = member
    student.classes_, student.temperature_ = transfer.classes, lesson.temperature
    student.n_features_in_ = transfer.X.shape[1]
    return student
