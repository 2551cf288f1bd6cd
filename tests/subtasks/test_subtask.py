"""A task and its parts."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax

from skdistill import DistillationLoss, TransferSet
from skdistill.subtasks import Subtask
from skdistill.subtasks._subtask import (
    Task,
    merge_other_classes,
    restrict_transfer,
    split_other_classes,
)


class TestOtherClasses:
    def test_merging_adds_probabilities(self, rng):
        logits = rng.randn(5, 4)
        merged, labels = merge_other_classes(
            logits, np.array([0, 1, 2, 3, 0]), np.array([1, 3])
        )
        proba = softmax(logits, axis=1)
        expected = np.column_stack([proba[:, 1], proba[:, 3], proba[:, [0, 2]].sum(1)])
        assert_allclose(softmax(merged, axis=1), expected)
        assert_array_equal(labels, [2, 0, 2, 1, 2])

    def test_merging_impossible_classes(self):
        logits = np.log(np.array([[0.5, 0.5, 1e-300, 1e-300]]))
        logits[:, 2:] = -np.inf
        merged, _ = merge_other_classes(logits, np.array([0]), np.array([0, 1]))
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


@pytest.fixture
def transfer(rng):
    """Six samples of three classes; one has no label, and one no weight."""
    return TransferSet(
        rng.randn(6, 3),
        rng.randn(6, 3),
        np.array([0, 1, 2, 0, 1, 0]),
        np.array(["a", "b", "c"]),
        labeled=np.array([True, True, True, False, True, True]),
        sample_weight=np.arange(6.0),
    )


class TestSubtask:
    def test_samples_weights_and_features(self, transfer):
        subtask = Subtask(
            samples=np.array([4, 4, 3]),
            weights=np.array([1.0, 2.0, 3.0]),
            features=np.array([0, 2]),
        )
        part = restrict_transfer(transfer, subtask)
        assert_array_equal(part.X, transfer.X[[4, 4, 3]][:, [0, 2]])
        assert_array_equal(part.raw_predictions, transfer.raw_predictions[[4, 4, 3]])
        assert_array_equal(part.y[:2], [1, 1])
        assert_array_equal(part.labeled, [True, True, False])
        assert_array_equal(part.sample_weight, [4.0, 8.0, 9.0])
        assert_array_equal(part.classes, transfer.classes)

    def test_weights_where_there_are_no_others(self, transfer):
        without = replace(transfer, sample_weight=None)
        assert restrict_transfer(without, Subtask()).sample_weight is None
        samples, weights = np.array([1, 2]), np.array([3.0, 4.0])
        part = restrict_transfer(without, Subtask(samples, weights))
        assert_array_equal(part.sample_weight, weights)

    def test_everything_is_not_copied(self, transfer):
        assert restrict_transfer(transfer, Subtask()).X is transfer.X

    def test_classes(self, transfer):
        part = restrict_transfer(transfer, Subtask(classes=np.array([0, 2])))
        proba = softmax(transfer.raw_predictions, axis=1)
        assert_allclose(softmax(part.raw_predictions, axis=1), proba[:, [0, 2, 1]])
        assert_array_equal(part.y[part.labeled], [0, 2, 1, 2, 0])
        assert_array_equal(part.classes, [0, 1, 2])

    def test_within(self):
        mask = np.array([True, False, True, True])
        subtask = Subtask(
            samples=np.array([3, 1, 3, 0]),
            weights=np.arange(4.0),
            features=np.array([1]),
        )
        part = subtask.within(mask)
        assert_array_equal(part.samples, [3, 3, 0])
        assert_array_equal(part.weights, [0.0, 2.0, 3.0])
        assert part.features is subtask.features
        assert_array_equal(Subtask().within(mask).samples, [0, 2, 3])

    def test_within_a_mask_of_others(self):
        mask = np.array([True, False, True])
        part = Subtask(samples=np.array([1]), weights=np.ones(1)).within(mask)
        assert_array_equal(part.samples, [0, 2])
        assert part.weights is None

    def test_without_samples(self):
        subtask = Subtask(*(np.array([i]) for i in range(4)))
        assert subtask.without_samples() == (None, None, *subtask[2:])


class TestTask:
    def test_targets_are_softened_and_mixed(self, transfer):
        task = Task(transfer, DistillationLoss(temperature=2.0, alpha=0.3))
        soft = softmax(transfer.raw_predictions / 2, axis=1)
        expected = 0.3 * soft + 0.7 * np.eye(3)[transfer.y]
        expected[3] = soft[3]
        assert_allclose(task.targets(), expected)

    def test_negligible_targets_are_dropped(self, transfer):
        logits = np.log(np.tile([0.99995, 4e-5, 1e-5], (6, 1)))
        transfer = replace(transfer, raw_predictions=logits)
        targets, weights = Task(
            transfer, DistillationLoss(alpha=1.0)
        ).weighted_targets()
        assert_array_equal(targets, np.tile([1.0, 0.0, 0.0], (6, 1)))
        # What is dropped is missing from the weights, as among weighted labels.
        assert_allclose(weights, 0.99995 * np.arange(6))

    def test_weights_of_targets(self, transfer):
        task = Task(replace(transfer, sample_weight=None), DistillationLoss())
        targets, weights = task.weighted_targets()
        assert_allclose(targets, task.targets())
        assert_allclose(weights, 1)

    def test_only_labels(self, transfer):
        labels = replace(transfer, labeled=np.ones(6, dtype=bool))
        assert Task(labels, DistillationLoss(alpha=0.0)).only_labels
        assert not Task(labels, DistillationLoss(alpha=0.1)).only_labels
        assert not Task(transfer, DistillationLoss(alpha=0.0)).only_labels

    def test_metadata_are_restricted(self, transfer):
        noted = {"noted": np.arange(6), "setting": "fast"}
        groups = {"groups": np.arange(6) % 2}
        task = Task(transfer, DistillationLoss(), noted, groups)
        part = task.restrict(Subtask(samples=np.array([5, 5, 0])))
        assert_array_equal(part.fit_params["noted"], [5, 5, 0])
        assert part.fit_params["setting"] == "fast"
        assert_array_equal(part.split_params["groups"], [1, 1, 0])
        same = task.restrict(Subtask(features=np.array([1])))
        assert same.fit_params is noted
        assert same.split_params is groups
        assert same.transfer.X.shape == (6, 1)
        assert same.loss is part.loss is task.loss

    def test_without_weightless(self, transfer):
        transfer = replace(transfer, sample_weight=0.1 * np.arange(6))
        task = Task(transfer, DistillationLoss(), {"noted": np.arange(6)})
        rest = task.without_weightless()
        assert_array_equal(rest.transfer.X, transfer.X[1:])
        assert_array_equal(rest.fit_params["noted"], [1, 2, 3, 4, 5])
        assert rest.without_weightless() is rest

    def test_labels_of_one_class(self, transfer):
        weights = (transfer.y == 0).astype(float)
        labeled = np.ones(6, dtype=bool)
        one_class = replace(transfer, sample_weight=weights, labeled=labeled)
        with pytest.raises(ValueError, match="of one class"):
            Task(one_class, DistillationLoss(alpha=0.0)).without_weightless()
        # A teacher adds to that.
        Task(one_class, DistillationLoss(alpha=0.5)).without_weightless()
