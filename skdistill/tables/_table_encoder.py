"""TableEncoder: tables of any columns as matrices of numbers, in one pass."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils.validation import (
    _check_feature_names_in,
    check_is_fitted,
)

from skdistill.tables._column_encoders import (
    INFINITY,
    CategoricalEncoder,
    ColumnDropper,
    DatetimeEncoder,
    NumericEncoder,
)
from skdistill.tables._forms import Table, open_table
from skdistill.tables._kinds import (
    ERRORS,
    find_kinds,
    name_column,
    named_error,
    warn_of_kinds,
)
from skdistill.tables._layout import EncodedTable, Layout
from skdistill.utils._mixins import DocLinkMixin, restore_on_error
from skdistill.utils._parameters import WholeNumbers
from skdistill.utils._warnings import warn_user

ENCODERS: dict[str, Any] = {
    "numeric": NumericEncoder,
    "categorical": CategoricalEncoder,
    "datetime": DatetimeEncoder,
    "drop": ColumnDropper,
}

# So many samples are read value by value: columns of a frame cost more to take out.
FEW_ROWS = 8


class TableEncoder(DocLinkMixin, TransformerMixin, BaseEstimator):
    """Encode a table of numbers, categories, dates and gaps as a matrix, in one pass.

    The columns of the matrix are in the order of the table's:

    - Numbers (also booleans, durations in seconds, and strings of numbers) stay as they
      are. The median stands in gaps; if the training data had some, a second column
      indicates them.
    - Categories become one column each (one-hot). Gaps are a category if the training
      data had some. If there are too many categories, the rare ones share a column,
      and so do categories that the training data did not have. Without a column for
      rare categories, unknown ones are all zeros.
    - Dates become the seconds since 1970 and their year, month, day, weekday and hour,
      as far as these vary. Time zones are left out: what counts is what the clock
      showed. Gaps are as with numbers.
    - Identifiers and texts, strings that (almost) all differ, are left out, with a
      warning.

    Read more in the :ref:`User Guide <tables>`.

    Parameters
    ----------
    max_categories : int, default=100
        Number of columns that the categories of one column may become, gaps apart.

    kinds : dict, default=None
        What columns hold, where this is not to be found out: "numeric", "categorical",
        "datetime", or "drop" for columns to leave out. Keys are names of columns, or
        positions where columns have no names.

    Attributes
    ----------
    kinds_ : dict of str
        What each column holds, by its name or position.

    encoders_ : list of ColumnEncoder
        What has been learned of each column.

    layout_ : Layout
        Where the columns go in the matrix.

    n_features_in_ : int
        Number of columns of the table.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of these columns, where they have some.

    See Also
    --------
    sklearn.compose.ColumnTransformer : Applies different transformers to columns.

    Notes
    -----
    Columns of a DataFrame and keys of records are found by their names, in whatever
    order. Further ones are ignored. A record may lack keys, whose values are missing
    then; a DataFrame may not lack columns.

    Examples
    --------
    >>> from skdistill.tables import TableEncoder
    >>> records = [{"age": 31, "city": "Bern"}, {"age": 25, "city": "Oslo"}]
    >>> encoder = TableEncoder().fit(records)
    >>> encoder.get_feature_names_out()
    array(['age', 'city_Bern', 'city_Oslo'], dtype=object)
    >>> encoder.transform({"city": "Oslo"})
    array([[28.,  0.,  1.]])
    """

    _parameter_constraints: dict = {
        "max_categories": [WholeNumbers(2)],
        "kinds": [dict, None],
    }

    def __init__(self, *, max_categories: int = 100, kinds: dict | None = None) -> None:
        self.max_categories = max_categories
        self.kinds = kinds

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: ArrayLike | None = None) -> Self:
        """Learn what the columns of a table hold.

        Parameters
        ----------
        X : {DataFrame, array-like, list of dict} of shape (n_samples, n_features)
            A table of pandas or polars, an array, or records.
        y : None
            Ignored.

        Returns
        -------
        self : TableEncoder
        """
        table = open_table(X)
        self._remember_columns(table)
        keys, given = table.keys(), self._given_kinds(table)
        kinds = find_kinds(table, given)
        self.kinds_, self.encoders_ = dict(zip(keys, kinds, strict=True)), []
        for j, (key, kind) in enumerate(zip(keys, kinds, strict=True)):
            with name_column(key):
                encoder = ENCODERS[kind].learn(table.column(j), self.max_categories)
            self.encoders_.append(encoder)
        self.layout_ = Layout.of(self.encoders_)
        warn_of_kinds(self.kinds_, given, "drop")
        if not self.layout_.n_features_out:
            raise ValueError("X has no column that can be encoded: all are left out.")
        return self

    def encode(self, X: Any) -> EncodedTable:
        """Read a table, without making a matrix of it.

        Parameters
        ----------
        X : {DataFrame, array-like, dict, list of dict} of shape (n_samples, n_features)
            A dict is one sample.

        Returns
        -------
        encoded : EncodedTable
            Numbers with NaN in gaps, and a code for each category.
        """
        # The check takes as long as the rest needs for a sample.
        if "layout_" not in vars(self):
            check_is_fitted(self)
        names = vars(self).get("feature_names_in_")
        table = open_table(X, names)
        positions = self._find_columns(table)
        read = self._read_rows if table.n_samples <= FEW_ROWS else self._read_columns
        encoded = read(table, positions)
        if np.isinf(encoded.numbers).any():
            self._refuse_infinity(encoded.numbers)
        return encoded

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Encode a table.

        Parameters
        ----------
        X : {DataFrame, array-like, dict, list of dict} of shape (n_samples, n_features)
            A dict is one sample.

        Returns
        -------
        X_out : {ndarray, DataFrame} of shape (n_samples, n_features_out)
            A DataFrame where :meth:`set_output` asks for one.
        """
        encoded = self.encode(X)
        return self.layout_.to_matrix(encoded)

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> NDArray:
        """Get the names of the columns of the matrix.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the table's columns, if they had none in `fit`.

        Returns
        -------
        names : ndarray of shape (n_features_out,)
        """
        check_is_fitted(self)
        names = _check_feature_names_in(self, input_features)
        named = zip(names, self.encoders_, strict=True)
        return np.array(
            [out for name, encoder in named for out in encoder.feature_names(name)],
            dtype=object,
        )

    def to_sklearn(self) -> BaseEstimator:
        """Make an equal transformer of scikit-learn's own classes.

        It works without this package.

        Returns
        -------
        transformer : ColumnTransformer
            It takes DataFrames, and arrays if the encoder was fitted to one. It takes
            no records, no pandas NA among strings, and dates as seconds since 1970.

        Raises
        ------
        TypeError
            If the categories of a column are neither strings nor numbers.
        """
        from skdistill.export._plain_encoder import plain_encoder

        check_is_fitted(self)
        return plain_encoder(self)

    def _remember_columns(self, table: Table) -> None:
        vars(self).pop("feature_names_in_", None)
        if table.names is not None:
            self.feature_names_in_ = np.array(table.names, dtype=object)
        self.n_features_in_ = table.n_columns

    def _keys(self) -> list:
        """Names of the columns, or positions where they have none."""
        names = vars(self).get("feature_names_in_")
        return [*range(self.n_features_in_)] if names is None else names.tolist()

    def _given_kinds(self, table: Table) -> dict:
        given = self.kinds or {}
        keys = set(table.keys())
        if unknown := [key for key in given if key not in keys]:
            raise ValueError(
                f"kinds has the keys {unknown}, which are no columns of X."
            )
        if wrong := set(given.values()) - set(ENCODERS):
            raise ValueError(f"kinds must be among {list(ENCODERS)}, not {wrong}.")
        return given

    def _find_columns(self, table: Table) -> list[int]:
        """Positions in a table of the columns that it was fitted with."""
        names = vars(self).get("feature_names_in_")
        if names is not None and table.names is not None:
            return table.find(names.tolist())
        if table.n_columns != self.n_features_in_:
            raise ValueError(
                f"X has {table.n_columns} features, but TableEncoder is expecting "
                f"{self.n_features_in_} features as input."
            )
        if (names is None) != (table.names is None):
            has, had = ("has", "without") if names is None else ("lacks", "with")
            warn_user(f"X {has} feature names, but TableEncoder was fitted {had} them.")
        return [*range(self.n_features_in_)]

    def _read_columns(self, table: Table, positions: list[int]) -> EncodedTable:
        numbers: list[NDArray] = []
        codes: list[NDArray] = []
        for j, key, encoder in zip(
            positions, self._keys(), self.encoders_, strict=True
        ):
            with name_column(key):
                encoder.read(table.column(j), numbers, codes)
        return EncodedTable(
            _matrix(np.transpose(numbers), table.n_samples, np.float64),
            _matrix(np.transpose(codes), table.n_samples, np.intp),
        )

    def _read_rows(self, table: Table, positions: list[int]) -> EncodedTable:
        numbers: list[float] = []
        codes: list[int] = []
        encoders, j = self.encoders_, 0
        try:
            for row in table.rows():
                for j, encoder in enumerate(encoders):
                    encoder.read_value(row[positions[j]], numbers, codes)
        except ERRORS as error:
            raise named_error(error, self._keys()[j]) from error
        return EncodedTable(
            _matrix(numbers, table.n_samples, np.float64),
            _matrix(codes, table.n_samples, np.intp),
        )

    def _refuse_infinity(self, numbers: NDArray[np.float64]) -> None:
        owners = np.repeat(
            np.arange(self.n_features_in_),
            [len(encoder.fills) for encoder in self.encoders_],
        )
        first = owners[np.isinf(numbers).any(axis=0)][0]
        raise named_error(ValueError(INFINITY), self._keys()[first])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inputs = tags.input_tags
        inputs.allow_nan = inputs.string = inputs.categorical = True
        return tags


def _matrix(values: ArrayLike, n_samples: int, dtype: type) -> NDArray:
    values = np.asarray(values, dtype=dtype)
    return values.reshape(n_samples, values.size // n_samples)
