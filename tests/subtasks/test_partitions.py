"""How tasks are split into subtasks."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.model_selection import GroupKFold, KFold
from sklearn.naive_bayes import GaussianNB
from subtask_models import Splits, partly_labeled

from skdistill import DistillationLoss
from skdistill.subtasks._gate import fit_gate
from skdistill.subtasks._partitions import (
    MIN_SAMPLE_WEIGHT,
    ClassGroups,
    ClustererPartition,
    FeatureSubsets,
    KMeansPartition,
    RandomSamples,
    SplitterPartition,
    absolute_size,
    apportion,
    draw_features,
    draw_samples,
    group_confused_classes,
    make_partition,
    samples_of_clusters,
    soft_subtasks,
)
from skdistill.subtasks._subtask import Task


class GivenClusters(ClusterMixin, BaseEstimator):
    """Finds the clusters that it was given, and notes its seed."""

    def __init__(self, clusters, random_state=None):
        self.clusters = clusters
        self.random_state = random_state

    def fit_predict(self, X, y=None):
        self.clusters.append(self.random_state)
        return np.array(self.clusters[0])


def label_task(X, y, alpha=0.0, confused=0.0, **metadata):
    """A task of labels, and of a teacher that confuses each class with another."""
    n_classes = y.max() + 1
    one_hot = np.eye(n_classes)
    proba = (1 - confused) * one_hot[y] + confused * one_hot[(y + 2) % n_classes]
    logits = np.log(proba + 1e-9)
    transfer = partly_labeled(X, logits, y, np.arange(n_classes))
    return Task(transfer, DistillationLoss(alpha=alpha), **metadata)


@pytest.fixture
def islands(rng):
    """Three far groups of samples."""
    centers = np.array([[0.0, 0.0], [20.0, 0.0], [0.0, 20.0]])
    island = np.repeat([0, 1, 2], [10, 20, 30])
    return centers[island] + rng.randn(60, 2), island


def as_sets(lists):
    return {tuple(samples) for samples in lists}


class TestRandomSamples:
    def test_every_class_in_proportion(self, rng):
        strata = np.repeat([0, 1, 2], [70, 29, 1])
        subtasks = draw_samples(strata, 4, 50, rng)
        for part in subtasks:
            assert_array_equal(np.bincount(strata[part.samples]), [35, 14, 1])
        assert not np.array_equal(subtasks[0].samples, subtasks[1].samples)

    @pytest.mark.parametrize(
        ("sizes", "total", "expected"),
        [
            ([46, 35, 19], 10, [5, 3, 2]),  # two are missing: the largest remainders
            ([47, 33, 20], 10, [5, 3, 2]),  # one is missing
            ([50, 30, 20], 4, [2, 1, 1]),
            ([97, 2, 1], 4, [3, 1, 1]),  # more than the total, for each has one
        ],
    )
    def test_apportionment(self, sizes, total, expected):
        assert_array_equal(apportion(np.array(sizes), total), expected)

    def test_with_replacement(self, rng):
        (part,) = draw_samples(np.zeros(100, int), 1, 100, rng)
        assert len(part.samples) == 100
        assert 50 < len(np.unique(part.samples)) < 80

    def test_more_samples_than_asked_for_where_there_are_more_classes(self, rng):
        (part,) = draw_samples(np.arange(5), 1, 3, rng)
        assert_array_equal(part.samples, np.arange(5))

    def test_split(self, rng):
        task = label_task(rng.randn(40, 2), np.arange(40) % 2)
        subtasks, assigned = RandomSamples(3, 0.2).split(task, None, rng)
        assert [len(part.samples) for part in subtasks] == [8, 8, 8]
        for part, samples in zip(subtasks, assigned, strict=True):
            assert_array_equal(part.samples, samples)
            assert_array_equal(np.bincount(task.transfer.y[samples]), [4, 4])


class TestFeatureSubsets:
    def test_features_are_distinct(self, rng):
        subtasks = draw_features(10, 6, 4, rng)
        assert all(len(np.unique(part.features)) == 4 for part in subtasks)
        assert all((np.diff(part.features) > 0).all() for part in subtasks)
        assert len({tuple(part.features) for part in subtasks}) > 1

    def test_split(self, rng):
        task = label_task(rng.randn(20, 6), np.arange(20) % 2)
        for size, expected in [(0.5, 3), (2, 2), (100, 6)]:
            subtasks, assigned = FeatureSubsets(4, size).split(task, None, rng)
            assert [len(part.features) for part in subtasks] == [expected] * 4
            assert all(part.samples is None for part in subtasks)
            assert [list(samples) for samples in assigned] == [list(range(20))] * 4


@pytest.mark.parametrize(
    ("size", "expected"), [(7, 7), (1, 1), (1.0, 40), (0.26, 10), (1e-9, 1)]
)
def test_absolute_size(size, expected):
    assert absolute_size(size, 40) == expected


class TestClusters:
    def test_k_means(self, islands, rng):
        X, island = islands
        partition = KMeansPartition(3)
        subtasks, assigned = partition.split(label_task(X, island), None, rng)
        assert as_sets(assigned) == as_sets(
            np.flatnonzero(island == i) for i in (0, 1, 2)
        )
        responsibilities = fit_gate(X, assigned).responsibilities(X)
        expected = soft_subtasks(responsibilities)
        for part, other in zip(subtasks, expected, strict=True):
            assert_array_equal(part.weights, other.weights)

    def test_minus_one_is_no_cluster(self):
        assigned = samples_of_clusters(np.array([1, -1, 0, 1]))
        assert [list(samples) for samples in assigned] == [[2], [0, 3]]

    def test_weights_move_centers(self, rng):
        X = np.array([[0.0], [1.0], [10.0], [11.0]])
        weights = np.array([1e6, 1e6, 1e-6, 1e-6])
        clusters = KMeansPartition(2).find_clusters(X, weights, rng)
        assert clusters[0] != clusters[1]

    def test_fewer_samples_than_subtasks(self, rng):
        X = np.array([[0.0], [1.0], [5.0]])
        with pytest.warns(UserWarning, match="only 3 subtasks, not n_subtasks=4"):
            clusters = KMeansPartition(4).find_clusters(X, None, rng)
        assert len(np.unique(clusters)) == 3

    def test_clusterer(self, rng):
        task = label_task(rng.randn(4, 2), np.arange(4) % 2)
        clusterer = GivenClusters([[1, -1, 0, 1]])
        subtasks, assigned = ClustererPartition(clusterer).split(task, None, rng)
        assert [list(samples) for samples in assigned] == [[2], [0, 3]]
        assert len(subtasks) == 2

    def test_clusterers_are_seeded(self, monkeypatch, rng):
        """Where they have no seed, and never in place."""
        seeds = []

        def fit_predict(self, X, y=None):
            seeds.append(self.random_state)
            return np.zeros(len(X), dtype=int)

        monkeypatch.setattr(GivenClusters, "fit_predict", fit_predict)
        for seed in (None, 7):
            clusterer = GivenClusters([], random_state=seed)
            ClustererPartition(clusterer).find_clusters(np.zeros((3, 1)), None, rng)
            assert clusterer.random_state == seed
        assert seeds[0] is not None
        assert seeds[1] == 7

    def test_soft_subtasks(self):
        responsibilities = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
        subtasks = soft_subtasks(responsibilities)
        for part in subtasks:
            assert_allclose(part.weights.mean(), 1)
            assert part.weights.flags.c_contiguous
        first = subtasks[0].weights
        assert_allclose(first[2] / first[0], MIN_SAMPLE_WEIGHT)
        assert_allclose(first[3] / first[0], (1 + MIN_SAMPLE_WEIGHT) / 2)


class TestClassGroups:
    def test_confused_classes_are_together(self):
        proba = np.array([[0.5, 0.0, 0.5, 0.0], [0.0, 0.6, 0.0, 0.4]] * 3)
        groups = group_confused_classes(proba, 2)
        assert as_sets(groups) == {(0, 2), (1, 3)}

    def test_groups_of_one_are_left_out(self):
        proba = np.array([[0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0, 0, 0, 1.0]])
        proba = np.vstack([proba, [[0.45, 0.45, 0.05, 0.05]]])
        groups = group_confused_classes(proba, 2)
        assert all(len(group) > 1 for group in groups)
        assert any({0, 1} <= set(group) for group in groups)

    def test_two_classes_are_one_group(self):
        (group,) = group_confused_classes(np.array([[0.9, 0.1]]), 5)
        assert_array_equal(group, [0, 1])

    def test_that_a_teacher_confuses(self, rng):
        y = np.tile([0, 1, 2, 3], 20)
        task = label_task(rng.randn(80, 3), y, alpha=0.5, confused=0.4)
        subtasks, assigned = ClassGroups(2).split(task, None, rng)
        assert as_sets(part.classes for part in subtasks) == {(0, 2), (1, 3)}
        for part, samples in zip(subtasks, assigned, strict=True):
            assert_array_equal(samples, np.flatnonzero(np.isin(y, part.classes)))

    def test_that_the_generalist_confuses(self, rng):
        y = np.tile([0, 1, 2, 3], 20)
        X = np.column_stack([y // 2 + 0.1 * rng.randn(80)])
        generalist = GaussianNB().fit(X, y)
        subtasks, _ = ClassGroups(2).split(label_task(X, y), generalist, rng)
        assert as_sets(part.classes for part in subtasks) == {(0, 1), (2, 3)}

    def test_a_group_that_is_never_likeliest(self, rng):
        """A member with no samples of its own is placed among all."""
        y = np.zeros(12, dtype=int)
        proba = np.tile([0.5, 0.3, 0.1, 0.1], (12, 1))
        proba[::2] = [0.5, 0.4, 0.05, 0.05]
        proba[::3] = [0.4, 0.2, 0.2, 0.2]
        transfer = partly_labeled(rng.randn(12, 2), np.log(proba), y - 1, np.arange(4))
        task = Task(transfer, DistillationLoss(alpha=1.0))
        subtasks, assigned = ClassGroups(2).split(task, None, rng)
        assert as_sets(part.classes for part in subtasks) == {(0, 1), (2, 3)}
        for samples in assigned:
            assert_array_equal(samples, np.arange(12))


class TestSplitter:
    def test_training_samples_and_metadata(self, rng):
        groups = np.arange(20) % 4
        task = label_task(
            rng.randn(20, 2), np.arange(20) % 2, split_params={"groups": groups}
        )
        subtasks, assigned = SplitterPartition(GroupKFold(4)).split(task, None, rng)
        for part, samples in zip(subtasks, assigned, strict=True):
            assert_array_equal(part.samples, samples)
        held_out = [set(range(20)) - set(samples) for samples in assigned]
        assert sorted(map(sorted, held_out)) == [
            list(range(first, 20, 4)) for first in range(4)
        ]

    def test_empty_splits_are_left_out(self, rng):
        task = label_task(rng.randn(20, 2), np.arange(20) % 2)
        splitter = Splits([np.arange(0), np.arange(20)])
        subtasks, _ = SplitterPartition(splitter).split(task, None, rng)
        assert len(subtasks) == 1


@pytest.mark.parametrize(
    "partition",
    [
        SplitterPartition(Splits([])),
        SplitterPartition(Splits([np.arange(0)])),
        ClustererPartition(GivenClusters([[-1] * 20])),
    ],
)
def test_no_sample_in_any_subtask(partition, rng):
    task = label_task(rng.randn(20, 2), np.arange(20) % 2)
    with pytest.raises(ValueError, match="no sample in any subtask"):
        partition.split(task, None, rng)


def test_factory():
    clusterer, splitter = GivenClusters([]), KFold(3)
    made = [
        make_partition(kind, 3, 0.2)
        for kind in ("cluster", "random", "features", "classes", clusterer, splitter)
    ]
    assert made == [
        KMeansPartition(3),
        RandomSamples(3, 0.2),
        FeatureSubsets(3, 0.2),
        ClassGroups(3),
        ClustererPartition(clusterer),
        SplitterPartition(splitter),
    ]
    has_generalist = [partition.has_generalist for partition in made]
    assert has_generalist == [True, False, False, True, True, False]
    is_splitter = [partition.is_splitter for partition in made]
    assert is_splitter == [False, False, False, False, False, True]
