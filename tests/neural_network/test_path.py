"""Networks for several losses, trained side by side: those of one fit after another."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from skdistill import (
    DistillationLoss,
    SoftmaxMLPClassifier,
    TabularMLPClassifier,
    TransferSet,
)
from skdistill.neural_network import _base

WARM = [DistillationLoss(alpha=alpha) for alpha in (0.0, 0.4, 1.0)]
MIXED = [
    DistillationLoss(temperature, alpha)
    for temperature, alpha in [(1.0, 0.4), (3.0, 0.0), (3.0, 0.7), (0.5, 1.0)]
]
losses_of_both_kinds = pytest.mark.parametrize(
    "losses", [WARM, MIXED], ids=["temperature 1", "several temperatures"]
)


@pytest.fixture
def transfer(iris, rng):
    X, y = iris
    return TransferSet(
        X,
        rng.normal(scale=2, size=(150, 3)),
        y,
        np.array(["a", "b", "c"]),
        labeled=np.arange(150) % 4 > 0,
    )


def one_by_one(network, transfer, losses):
    return [
        SoftmaxMLPClassifier(**network.get_params()).fit_distill(transfer, loss)
        for loss in losses
    ]


@losses_of_both_kinds
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"n_members": 2, "numeric_encoding": 4, "alpha": 0.1},
        {"hidden_layer_sizes": (), "batch_size": 40},
        {"hidden_layer_sizes": (5, 4), "activation": "tanh"},
    ],
    ids=str,
)
def test_networks_are_those_of_single_fits(transfer, rng, losses, weighted, settings):
    if weighted:
        weights = rng.uniform(0.5, 2, size=150)
        transfer = TransferSet(
            transfer.X,
            transfer.raw_predictions,
            transfer.y,
            transfer.classes,
            labeled=transfer.labeled,
            sample_weight=weights,
        )
    settings = {"hidden_layer_sizes": (6,), "max_iter": 8, "random_state": 0} | settings
    network = SoftmaxMLPClassifier(**settings)
    found = network.fit_distill_path(transfer, losses)
    expected = one_by_one(network, transfer, losses)
    for one, other in zip(found, expected, strict=True):
        assert [w.shape for w in one.coefs_] == [w.shape for w in other.coefs_]
        assert [b.shape for b in one.intercepts_] == [
            b.shape for b in other.intercepts_
        ]
        assert_allclose(
            one.predict_proba(transfer.X), other.predict_proba(transfer.X), atol=1e-3
        )
        assert one.get_params() == network.get_params()
        assert_array_equal(one.classes_, ["a", "b", "c"])
        assert (one.n_iter_, one.t_, one.n_outputs_) == (8, 8 * 150, 3)
        assert one.n_features_in_ == 4
    mean = np.mean([other.loss_curve_ for other in expected], axis=0)
    assert_allclose(found[0].loss_curve_, mean, rtol=1e-2)
    assert not hasattr(network, "coefs_")


def test_each_network_selects_its_own_bins(rng):
    X = rng.uniform(-1, 1, (2000, 3))
    taught = np.column_stack([np.zeros(2000), 4 - 12 * X[:, 1] ** 2])
    y = (X[:, 0] ** 2 > 0.3).astype(int)
    transfer = TransferSet(X, taught, y, np.arange(2))
    network = SoftmaxMLPClassifier(
        (4,), max_iter=2, numeric_encoding="selective", random_state=0
    )
    losses = [DistillationLoss(alpha=0.0), DistillationLoss(alpha=1.0)]
    found = network.fit_distill_path(transfer, losses)
    for one, other in zip(found, one_by_one(network, transfer, losses), strict=True):
        assert_array_equal(one.coefs_[0], other.coefs_[0])


@losses_of_both_kinds
def test_sparse_samples(transfer, losses):
    X = scipy.sparse.random(150, 80, density=0.05, format="csr", random_state=0)
    transfer = transfer.with_rows(X)
    network = SoftmaxMLPClassifier((6,), max_iter=5, random_state=0)
    expected = one_by_one(network, transfer, losses)
    for one, other in zip(
        network.fit_distill_path(transfer, losses), expected, strict=True
    ):
        assert_allclose(one.predict_proba(X), other.predict_proba(X), atol=1e-3)


@pytest.mark.filterwarnings("ignore:Training has not converged")
@pytest.mark.parametrize(
    "settings",
    [
        {"solver": "lbfgs"},
        {"learning_rate": "constant"},
        {"early_stopping": True},
    ],
    ids=str,
)
def test_networks_that_may_stop_are_trained_alone(transfer, settings):
    network = SoftmaxMLPClassifier((6,), max_iter=8, random_state=0, **settings)
    expected = one_by_one(network, transfer, MIXED)
    for one, other in zip(
        network.fit_distill_path(transfer, MIXED), expected, strict=True
    ):
        assert_array_equal(
            one.predict_proba(transfer.X), other.predict_proba(transfer.X)
        )
        assert one.loss_curve_ == other.loss_curve_


@pytest.mark.filterwarnings("ignore:Training diverged")
def test_networks_are_trained_alone_where_one_diverges(transfer):
    logits = transfer.raw_predictions.copy()
    network = SoftmaxMLPClassifier(
        (6,), learning_rate_init=1e30, max_iter=8, random_state=0
    )
    expected = one_by_one(network, transfer, WARM)
    for one, other in zip(
        network.fit_distill_path(transfer, WARM), expected, strict=True
    ):
        assert one.loss_curve_ == other.loss_curve_
    assert_array_equal(transfer.raw_predictions, logits)


def test_they_do_train_side_by_side(transfer, monkeypatch):
    calls = []
    train_path = _base.train_path

    def spy(settings, X, loss, n_losses, random_state):
        calls.append(n_losses)
        return train_path(settings, X, loss, n_losses, random_state)

    monkeypatch.setattr(_base, "train_path", spy)
    network = SoftmaxMLPClassifier((6,), max_iter=2, random_state=0)
    assert len(network.fit_distill_path(transfer, MIXED)) == 4
    assert len(network.fit_distill_path(transfer, MIXED[:1])) == 1
    assert network.fit_distill_path(transfer, []) == []
    assert calls == [4]


def test_parameters_are_validated(transfer):
    with pytest.raises(ValueError, match="'alpha' parameter"):
        SoftmaxMLPClassifier(alpha=-1).fit_distill_path(transfer, WARM)


@pytest.mark.parametrize("random_state", [0, None])
def test_behind_an_encoder(transfer, random_state):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(transfer.X, columns=list("abcd"))
    frame["e"] = np.where(frame["a"] > 5.5, "big", None)
    transfer = transfer.with_rows(frame)
    model = TabularMLPClassifier(
        SoftmaxMLPClassifier((6,), max_iter=5, random_state=1),
        random_state=random_state,
    )
    found = model.fit_distill_path(transfer, MIXED)
    for one, loss in zip(found, MIXED, strict=True):
        other = TabularMLPClassifier(**model.get_params(deep=False))
        other.fit_distill(transfer, loss)
        assert_allclose(one.predict_proba(frame), other.predict_proba(frame), atol=1e-3)
        assert_array_equal(one.feature_names_in_, list("abcde"))
    assert not hasattr(model, "network_")
