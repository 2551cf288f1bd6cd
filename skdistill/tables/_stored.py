"""How a column is stored, once it is free of its library: three forms are enough.

Whatever a frame or an array keeps in a column becomes numbers, dates, or a dictionary
of different values and the position of each sample's value in it.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdistill.tables._values import EPOCH, SECOND, is_missing, to_number, to_seconds


class StoredColumn:
    """A column that can be read as numbers, as dates, or by its different values."""

    def dictionary(self) -> "DictionaryColumn":
        """Get the different values."""
        raise NotImplementedError

    def numbers(self) -> NDArray[np.float64]:
        """Read numbers; missing ones are NaN.

        Returns
        -------
        numbers : ndarray of shape (n_samples,)

        Raises
        ------
        TypeError, ValueError, OverflowError
            If a value is no number.
        """
        return self.dictionary().convert(to_number)

    def seconds(self) -> NDArray[np.float64]:
        """Read dates as seconds since 1970; missing ones are NaN.

        Returns
        -------
        seconds : ndarray of shape (n_samples,)

        Raises
        ------
        TypeError, ValueError
            If a value is no date.
        """
        return self.dictionary().convert(to_seconds)


class NumberColumn(StoredColumn):
    """Floats.

    Parameters
    ----------
    values : ndarray of shape (n_samples,)
    """

    def __init__(self, values: NDArray[np.float64]) -> None:
        self.values = values

    def numbers(self) -> NDArray[np.float64]:
        return self.values

    def dictionary(self) -> "DictionaryColumn":
        return DictionaryColumn.from_values(self.values.tolist())


class DateColumn(StoredColumn):
    """Dates with times, as the clock showed them.

    Parameters
    ----------
    values : ndarray of shape (n_samples,)
        Of NumPy's type datetime64.
    """

    def __init__(self, values: NDArray[np.datetime64]) -> None:
        self.values = values

    def seconds(self) -> NDArray[np.float64]:
        return (self.values - np.datetime64(EPOCH)) / SECOND

    def dictionary(self) -> "DictionaryColumn":
        return DictionaryColumn.from_values(list(self.values))


class DictionaryColumn(StoredColumn):
    """Different values, and which of them each sample has.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,)
        Positions in `values`; -1 where a value is missing.
    values : list of object
        None of them is missing.
    is_categorical : bool, default=False
        Whether the column was declared to be categorical.
    """

    def __init__(
        self, codes: NDArray[np.intp], values: list, is_categorical: bool = False
    ) -> None:
        self.codes, self.values, self.is_categorical = codes, values, is_categorical

    @classmethod
    def from_values(cls, values: Iterable) -> "DictionaryColumn":
        """Find the different values among all.

        Parameters
        ----------
        values : iterable of object
            One for each sample.

        Raises
        ------
        TypeError
            If values are dicts, lists or sets.

        Examples
        --------
        >>> from skdistill.tables._stored import DictionaryColumn
        >>> column = DictionaryColumn.from_values(["b", "a", None, "b"])
        >>> column.codes, column.values
        (array([ 0,  1, -1,  0]), ['b', 'a'])
        """
        values = list(values)
        try:
            positions = {value: i for i, value in enumerate(dict.fromkeys(values))}
        except TypeError as error:
            raise TypeError(
                f"argument must be a string or a number: {error}"
            ) from error
        codes = np.fromiter(map(positions.__getitem__, values), np.intp, len(values))
        present = np.array([not is_missing(value) for value in positions], bool)
        kept = [value for value, has in zip(positions, present, strict=True) if has]
        renumbered = np.where(present, np.cumsum(present) - 1, -1)
        return cls(renumbered[codes], kept)

    def dictionary(self) -> "DictionaryColumn":
        return self

    def convert(
        self, function: Callable[[Any], float], missing: float = np.nan
    ) -> NDArray:
        """Convert each different value once.

        Parameters
        ----------
        function : callable
            From a value to a number.
        missing : float, default=nan
            What a missing value becomes.

        Returns
        -------
        converted : ndarray of shape (n_samples,)
        """
        # Code -1 takes the last one.
        return np.array([*map(function, self.values), missing])[self.codes]
