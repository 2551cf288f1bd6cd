"""Who belongs where, and how several answers become one."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from scipy.special import softmax

from skdistill import TransferSet
from skdistill.probability import sharpen
from skdistill.subtasks._combination import (
    fit_inverse_temperature,
    fuse,
    split_other_classes,
    votes,
)
from skdistill.subtasks._partitions import (
    FLOOR,
    Gate,
    Subtask,
    draw_columns,
    draw_rows,
    find_clusters,
    fit_gate,
    group_confused_classes,
    homes_of_clusters,
    merge_other_classes,
    soft_subtasks,
)


@pytest.fixture
def islands(rng):
    """Three far groups of rows."""
    centres = np.array([[0.0, 0.0], [20.0, 0.0], [0.0, 20.0]])
    island = np.repeat([0, 1, 2], [10, 20, 30])
    return centres[island] + rng.randn(60, 2), island


class TestRows:
    def test_every_class_in_proportion(self, rng):
        strata = np.repeat([0, 1, 2], [70, 29, 1])
        subtasks = draw_rows(strata, 4, 50, rng)
        for part in subtasks:
            assert_array_equal(np.bincount(strata[part.rows]), [35, 14, 1])
        assert not np.array_equal(subtasks[0].rows, subtasks[1].rows)

    def test_with_replacement(self, rng):
        (part,) = draw_rows(np.zeros(100, int), 1, 100, rng)
        assert len(part.rows) == 100
        assert 50 < len(np.unique(part.rows)) < 80

    def test_more_rows_than_asked_for_where_there_are_more_classes(self, rng):
        (part,) = draw_rows(np.arange(5), 1, 3, rng)
        assert_array_equal(part.rows, np.arange(5))


def test_columns_are_distinct(rng):
    subtasks = draw_columns(10, 6, 4, rng)
    assert all(len(np.unique(part.columns)) == 4 for part in subtasks)
    assert len({tuple(part.columns) for part in subtasks}) > 1


class TestClusters:
    def test_homes(self, islands):
        X, island = islands
        homes = homes_of_clusters(find_clusters(X, 3, random_state=0))
        assert {tuple(rows) for rows in homes} == {
            tuple(np.flatnonzero(island == i)) for i in range(3)
        }

    def test_nobody_is_at_home_in_minus_one(self):
        homes = homes_of_clusters(np.array([1, -1, 0, 1]))
        assert [list(rows) for rows in homes] == [[2], [0, 3]]

    def test_weights_move_centres(self):
        X = np.array([[0.0], [1.0], [10.0], [11.0]])
        clusters = find_clusters(X, 2, np.array([1e6, 1e6, 1e-6, 1e-6]), 0)
        assert clusters[0] != clusters[1]

    def test_gate(self, islands):
        X, island = islands
        gate = fit_gate(X, [np.flatnonzero(island == i) for i in range(3)])
        assert_allclose(gate.centres[2], X[island == 2].mean(axis=0))
        shares = gate.responsibilities(X)
        assert_allclose(shares.sum(axis=1), 1)
        assert_array_equal(shares.argmax(axis=1), island)

    def test_gate_halfway_is_undecided(self):
        gate = Gate(np.array([[0.0], [2.0]]), 1.0)
        assert_allclose(gate.responsibilities(np.array([[1.0]])), [[0.5, 0.5]])
        # Squared distances are divided by the scale.
        expected = softmax([-0.25 / 1.0, -2.25 / 1.0])
        assert_allclose(gate.responsibilities(np.array([[0.5]]))[0], expected)

    def test_gate_does_not_depend_on_units(self, islands):
        X, island = islands
        homes = [np.flatnonzero(island < 2), np.flatnonzero(island > 0)]
        shares = fit_gate(X, homes).responsibilities(X)
        assert_allclose(fit_gate(1e3 * X, homes).responsibilities(1e3 * X), shares)

    def test_gate_of_single_rows(self):
        X = np.array([[0.0], [5.0]])
        shares = fit_gate(X, [np.array([0]), np.array([1])]).responsibilities(X)
        assert_array_equal(shares.argmax(axis=1), [0, 1])

    def test_sparse_rows(self, islands):
        X, island = islands
        homes = [np.flatnonzero(island == i) for i in range(3)]
        sparse = fit_gate(csr_array(X), homes)
        assert_allclose(sparse.centres, fit_gate(X, homes).centres)
        assert_allclose(
            sparse.responsibilities(csr_array(X)),
            fit_gate(X, homes).responsibilities(X),
            atol=1e-12,
        )

    def test_soft_subtasks(self):
        shares = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
        subtasks = soft_subtasks(shares)
        for part in subtasks:
            assert_allclose(part.weights.mean(), 1)
        first = subtasks[0].weights
        assert_allclose(first[2] / first[0], FLOOR)
        assert_allclose(first[3] / first[0], (1 + FLOOR) / 2)


class TestClasses:
    def test_confused_classes_are_together(self):
        proba = np.array([[0.5, 0.0, 0.5, 0.0], [0.0, 0.6, 0.0, 0.4]] * 3)
        groups = group_confused_classes(proba, 2)
        assert sorted(map(tuple, groups)) == [(0, 2), (1, 3)]

    def test_groups_of_one_are_left_out(self):
        proba = np.array([[0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0, 0, 0, 1.0]])
        proba = np.vstack([proba, [[0.45, 0.45, 0.05, 0.05]]])
        groups = group_confused_classes(proba, 2)
        assert all(len(group) > 1 for group in groups)
        assert any({0, 1} <= set(group) for group in groups)

    def test_two_classes_are_one_group(self):
        (group,) = group_confused_classes(np.array([[0.9, 0.1]]), 5)
        assert_array_equal(group, [0, 1])

    def test_merging_adds_probabilities(self, rng):
        logits = rng.randn(5, 4)
        merged, labels = merge_other_classes(
            logits, np.array([0, 1, 2, 3, -1]), np.array([1, 3])
        )
        proba = softmax(logits, axis=1)
        expected = np.column_stack([proba[:, 1], proba[:, 3], proba[:, [0, 2]].sum(1)])
        assert_allclose(softmax(merged, axis=1), expected)
        assert_array_equal(labels, [2, 0, 2, 1, -1])

    def test_merging_impossible_classes(self):
        logits = np.log(np.array([[0.5, 0.5, 1e-300, 1e-300]]))
        logits[:, 2:] = -np.inf
        merged, _ = merge_other_classes(logits, np.array([-1]), np.array([0, 1]))
        assert_allclose(softmax(merged, axis=1), [[0.5, 0.5, 0.0]])

    def test_splitting_undoes_merging(self, rng):
        proba = rng.dirichlet(np.ones(4), size=6)
        known = np.array([1, 3])
        rest = proba[:, [0, 2]].sum(axis=1)
        merged = np.column_stack([proba[:, known], rest])
        assert_allclose(split_other_classes(merged, known, proba), proba)

    def test_splitting_what_the_generalist_excludes(self):
        general = np.array([[1.0, 0.0, 0.0]])
        proba = split_other_classes(np.array([[0.4, 0.6]]), np.array([0]), general)
        assert_allclose(proba, [[0.4, 0.3, 0.3]])


class TestSubtask:
    @pytest.fixture
    def transfer(self, rng):
        X, logits = rng.randn(6, 3), rng.randn(6, 3)
        labels = np.array([0, 1, 2, -1, 1, 0])
        return TransferSet(X, logits, labels, np.array(["a", "b", "c"]), np.arange(6.0))

    def test_rows_weights_and_columns(self, transfer):
        part = Subtask(
            rows=np.array([4, 4, 1]),
            weights=np.array([1.0, 2.0, 3.0]),
            columns=np.array([0, 2]),
        ).restrict(transfer)
        assert_array_equal(part.X, transfer.X[[4, 4, 1]][:, [0, 2]])
        assert_array_equal(part.logits, transfer.logits[[4, 4, 1]])
        assert_array_equal(part.labels, [1, 1, 1])
        assert_array_equal(part.sample_weight, [4.0, 8.0, 3.0])
        assert_array_equal(part.classes, transfer.classes)

    def test_everything_is_not_copied(self, transfer):
        assert Subtask().restrict(transfer).X is transfer.X

    def test_classes(self, transfer):
        part = Subtask(classes=np.array([0, 2])).restrict(transfer)
        assert part.logits.shape == (6, 3)
        assert_array_equal(part.labels, [0, 2, 1, -1, 2, 0])
        assert_array_equal(part.classes, [0, 1, 2])

    def test_among(self):
        mask = np.array([True, False, True, True])
        part = Subtask(rows=np.array([3, 1, 3, 0]), weights=np.arange(4.0)).among(mask)
        assert_array_equal(part.rows, [3, 3, 0])
        assert_array_equal(part.weights, [0.0, 2.0, 3.0])
        assert_array_equal(Subtask().among(mask).rows, [0, 2, 3])


class TestFusion:
    @pytest.fixture
    def answers(self, rng):
        return rng.dirichlet(np.ones(3), size=(4, 5))

    @pytest.fixture
    def shares(self, rng):
        return rng.dirichlet(np.ones(4), size=5)

    def test_arithmetic_mean(self, answers, shares):
        expected = sum(shares[:, [m]] * answers[m] for m in range(4))
        assert_allclose(fuse(answers, shares), expected)

    @pytest.mark.parametrize("temperature", [0.5, 3.0])
    def test_power_mean(self, answers, shares, temperature):
        # Each member's powers are divided by their sum before the mean.
        powers = answers ** (1 / temperature)
        powers /= powers.sum(axis=2, keepdims=True)
        mean = sum(shares[:, [m]] * powers[m] for m in range(4)) ** temperature
        fused = fuse(answers, shares, temperature)
        assert_allclose(fused, mean / mean.sum(axis=1, keepdims=True))
        assert not np.allclose(fused, fuse(answers, shares))

    def test_hot_is_the_geometric_mean(self, answers, shares):
        geometric = np.exp(sum(shares[:, [m]] * np.log(answers[m]) for m in range(4)))
        fused = fuse(answers, shares, 1e4)
        expected = geometric / geometric.sum(axis=1, keepdims=True)
        assert_allclose(fused, expected, rtol=1e-2)

    @pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
    def test_unanimous(self, answers, shares, temperature):
        fused = fuse(np.stack([answers[0]] * 4), shares, temperature)
        assert_allclose(fused, answers[0])

    def test_zeros(self, shares):
        answers = np.tile([1.0, 0.0, 0.0], (4, 5, 1))
        assert_allclose(fuse(answers, shares, 2.0), answers[0], atol=1e-15)

    def test_votes(self):
        answers = np.array([[[0.4, 0.6]], [[0.9, 0.1]]])
        assert_array_equal(votes(answers), [[[0.0, 1.0]], [[1.0, 0.0]]])


class TestSharpness:
    def test_undoes_any_power(self, rng):
        proba = rng.dirichlet(np.ones(3), size=5000)
        for power in (0.5, 1.0, 4.0):
            # Targets that say just what the probabilities should have been.
            sharpness, _ = fit_inverse_temperature(proba, sharpen(proba, power))
            assert_allclose(sharpness, power, rtol=0.03)

    def test_loss_is_that_of_sharpened_probabilities(self, rng):
        proba = rng.dirichlet(np.ones(3), size=2000)
        targets = rng.dirichlet(np.ones(3), size=2000)
        sharpness, loss = fit_inverse_temperature(proba, targets)
        expected = -(targets * np.log(sharpen(proba, sharpness))).sum(axis=1).mean()
        assert_allclose(loss, expected, rtol=0.01)

    def test_few_rows_prove_little(self):
        """Six rows that are right, one of which nothing is known, and a prior."""
        proba, targets = np.tile([0.7, 0.3], (6, 1)), np.tile([1.0, 0.0], (6, 1))

        def cost(sharpness):
            right, wrong = np.log(sharpen(proba[:1], sharpness))[0]
            share = 6.5 / 7
            loss = -6 * (share * right + (1 - share) * wrong)
            return loss + np.log(sharpness) ** 2

        candidates = np.geomspace(1, 5, 1001)
        expected = candidates[np.argmin([cost(value) for value in candidates])]
        sharpness, _ = fit_inverse_temperature(proba, targets)
        assert 1.2 < expected < 3
        assert_allclose(sharpness, expected, rtol=0.02)

    def test_weights_are_copies(self, rng):
        proba = rng.dirichlet(np.ones(3), size=30)
        targets = np.eye(3)[rng.randint(0, 3, size=30)]
        copies = rng.randint(1, 5, size=30)
        weighted = fit_inverse_temperature(proba, targets, copies.astype(float))
        repeated = fit_inverse_temperature(
            np.repeat(proba, copies, axis=0), np.repeat(targets, copies, axis=0)
        )
        assert_allclose(weighted, repeated)

    def test_zeros(self):
        """What was thought impossible happens: finite, and less sure."""
        proba = np.tile([1.0, 0.0], (50, 1))
        targets = np.eye(2)[(np.arange(50) % 10 == 0).astype(int)]
        sharpness, loss = fit_inverse_temperature(proba, targets)
        assert sharpness < 0.3
        assert np.isfinite(loss)
