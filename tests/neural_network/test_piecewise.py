"""Piecewise-linear features."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdistill import SoftmaxMLPClassifier
from skdistill.neural_network._piecewise import PiecewiseLinear, auto_bins


@pytest.fixture
def X():
    random_state = np.random.RandomState(0)
    return np.column_stack(
        [random_state.normal(size=200), random_state.randint(2, size=200), np.ones(200)]
    )


def test_bins_lie_between_quantiles(X):
    piecewise = PiecewiseLinear.learn(X, 4)
    quantiles = np.quantile(X[:, 0], np.linspace(0, 1, 5))
    assert_allclose(piecewise.starts, quantiles[:-1])
    assert_allclose(piecewise.starts + piecewise.widths, quantiles[1:])


def test_columns_of_one_bin_get_none(X):
    # Two values make one bin, one value makes none.
    assert set(PiecewiseLinear.learn(X, 4).columns) == {0}
    assert len(PiecewiseLinear.learn(X[:, 1:], 4).columns) == 0


def test_features_sum_to_the_clipped_column(X):
    piecewise = PiecewiseLinear.learn(X, 8)
    x = np.column_stack([np.linspace(-5, 5, 50), np.zeros((50, 2))])
    clipped = np.clip(x[:, 0], X[:, 0].min(), X[:, 0].max()) - X[:, 0].min()
    assert_allclose(piecewise.transform(x) @ piecewise.widths, clipped, atol=1e-12)


def test_rows_are_not_changed(X):
    before = X.copy()
    PiecewiseLinear.learn(X, 8).transform(X)
    assert_array_equal(X, before)


def test_network_with_encoding_fits_bumps():
    """A linear model of the bins can do what one of the column cannot."""
    x = np.linspace(0, 1, 400)[:, None]
    y = (np.abs(x[:, 0] - 0.5) < 0.25).astype(int)
    linear = {"hidden_layer_sizes": (), "random_state": 0, "alpha": 0.0}
    plain = SoftmaxMLPClassifier(**linear).fit(x, y)
    encoded = SoftmaxMLPClassifier(**linear, numeric_encoding=8).fit(x, y)
    assert plain.score(x, y) < 0.8
    assert encoded.score(x, y) > 0.95


@pytest.mark.parametrize("kept", [True, False])
def test_encoding_once_or_batch_by_batch_is_the_same(monkeypatch, X, kept):
    y = np.arange(200) % 2
    settings = {"numeric_encoding": 5, "max_iter": 3, "random_state": 0}
    expected = SoftmaxMLPClassifier(**settings).fit(X, y).predict_proba(X)
    if not kept:
        monkeypatch.setattr("skdistill.neural_network._batches.MAX_KEPT", 0)
    network = SoftmaxMLPClassifier(**settings).fit(X, y)
    assert_allclose(network.predict_proba(X), expected, rtol=1e-5)


def test_rows_of_one_and_many_predict_alike(X):
    y = np.arange(200) % 2
    network = SoftmaxMLPClassifier(numeric_encoding=5, max_iter=3, random_state=0)
    network.fit(X, y)
    single = np.vstack([network.predict_proba(row[None]) for row in X[:10]])
    assert_allclose(single, network.predict_proba(X)[:10], rtol=1e-5)


@pytest.mark.parametrize(
    ("n_samples", "n_columns", "n_bins"),
    [(100, 2, 8), (15_000, 2, 15), (40_000, 2, 32), (40_000, 10, 20), (40_000, 99, 8)],
)
def test_bins_are_many_where_columns_are_few_and_rows_many(
    rng, n_samples, n_columns, n_bins
):
    X = rng.uniform(size=(n_samples, n_columns))
    assert auto_bins(X) == n_bins
    # Columns of two values, or of one, have no bins, and do not count.
    others = rng.randint(2, size=(n_samples, 20)), np.ones((n_samples, 3))
    assert auto_bins(np.hstack([X, *others])) == n_bins


def test_auto_is_that_number_of_bins(rng):
    X = rng.uniform(size=(12_000, 3))
    y = (X[:, 0] > 0.5).astype(int)
    settings = {"max_iter": 1, "random_state": 0}
    auto = SoftmaxMLPClassifier((2,), numeric_encoding="auto", **settings).fit(X, y)
    twelve = SoftmaxMLPClassifier((2,), numeric_encoding=12, **settings).fit(X, y)
    assert_array_equal(auto.predict_proba(X), twelve.predict_proba(X))
    assert auto.coefs_[0].shape == (3 + 3 * 12, 2)


@pytest.mark.parametrize("n_columns", [250, 251])
def test_wide_tables_are_not_encoded(rng, n_columns):
    X = rng.normal(size=(20, n_columns))
    network = SoftmaxMLPClassifier((3,), numeric_encoding="auto", max_iter=1)
    n_inputs = len(network.fit(X, np.arange(20) % 2).coefs_[0])
    assert n_inputs == (250 * 9 if n_columns == 250 else 251)
