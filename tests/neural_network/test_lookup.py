"""Categories that are looked up give what their one-hot columns give."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdistill import SoftmaxMLPClassifier, TabularMLPClassifier
from skdistill.neural_network import _tabular_base
from skdistill.neural_network._lookup import MIN_CODES
from skdistill.tables import TableEncoder


def table(rng, n_samples, n_categories):
    """Numbers and categories with gaps, some of them rare."""
    frame = pd.DataFrame({"amount": rng.normal(size=n_samples)})
    for j, n in enumerate(n_categories):
        names = rng.randint(n, size=n_samples).astype(str)
        frame[f"name{j}"] = np.char.add("c", names)
    frame["count"] = rng.randint(9, size=n_samples)
    return frame.mask(rng.uniform(size=frame.shape) < 0.05)


def fit(X, max_categories=100, **parameters):
    network = SoftmaxMLPClassifier((5, 4), max_iter=3, random_state=0, **parameters)
    y = np.arange(len(X)) % 3
    return TabularMLPClassifier(
        network, TableEncoder(max_categories=max_categories)
    ).fit(X, y)


@pytest.mark.parametrize("numeric_encoding", [None, 4])
@pytest.mark.parametrize("n_members", [1, 2])
@pytest.mark.parametrize("n_categories", [(30,), (3, 40, 4, 20), (15, 2)])
@pytest.mark.parametrize("max_categories", [100, 12])
def test_equal_probabilities(
    rng, n_categories, n_members, numeric_encoding, max_categories
):
    model = fit(
        table(rng, 200, n_categories),
        max_categories,
        n_members=n_members,
        numeric_encoding=numeric_encoding,
    )
    looked_up = sum(n >= MIN_CODES for n in n_categories)
    assert len(model._lookup.tables) == looked_up
    new = table(rng, 300, [2 * n for n in n_categories])
    expected = model.network_.predict_proba(model.encoder_.transform(new))
    assert_allclose(model.predict_proba(new), expected, atol=1e-6)
    assert np.ptp(expected, axis=0).min() > 0.01
    assert_allclose(model.predict_log_proba(new), np.log(expected), atol=1e-5)


def test_nothing_but_categories(rng):
    model = fit(table(rng, 100, [30])[["name0"]])
    new = table(rng, 100, [30])
    expected = model.network_.predict_proba(model.encoder_.transform(new))
    assert_allclose(model.predict_proba(new), expected, atol=1e-6)


def test_only_where_it_pays(rng, monkeypatch):
    few = fit(table(rng, 100, [MIN_CODES - 2]))
    assert few._lookup is None
    many = fit(table(rng, 100, [MIN_CODES]))
    assert many._lookup.network.coefs_[0].shape == (2 + 2, 5)
    monkeypatch.setattr(many, "_lookup", "not asked for so few samples")
    new = table(rng, _tabular_base.MIN_SAMPLES, [MIN_CODES])
    assert many.predict_proba(new[:-1]).shape == (len(new) - 1, 3)
    with pytest.raises(AttributeError):
        many.predict_proba(new)


def test_it_learns_with_the_network(rng):
    X = table(rng, 100, [30])
    model = fit(X)
    before = model.predict_proba(X)
    model.partial_fit(X, np.arange(100) % 3)
    expected = model.network_.predict_proba(model.encoder_.transform(X))
    assert_allclose(model.predict_proba(X), expected, atol=1e-6)
    assert np.abs(expected - before).max() > 0.001


def test_layout_without_some_columns():
    X = [["a", 0.5, "x", None], ["b", 1.0, "y", 2.0], ["c", 2.0, "y", 3.0]]
    encoder = TableEncoder().fit(X)
    layout, columns = encoder.layout_.without_codes(np.array([True, False]))
    encoded = encoder.encode(X)
    expected = encoder.layout_.to_matrix(encoded)[:, columns]
    assert_array_equal(columns, [3, 4, 5, 6, 7])
    assert_array_equal(
        layout.to_matrix(encoded._replace(codes=encoded.codes[:, 1:])), expected
    )
