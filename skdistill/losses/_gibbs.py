"""The Gibbs form of distillation: inverse temperature and log pressure."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from skdistill.losses._distillation import TEMPERATURES


def from_gibbs(beta: Any, log_pressure: Any) -> tuple[Any, Any]:
    r"""Convert inverse temperature and log pressure to temperature and alpha.

    With the energy :math:`-\log p`, softened probabilities have the Gibbs form
    :math:`p_T \propto \exp(-\beta (-\log p))` with :math:`\beta = 1 / T`. The pressure
    :math:`P = e^a` is the weight of the soft targets over that of the labels. So

    .. math::

       T = \frac{1}{\beta}, \qquad \alpha = \frac{P}{1 + P} = \frac{e^a}{1 + e^a}.

    Both range over all positive numbers, and are searched on a logarithmic scale.

    Read more in the :ref:`User Guide <gibbs>`.

    Parameters
    ----------
    beta : float, array-like or distribution
        Inverse temperatures :math:`\beta`, positive.
    log_pressure : float, array-like or distribution
        Logarithms :math:`a` of the pressure. 0 is ``alpha=0.5``.

    Returns
    -------
    temperature : float, list of float or distribution
    alpha : float, list of float or distribution
        Each of the kind of its argument. A distribution is anything with a method
        ``rvs``, such as ``scipy.stats.loguniform(0.1, 2)``.

    Raises
    ------
    ValueError
        If an inverse temperature is not positive, or a value is NaN.

    Examples
    --------
    >>> from scipy.stats import loguniform, uniform
    >>> from skdistill.losses import from_gibbs
    >>> from_gibbs(0.5, 0.0)
    (2.0, 0.5)
    >>> from_gibbs([1.0, 0.25], [-float("inf"), 0.0])
    ([1.0, 4.0], [0.0, 0.5])
    >>> temperature, alpha = from_gibbs(loguniform(0.1, 2), uniform(-3, 6))
    >>> bool(0.5 <= temperature.rvs(random_state=0) <= 10)
    True
    """
    return _convert(beta, temperature_of), _convert(log_pressure, alpha_of)


def temperature_of(beta: ArrayLike) -> Any:
    """Compute the temperature of inverse temperatures.

    Parameters
    ----------
    beta : array-like

    Returns
    -------
    temperature : float or ndarray

    Raises
    ------
    ValueError
        If one is outside of what the loss can bear.
    """
    values, (lowest, highest) = np.asarray(beta, dtype=float), TEMPERATURES
    if not ((values >= 1 / highest) & (values <= 1 / lowest)).all():
        raise ValueError(
            f"beta must be from {1 / highest:g} to {1 / lowest:g}, got {beta!r}."
        )
    return 1 / values


def alpha_of(log_pressure: ArrayLike) -> Any:
    """Compute the weight of the soft targets of log pressures.

    Parameters
    ----------
    log_pressure : array-like

    Returns
    -------
    alpha : float or ndarray

    Raises
    ------
    ValueError
        If one is NaN.
    """
    values = np.asarray(log_pressure, dtype=float)
    if np.isnan(values).any():
        raise ValueError(f"log_pressure must not be NaN, got {log_pressure!r}.")
    return expit(values)


@dataclass(frozen=True)
class MappedDistribution:
    """A function of a random variable, for searches that draw parameters.

    Parameters
    ----------
    function : callable
        ``function(values) -> values``.
    distribution : object
        With the method ``rvs``.
    """

    function: Callable
    distribution: Any

    def rvs(self, *args: Any, **kwargs: Any) -> Any:
        """Draw values.

        Parameters
        ----------
        *args, **kwargs
            For the method of the distribution.

        Returns
        -------
        values : float or ndarray
        """
        return self.function(self.distribution.rvs(*args, **kwargs))


def _convert(values, function):
    if hasattr(values, "rvs"):
        return MappedDistribution(function, values)
    return function(values).tolist()
