"""Choices by cross-validation: penalty, way to combine, and inverse temperature."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from skdistill.probability import fit_inverse_temperature
from skdistill.subtasks._members import MemberFitter, predict_members
from skdistill.subtasks._subtask import Subtask, Task, restrict_transfer
from skdistill.utils._warnings import ignore_warnings

N_FOLDS = 5
# More samples are not needed for a choice.
MAX_TUNING_SAMPLES = 400

# Values of C to try: for one model, and as multiples of the generalist's.
C_GRID = np.logspace(-3, 2, 11)
LOCAL_C_FACTORS = np.logspace(-0.5, 1.5, 3)


class Choice(NamedTuple):
    """What was chosen for members.

    Attributes
    ----------
    estimator : classifier
        What the members are to be clones of.
    probas : ndarray of shape (n_members, n_samples, n_classes) or None
        Out-of-fold probabilities of such members, where there are folds.
    way : int or None
        Index of the best way to combine them, where one was chosen.
    inverse_temperature : float
        The power of the combined probabilities that is best; 1 where none was chosen.
    """

    estimator: Any
    probas: np.ndarray | None = None
    way: int | None = None
    inverse_temperature: float = 1.0


@dataclass(frozen=True)
class CrossValidation:
    """A task, the folds by which choices are made, and what fits members.

    Parameters
    ----------
    task : Task
    folds : list of tuple of two ndarrays of bool of shape (n_samples,)
        Masks of the samples to train on, and of those to hold out.
    fitter : MemberFitter
    """

    task: Task
    folds: list
    fitter: MemberFitter

    @property
    def held_out(self):
        """Indices of the samples that some fold holds out."""
        return np.flatnonzero(np.any([held_out for _, held_out in self.folds], axis=0))

    def predict(self, estimator, subtasks, generalist_proba=None):
        """Predict samples by members that were not fitted to them.

        Members of all folds are fitted in one go, because logistic regressions are then
        solved together. That is why there is no loop over folds, as elsewhere in the
        package.

        Parameters
        ----------
        estimator : classifier
        subtasks : list of Subtask
        generalist_proba : ndarray of shape (n_samples, n_classes), default=None
            Out-of-fold probabilities of the generalist.

        Returns
        -------
        probas : ndarray of shape (n_members, n_samples, n_classes)
            Those of the generalist are the last. Zeros for samples that no fold holds
            out.
        """
        X, classes = self.task.transfer.X, self.task.transfer.classes
        n_members = len(subtasks) + (generalist_proba is not None)
        probas = np.zeros((n_members, X.shape[0], len(classes)))
        parts = [part.within(train) for train, _ in self.folds for part in subtasks]
        members = iter(self.fitter.fit(estimator, self.task, parts))
        for _, held_out in self.folds:
            of_fold = [next(members) for _ in subtasks]
            known = None if generalist_proba is None else generalist_proba[held_out]
            probas[:, held_out] = predict_members(
                of_fold, subtasks, X[held_out], classes, known
            )
        return probas

    def tune(self, subtasks, ways, C_values, generalist_proba=None):
        """Choose C of logistic regressions, and how to combine them.

        What counts is the cross-entropy of the combined probabilities, at the inverse
        temperature that is best for them. How sure a model is can be mended; which
        classes it prefers cannot.

        Parameters
        ----------
        subtasks : list of Subtask
        ways : list of callable
            Each makes of `probas` and `X` the combined probabilities.
        C_values : ndarray of float
        generalist_proba : ndarray of shape (n_samples, n_classes), default=None
            Out-of-fold probabilities of the generalist.

        Returns
        -------
        choice : Choice
        """
        held_out = self.held_out
        transfer = restrict_transfer(self.task.transfer, Subtask(samples=held_out))
        # Combined probabilities have been sharpened, so the targets are not softened.
        targets = replace(self.task.loss, temperature=1.0).mix(transfer)
        least, choice = np.inf, None
        for C in C_values:
            estimator = LogisticRegression(C=C, max_iter=1000)
            # What has not converged is a candidate like any other.
            with ignore_warnings(category=ConvergenceWarning):
                probas = self.predict(estimator, subtasks, generalist_proba)
            for way, combine in enumerate(ways):
                inverse_temperature, loss = fit_inverse_temperature(
                    combine(probas[:, held_out], transfer.X),
                    targets,
                    transfer.sample_weight,
                )
                if loss < least:
                    least = loss
                    choice = Choice(estimator, probas, way, inverse_temperature)
        return choice


def choose_members(validation, estimator, subtasks, ways, generalist=None):
    """Choose what to fit to subtasks, and how to combine the members.

    Parameters
    ----------
    validation : CrossValidation
    estimator : classifier or None
        The user's. None: a logistic regression, to be tuned.
    subtasks : list of Subtask
    ways : list of callable
        As in :meth:`CrossValidation.tune`.
    generalist : Choice, default=None
        What was chosen for the generalist, where there is one.

    Returns
    -------
    choice : Choice
        With out-of-fold probabilities where there are folds.
    """
    if not validation.folds:
        return Choice(LogisticRegression() if estimator is None else estimator)
    known = None if generalist is None else generalist.probas[0]
    if estimator is not None:
        return Choice(estimator, validation.predict(estimator, subtasks, known))
    C_values = C_GRID
    if generalist is not None:
        C_values = generalist.estimator.C * LOCAL_C_FACTORS
    choice = validation.tune(subtasks, ways, C_values, known)
    if validation.task.only_labels:
        return choice
    # Soft targets have that information, too: those of all samples more than those of
    # the few that were held out.
    fraction = len(validation.held_out) / validation.task.transfer.X.shape[0]
    return choice._replace(inverse_temperature=choice.inverse_temperature**fraction)


def first_member(probas, X):
    """Combine the probabilities of a single member: they are what they are."""
    return probas[0]


def make_folds(task, random_state):
    """Split samples into folds; there are none where no class has two samples.

    Of more than `MAX_TUNING_SAMPLES`, a random part is used, with labeled samples
    first. A sample alone in its class is never held out, because nothing could predict
    it.

    Parameters
    ----------
    task : Task
    random_state : RandomState

    Returns
    -------
    folds : list of tuple of two ndarrays of bool of shape (n_samples,)
        Masks of the samples to train on, and of those to hold out.
    """
    targets = task.targets()
    strata = targets.argmax(axis=1)
    samples = np.arange(len(strata))
    if len(samples) > MAX_TUNING_SAMPLES:
        samples = random_state.permutation(samples)
        unlabeled = ~task.transfer.labeled[samples]
        samples = samples[np.argsort(unlabeled, kind="stable")][:MAX_TUNING_SAMPLES]
    counts = np.bincount(strata[samples], minlength=targets.shape[1])
    n_folds = min(N_FOLDS, counts.max())
    if n_folds < 2:
        return []
    splitter = StratifiedKFold(n_folds, shuffle=True, random_state=random_state)
    used = np.zeros(len(strata), dtype=bool)
    used[samples] = True
    folds = []
    with ignore_warnings("The least populated class"):
        for _, test in splitter.split(samples, strata[samples]):
            held_out = np.zeros_like(used)
            held_out[samples[test]] = True
            held_out[counts[strata] < 2] = False
            if held_out.any():
                folds.append((used & ~held_out, held_out))
    return folds
