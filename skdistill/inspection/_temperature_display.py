"""TemperatureAlphaDisplay: the loss of a search over temperature and alpha."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skdistill.inspection._plotting import AxesMixin


class TemperatureAlphaDisplay(AxesMixin):
    """Plot of a cross-validated loss over `temperature` and `alpha`.

    There is a line for each temperature. Where a search had other parameters as well,
    each point is the best of their values.

    Read more in the :ref:`User Guide <displays>`. Make it by `from_estimator` or
    `from_cv_results`.

    Parameters
    ----------
    temperatures : ndarray of shape (n_temperatures,)
    alphas : ndarray of shape (n_alphas,)
    values : ndarray of shape (n_temperatures, n_alphas)
        NaN where the search had no candidate.
    name : str
        What the values are.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from skdistill.inspection import TemperatureAlphaDisplay
    >>> results = {
    ...     "param_temperature": [1, 1, 2, 2],
    ...     "param_alpha": [0.5, 1.0, 0.5, 1.0],
    ...     "mean_test_score": [-0.4, -0.5, -0.3, -0.6],
    ... }
    >>> TemperatureAlphaDisplay.from_cv_results(results).values
    array([[0.4, 0.5],
           [0.3, 0.6]])
    """

    def __init__(
        self, temperatures: NDArray, alphas: NDArray, values: NDArray, name: str
    ) -> None:
        self.temperatures = temperatures
        self.alphas = alphas
        self.values = values
        self.name = name

    @classmethod
    def from_estimator(cls, search: Any, *, ax: Any = None) -> Self:
        """Plot the results of a fitted search.

        Parameters
        ----------
        search : estimator
            With ``cv_results_``, of a grid of `temperature` and `alpha`.
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : TemperatureAlphaDisplay
        """
        return cls.from_cv_results(search.cv_results_, ax=ax)

    @classmethod
    def from_cv_results(cls, cv_results: dict, *, ax: Any = None) -> Self:
        """Plot the results of a search.

        Parameters
        ----------
        cv_results : dict of str to array-like of shape (n_candidates,)
            With ``mean_test_score`` and a column for each parameter. Scores that are
            all negative are losses with a minus.
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : TemperatureAlphaDisplay

        Raises
        ------
        ValueError
            If `temperature` or `alpha` was not searched.
        """
        scores = np.asarray(cv_results["mean_test_score"], dtype=float)
        temperatures, alphas = (
            _find_column(cv_results, name) for name in ("temperature", "alpha")
        )
        columns, rows = np.unique(alphas), np.unique(temperatures)
        best = np.full((len(rows), len(columns)), np.nan)
        cells = np.searchsorted(rows, temperatures), np.searchsorted(columns, alphas)
        np.fmax.at(best, cells, scores)
        is_loss = np.nanmax(best) <= 0
        name = "cross-validated loss" if is_loss else "cross-validated score"
        return cls(rows, columns, -best if is_loss else best, name).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the plot.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        display : TemperatureAlphaDisplay
        """
        ax = self._use_axes(ax)
        ramp = np.linspace(0.85, 0.1, len(self.temperatures))
        for temperature, values, shade in zip(
            self.temperatures, self.values, ramp, strict=True
        ):
            known = ~np.isnan(values)
            ax.plot(
                self.alphas[known],
                values[known],
                "o-",
                color=_viridis(shade),
                label=f"{temperature:g}",
            )
        ax.set(xlabel="alpha: weight of the soft targets", ylabel=self.name)
        ax.legend(title="temperature")
        return self


def _find_column(cv_results, name):
    """Values of a parameter, wherever in a pipeline it is."""
    keys = [
        key
        for key in cv_results
        if key.startswith("param_") and key[len("param_") :].split("__")[-1] == name
    ]
    if not keys:
        raise ValueError(f"The search has no parameter {name!r}.")
    return np.asarray(cv_results[min(keys, key=len)], dtype=float)


def _viridis(shade):
    """A color of the map that goes from dark to light."""
    from matplotlib import colormaps

    return colormaps["viridis"](shade)
