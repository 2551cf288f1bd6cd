"""Who belongs where: a task split into subtasks, and rows shared out among them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from numbers import Integral
from typing import NamedTuple

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from scipy.special import logsumexp, softmax
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.metrics.pairwise import euclidean_distances

from skdistill.transfer._transfer_set import TransferSet
from skdistill.utils._metaestimators import MAX_SEED, set_random_states

# The weight that a row keeps in subtasks where it is not at home. Members without it
# know only one side of their borders, and lose to a single model on most tables.
FLOOR = 0.1

# Two standard deviations squared of the gate, in units of the mean squared distance of
# a row to the nearest centre. Half or double of it do as well, ten times does not.
GATE_WIDTH = 0.2


class Subtask(NamedTuple):
    """What one member is taught.

    Attributes
    ----------
    rows : ndarray of shape (n_rows,) or None
        Indices of training rows, repeated if drawn several times. None: all.
    weights : ndarray of shape (n_rows,) or None
        Weights of these rows.
    columns : ndarray of shape (n_columns,) or None
        Indices of features. None: all.
    classes : ndarray of shape (n_known,) or None
        Indices of the classes to tell apart; all others are one class. None: all.
    """

    rows: np.ndarray | None = None
    weights: np.ndarray | None = None
    columns: np.ndarray | None = None
    classes: np.ndarray | None = None

    def among(self, mask):
        """The same subtask with only those training rows that a mask lets pass."""
        rows = np.arange(len(mask)) if self.rows is None else self.rows
        kept = mask[rows]
        weights = None if self.weights is None else self.weights[kept]
        return self._replace(rows=rows[kept], weights=weights)

    def restrict(self, transfer):
        """The part of a transfer set that the member is taught."""
        X, logits, labels = transfer.X, transfer.raw_predictions, transfer.y
        labeled, weights = transfer.labeled, transfer.sample_weight
        classes = transfer.classes
        if self.rows is not None:
            X, logits, labels = X[self.rows], logits[self.rows], labels[self.rows]
            labeled = labeled[self.rows]
            weights = None if weights is None else weights[self.rows]
        if self.weights is not None:
            weights = self.weights if weights is None else weights * self.weights
        if self.columns is not None:
            X = X[:, self.columns]
        if self.classes is not None:
            logits, labels = merge_other_classes(logits, labels, self.classes)
            classes = np.arange(logits.shape[1])
        return TransferSet(
            X, logits, labels, classes, labeled=labeled, sample_weight=weights
        )


class Partition(NamedTuple):
    """How a task is split.

    Attributes
    ----------
    kind : {"cluster", "random", "features", "classes"}, clusterer or splitter
    n_subtasks : int
    subtask_size : float or int
        Share or number: of rows for "random", of features for "features".
    """

    kind: object
    n_subtasks: int
    subtask_size: Integral | float

    @property
    def is_splitter(self):
        """Whether training rows of a user's splits are the subtasks."""
        return hasattr(self.kind, "get_n_splits")

    @property
    def has_generalist(self):
        """Whether members are specialists, who need one besides them for the rest."""
        return self.kind not in ("random", "features") and not self.is_splitter

    def split(self, transfer, targets, confusion, split_params, random_state):
        """Split the task.

        Parameters
        ----------
        transfer : TransferSet
        targets : ndarray of shape (n_samples, n_classes)
            Probabilities to learn.
        confusion : ndarray of shape (n_samples, n_classes)
            Probabilities that tell which classes are alike.
        split_params : dict
            For the `split` of a splitter.
        random_state : RandomState

        Returns
        -------
        subtasks : list of Subtask
        homes : list of ndarray
            Indices of the rows at home in each.
        """
        X, strata = transfer.X, targets.argmax(axis=1)
        everyone = np.arange(len(strata))
        if self.kind == "random":
            size = self._size(len(strata))
            subtasks = draw_rows(strata, self.n_subtasks, size, random_state)
            return subtasks, [part.rows for part in subtasks]
        if self.kind == "features":
            size = min(self._size(X.shape[1]), X.shape[1])
            subtasks = draw_columns(X.shape[1], self.n_subtasks, size, random_state)
            return subtasks, [everyone] * self.n_subtasks
        if self.kind == "classes":
            groups = group_confused_classes(confusion, self.n_subtasks)
            homes = [np.flatnonzero(np.isin(strata, group)) for group in groups]
            subtasks = [Subtask(classes=group) for group in groups]
            return subtasks, [home if home.size else everyone for home in homes]
        if self.is_splitter:
            splits = self.kind.split(X, strata, **split_params)
            homes = _some([rows for rows, _ in splits if len(rows)])
            return [Subtask(rows=rows) for rows in homes], homes
        homes = _some(homes_of_clusters(self._clusters(transfer, random_state)))
        return soft_subtasks(fit_gate(X, homes).responsibilities(X)), homes

    def _size(self, total):
        """Number of rows or features of a subtask."""
        if isinstance(self.subtask_size, Integral):
            return self.subtask_size
        return max(1, round(self.subtask_size * total))

    def _clusters(self, transfer, random_state):
        """Cluster of each row."""
        X = transfer.X
        if self.kind != "cluster":
            clusterer = clone(self.kind)
            set_random_states(clusterer, random_state.randint(MAX_SEED))
            return clusterer.fit_predict(X)
        n_clusters = min(self.n_subtasks, X.shape[0])
        clusters = find_clusters(X, n_clusters, transfer.sample_weight, random_state)
        n_found = len(np.unique(clusters))
        if n_found < self.n_subtasks:
            warnings.warn(
                f"There are only {n_found} subtasks, not n_subtasks={self.n_subtasks}: "
                "X has no more distinct rows.",
                stacklevel=2,
            )
        return clusters


