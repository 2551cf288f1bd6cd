"""Partitions: how a task is split into subtasks, one class a strategy."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from abc import ABC, abstractmethod
from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from scipy.spatial.distance import squareform
from sklearn.base import clone

from skdistill.subtasks._gate import fit_gate
from skdistill.subtasks._members import member_proba
from skdistill.subtasks._subtask import Subtask
from skdistill.utils._metaestimators import MAX_SEED, set_random_states
from skdistill.utils._warnings import warn_user

# The weight that a sample keeps in the subtasks of other clusters. Members without it
# know only one side of their borders, and lose to a single model on most tables.
MIN_SAMPLE_WEIGHT = 0.1


class Partition(ABC):
    """How a task is split.

    Attributes
    ----------
    has_generalist : bool
        Whether the members are specialists, who need a generalist beside them.
    is_splitter : bool
        Whether it knows samples by their places, and takes metadata.
    """

    has_generalist: ClassVar[bool] = False
    is_splitter: ClassVar[bool] = False

    @abstractmethod
    def split(self, task, generalist, random_state):
        """Split a task.

        Parameters
        ----------
        task : Task
        generalist : classifier or None
            Fitted to the whole task, where the partition has one.
        random_state : RandomState

        Returns
        -------
        subtasks : list of Subtask
        assigned : list of ndarray
            Indices of the samples that are assigned to each. A gate has its centers
            there.
        """


class ClusterPartition(Partition):
    """Clusters of samples. Members learn from all, but mostly from their own."""

    has_generalist = True

    @abstractmethod
    def find_clusters(self, X, sample_weight, random_state):
        """Find the cluster of each sample.

        Parameters
        ----------
        X : {ndarray, sparse matrix} of shape (n_samples, n_features)
        sample_weight : ndarray of shape (n_samples,) or None
        random_state : RandomState

        Returns
        -------
        clusters : ndarray of shape (n_samples,)
            -1 for samples in no cluster.
        """

    def split(self, task, generalist, random_state):
        X, weights = task.transfer.X, task.transfer.sample_weight
        clusters = self.find_clusters(X, weights, random_state)
        assigned = check_assigned(samples_of_clusters(clusters))
        return soft_subtasks(fit_gate(X, assigned).responsibilities(X)), assigned


@dataclass(frozen=True)
class KMeansPartition(ClusterPartition):
    """Clusters of k-means; fewer where there are fewer distinct samples."""

    n_subtasks: int

    def find_clusters(self, X, sample_weight, random_state):
        n_clusters = min(self.n_subtasks, X.shape[0])
        # Packages of clustering take as long to import as all of this one.
        from sklearn.cluster import KMeans

        kmeans = KMeans(n_clusters, n_init=3, random_state=random_state)
        clusters = kmeans.fit(X, sample_weight=sample_weight).labels_
        n_found = len(np.unique(clusters))
        if n_found < self.n_subtasks:
            warn_user(
                f"There are only {n_found} subtasks, not n_subtasks={self.n_subtasks}: "
                "X has no more distinct samples."
            )
        return clusters


@dataclass(frozen=True)
class ClustererPartition(ClusterPartition):
    """Clusters that a user's clusterer finds."""

    clusterer: Any

    def find_clusters(self, X, sample_weight, random_state):
        clusterer = clone(self.clusterer)
        set_random_states(clusterer, random_state.randint(MAX_SEED))
        return clusterer.fit_predict(X)


@dataclass(frozen=True)
class RandomSamples(Partition):
    """Samples drawn with replacement, by class."""

    n_subtasks: int
    size: int | float

    def split(self, task, generalist, random_state):
        strata = task.targets().argmax(axis=1)
        size = absolute_size(self.size, len(strata))
        subtasks = draw_samples(strata, self.n_subtasks, size, random_state)
        return subtasks, [part.samples for part in subtasks]


@dataclass(frozen=True)
class FeatureSubsets(Partition):
    """Features drawn without replacement; all samples."""

    n_subtasks: int
    size: int | float

    def split(self, task, generalist, random_state):
        n_samples, n_features = task.transfer.X.shape
        size = min(absolute_size(self.size, n_features), n_features)
        subtasks = draw_features(n_features, self.n_subtasks, size, random_state)
        return subtasks, [np.arange(n_samples)] * self.n_subtasks


@dataclass(frozen=True)
class ClassGroups(Partition):
    """Groups of classes that the teacher confuses, or else the generalist."""

    n_subtasks: int
    has_generalist = True

    def split(self, task, generalist, random_state):
        transfer, targets = task.transfer, task.targets()
        confusion = targets
        if task.only_labels:
            confusion = member_proba(generalist, transfer.X, transfer.classes)
        groups = group_confused_classes(confusion, self.n_subtasks)
        strata = targets.argmax(axis=1)
        assigned = [np.flatnonzero(np.isin(strata, group)) for group in groups]
        everything = np.arange(len(strata))
        return (
            [Subtask(classes=group) for group in groups],
            [samples if samples.size else everything for samples in assigned],
        )


