"""The loss of quantiles: pinball loss of labels, squared error to a teacher's."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from numbers import Real
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdistill.losses._cross_entropy import Term
from skdistill.losses._distillation import (
    DistillationLoss,
    SoftAndHardTargets,
    SquaredErrorDistillation,
    check_number,
)


class QuantileTerms(NamedTuple):
    """The loss of quantiles over all samples.

    Read more in the :ref:`User Guide <quantiles>`.

    Attributes
    ----------
    labels : Term
        Its loss is the pinball loss.
    teacher : Term
        Its loss is half the squared error.
    levels : ndarray of shape (n_levels,)
    """

    labels: Term
    teacher: Term
    levels: NDArray


@dataclass(frozen=True)
class PinballDistillation:
    r"""Pinball loss of true numbers, and squared error to a teacher's quantiles.

    With the student's quantile :math:`u` at a level :math:`\tau`, the teacher's
    :math:`z` and the number :math:`y`,

    .. math::

       L = (1 - \alpha)\, \rho_\tau(y - u) + \frac{\alpha}{2} (z - u)^2,
       \qquad \rho_\tau(e) = \max(\tau e, (\tau - 1)\, e),

    summed over the levels. The expected pinball loss [1]_ is least at the true
    quantile. Samples without a label have the second term alone, with weight one.
    Networks measure numbers in units of their standard deviation.

    In a transfer set, ``raw_predictions`` and ``y`` have a column for each level, which
    in y is the same number each time.

    Read more in the :ref:`User Guide <quantiles>`.

    Parameters
    ----------
    levels : sequence of float
        Levels of the quantiles, increasing, between 0 and 1.
    alpha : float, default=0.5
        Weight :math:`\alpha` of the teacher, from 0 (labels alone) to 1 (teacher
        alone). Students other than networks learn the teacher's quantiles alone, as
        their targets.

    Raises
    ------
    ValueError
        If levels are not increasing numbers between 0 and 1, or alpha is no number in
        its range.

    References
    ----------
    .. [1] R. Koenker and G. Bassett, "Regression quantiles", Econometrica 46, 1978.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill import PinballDistillation, SquaredErrorMLPRegressor, TransferSet
    >>> rng = np.random.default_rng(0)
    >>> X = rng.uniform(size=(1000, 1))
    >>> y = X[:, 0] * rng.normal(size=1000)
    >>> teacher_quantiles = X * [-1.64, 0.0, 1.64]
    >>> transfer = TransferSet(X, teacher_quantiles, np.column_stack([y, y, y]))
    >>> student = SquaredErrorMLPRegressor(random_state=0)
    >>> loss = PinballDistillation((0.05, 0.5, 0.95), alpha=0.5)
    >>> low, median, high = student.fit_distill(transfer, loss).predict([[0.5]])[0]
    >>> bool(low < -0.7 and high > 0.7)
    True
    """

    levels: tuple[float, ...]
    alpha: float = 0.5

    def __post_init__(self) -> None:
        levels = tuple(check_levels(self.levels, "levels").tolist())
        object.__setattr__(self, "levels", levels)
        check_number("alpha", self.alpha, 0, 1)

    def mix(self, transfer: SoftAndHardTargets) -> NDArray:
        """Return the targets of students that learn numbers.

        Parameters
        ----------
        transfer : TransferSet
            Of quantiles.

        Returns
        -------
        targets : ndarray of shape (n_samples, n_levels)
            The teacher's quantiles: a mean of them and the labels would be no quantile.

        Raises
        ------
        ValueError
            If alpha is 0: then there is nothing to learn but the labels.
        """
        if self.alpha == 0:
            raise ValueError(
                "With alpha=0 only networks can learn quantiles, of the labels alone. "
                "Other students learn the quantiles of a teacher."
            )
        return transfer.raw_predictions

    def terms(self, transfer: SoftAndHardTargets) -> QuantileTerms:
        """Compute the terms of the loss, for networks.

        Parameters
        ----------
        transfer : TransferSet
            Of quantiles.

        Returns
        -------
        terms : QuantileTerms
        """
        raw, y, weights = transfer.raw_predictions, transfer.y, transfer.sample_weight
        if raw.shape != (len(raw), len(self.levels)):
            raise ValueError(
                f"raw_predictions must have a column for each of the {len(self.levels)}"
                f" levels, got shape {raw.shape}."
            )
        weights = np.ones(len(raw)) if weights is None else weights
        labeled = True if transfer.labeled is None else transfer.labeled
        hard = np.where(labeled, (1 - self.alpha) * weights, 0.0)
        levels = np.array(self.levels)
        return QuantileTerms(Term(y, hard), Term(raw, weights - hard), levels)


# What students may be asked to minimize.
Loss = DistillationLoss | SquaredErrorDistillation | PinballDistillation


def check_levels(levels: ArrayLike, name: str) -> NDArray:
    """Check the levels of quantiles.

    Parameters
    ----------
    levels : array-like of shape (n_levels,)
    name : str
        What they are called in an error.

    Returns
    -------
    levels : ndarray of shape (n_levels,)

    Raises
    ------
    ValueError
        If they are not increasing numbers between 0 and 1.
    """
    array = np.asarray(levels, dtype=object)
    values = array.tolist() if array.ndim == 1 else []
    is_real = all(isinstance(v, Real) and not isinstance(v, bool) for v in values)
    ends = np.array([0.0, *values, 1.0]) if is_real else np.zeros(1)
    if not (values and is_real and (np.diff(ends) > 0).all()):
        raise ValueError(
            f"{name} must be increasing numbers between 0 and 1, such as "
            f"(0.05, 0.5, 0.95), got {levels!r}."
        )
    return ends[1:-1]


def pinball(y: NDArray, quantiles: NDArray, levels: NDArray) -> NDArray:
    """Return the pinball loss of each sample at each level.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n_levels) or (n_samples, 1)
    quantiles : ndarray of shape (n_samples, n_levels)
    levels : ndarray of shape (n_levels,)

    Returns
    -------
    loss : ndarray of shape (n_samples, n_levels)
        In units of y.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.losses._pinball import pinball
    >>> pinball(np.array([[1.0], [-1.0]]), np.zeros((2, 1)), np.array([0.9]))
    array([[0.9],
           [0.1]])
    """
    errors = y - quantiles
    return np.maximum(levels * errors, (levels - 1) * errors)
