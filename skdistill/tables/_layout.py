"""Where the columns of a table go in the matrix that they are encoded as."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdistill.tables._column_encoders import ColumnEncoder


class EncodedTable(NamedTuple):
    """A table as numbers and codes of categories: of which a matrix can be made.

    Read more in the :ref:`User Guide <tables>`.

    Attributes
    ----------
    numbers : ndarray of shape (n_samples, n_numbers)
        Those of all numeric columns and dates, NaN in gaps.
    codes : ndarray of shape (n_samples, n_categorical)
        Codes of the values of all categorical columns.
    """

    numbers: NDArray[np.float64]
    codes: NDArray[np.intp]


class Layout(NamedTuple):
    """Where numbers and codes go in the encoded matrix.

    Attributes
    ----------
    fills : ndarray of shape (n_numbers,)
        What stands in gaps.
    number_positions : ndarray of shape (n_numbers,)
        Column of each number.
    indicators : ndarray of shape (n_indicators,)
        Numbers whose gaps are indicated.
    indicator_positions : ndarray of shape (n_indicators,)
        Columns of these indicators.
    code_positions : ndarray of shape (n_categorical,)
        Column of code 0 of each categorical column.
    n_codes : ndarray of shape (n_categorical,)
        Codes with a column; larger ones have none.
    n_features_out : int
    """

    fills: NDArray[np.float64]
    number_positions: NDArray[np.intp]
    indicators: NDArray[np.intp]
    indicator_positions: NDArray[np.intp]
    code_positions: NDArray[np.intp]
    n_codes: NDArray[np.intp]
    n_features_out: int

    @classmethod
    def of(cls, encoders: Sequence[ColumnEncoder]) -> "Layout":
        """Lay out the columns of a matrix in the order of the table's.

        Parameters
        ----------
        encoders : sequence of ColumnEncoder

        Returns
        -------
        layout : Layout
        """
        n_numbers = np.array([len(encoder.fills) for encoder in encoders])
        n_codes = np.array([encoder.n_codes for encoder in encoders])
        has_gaps = np.array([encoder.has_gaps for encoder in encoders])
        ends = np.cumsum(n_numbers + has_gaps + n_codes)
        starts = ends - (n_numbers + has_gaps + n_codes)
        first_numbers = np.cumsum(n_numbers) - n_numbers
        shifts = np.repeat(starts - first_numbers, n_numbers)
        return cls(
            fills=np.array([fill for encoder in encoders for fill in encoder.fills]),
            number_positions=shifts + np.arange(len(shifts)),
            indicators=first_numbers[has_gaps],
            indicator_positions=(starts + n_numbers)[has_gaps],
            code_positions=starts[n_codes > 0],
            n_codes=n_codes[n_codes > 0],
            n_features_out=int(ends[-1]),
        )

    def without_codes(
        self, left_out: NDArray[np.bool_]
    ) -> tuple["Layout", NDArray[np.intp]]:
        """Leave categorical columns out.

        Parameters
        ----------
        left_out : ndarray of shape (n_categorical,)
            Which of them.

        Returns
        -------
        layout : Layout
            Of the other columns.
        columns : ndarray of shape (n_features_out,)
            Where these are in the matrix of all columns.

        Examples
        --------
        >>> import numpy as np
        >>> from skdistill.tables import TableEncoder
        >>> layout = TableEncoder().fit([["a", 0.5, "x"], ["b", 1.0, "y"]]).layout_
        >>> layout.without_codes(np.array([True, False]))[1]
        array([2, 3, 4])
        """
        stays = np.ones(self.n_features_out, bool)
        for j in np.flatnonzero(left_out):
            start = self.code_positions[j]
            stays[start : start + self.n_codes[j]] = False
        places = np.cumsum(stays) - 1
        layout = self._replace(
            number_positions=places[self.number_positions],
            indicator_positions=places[self.indicator_positions],
            code_positions=places[self.code_positions[~left_out]],
            n_codes=self.n_codes[~left_out],
            n_features_out=int(stays.sum()),
        )
        return layout, np.flatnonzero(stays)

    def to_matrix(self, encoded: EncodedTable) -> NDArray[np.float64]:
        """Make the matrix: gaps filled and indicated, categories one-hot.

        Parameters
        ----------
        encoded : EncodedTable

        Returns
        -------
        X : ndarray of shape (n_samples, n_features_out)
        """
        numbers, codes = encoded
        X = np.zeros((len(numbers), self.n_features_out))
        gaps = np.isnan(numbers)
        X[:, self.number_positions] = np.where(gaps, self.fills, numbers)
        X[:, self.indicator_positions] = gaps[:, self.indicators]
        first = np.arange(len(X))[:, None] * self.n_features_out
        ones = codes + self.code_positions + first
        X.reshape(-1)[ones[codes < self.n_codes]] = 1
        return X
