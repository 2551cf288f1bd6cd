"""What a network is trained by: a loss of its outputs, over all training samples.

One class for each kind of output. Training, batches and early stopping ask these, and
know neither classes nor numbers.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from skdistill.losses import QuantileTerms, Term
from skdistill.losses._kernels import cross_entropy_in_place, squared_error_in_place
from skdistill.neural_network._batch_loss import (
    BatchCrossEntropy,
    BatchLoss,
    BatchPinball,
    BatchSquaredError,
)
from skdistill.neural_network._target_scaling import TargetScaling


@dataclass(frozen=True, eq=False)
class TrainingLoss(ABC):
    """A loss as a sum of terms, with targets and weights of each sample.

    Parameters
    ----------
    terms : list of Term
    n_outputs : int
        Number of outputs of a network.
    target_scaling : TargetScaling or None, default=None
        What the targets were standardized by; None: they were not.

    Attributes
    ----------
    starts_at_zero : bool
        Whether the weights of a last layer are zero before the first step.
    """

    terms: list[Term]
    n_outputs: int
    target_scaling: TargetScaling | None = None

    starts_at_zero: ClassVar[bool] = False

    def take(self, rows: NDArray) -> Self:
        """Select samples by their indices."""
        return replace(self, terms=[term.take(rows) for term in self.terms])

    def normalize_weights(self, n_samples: int) -> tuple[Self, NDArray | None, float]:
        """Scale the weights to a mean of one.

        Parameters
        ----------
        n_samples : int

        Returns
        -------
        loss : TrainingLoss
            Its terms' weights of a sample sum to one on average.
        sample_weight : ndarray of shape (n_samples,) or None
            Sum over the terms of each sample's weights; None where all are one.
        mean_weight : float
            What the weights were divided by.
        """
        weights = [term.weights for term in self.terms if term.weights is not None]
        if not weights:
            return self, None, 1.0
        sample_weight = np.sum(weights, axis=0)
        if sample_weight.ndim == 2:  # of several networks
            sample_weight = sample_weight.mean(axis=1)
        mean_weight = sample_weight.sum() / n_samples
        terms = [
            term._replace(weights=term.weights / mean_weight) for term in self.terms
        ]
        return replace(self, terms=terms), sample_weight / mean_weight, mean_weight

    def mean_targets(self) -> NDArray:
        """Average the targets over the terms, and over networks.

        Returns
        -------
        targets : ndarray of shape (n_samples, n_outputs)
            Zero where all weights are.
        """
        sums, total = 0.0, 0.0
        for targets, weights, _ in self.terms:
            targets = as_matrix(targets, self.n_outputs)
            if weights is None:
                weights = np.ones(targets.shape[:-1])
            if weights.ndim < targets.ndim - 1:
                weights = weights[:, None]
            weighted = weights[..., None] * targets
            if targets.ndim == 3:  # of several networks
                weighted, weights = weighted.mean(axis=1), weights.mean(axis=1)
            sums, total = sums + weighted, total + weights
        return sums / np.where(total > 0, total, 1)[:, None]

    def value(self, outputs: NDArray) -> float:
        """Sum the loss over all samples.

        Parameters
        ----------
        outputs : ndarray of shape (n_samples, n_outputs)
            Of one network.

        Returns
        -------
        value : float
        """
        return self._value(outputs.T, self._columns)

    @cached_property
    def _columns(self):
        """The terms with samples last."""
        return [
            term._replace(targets=as_matrix(term.targets, self.n_outputs).T)
            for term in self.terms
        ]

    @property
    @abstractmethod
    def strata(self) -> NDArray | None:
        """What samples to hold out are stratified by; None: nothing."""

    @abstractmethod
    def bind(self, outputs: NDArray) -> BatchLoss:
        """Make the loss of batches whose outputs are written to an array.

        Parameters
        ----------
        outputs : ndarray of shape (..., n_outputs, batch_size)

        Returns
        -------
        batch_loss : BatchLoss
        """

    @abstractmethod
    def _value(self, outputs, terms):
        """Sum of the terms over samples, which come last."""


class CrossEntropy(TrainingLoss):
    """Softmax cross-entropies to class labels or probabilities."""

    @property
    def strata(self) -> NDArray:
        """Class index of each sample's largest target, by the last term."""
        targets = self.terms[-1].targets
        return targets if targets.ndim == 1 else targets.argmax(axis=-1)

    def bind(self, outputs: NDArray) -> BatchCrossEntropy:
        return BatchCrossEntropy(outputs)

    def _value(self, outputs, terms):
        return sum(cross_entropy_in_place(outputs.copy(), *term) for term in terms)


