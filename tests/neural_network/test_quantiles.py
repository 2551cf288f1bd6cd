"""Networks that learn quantiles, of labels and of a teacher."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from scipy.stats import norm

from skdistill import (
    PinballDistillation,
    SquaredErrorMLPRegressor,
    TabularMLPRegressor,
    TransferSet,
)

LEVELS = (0.05, 0.5, 0.95)


def network(**settings):
    return SquaredErrorMLPRegressor(**{"random_state": 0, **settings})


def scaled_noise(n_samples, rng):
    """Noise whose size grows with a feature, and its quantiles."""
    X = rng.uniform(size=(n_samples, 1))
    size = 0.1 + X
    y = 50 + 1e3 * (size * rng.normal(size=(n_samples, 1)))
    return X, np.repeat(y, 3, axis=1), 50 + 1e3 * size * norm.ppf(LEVELS)


@pytest.fixture
def transfer(rng):
    X, y, quantiles = scaled_noise(2000, rng)
    return TransferSet(X, quantiles, y)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_quantiles_are_learned(transfer, rng, alpha):
    student = network().fit_distill(transfer, PinballDistillation(LEVELS, alpha))
    X, y, quantiles = scaled_noise(5000, rng)
    found = student.predict(X)
    assert found.shape == (5000, 3)
    # Of labels alone there are 100 below the lowest quantile.
    atol = 20 if alpha == 1 else 350
    assert_allclose(found, quantiles, atol=atol)
    assert_allclose((y <= found).mean(axis=0), LEVELS, atol=0.02)


def test_labels_count_where_they_are_known(transfer):
    wrong = replace(transfer, raw_predictions=transfer.raw_predictions + 1e3)
    no_labels = replace(wrong, labeled=np.zeros(2000, dtype=bool))
    loss = PinballDistillation(LEVELS, alpha=0.5)
    medians = [
        network().fit_distill(of, loss).predict(of.X)[:, 1].mean()
        for of in (transfer, wrong, no_labels)
    ]
    assert medians[0] + 50 < medians[1] < medians[2] - 50


@pytest.mark.parametrize(
    "settings",
    [
        {"n_members": 2},
        {"early_stopping": True},
        {"hidden_layer_sizes": (), "numeric_encoding": 4},
        {"solver": "lbfgs", "alpha": 1.0},
    ],
    ids=str,
)
def test_settings_of_networks(transfer, settings):
    loss = PinballDistillation(LEVELS)
    student = network(**settings).fit_distill(transfer, loss)
    found = student.predict(transfer.X)
    assert_allclose((transfer.y <= found).mean(axis=0), LEVELS, atol=0.03)
    again = network(**settings).fit_distill(transfer, loss)
    assert_array_equal(again.predict(transfer.X), found)


def test_sparse_samples(transfer):
    loss = PinballDistillation(LEVELS)
    settings = {"standardize": False, "max_iter": 5}
    dense = network(**settings).fit_distill(transfer, loss).predict(transfer.X)
    sparse = transfer.with_rows(csr_array(transfer.X))
    found = network(**settings).fit_distill(sparse, loss).predict(sparse.X)
    assert_allclose(found, dense, rtol=1e-3)


def test_weights_are_repetitions(transfer, rng):
    weights = rng.randint(3, size=2000).astype(float)
    rows = np.repeat(np.arange(2000), weights.astype(int))
    repeated = TransferSet(
        transfer.X[rows], transfer.raw_predictions[rows], transfer.y[rows]
    )
    loss = PinballDistillation(LEVELS)
    # Without hidden layers there is one minimum, whatever the batches are.
    linear = {"hidden_layer_sizes": (), "max_iter": 100}
    weighted = replace(transfer, sample_weight=weights)
    found = network(**linear).fit_distill(weighted, loss).predict(transfer.X)
    expected = network(**linear).fit_distill(repeated, loss).predict(transfer.X)
    assert_allclose(found, expected, atol=15)


def test_units_do_not_matter(transfer):
    loss = PinballDistillation(LEVELS)
    expected = network().fit_distill(transfer, loss).predict(transfer.X)
    other = replace(
        transfer, y=transfer.y * 1e6, raw_predictions=transfer.raw_predictions * 1e6
    )
    found = network().fit_distill(other, loss).predict(transfer.X)
    assert_allclose(found, expected * 1e6, rtol=0.01, atol=1e7)


def test_networks_of_several_losses_are_those_of_single_fits(transfer):
    losses = [PinballDistillation(LEVELS, alpha) for alpha in (0.2, 0.8)]
    student = network(max_iter=3)
    found = student.fit_distill_path(transfer, losses)
    for one, loss in zip(found, losses, strict=True):
        expected = network(max_iter=3).fit_distill(transfer, loss)
        assert_array_equal(one.predict(transfer.X), expected.predict(transfer.X))


def test_training_goes_on(transfer):
    student = network(warm_start=True).fit_distill(
        transfer, PinballDistillation(LEVELS)
    )
    before = student.predict(transfer.X)
    student.partial_fit(transfer.X, transfer.raw_predictions)
    assert_allclose(student.predict(transfer.X), before, atol=150)
    with pytest.raises(ValueError, match="has 2 outputs, but that of the last fit"):
        student.fit_distill(
            TransferSet(transfer.X, transfer.y[:, :2], transfer.y[:, :2]),
            PinballDistillation((0.1, 0.9)),
        )


def test_behind_an_encoder(transfer):
    loss = PinballDistillation(LEVELS)
    direct = network().fit_distill(transfer, loss)
    encoded = TabularMLPRegressor(network()).fit_distill(transfer, loss)
    assert_allclose(
        encoded.predict(transfer.X), direct.predict(transfer.X), rtol=0.1, atol=150
    )
