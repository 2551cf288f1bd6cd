"""The loss as a value: what it refuses, and what it hands to students."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdistill import (
    DistillationLoss,
    SoftmaxMLPClassifier,
    SquaredErrorDistillation,
    TransferSet,
)
from skdistill.losses import distillation_terms, mix_targets
from skdistill.probability import sharpen, soften


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", 0.0),
        ("temperature", -1.0),
        ("temperature", 1e-4),
        ("temperature", 1e7),
        ("temperature", 1e200),
        ("temperature", np.nan),
        ("temperature", np.inf),
        ("temperature", "2"),
        ("temperature", True),
        ("alpha", -0.1),
        ("alpha", 1.1),
        ("alpha", np.nan),
        ("alpha", None),
    ],
)
def test_numbers_out_of_range_are_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} must be a number from 0"):
        DistillationLoss(**{name: value})


@pytest.fixture
def transfer(iris, rng):
    X, y = iris
    return TransferSet(
        X,
        rng.normal(scale=2, size=(150, 3)),
        y,
        np.arange(3),
        labeled=np.arange(150) % 3 > 0,
        sample_weight=rng.uniform(size=150),
    )


def test_targets_and_terms_are_those_of_the_functions(transfer):
    loss = DistillationLoss(temperature=2.0, alpha=0.3)
    proba = soften(transfer.raw_predictions, 2.0)
    expected = mix_targets(proba, transfer.y, 0.3, transfer.labeled)
    assert_array_equal(loss.mix(transfer), expected)
    assert_array_equal(loss.restore(proba), sharpen(proba, 2.0))
    terms = distillation_terms(
        transfer.raw_predictions,
        transfer.y,
        labeled=transfer.labeled,
        temperature=2.0,
        alpha=0.3,
        weights=transfer.sample_weight,
    )
    for found, term in zip(loss.terms(transfer), terms, strict=True):
        assert_array_equal(found.targets, term.targets)
        assert_array_equal(found.weights, term.weights)
        assert found.temperature == term.temperature


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("temperature", [1e-3, 1e6])
@pytest.mark.parametrize("alpha", [0.5, 1.0])
def test_networks_bear_the_ends_of_the_range(transfer, temperature, alpha):
    network = SoftmaxMLPClassifier((6,), max_iter=10, random_state=0)
    network.fit_distill(transfer, DistillationLoss(temperature, alpha))
    assert_allclose(network.predict_proba(transfer.X).sum(axis=1), 1, rtol=1e-5)
    assert len(network.loss_curve_) == 10


class TestSquaredError:
    transfer = TransferSet(
        X=np.zeros((3, 1)),
        raw_predictions=[[2.0, 1.0], [5.0, 3.0], [1.0, 1.0]],
        y=[[4.0, 0.0], [np.nan, np.nan], [1.0, 3.0]],
        labeled=[True, False, True],
    )

    @pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
    def test_mixed_targets_minimize_both_terms(self, alpha):
        loss, transfer = SquaredErrorDistillation(alpha), self.transfer
        mixed = loss.mix(transfer)
        hard = np.where(transfer.labeled, 1 - alpha, 0.0)[:, None]

        def objective(u):
            error, from_teacher = u - transfer.y, u - transfer.raw_predictions
            return hard * error**2 + (1 - hard) * from_teacher**2

        for step in (-0.01, 0.01):
            assert (objective(mixed + step) > objective(mixed)).all()
        # One squared error to the mixed target differs by a constant only.
        away = objective(mixed + 0.3) - objective(mixed)
        assert_allclose(away, 0.3**2)

    def test_all_labeled(self):
        transfer = TransferSet(np.zeros((2, 1)), [1.0, 2.0], [3.0, 2.0])
        mixed = SquaredErrorDistillation().mix(transfer)
        assert_allclose(mixed, [[2.0], [2.0]])

    @pytest.mark.parametrize("alpha", [-0.1, 1.1, "0.5", None, True, np.nan])
    def test_alpha_is_validated(self, alpha):
        with pytest.raises(ValueError, match="alpha must be a number from 0 to 1"):
            SquaredErrorDistillation(alpha)