@dataclass(frozen=True)
class SplitterPartition(Partition):
    """The training samples of a user's splits."""

    splitter: Any
    is_splitter = True

    def split(self, task, generalist, random_state):
        strata = task.targets().argmax(axis=1)
        splits = self.splitter.split(task.transfer.X, strata, **task.split_params)
        assigned = check_assigned([samples for samples, _ in splits if len(samples)])
        return [Subtask(samples=samples) for samples in assigned], assigned


def make_partition(partition, n_subtasks, subtask_size):
    """Make the strategy that an ensemble's parameters describe.

    Parameters
    ----------
    partition : {"cluster", "random", "features", "classes"}, clusterer or splitter
    n_subtasks : int
    subtask_size : float or int

    Returns
    -------
    partition : Partition
    """
    if isinstance(partition, str):
        return {
            "cluster": KMeansPartition(n_subtasks),
            "random": RandomSamples(n_subtasks, subtask_size),
            "features": FeatureSubsets(n_subtasks, subtask_size),
            "classes": ClassGroups(n_subtasks),
        }[partition]
    if hasattr(partition, "get_n_splits"):
        return SplitterPartition(partition)
    return ClustererPartition(partition)


def samples_of_clusters(clusters):
    """List the indices of the samples in each cluster; -1 is none."""
    return [np.flatnonzero(clusters == c) for c in np.unique(clusters) if c >= 0]


def check_assigned(assigned):
    """Return the lists of samples, of which there must be one."""
    if not assigned:
        raise ValueError("The partition has no sample in any subtask.")
    return assigned


def soft_subtasks(responsibilities):
    """Make subtasks of all samples, weighted by a member's responsibility for each.

    Parameters
    ----------
    responsibilities : ndarray of shape (n_samples, n_members)

    Returns
    -------
    subtasks : list of Subtask
        With weights that have a mean of one, so that a penalty on the members weighs
        as much as on one model of all samples.
    """
    weights = MIN_SAMPLE_WEIGHT + (1 - MIN_SAMPLE_WEIGHT) * responsibilities
    weights /= weights.mean(axis=0)
    # Some classifiers want weights that lie side by side.
    return [Subtask(weights=column.copy()) for column in weights.T]


def absolute_size(size, total):
    """Turn a size of a subtask, a share (float) or a number (int), into a number."""
    if isinstance(size, Integral):
        return size
    return max(1, round(size * total))


def draw_samples(strata, n_subtasks, size, random_state):
    """Draw samples with replacement, from each class in proportion and at least one.

    Parameters
    ----------
    strata : ndarray of shape (n_samples,)
        Class index of each sample.
    n_subtasks, size : int
        Number of subtasks, and of samples in each; more where there are more classes.
    random_state : RandomState

    Returns
    -------
    subtasks : list of Subtask
    """
    of_class = [np.flatnonzero(strata == c) for c in np.unique(strata)]
    counts = apportion(np.array([len(samples) for samples in of_class]), size)
    return [
        Subtask(
            samples=np.concatenate(
                [
                    random_state.choice(samples, count)
                    for samples, count in zip(of_class, counts, strict=True)
                ]
            )
        )
        for _ in range(n_subtasks)
    ]


def apportion(sizes, total):
    """Share a total out in proportion to sizes: whole numbers, each at least one.

    Parameters
    ----------
    sizes : ndarray of shape (n_parts,)
    total : int

    Returns
    -------
    counts : ndarray of shape (n_parts,)
        Their sum is the total, unless there are more parts than that.
    """
    quota = sizes * (total / sizes.sum())
    counts = np.maximum(np.floor(quota), 1).astype(int)
    missing = total - counts.sum()
    if missing > 0:
        counts[np.argsort(counts - quota, kind="stable")[:missing]] += 1
    return counts


def draw_features(n_features, n_subtasks, size, random_state):
    """Draw subsets of the features, each without replacement.

    Parameters
    ----------
    n_features, n_subtasks, size : int
    random_state : RandomState

    Returns
    -------
    subtasks : list of Subtask
    """
    draws = (random_state.permutation(n_features)[:size] for _ in range(n_subtasks))
    return [Subtask(features=np.sort(features)) for features in draws]


def group_confused_classes(proba, n_groups):
    """Group classes that are probable for the same samples.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
    n_groups : int
        At most; groups of one class are left out, for they would teach nothing new.

    Returns
    -------
    groups : list of ndarray
        Sorted class indices. With less than three classes, the one group of all.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    n_classes = proba.shape[1]
    if n_classes < 3:
        return [np.arange(n_classes)]
    together = proba.T @ proba
    size = np.sqrt(np.diag(together)) + np.finfo(float).tiny
    apart = 1 - together / np.outer(size, size)
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(np.maximum(apart, 0), checks=False), "average")
    n_groups = min(n_groups, n_classes // 2)
    group_of = fcluster(tree, n_groups, "maxclust")
    groups = [np.flatnonzero(group_of == group) for group in np.unique(group_of)]
    return [group for group in groups if len(group) > 1]
