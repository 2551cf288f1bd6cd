"""Standardization of the numbers that a network learns, and its way back."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from skdistill.neural_network._features import (
    FAR_FROM_ZERO,
    LARGEST_SINGLE,
    TINY_SCALE,
)


class TargetScaling(NamedTuple):
    """Mean and standard deviation of targets, in double precision.

    Attributes
    ----------
    center, scale : ndarray of shape (n_outputs,)
        What is subtracted from each target, and what the difference is divided by. Of
        networks with targets of their own, (n_networks, n_outputs).
    """

    center: NDArray
    scale: NDArray

    @classmethod
    def learn(cls, targets: NDArray, sample_weight: NDArray | None = None) -> Self:
        """Learn mean and standard deviation.

        Parameters
        ----------
        targets : ndarray of shape (n_samples, n_outputs)
            Of networks with targets of their own, (n_samples, n_networks, n_outputs).
        sample_weight : ndarray of shape (n_samples,), default=None

        Returns
        -------
        scaling : TargetScaling
            The scale of a constant target is its size, or one if it is zero: samples to
            come may be of that size, too.
        """
        if sample_weight is not None:
            targets = targets[sample_weight > 0]
            sample_weight = sample_weight[sample_weight > 0]
        first = targets[0]
        # Differences to a sample are small even where the targets are far from zero.
        deviations = targets - first
        mean = np.average(deviations, axis=0, weights=sample_weight)
        deviations -= mean
        # Divided by the largest, so that no square is beyond double precision.
        largest = np.abs(deviations).max(axis=0)
        is_constant = (targets == first).all(axis=0)
        unit = np.where(is_constant, 1.0, largest)
        variance = np.average((deviations / unit) ** 2, axis=0, weights=sample_weight)
        size = np.where(first == 0, 1.0, np.abs(first))
        scale = np.where(is_constant, size, unit * np.sqrt(variance))
        return cls(first + mean, scale)

    @property
    def needs_double(self) -> bool:
        """Whether single precision has no room for a scale, or for the center."""
        is_far = np.abs(self.center) > FAR_FROM_ZERO * self.scale
        is_extreme = (self.scale < TINY_SCALE) | (self.scale > LARGEST_SINGLE)
        return bool((is_far | is_extreme).any())

    def transform(self, targets: NDArray) -> NDArray:
        """Standardize targets."""
        return (targets - self.center) / self.scale

    def select(self, network: int) -> Self:
        """Select the scaling of one network, where these have their own."""
        if self.center.ndim == 1:
            return self
        return type(self)(self.center[network], self.scale[network])

    def fold(self, weights: NDArray, intercept: NDArray) -> tuple[NDArray, NDArray]:
        """Fold the way back into a last layer.

        Parameters
        ----------
        weights : ndarray of shape (n_inputs, n_outputs)
        intercept : ndarray of shape (n_outputs,)

        Returns
        -------
        weights, intercept : ndarray
            Their outputs are those of the old ones, times the scale, plus the center.
        """
        return weights * self.scale, intercept * self.scale + self.center

    def unfold(self, weights: NDArray, intercept: NDArray) -> tuple[NDArray, NDArray]:
        """Take the way back out of a last layer again: the inverse of `fold`."""
        return weights / self.scale, (intercept - self.center) / self.scale
