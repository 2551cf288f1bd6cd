"""Fit the members of an ensemble, in parallel or all at once, and ask them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.utils import check_random_state
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import _check_method_params, has_fit_parameter

from skdistill.losses import DistillationLoss
from skdistill.probability._softening import proba_to_logits, soften
from skdistill.students._reweighting import NEGLIGIBLE
from skdistill.students._soft_target_classifier import as_student
from skdistill.subtasks._batched_members import (
    constant_member,
    fit_at_once,
    is_plain_logistic,
)
from skdistill.subtasks._combination import fit_inverse_temperature, split_other_classes
from skdistill.subtasks._partitions import Subtask
from skdistill.transfer._responses import align_columns, classifier_logits
from skdistill.transfer._transfer_set import TransferSet
from skdistill.utils._metaestimators import MAX_SEED, set_random_states

N_FOLDS = 5
MOST_ROWS = 400
# Inverse penalties to try: of one model, and as multiples of the generalist's.
EVERYWHERE = np.logspace(-3, 2, 11)
NEARBY = np.logspace(-0.5, 1.5, 3)


@dataclass(frozen=True)
class Task:
    """What is to be learnt, and how.

    Parameters
    ----------
    transfer : TransferSet
        Of all training rows.
    loss : DistillationLoss
    fit_params : dict
        For the members' `fit`, where they learn from labels.
    n_jobs : int or None
        Members to fit at a time.
    """

    transfer: TransferSet
    loss: DistillationLoss
    fit_params: dict
    n_jobs: int | None

    @property
    def only_labels(self):
        """Whether there is no teacher, so that temperatures do not matter."""
        return self.loss.alpha == 0 and self.transfer.all_labeled

    def restrict(self, subtask):
        """The part of the task that a subtask is about."""
        params = self.fit_params
        if subtask.rows is not None:
            params = _check_method_params(self.transfer.X, params, subtask.rows)
        transfer = subtask.restrict(self.transfer)
        return replace(self, transfer=transfer, fit_params=params)

    def targets(self):
        """Probabilities to learn."""
        return self.loss.mix(self.transfer)

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

    def fit_inverse_temperature(self, proba):
        """The power that makes answers fit what is to be learnt, before it is softened.

        Parameters
        ----------
        proba : ndarray of shape (n_samples, n_classes)

        Returns
        -------
        sharpness, loss : float
            As of :func:`~skdistill.subtasks._combination.fit_inverse_temperature`.
        """
        targets = replace(self.loss, temperature=1.0).mix(self.transfer)
        return fit_inverse_temperature(proba, targets, self.transfer.sample_weight)

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
            unlabelled = ~self.transfer.labeled[rows]
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
        seeds = check_random_state(random_state.randint(MAX_SEED))
        if is_plain_logistic(estimator) and not self.fit_params:
            solved = fit_at_once(clone(estimator), self, subtasks)
            if solved is not None:
                return solved
        members = [clone(estimator) for _ in subtasks]
        for member in members:
            set_random_states(member, seeds)
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
            Each makes one answer of all about the rows held out; its cross-entropy
            counts, when it is as sharp as is best. How sure a model is can be mended:
            which classes it prefers cannot.
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
        sharpness : float
            The power of the fused answer that is best.
        """
        held_out = rows_held_out(folds)
        truth = self.restrict(Subtask(rows=held_out))
        least, best = np.inf, None
        for C in EVERYWHERE if near is None else near * NEARBY:
            estimator = LogisticRegression(C=C, max_iter=1000)
            with warnings.catch_warnings():
                # What has not converged is a candidate like any other.
                warnings.simplefilter("ignore", ConvergenceWarning)
                answers = self.out_of_fold(
                    estimator, subtasks, folds, random_state, general
                )
            for number, fused in enumerate(ways):
                sharpness, loss = truth.fit_inverse_temperature(
                    fused(answers[:, held_out])
                )
                if loss < least:
                    least, best = loss, (estimator, answers, number, sharpness)
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


def fit_stacker(task, answers, folds, random_state):
    """Fit what fuses the answers, on rows that the members have not learnt from.

    Parameters
    ----------
    task : Task
    answers : ndarray of shape (n_members, n_samples, n_classes)
        Out of fold.
    folds : list of tuple of two ndarrays of shape (n_samples,)
        The folds that they are of.
    random_state : RandomState

    Returns
    -------
    stacker : classifier
    sharpness : float
        The power of its answer that is best.
    """
    if not folds:
        raise ValueError('combine="stack" needs at least two rows of some class.')
    rows = rows_held_out(folds)
    transfer = Subtask(rows=rows).restrict(task.transfer)
    transfer = transfer.with_rows(side_by_side(answers[:, rows]))
    task, whole = replace(task, transfer=transfer, fit_params={}), [Subtask()]
    folds = task.folds(random_state)
    estimator, *_, sharpness = task.tune(whole, folds, random_state, [itemgetter(0)])
    return task.fit(estimator, whole, random_state)[0], sharpness


def side_by_side(answers):
    """Members' answers as features of a row: the logits of all.

    Parameters
    ----------
    answers : ndarray of shape (n_members, n_samples, n_classes)

    Returns
    -------
    table : ndarray of shape (n_samples, n_members * n_classes)
    """
    n_members, n_samples, n_classes = answers.shape
    table = answers.swapaxes(0, 1).reshape(n_samples, n_members * n_classes)
    return proba_to_logits(table)


def _fit_member(member, task, subtask):
    """Fit one classifier, to labels where there is nothing else to learn from."""
    task = task.restrict(subtask)
    transfer, params = task.transfer, task.fit_params
    X, weights = transfer.X, transfer.sample_weight
    targets, totals = task.copies()
    if np.count_nonzero(totals @ targets) == 1:
        return constant_member(transfer)
    if task.only_labels:
        labels = transfer.classes[transfer.y]
        if weights is None:
            return member.fit(X, labels, **params)
        if has_fit_parameter(member, "sample_weight"):
            return member.fit(X, labels, sample_weight=weights, **params)
    if params:
        raise ValueError(
            f"{sorted(params)} cannot be passed on to members that learn from "
            "probabilities, or from weighted rows in a pipeline."
        )
    return as_student(member).fit_distill(transfer, task.loss)
