"""Encoders of single columns: what each kind of column becomes.

Each is learned from a column of the training data, and frozen. It turns columns, and
single values, into numbers or codes of categories, of which a matrix is made.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections import Counter
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skdistill.tables._stored import StoredColumn
from skdistill.tables._values import is_missing, to_number, to_seconds, to_text

DAY, HOUR = 86_400, 3_600

INFINITY = "it contains infinity, or numbers too large for a float"

DATE_PARTS = ("total_seconds", "year", "month", "day", "weekday", "hour")


class ColumnEncoder:
    """What a column becomes: some numbers, an indicator of gaps, or a category.

    Attributes
    ----------
    fills : tuple of float
        What stands in the gaps of each number.
    has_gaps : bool
        Whether gaps get an indicator.
    n_codes : int
        Number of codes of categories.
    """

    fills: tuple[float, ...] = ()
    has_gaps: bool = False
    n_codes: int = 0

    @classmethod
    def learn(cls, column: StoredColumn, max_categories: int) -> Self:
        """Learn from a column of the training data.

        Parameters
        ----------
        column : StoredColumn
        max_categories : int
            Number of codes that categories may have, gaps apart.

        Returns
        -------
        encoder : ColumnEncoder

        Raises
        ------
        TypeError, ValueError, OverflowError
            If the column holds something else.
        """
        raise NotImplementedError

    def feature_names(self, name: str) -> list[str]:
        """Name the columns of the encoded matrix.

        Parameters
        ----------
        name : str
            Of the column.

        Returns
        -------
        names : list of str
        """
        raise NotImplementedError

    def read(self, column: StoredColumn, numbers: list, codes: list) -> None:
        """Append numbers, with NaN in gaps, or codes of a column to a list.

        Parameters
        ----------
        column : StoredColumn
        numbers, codes : list of ndarray of shape (n_samples,)
            One of them gets longer.

        Raises
        ------
        TypeError, ValueError, OverflowError
            If a value is of another kind.
        """
        raise NotImplementedError

    def read_value(self, value: Any, numbers: list, codes: list) -> None:
        """Do the same with the value of one sample, as numbers of Python."""
        raise NotImplementedError


@dataclass(frozen=True)
class NumericEncoder(ColumnEncoder):
    """Numbers: themselves, and an indicator of gaps.

    Attributes
    ----------
    fills : tuple of one float
        The median, which stands in gaps.
    has_gaps : bool
        Whether the training data had gaps, which get an indicator then.
    """

    fills: tuple[float, ...]
    has_gaps: bool

    @classmethod
    def learn(cls, column: StoredColumn, max_categories: int) -> Self:
        numbers = column.numbers()
        return cls(*_learn_fills(numbers[:, None]))

    def feature_names(self, name: str) -> list[str]:
        return [name, *_gap_name(name)[: self.has_gaps]]

    def read(self, column: StoredColumn, numbers: list, codes: list) -> None:
        numbers.append(column.numbers())

    def read_value(self, value: Any, numbers: list, codes: list) -> None:
        numbers.append(value if type(value) is float else to_number(value))


@dataclass(frozen=True)
class DatetimeEncoder(ColumnEncoder):
    """Dates: the seconds since 1970, and those parts of a date that vary.

    Attributes
    ----------
    parts : tuple of str
        Of "total_seconds", "year", "month", "day" (of the month), "weekday" (Monday
        is 0) and "hour" (with fractions).
    fills : tuple of float
        The median of each part, which stands in gaps.
    has_gaps : bool
        Whether the training data had gaps, which get an indicator then.
    """

    parts: tuple[str, ...]
    fills: tuple[float, ...]
    has_gaps: bool

    @classmethod
    def learn(cls, column: StoredColumn, max_categories: int) -> Self:
        parts = split_dates(column.seconds())
        varies = np.fmin.reduce(parts) < np.fmax.reduce(parts)
        varies[0] |= not varies.any()
        kept = tuple(part for part, has in zip(DATE_PARTS, varies, strict=True) if has)
        return cls(kept, *_learn_fills(parts[:, varies]))

    def feature_names(self, name: str) -> list[str]:
        parts = [f"{name}_{part}" for part in self.parts]
        return parts + _gap_name(name)[: self.has_gaps]

    def read(self, column: StoredColumn, numbers: list, codes: list) -> None:
        numbers.extend(self._kept(column.seconds()).T)

    def read_value(self, value: Any, numbers: list, codes: list) -> None:
        numbers.extend(self._kept(np.array([to_seconds(value)]))[0])

    def _kept(self, seconds: NDArray) -> NDArray:
        return split_dates(seconds)[:, [*map(DATE_PARTS.index, self.parts)]]


@dataclass(frozen=True)
class CategoricalEncoder(ColumnEncoder):
    """Categories: a code for each, of which the encoded matrix makes a column each.

    Attributes
    ----------
    codes : dict of str to int
        The frequent categories, in sorted order, and their codes 0, 1, ...
    missing : int
        Code of a gap.
    rare : int
        Code of all rare categories, and of those that the training data did not have.
    are_strings : bool
        Whether the categories were strings, not numbers or a mixture.
    n_codes : int
        Number of columns. A code as large as this stands for none of them.
    """

    codes: dict[str, int]
    missing: int
    rare: int
    are_strings: bool
    n_codes: int

    @classmethod
    def learn(cls, column: StoredColumn, max_categories: int) -> Self:
        dictionary = column.dictionary()
        texts = [*map(to_text, dictionary.values)]
        sizes = np.bincount(dictionary.codes + 1, minlength=len(texts) + 1)
        counts: Counter[str] = Counter()
        for text, size in zip(texts, sizes[1:].tolist(), strict=True):
            counts[text] += size
        kept = _frequent(counts, max_categories)
        has_gaps, has_rare = bool(sizes[0]), len(kept) < len(counts)
        n_codes = len(kept) + has_gaps + has_rare
        rare = n_codes - has_rare
        missing = len(kept) if has_gaps else rare
        codes = {text: i for i, text in enumerate(kept)}
        are_strings = all(isinstance(value, str) for value in dictionary.values)
        return cls(codes, missing, rare, are_strings, n_codes)

    def feature_names(self, name: str) -> list[str]:
        names = [f"{name}_{category}" for category in self.codes]
        if self.missing < self.rare:
            names += _gap_name(name)
        if self.rare < self.n_codes:
            names.append(f"{name}_infrequent")
        return names

    def read(self, column: StoredColumn, numbers: list, codes: list) -> None:
        codes.append(column.dictionary().convert(self._code, self.missing))

    def read_value(self, value: Any, numbers: list, codes: list) -> None:
        code = self.codes.get(value) if type(value) is str else self._code(value)
        codes.append(self.rare if code is None else code)

    def _code(self, value: Any) -> int:
        if is_missing(value):
            return self.missing
        return self.codes.get(to_text(value), self.rare)


@dataclass(frozen=True)
class ColumnDropper(ColumnEncoder):
    """A column that is left out."""

    @classmethod
    def learn(cls, column: StoredColumn, max_categories: int) -> Self:
        return cls()

    def feature_names(self, name: str) -> list[str]:
        return []

    def read(self, column: StoredColumn, numbers: list, codes: list) -> None:
        pass

    def read_value(self, value: Any, numbers: list, codes: list) -> None:
        pass


def split_dates(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Split dates into parts.

    Parameters
    ----------
    seconds : ndarray of shape (n_samples,)
        Since 1970; NaN where there is no date.

    Returns
    -------
    parts : ndarray of shape (n_samples, 6)
        The seconds themselves, the year, month, day of the month, weekday (Monday is
        0), and the hour with its fraction.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.tables._column_encoders import split_dates
    >>> split_dates(np.array([86_400 * 31 + 1800.0]))
    array([[2.6802e+06, 1.9700e+03, 2.0000e+00, 1.0000e+00, 6.0000e+00,
            5.0000e-01]])
    """
    missing = np.isnan(seconds)
    known = np.where(missing, 0.0, seconds)
    days = np.floor(known / DAY)
    dates = days.astype("datetime64[D]")
    months, years = dates.astype("datetime64[M]"), dates.astype("datetime64[Y]")
    parts = np.column_stack(
        [
            known,
            years.astype(np.int64) + 1970,
            (months - years.astype(months.dtype)).astype(np.int64) + 1,
            (dates - months.astype(dates.dtype)).astype(np.int64) + 1,
            (days + 3) % 7,  # 1970 began on a Thursday
            (known - days * DAY) / HOUR,
        ]
    )
    parts[missing] = np.nan
    return parts


def _frequent(counts: dict[str, int], max_categories: int) -> list[str]:
    """The categories that get a code of their own, sorted."""
    categories = sorted(counts)
    if len(categories) > max_categories:
        # Nothing can be learned of a category that occurs once.
        frequent = [category for category in categories if counts[category] > 1]
        frequent.sort(key=counts.__getitem__)
        categories = sorted(frequent[len(frequent) + 1 - max_categories :])
    return categories


def _learn_fills(numbers: NDArray[np.float64]) -> tuple[tuple[float, ...], bool]:
    """Median of each column, and whether they have gaps."""
    if np.isinf(numbers).any():
        raise ValueError(INFINITY)
    present = numbers[~np.isnan(numbers[:, 0])]
    fills = np.median(present if len(present) else np.zeros_like(numbers[:1]), axis=0)
    return (*fills.tolist(),), len(present) < len(numbers)


def _gap_name(name: str) -> list[str]:
    return [f"missingindicator_{name}"]
