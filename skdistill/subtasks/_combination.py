"""Combinations: how members' probabilities become one, one class a way."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from scipy.special import softmax

from skdistill.probability import proba_to_logits, sharpen
from skdistill.subtasks._gate import Gate, fit_gate
from skdistill.subtasks._members import member_proba
from skdistill.subtasks._subtask import Subtask, Task, restrict_transfer
from skdistill.subtasks._tuning import (
    C_GRID,
    CrossValidation,
    first_member,
    make_folds,
)

# The weight of the generalist under a gate, and what it may be where it is tuned. Less
# lets single samples of small sets decide; all of it would be no ensemble.
GENERALIST_WEIGHT = 0.5
GENERALIST_WEIGHTS = (0.25, 0.5, 0.75)


class Combination(ABC):
    """How members' probabilities become one.

    `place`, then `candidates` and `finish`, lead to a fitted combination, of which
    `combine` is used.

    Attributes
    ----------
    needs_folds : bool
        Whether `finish` learns from out-of-fold probabilities.
    gate : Gate or None
    generalist_weight : float or None
    stacker : classifier or None
    """

    needs_folds: ClassVar[bool] = False
    gate: Gate | None = None
    generalist_weight: float | None = None
    stacker: Any = None

    def place(self, X, assigned, has_generalist):
        """Take note of where the members are.

        Parameters
        ----------
        X : {ndarray, sparse matrix} of shape (n_samples, n_features)
        assigned : list of ndarray
            Indices of the samples that are assigned to each member.
        has_generalist : bool

        Returns
        -------
        combination : Combination
        """
        return self

    def candidates(self):
        """List the combinations to choose among, when members are tuned.

        Returns
        -------
        combinations : list of Combination
            Each can `combine` as it is.
        """
        return [self]

    def finish(self, choice, validation):
        """Fit what remains to be fitted.

        Parameters
        ----------
        choice : Choice
            Of members, and of one of the candidates.
        validation : CrossValidation

        Returns
        -------
        combination : Combination
        inverse_temperature : float
        """
        chosen = self if choice.way is None else self.candidates()[choice.way]
        return chosen, choice.inverse_temperature

    @abstractmethod
    def combine(self, probas, X):
        """Make one of several probabilities.

        Parameters
        ----------
        probas : ndarray of shape (n_members, n_samples, n_classes)
            The generalist's are the last, where there is one.
        X : {ndarray, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """


@dataclass(frozen=True)
class Mean(Combination):
    """The mean of the members' probabilities.

    Parameters
    ----------
    temperature : float
        At which the mean is taken.
    """

    temperature: float

    def combine(self, probas, X):
        weights = np.full((X.shape[0], len(probas)), 1 / len(probas))
        return power_mean(probas, weights, self.temperature)


@dataclass(frozen=True)
class GatedMean(Combination):
    """The mean of the members' probabilities, weighted by responsibility.

    Parameters
    ----------
    temperature : float
        At which the mean is taken.
    gate : Gate or None
        None, until the members have been placed.
    generalist_weight : float or None
        The generalist's weight for every sample; members have the rest. None: there
        is no generalist.
    """

    temperature: float
    gate: Gate | None = None
    generalist_weight: float | None = None

    def place(self, X, assigned, has_generalist):
        weight = GENERALIST_WEIGHT if has_generalist else None
        return GatedMean(self.temperature, fit_gate(X, assigned), weight)

    def candidates(self):
        if self.generalist_weight is None:
            return [self]
        return [replace(self, generalist_weight=w) for w in GENERALIST_WEIGHTS]

    def combine(self, probas, X):
        gate: Any = self.gate  # placed, before anything is combined
        weights = gate.responsibilities(X)
        if self.generalist_weight is not None:
            general = np.full((len(weights), 1), self.generalist_weight)
            weights = np.hstack([(1 - self.generalist_weight) * weights, general])
        return power_mean(probas, weights, self.temperature)


class Vote(Mean):
    """The fractions of the members' votes; members are tuned for their mean."""

    def candidates(self):
        return [Mean(self.temperature)]

    def finish(self, choice, validation):
        # Fractions of votes are no probabilities that could be calibrated.
        return self, 1.0

    def combine(self, probas, X):
        return super().combine(votes(probas), X)


@dataclass(frozen=True)
class Stack(Combination):
    """A logistic regression on the members' logits; members are tuned for their mean.

    Parameters
    ----------
    temperature : float
        At which the mean is taken.
    stacker : LogisticRegression or None
        None, until it has been fitted.
    classes : ndarray of shape (n_classes,) or None
    """

    temperature: float
    stacker: Any = None
    classes: np.ndarray | None = None
    needs_folds = True

    def candidates(self):
        return [Mean(self.temperature)]

    def finish(self, choice, validation):
        stacker, inverse_temperature = fit_stacker(choice.probas, validation)
        classes = validation.task.transfer.classes
        return Stack(self.temperature, stacker, classes), inverse_temperature

    def combine(self, probas, X):
        return member_proba(self.stacker, logits_side_by_side(probas), self.classes)


COMBINATIONS = {"gate": GatedMean, "mean": Mean, "vote": Vote, "stack": Stack}


def power_mean(probas, weights, temperature=1.0):
    """Average members' probabilities: soften, take the mean, and sharpen.

    At a temperature of 1 this is the arithmetic mean. The higher, the nearer it is to
    the geometric mean, where one member can veto a class.

    Parameters
    ----------
    probas : ndarray of shape (n_members, n_samples, n_classes)
    weights : ndarray of shape (n_samples, n_members)
        Of each member for each sample; rows sum to one.
    temperature : float, default=1.0

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.subtasks._combination import power_mean
    >>> probas = np.array([[[0.9, 0.1]], [[0.5, 0.5]]])
    >>> power_mean(probas, weights=np.array([[0.75, 0.25]]))
    array([[0.8, 0.2]])
    """
    if temperature != 1:
        with np.errstate(divide="ignore"):
            probas = softmax(np.log(probas) / temperature, axis=2)
    return sharpen(np.einsum("nm,mnk->nk", weights, probas), temperature)


def votes(probas):
    """Turn each member's probabilities into one vote.

    Parameters
    ----------
    probas : ndarray of shape (n_members, n_samples, n_classes)

    Returns
    -------
    votes : ndarray of shape (n_members, n_samples, n_classes)
        One for the most probable class, zero for the others.
    """
    return np.eye(probas.shape[2])[probas.argmax(axis=2)]


def logits_side_by_side(probas):
    """Make features of the logits of all members.

    Parameters
    ----------
    probas : ndarray of shape (n_members, n_samples, n_classes)

    Returns
    -------
    features : ndarray of shape (n_samples, n_members * n_classes)
    """
    return np.hstack([proba_to_logits(proba) for proba in probas])


def fit_stacker(probas, validation):
    """Fit a tuned logistic regression to out-of-fold probabilities.

    Parameters
    ----------
    probas : ndarray of shape (n_members, n_samples, n_classes)
        Out of the folds of `validation`.
    validation : CrossValidation

    Returns
    -------
    stacker : classifier
    inverse_temperature : float
        The power of its probabilities that is best.

    Raises
    ------
    ValueError
        If there are no folds.
    """
    if not validation.folds:
        raise ValueError('combine="stack" needs at least two samples of some class.')
    held_out, fitter = validation.held_out, validation.fitter
    transfer = restrict_transfer(validation.task.transfer, Subtask(samples=held_out))
    transfer = transfer.with_rows(logits_side_by_side(probas[:, held_out]))
    task, whole = Task(transfer, validation.task.loss), [Subtask()]
    folds = make_folds(task, fitter.random_state)
    inner = CrossValidation(task, folds, fitter)
    choice = inner.tune(whole, [first_member], C_GRID)
    (stacker,) = fitter.fit(choice.estimator, task, whole)
    return stacker, choice.inverse_temperature
