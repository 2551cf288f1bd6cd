"""The loss of quantiles: its values, its gradient, what it hands to students."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime
from sklearn.metrics import mean_pinball_loss
from sklearn.tree import DecisionTreeRegressor

from skdistill import PinballDistillation, SoftTargetRegressor, TransferSet
from skdistill.losses._kernels import pinball_in_place
from skdistill.losses._pinball import pinball

LEVELS = (0.1, 0.5, 0.8)


@pytest.fixture
def transfer(rng):
    y = rng.normal(size=(6, 1))
    return TransferSet(
        rng.normal(size=(6, 2)),
        rng.normal(size=(6, 3)),
        np.repeat(y, 3, axis=1),
        labeled=np.array([True, True, False, True, True, False]),
        sample_weight=rng.uniform(1, 2, size=6),
    )


@pytest.mark.parametrize(
    "levels",
    [
        (),
        (0.0, 0.5),
        (0.5, 1.0),
        (0.5, 0.5),
        (0.9, 0.1),
        (0.1, np.nan),
        ("0.1", "0.5"),
        (True,),
        0.5,
        [[0.1, 0.5]],
        "median",
        None,
    ],
)
def test_levels_are_increasing_numbers_between_0_and_1(levels):
    with pytest.raises(ValueError, match="levels must be increasing numbers between"):
        PinballDistillation(levels)


def test_a_loss_is_a_value():
    loss = PinballDistillation(np.array(LEVELS), alpha=0.25)
    assert loss == PinballDistillation(list(LEVELS), alpha=0.25)
    assert loss.levels == LEVELS
    with pytest.raises(ValueError, match="alpha must be a number from 0 to 1"):
        PinballDistillation(LEVELS, alpha=1.5)


def test_pinball_is_the_loss_of_scikit_learn(rng):
    y, quantiles = rng.normal(size=(9, 1)), rng.normal(size=(9, 3))
    losses = pinball(y, quantiles, np.array(LEVELS)).mean(axis=0)
    expected = [
        mean_pinball_loss(y[:, 0], column, alpha=level)
        for column, level in zip(quantiles.T, LEVELS, strict=True)
    ]
    assert_allclose(losses, expected)


@pytest.mark.parametrize("shape", [(3, 7), (2, 3, 7)], ids=["one", "two networks"])
def test_gradient_in_place(rng, shape):
    outputs, targets = rng.normal(size=shape), rng.normal(size=(3, 7))
    weights, levels = rng.uniform(1, 2, size=7), np.array(LEVELS)[:, None]

    def value(flat):
        return pinball_in_place(flat.reshape(shape).copy(), targets, weights, levels)

    gradient = outputs.copy()
    loss = pinball_in_place(gradient, targets, weights, levels)
    networks = outputs.reshape(-1, 3, 7)
    parts = [weights @ pinball(targets.T, u.T, levels[:, 0]) for u in networks]
    assert_allclose(loss, np.sum(parts))
    numerical = approx_fprime(outputs.ravel(), value, 1e-7)
    assert_allclose(gradient.ravel(), numerical, atol=1e-5)


@pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
def test_terms_share_the_weight_of_each_sample(transfer, alpha):
    labels, teacher, levels = PinballDistillation(LEVELS, alpha).terms(transfer)
    assert_array_equal(levels, LEVELS)
    assert_array_equal(labels.targets, transfer.y)
    assert_array_equal(teacher.targets, transfer.raw_predictions)
    assert_allclose(labels.weights + teacher.weights, transfer.sample_weight)
    known = transfer.labeled
    assert_allclose(labels.weights[known], (1 - alpha) * transfer.sample_weight[known])
    assert_array_equal(labels.weights[~known], 0)


def test_terms_need_a_column_for_each_level(transfer):
    with pytest.raises(ValueError, match="a column for each of the 2 levels"):
        PinballDistillation((0.1, 0.9)).terms(transfer)


def test_other_students_learn_the_quantiles_of_the_teacher(transfer):
    student = SoftTargetRegressor(DecisionTreeRegressor())
    student.fit_distill(transfer, PinballDistillation(LEVELS))
    assert_allclose(student.predict(transfer.X), transfer.raw_predictions)
    with pytest.raises(ValueError, match="alpha=0 only networks can learn quantiles"):
        student.fit_distill(transfer, PinballDistillation(LEVELS, alpha=0))