class SquaredError(TrainingLoss):
    """Half the squared error to standardized numbers, summed over outputs.

    There is one term, with targets of shape (n_samples, n_outputs). Networks start at
    the mean of the targets, and those that are constant are predicted as they are.
    """

    starts_at_zero = True

    @classmethod
    def standardized(cls, term: Term, scaling: TargetScaling | None = None) -> Self:
        """Make the loss of targets as they came.

        Parameters
        ----------
        term : Term
            Targets of shape (n_samples, n_outputs), or (n_samples, n_networks,
            n_outputs).
        scaling : TargetScaling, default=None
            None: mean and standard deviation of these targets.

        Returns
        -------
        loss : SquaredError
        """
        targets, weights, _ = term
        if scaling is None:
            scaling = TargetScaling.learn(targets, weights)
        term = term._replace(targets=scaling.transform(targets))
        return cls([term], targets.shape[-1], scaling)

    @property
    def strata(self) -> None:
        """None: any sample may be held out."""

    def bind(self, outputs: NDArray) -> BatchSquaredError:
        return BatchSquaredError(outputs)

    def _value(self, outputs, terms):
        ((targets, weights, _),) = terms
        return squared_error_in_place(outputs.copy(), targets, weights)


@dataclass(frozen=True, eq=False, kw_only=True)
class Pinball(TrainingLoss):
    """Pinball loss of labels, and half the squared error to a teacher's quantiles.

    There are two terms, of the labels and of the teacher, with a column for each level.
    All levels have one unit, so that the loss of each counts alike.

    Parameters
    ----------
    levels : ndarray of shape (n_levels,)
    """

    levels: NDArray

    starts_at_zero = True

    @classmethod
    def standardized(
        cls, terms: QuantileTerms, scaling: TargetScaling | None = None
    ) -> Self:
        """Make the loss of targets as they came.

        Parameters
        ----------
        terms : QuantileTerms
        scaling : TargetScaling, default=None
            None: mean and standard deviation of all levels' labels and teacher's
            quantiles, averaged by their weights.

        Returns
        -------
        loss : Pinball
        """
        labels, teacher, levels = terms
        both, n_levels = [labels, teacher], len(levels)
        if scaling is None:
            raw = cls(both, n_levels, levels=levels)
            numbers = raw.mean_targets().reshape(-1, 1)
            weights = [term.weights for term in both if term.weights is not None]
            of_samples = np.sum(weights, axis=0)
            unit = TargetScaling.learn(numbers, np.repeat(of_samples, n_levels))
            scaling = TargetScaling(*(np.repeat(value, n_levels) for value in unit))
        scaled = [
            term._replace(targets=scaling.transform(term.targets)) for term in both
        ]
        return cls(scaled, n_levels, scaling, levels=levels)

    @property
    def strata(self) -> None:
        """None: any sample may be held out."""

    def bind(self, outputs: NDArray) -> BatchPinball:
        return BatchPinball(outputs, self.levels)

    def _value(self, outputs, terms):
        batch = self.bind(outputs.copy())
        batch.add(lambda: None, terms)
        return batch.take()


def as_matrix(targets: NDArray, n_outputs: int) -> NDArray:
    """Write class indices as one-hot rows; other targets are matrices already."""
    return np.eye(n_outputs)[targets] if targets.ndim == 1 else targets
