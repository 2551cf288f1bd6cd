"""What a student minimizes, as one value: for classes, and for numbers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from numbers import Real
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from skdistill.losses._cross_entropy import Term, distillation_terms, mix_targets
from skdistill.probability import sharpen, soften

# Temperatures that single precision bears: logits are divided by them, and losses
# multiplied by their squares.
TEMPERATURES = 1e-3, 1e6


class SoftAndHardTargets(Protocol):
    """What the loss reads of a transfer set."""

    @property
    def raw_predictions(self) -> NDArray:
        """The teacher's logits, or the numbers that it predicts."""

    @property
    def y(self) -> NDArray:
        """Class indices, or numbers."""

    @property
    def labeled(self) -> NDArray | None:
        """Where those are known."""

    @property
    def sample_weight(self) -> NDArray | None:
        """Sample weights."""


@dataclass(frozen=True)
class DistillationLoss:
    r"""Cross-entropy to soft targets and to labels.

    With the student's logits :math:`u`, the teacher's logits :math:`z`,
    :math:`p_T = \mathrm{softmax}(z / T)` and the label :math:`y`,

    .. math::

       L = (1 - \alpha)\, CE(y, \mathrm{softmax}(u))
         + \alpha\, T^2\, CE(p_T, \mathrm{softmax}(u / T)).

    Samples without a label have the soft term alone, with weight one.

    Read more in the :ref:`User Guide <loss>`.

    Parameters
    ----------
    temperature : float, default=1.0
        The temperature :math:`T` of the soft term, from 0.001 to one million. Beyond,
        the single precision of networks cannot tell probabilities apart.
    alpha : float, default=0.5
        Weight :math:`\alpha` of the soft term, from 0 (labels alone) to 1 (teacher
        alone).

    Raises
    ------
    ValueError
        If a parameter is not a number in its range.

    References
    ----------
    .. [1] G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural
       network", 2015. :arxiv:`1503.02531`

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill import DistillationLoss, TransferSet
    >>> transfer = TransferSet(
    ...     X=np.array([[0.0], [1.0]]),
    ...     raw_predictions=np.log([[0.8, 0.2], [0.6, 0.4]]),
    ...     y=np.array([1, 0]),
    ...     classes=np.array(["no", "yes"]),
    ...     labeled=np.array([True, False]),
    ... )
    >>> DistillationLoss(alpha=0.5).mix(transfer)
    array([[0.4, 0.6],
           [0.6, 0.4]])
    """

    temperature: float = 1.0
    alpha: float = 0.5

    def __post_init__(self) -> None:
        check_number("temperature", self.temperature, *TEMPERATURES)
        check_number("alpha", self.alpha, 0, 1)

    def mix(self, transfer: SoftAndHardTargets) -> NDArray:
        """Compute the targets of students that learn probabilities.

        Parameters
        ----------
        transfer : TransferSet

        Returns
        -------
        targets : ndarray of shape (n_samples, n_classes)
            The softened probabilities of the teacher, mixed with the labels.
        """
        proba = soften(transfer.raw_predictions, self.temperature)
        return mix_targets(proba, transfer.y, self.alpha, transfer.labeled)

    def terms(self, transfer: SoftAndHardTargets) -> list[Term]:
        """Compute the terms of the loss, for students that are trained on logits.

        Parameters
        ----------
        transfer : TransferSet

        Returns
        -------
        terms : list of Term
        """
        return distillation_terms(
            transfer.raw_predictions,
            transfer.y,
            labeled=transfer.labeled,
            temperature=self.temperature,
            alpha=self.alpha,
            weights=transfer.sample_weight,
        )

    def restore(self, proba: NDArray) -> NDArray:
        """Sharpen what a student predicts that learned softened probabilities.

        Parameters
        ----------
        proba : ndarray of shape (n_samples, n_classes)

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """
        return sharpen(proba, self.temperature)


@dataclass(frozen=True)
class SquaredErrorDistillation:
    r"""Squared error to a teacher's numbers and to the true ones.

    With the student's prediction :math:`u`, the teacher's :math:`z` and the number
    :math:`y`,

    .. math::

       L = (1 - \alpha)\, (y - u)^2 + \alpha\, (z - u)^2.

    Up to a constant this is one squared error, to the mixed target
    :math:`(1 - \alpha)\, y + \alpha z`. Samples without a label have the teacher's
    number as their target. Several outputs are summed.

    Read more in the :ref:`User Guide <loss>`.

    Parameters
    ----------
    alpha : float, default=0.5
        Weight :math:`\alpha` of the teacher, from 0 (labels alone) to 1 (teacher
        alone).

    Raises
    ------
    ValueError
        If it is not a number in its range.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill import SquaredErrorDistillation, TransferSet
    >>> transfer = TransferSet(
    ...     X=np.array([[0.0], [1.0]]),
    ...     raw_predictions=np.array([2.0, 5.0]),
    ...     y=np.array([4.0, 0.0]),
    ...     labeled=np.array([True, False]),
    ... )
    >>> SquaredErrorDistillation(alpha=0.5).mix(transfer)
    array([[3.],
           [5.]])
    """

    alpha: float = 0.5

    def __post_init__(self) -> None:
        check_number("alpha", self.alpha, 0, 1)

    def mix(self, transfer: SoftAndHardTargets) -> NDArray:
        """Compute the targets of a student.

        Parameters
        ----------
        transfer : TransferSet
            Of numbers.

        Returns
        -------
        targets : ndarray of shape (n_samples, n_outputs)
            The teacher's predictions, mixed with the labels.
        """
        raw, alpha = transfer.raw_predictions, self.alpha
        mixed = (1 - alpha) * transfer.y + alpha * raw
        if transfer.labeled is None:
            return mixed
        return np.where(transfer.labeled[:, None], mixed, raw)

    def terms(self, transfer: SoftAndHardTargets) -> list[Term]:
        """Compute the terms of the loss, for networks.

        Parameters
        ----------
        transfer : TransferSet
            Of numbers.

        Returns
        -------
        terms : list of Term
            One, with the mixed targets.
        """
        return [Term(self.mix(transfer), transfer.sample_weight)]


def check_number(name: str, value: Any, lowest: float, highest: float) -> None:
    """Check that a parameter is a number in its range.

    Parameters
    ----------
    name : str
        What it is called in an error.
    value : object
    lowest, highest : float

    Raises
    ------
    ValueError
        If it is not.
    """
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not (is_number and lowest <= value <= highest):
        raise ValueError(
            f"{name} must be a number from {lowest:g} to {highest:g}, got {value!r}."
        )
