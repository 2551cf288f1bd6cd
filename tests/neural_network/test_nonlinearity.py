"""Bins for those columns alone that targets depend on otherwise than linearly."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from skdistill import SoftmaxMLPClassifier
from skdistill.neural_network._nonlinearity import (
    drop_linear_columns,
    nonlinear_shares,
)
from skdistill.neural_network._piecewise import PiecewiseLinear


def bumps(n_samples, seed=0):
    """Columns with a linear, a bumpy, a small bumpy and no effect; probabilities."""
    X = np.random.RandomState(seed).uniform(-1, 1, (n_samples, 4))
    effect = 0.2 * X[:, 0] + 0.2 * np.cos(4 * X[:, 1]) + 0.01 * np.cos(4 * X[:, 2])
    return X, np.column_stack([0.5 + effect, 0.5 - effect])


def columns_with_bins(X, targets):
    """Indices of the columns that keep their bins."""
    targets = np.eye(2)[targets] if targets.ndim == 1 else targets
    kept = drop_linear_columns(PiecewiseLinear.learn(X, 8), X, targets)
    counts = np.bincount(kept.columns, minlength=X.shape[1])
    assert set(counts) <= {0, 8}
    return list(np.flatnonzero(counts))


def test_the_column_with_a_bump_keeps_its_bins():
    X, proba = bumps(2000)
    assert columns_with_bins(X, proba) == [1]
    labels = (np.random.RandomState(1).uniform(size=2000) < proba[:, 1]).astype(int)
    assert columns_with_bins(X, labels) == [1]


def test_columns_that_are_correlated_with_a_linear_one_do_not():
    X, proba = bumps(2000)
    X[:, 3] = np.exp(3 * X[:, 0])  # its own effect is none
    assert columns_with_bins(X, proba) == [1]


def test_all_bins_are_kept_where_samples_are_too_few_to_tell():
    X, proba = bumps(40)
    assert columns_with_bins(X, (proba[:, 1] > 0.5).astype(int)) == [0, 1, 2, 3]


def test_shares_are_those_of_an_analysis_of_variance():
    X, proba = bumps(100_000)
    piecewise = PiecewiseLinear.learn(X, 64)
    shares, errors = nonlinear_shares(piecewise, X, proba, np.ones(len(X)))
    bump = 0.2 * np.cos(4 * X[:, 1])
    expected = bump.var() / proba[:, 0].var()
    assert_allclose(shares, [0, expected, 0, 0], atol=0.003)
    assert (errors < 0.001).all()


def test_chance_is_subtracted():
    rng = np.random.RandomState(0)
    shares = []
    for _ in range(200):
        X, noise = rng.normal(size=(100, 1)), rng.normal(size=(100, 1))
        piecewise = PiecewiseLinear.learn(X, 8)
        share, error = nonlinear_shares(piecewise, X, noise, np.ones(100))
        shares.append(share[0])
    assert abs(np.mean(shares)) < 0.02
    assert_allclose(np.std(shares), error[0], rtol=0.3)


def test_samples_of_weight_two_count_twice():
    X, proba = bumps(300)
    weights = np.random.RandomState(0).randint(3, size=300)
    piecewise = PiecewiseLinear.learn(X, 8)
    twice = np.repeat(np.arange(300), weights)
    expected = nonlinear_shares(piecewise, X[twice], proba[twice], np.ones(len(twice)))
    actual = nonlinear_shares(piecewise, X, proba, weights * 1.0)
    assert_allclose(actual, expected, atol=1e-12)


@pytest.mark.parametrize("scale", [1e-30, 1e150])
def test_any_scale(scale):
    X, proba = bumps(2000)
    assert columns_with_bins(X * scale, proba) == [1]


@pytest.mark.parametrize("value", [0.0, 0.5])
def test_constant_targets_need_no_bins(value):
    X, _ = bumps(500)
    assert columns_with_bins(X, np.full((500, 2), value)) == []


def test_many_samples_are_thinned_out(monkeypatch):
    monkeypatch.setattr("skdistill.neural_network._training.SELECTION_SAMPLES", 1000)
    X, proba = bumps(3000)
    labels = (np.random.RandomState(1).uniform(size=3000) < proba[:, 1]).astype(int)
    # The labels of other samples than every third have a bump of their own.
    others = np.arange(3000) % 3 > 0
    labels[others] = np.abs(X[others, 3]) > 0.5
    network = SoftmaxMLPClassifier((), max_iter=1, numeric_encoding="selective")
    columns = network.fit(X, labels)._features.piecewise.columns
    assert 1 in columns
    assert 3 not in columns


def test_selective_networks_have_the_inputs_of_those_columns():
    X, proba = bumps(2000)
    y = (np.random.RandomState(1).uniform(size=2000) < proba[:, 1]).astype(int)
    settings = {"hidden_layer_sizes": (), "max_iter": 5, "random_state": 0}
    selective = SoftmaxMLPClassifier(**settings, numeric_encoding="selective")
    assert selective.fit(X, y).coefs_[0].shape == (4 + 8, 2)
    plain = SoftmaxMLPClassifier(**settings).fit(X[:, :1], y)
    linear = selective.fit(X[:, :1], y)
    assert_array_equal(linear.predict_proba(X[:, :1]), plain.predict_proba(X[:, :1]))


def test_sparse_matrices_have_no_bins_to_select():
    X, proba = bumps(100)
    y = (proba[:, 1] > 0.5).astype(int)
    network = SoftmaxMLPClassifier((4,), max_iter=2, numeric_encoding="selective")
    assert network.fit(csr_array(X), y).coefs_[0].shape == (4, 4)
