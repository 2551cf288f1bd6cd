"""First layers that look categories up, instead of multiplying one-hot columns.

What a category adds to the first layer is a row of its weights. If a column has more
than a few categories, taking that row is faster than a product with their columns.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import gen_batches

from skdistill.neural_network._base import BaseNetwork
from skdistill.neural_network._prediction import PREDICTION_SIZE
from skdistill.tables import EncodedTable
from skdistill.tables._layout import Layout

# A look-up takes as long as the product with so many columns.
MIN_CODES = 10


class CategoryLookup(NamedTuple):
    """A network that predicts from codes of categories, not from their columns.

    Attributes
    ----------
    network : BaseNetwork
        Without the weights of the categories that are looked up.
    layout : Layout
        Of its inputs.
    looked_up : ndarray of shape (n_categorical,)
        Which categorical columns are.
    tables : list of ndarray of shape (n_codes + 1, n_units)
        For each of these, what its codes add to the first layer. Of several networks,
        (n_networks, n_codes + 1, n_units).
    """

    network: BaseNetwork
    layout: Layout
    looked_up: NDArray[np.bool_]
    tables: list[NDArray]

    @classmethod
    def of(cls, network: BaseNetwork, layout: Layout) -> Self | None:
        """Split the first layer of a network.

        Parameters
        ----------
        network : BaseNetwork
            Fitted to encoded tables.
        layout : Layout
            Of these.

        Returns
        -------
        lookup : CategoryLookup or None
            None if no column has so many categories that it would pay.
        """
        looked_up = layout.n_codes >= MIN_CODES
        if not looked_up.any():
            return None
        weights = _weights_of_ones(network)
        starts, sizes = layout.code_positions[looked_up], layout.n_codes[looked_up]
        # The last code stands for categories without a column, which add nothing.
        nothing = np.zeros_like(weights[..., :1, :])
        tables = [
            np.concatenate([weights[..., start : start + size, :], nothing], axis=-2)
            for start, size in zip(starts, sizes, strict=True)
        ]
        narrow, columns = layout.without_codes(looked_up)
        return cls(_restrict(network, columns), narrow, looked_up, tables)

    def predict(
        self, function: Callable[..., NDArray], encoded: EncodedTable
    ) -> NDArray:
        """Predict as the whole network does, up to rounding.

        Parameters
        ----------
        function : callable
            Such as :func:`predict_proba`.
        encoded : EncodedTable

        Returns
        -------
        predicted : ndarray of shape (n_samples, n_outputs)
        """
        X = self.layout.to_matrix(
            EncodedTable(encoded.numbers, encoded.codes[:, ~self.looked_up])
        )
        codes = encoded.codes[:, self.looked_up].T
        n_rows = max(1, PREDICTION_SIZE // self.network._folded_networks().n_units)
        predicted = []
        for rows in gen_batches(len(X), n_rows):
            first, *others = self.network.intercepts_
            for table, of_table in zip(self.tables, codes, strict=True):
                first = first + table.take(of_table[rows], axis=-2)
            network = copy(self.network)
            network.intercepts_ = [first, *others]
            predicted.append(network._predict(function, X[rows]))
        return np.concatenate(predicted)


def _weights_of_ones(network):
    """What a one in each column of X adds to the first layer, beyond a zero."""
    n_features, piecewise = network.n_features_in_, network._features.piecewise
    weights = network.coefs_[0][..., :n_features, :].copy()
    if piecewise is not None:
        # Quantiles of zeros and ones may lie between them. All bins end at one.
        for j, column in enumerate(piecewise.columns):
            weights[..., column, :] += network.coefs_[0][..., n_features + j, :]
    return weights


def _restrict(network, columns):
    """A copy of a network that reads some columns of X, and none of the others."""
    places = np.full(network.n_features_in_, -1)
    places[columns] = np.arange(len(columns))
    features = network._features
    inputs, piecewise = columns, features.piecewise
    if piecewise is not None:
        (used,) = np.nonzero(places[piecewise.columns] >= 0)
        inputs = np.concatenate([columns, features.n_features + used])
        piecewise = piecewise.restrict(used)
        piecewise = piecewise._replace(columns=places[piecewise.columns])
    restricted = copy(network)
    restricted.coefs_ = [network.coefs_[0][..., inputs, :], *network.coefs_[1:]]
    restricted.n_features_in_ = len(columns)
    restricted._features = replace(
        features, n_features=len(columns), scaling=None, piecewise=piecewise
    )
    return restricted
