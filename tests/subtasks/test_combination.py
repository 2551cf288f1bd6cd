"""How several predictions become one."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdistill import DistillationLoss, TransferSet
from skdistill.subtasks import Gate, Subtask
from skdistill.subtasks._combination import (
    COMBINATIONS,
    GENERALIST_WEIGHTS,
    GatedMean,
    Mean,
    Stack,
    Vote,
    logits_side_by_side,
    power_mean,
    votes,
)
from skdistill.subtasks._members import MemberFitter
from skdistill.subtasks._subtask import Task, restrict_transfer
from skdistill.subtasks._tuning import (
    C_GRID,
    Choice,
    CrossValidation,
    first_member,
    make_folds,
)


class TestPowerMean:
    @pytest.fixture
    def probas(self, rng):
        return rng.dirichlet(np.ones(3), size=(4, 5))

    @pytest.fixture
    def weights(self, rng):
        return rng.dirichlet(np.ones(4), size=5)

    def test_arithmetic_mean(self, probas, weights):
        expected = sum(weights[:, [m]] * probas[m] for m in range(4))
        assert_allclose(power_mean(probas, weights), expected)

    @pytest.mark.parametrize("temperature", [0.5, 3.0])
    def test_power_mean(self, probas, weights, temperature):
        # Each member's powers are divided by their sum before the mean.
        powers = probas ** (1 / temperature)
        powers /= powers.sum(axis=2, keepdims=True)
        mean = sum(weights[:, [m]] * powers[m] for m in range(4)) ** temperature
        combined = power_mean(probas, weights, temperature)
        assert_allclose(combined, mean / mean.sum(axis=1, keepdims=True))
        assert not np.allclose(combined, power_mean(probas, weights))

    def test_hot_is_the_geometric_mean(self, probas, weights):
        geometric = np.exp(sum(weights[:, [m]] * np.log(probas[m]) for m in range(4)))
        combined = power_mean(probas, weights, 1e4)
        expected = geometric / geometric.sum(axis=1, keepdims=True)
        assert_allclose(combined, expected, rtol=1e-2)

    @pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
    def test_unanimous(self, probas, weights, temperature):
        combined = power_mean(np.stack([probas[0]] * 4), weights, temperature)
        assert_allclose(combined, probas[0])

    def test_zeros(self, weights):
        probas = np.tile([1.0, 0.0, 0.0], (4, 5, 1))
        assert_allclose(power_mean(probas, weights, 2.0), probas[0], atol=1e-15)


def test_votes():
    probas = np.array([[[0.4, 0.6]], [[0.9, 0.1]]])
    assert_array_equal(votes(probas), [[[0.0, 1.0]], [[1.0, 0.0]]])


def test_logits_side_by_side():
    """Members are neighbors, not samples; what is below 0.001 is unknown."""
    probas = np.array([[[0.4, 0.6], [1.0, 0.0]], [[0.9, 0.1], [0.5, 0.5]]])
    expected = [[0.4, 0.6, 0.9, 0.1], [1.0, 1e-3, 0.5, 0.5]]
    assert_allclose(np.exp(logits_side_by_side(probas)), expected)


@pytest.fixture
def probas(rng):
    """Two members and a generalist, four samples, three classes."""
    return rng.dirichlet(np.ones(3), size=(3, 4))


@pytest.fixture
def X(rng):
    return rng.randn(4, 2)


ASSIGNED = [np.array([0, 1]), np.array([2, 3])]


class TestMean:
    def test_combines(self, probas, X):
        assert_allclose(Mean(1.0).combine(probas, X), probas.mean(axis=0))

    def test_is_ready_at_once(self, X):
        mean = Mean(2.0)
        assert mean.place(X, ASSIGNED, True) is mean
        assert mean.candidates() == [mean]
        choice = Choice(None, None, way=0, inverse_temperature=0.7)
        assert mean.finish(choice, None) == (mean, 0.7)


class TestGatedMean:
    def test_with_a_generalist(self, probas, X):
        gated = GatedMean(1.0).place(X, ASSIGNED, True)
        assert_allclose(gated.gate.centers, [X[:2].mean(axis=0), X[2:].mean(axis=0)])
        responsibilities = gated.gate.responsibilities(X)
        local = np.einsum("nm,mnk->nk", responsibilities, probas[:2])
        assert_allclose(gated.combine(probas, X), (local + probas[2]) / 2)

    def test_without_a_generalist(self, probas, X):
        gated = GatedMean(1.0).place(X, ASSIGNED, False)
        assert gated.candidates() == [gated]
        responsibilities = gated.gate.responsibilities(X)
        expected = np.einsum("nm,mnk->nk", responsibilities, probas[:2])
        assert_allclose(gated.combine(probas[:2], X), expected)

    def test_weight_of_the_generalist_is_chosen(self, probas, X):
        gated = GatedMean(1.0).place(X, ASSIGNED, True)
        for way, weight in enumerate(GENERALIST_WEIGHTS):
            choice = Choice(None, None, way, inverse_temperature=1.5)
            chosen, inverse_temperature = gated.finish(choice, None)
            assert inverse_temperature == 1.5
            assert chosen.generalist_weight == weight
            assert chosen.gate is gated.gate
            local = gated.gate.responsibilities(X)
            local = np.einsum("nm,mnk->nk", local, probas[:2])
            expected = weight * probas[2] + (1 - weight) * local
            assert_allclose(chosen.combine(probas, X), expected)

    def test_nothing_was_chosen(self, X):
        gated = GatedMean(1.0).place(X, ASSIGNED, True)
        assert gated.finish(Choice(None), None) == (gated, 1.0)

    def test_temperature(self, probas, X):
        gate = Gate(np.zeros((2, 2)), 1.0)
        weights = np.tile([0.35, 0.35, 0.3], (4, 1))
        combined = GatedMean(3.0, gate, 0.3).combine(probas, X)
        assert_allclose(combined, power_mean(probas, weights, 3.0))


class TestVote:
    def test_combines(self, X):
        probas = np.tile([[[0.6, 0.4]], [[0.9, 0.1]], [[0.1, 0.9]]], (1, 4, 1))
        proba = Vote(1.0).combine(probas, X)
        assert_allclose(proba, np.tile([2 / 3, 1 / 3], (4, 1)))

    def test_members_are_tuned_for_the_mean(self):
        vote = Vote(2.0)
        assert vote.candidates() == [Mean(2.0)]
        # Votes are not sharpened.
        assert vote.finish(Choice(None, None, 0, 0.5), None) == (vote, 1.0)


class TestStack:
    @pytest.fixture
    def validation(self, rng):
        """Every second of 60 samples is held out; a fifth of the labels is noise."""
        y = np.where(rng.rand(60) < 0.2, rng.randint(0, 2, 60), np.arange(60) // 2 % 2)
        transfer = TransferSet(rng.randn(60, 2), np.zeros((60, 2)), y, np.arange(2))
        task = Task(transfer, DistillationLoss(alpha=0.0))
        odd = np.arange(60) % 2 == 1
        return CrossValidation(task, [(~odd, odd)], MemberFitter(None, rng))

    @pytest.fixture
    def probas(self, validation):
        """Two members, of which one is right, but only where samples are held out."""
        right = np.where(np.arange(60) // 2 % 2, 0.9, 0.1)
        right[::2] = 1 - right[::2]
        useless = np.full(60, 0.5)
        return np.stack([np.column_stack([1 - p, p]) for p in (right, useless)])

    def test_members_are_tuned_for_the_mean(self):
        assert Stack(2.0).candidates() == [Mean(2.0)]

    def test_learns_from_samples_that_were_held_out(self, probas, validation):
        stack, inverse_temperature = Stack(1.0).finish(
            Choice(None, probas, None, 0.3), validation
        )
        coef = stack.stacker.coef_[0]
        assert coef[1] > 0.1
        assert coef[0] == pytest.approx(-coef[1], rel=0.2)
        assert_allclose(coef[2:], 0, atol=1e-6)
        # Noise in the labels is in their own inverse temperature, not in the members'.
        assert inverse_temperature not in (0.3, 1.0)
        proba = stack.combine(probas, validation.task.transfer.X)
        features = logits_side_by_side(probas)
        assert_array_equal(proba, stack.stacker.predict_proba(features))

    def test_as_any_tuned_regression(self, probas, validation):
        """C and inverse temperature are those of a search on the logits."""
        state = np.random.RandomState(3)
        fitter = MemberFitter(None, state)
        choice = Choice(None, probas, None, 0.3)
        stack, inverse_temperature = Stack(1.0).finish(
            choice, replace(validation, fitter=fitter)
        )
        again = MemberFitter(None, np.random.RandomState(3))
        rows = validation.held_out
        transfer = restrict_transfer(validation.task.transfer, Subtask(samples=rows))
        transfer = transfer.with_rows(logits_side_by_side(probas[:, rows]))
        task = Task(transfer, validation.task.loss)
        inner = CrossValidation(task, make_folds(task, again.random_state), again)
        expected = inner.tune([Subtask()], [first_member], C_GRID)
        assert stack.stacker.C == expected.estimator.C
        assert inverse_temperature == expected.inverse_temperature

    def test_classes_that_are_never_held_out(self, probas, validation):
        transfer = validation.task.transfer
        y = transfer.y.copy()
        y[0] = 2
        three = TransferSet(transfer.X, np.zeros((60, 3)), y, np.arange(3))
        task = replace(validation.task, transfer=three)
        probas = np.dstack([probas, np.zeros((2, 60, 1))])
        stack, _ = Stack(1.0).finish(
            Choice(None, probas), replace(validation, task=task)
        )
        proba = stack.combine(probas, transfer.X)
        assert proba.shape == (60, 3)
        assert_array_equal(proba[:, 2], 0)

    def test_without_folds(self, validation):
        none = replace(validation, folds=[])
        with pytest.raises(ValueError, match="at least two samples"):
            Stack(1.0).finish(Choice(None), none)


def test_which_need_folds():
    needs = {name: kind(1.0).needs_folds for name, kind in COMBINATIONS.items()}
    assert needs == {"gate": False, "mean": False, "vote": False, "stack": True}