class Gate(NamedTuple):
    """Where the members are at home.

    Attributes
    ----------
    centres : ndarray of shape (n_members, n_features)
    scale : float
        Squared distances are divided by it.
    """

    centres: np.ndarray
    scale: float

    def responsibilities(self, X):
        """Share of each member in each row.

        Parameters
        ----------
        X : {ndarray, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        shares : ndarray of shape (n_samples, n_members)
            Rows sum to one.
        """
        distances = euclidean_distances(X, self.centres, squared=True)
        return softmax(-distances / self.scale, axis=1)


def fit_gate(X, homes):
    """Centres of the members' homes, and how fast responsibility fades.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    homes : list of ndarray
        Indices of the rows at home with each member.

    Returns
    -------
    gate : Gate
    """
    centres = np.stack([np.asarray(X[rows].mean(axis=0)).ravel() for rows in homes])
    distances = euclidean_distances(X, centres, squared=True).min(axis=1)
    scale = GATE_WIDTH * float(distances.mean())
    # Where every row is a centre, any scale will do.
    return Gate(centres, scale if scale > 0 else 1.0)


def soft_subtasks(responsibilities):
    """Subtasks of all rows, weighted by how much a member is responsible for each.

    Parameters
    ----------
    responsibilities : ndarray of shape (n_samples, n_members)

    Returns
    -------
    subtasks : list of Subtask
        With weights that have a mean of one, so that a penalty on the members weighs
        as much as on one model of all rows.
    """
    shares = FLOOR + (1 - FLOOR) * responsibilities
    shares /= shares.mean(axis=0)
    # Some classifiers want weights that lie side by side.
    return [Subtask(weights=share.copy()) for share in shares.T]


def find_clusters(X, n_clusters, sample_weight=None, random_state=None):
    """k-means: the cluster of each row.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    n_clusters : int
    sample_weight : ndarray of shape (n_samples,), default=None
    random_state : int, RandomState instance or None, default=None

    Returns
    -------
    clusters : ndarray of shape (n_samples,)
    """
    kmeans = KMeans(n_clusters, n_init=3, random_state=random_state)
    return kmeans.fit(X, sample_weight=sample_weight).labels_


def homes_of_clusters(clusters):
    """Indices of the rows of each cluster; -1 is none."""
    return [np.flatnonzero(clusters == c) for c in np.unique(clusters) if c >= 0]


def _some(homes):
    """The same homes, of which there must be one."""
    if not homes:
        raise ValueError("The partition has no row in any subtask.")
    return homes


def draw_rows(strata, n_subtasks, size, random_state):
    """Rows drawn with replacement, from each class in proportion and at least once.

    Parameters
    ----------
    strata : ndarray of shape (n_samples,)
        Class index of each row.
    n_subtasks, size : int
        Number of subtasks, and of rows in each; more where there are more classes.
    random_state : RandomState

    Returns
    -------
    subtasks : list of Subtask
    """
    members = [np.flatnonzero(strata == c) for c in np.unique(strata)]
    counts = _apportion(np.array([len(rows) for rows in members]), size)
    return [
        Subtask(
            rows=np.concatenate(
                [
                    random_state.choice(rows, count)
                    for rows, count in zip(members, counts, strict=True)
                ]
            )
        )
        for _ in range(n_subtasks)
    ]


def _apportion(sizes, total):
    """Whole shares of a total in proportion to sizes, each at least one."""
    quota = sizes * (total / sizes.sum())
    counts = np.maximum(np.floor(quota), 1).astype(int)
    missing = total - counts.sum()
    if missing > 0:
        counts[np.argsort(counts - quota, kind="stable")[:missing]] += 1
    return counts


def draw_columns(n_features, n_subtasks, size, random_state):
    """Subsets of the features, each without repetition.

    Parameters
    ----------
    n_features, n_subtasks, size : int
    random_state : RandomState

    Returns
    -------
    subtasks : list of Subtask
    """
    draws = (random_state.permutation(n_features)[:size] for _ in range(n_subtasks))
    return [Subtask(columns=np.sort(columns)) for columns in draws]


def group_confused_classes(proba, n_groups):
    """Groups of classes that are probable in the same rows.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
        A teacher's probabilities.
    n_groups : int
        At most; groups of one class are left out, for they would teach nothing new.

    Returns
    -------
    groups : list of ndarray
        Sorted class indices. With less than three classes, the one group of all.
    """
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


def merge_other_classes(logits, labels, classes):
    """Make one class of all others.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes)
    labels : ndarray of shape (n_samples,)
        Class indices.
    classes : ndarray of shape (n_known,)
        Sorted indices of the classes to keep.

    Returns
    -------
    logits : ndarray of shape (n_samples, n_known + 1)
        Of the known classes, then of the others together; ``n_known`` columns where
        there are no others.
    labels : ndarray of shape (n_samples,)
    """
    n_classes = logits.shape[1]
    others = np.setdiff1d(np.arange(n_classes), classes)
    if others.size == 0:
        return logits, labels
    index = np.full(n_classes, len(classes))
    index[classes] = np.arange(len(classes))
    together = logsumexp(logits[:, others], axis=1, keepdims=True)
    return np.hstack([logits[:, classes], together]), index[labels]
