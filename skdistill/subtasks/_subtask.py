"""A task, and the part of it that each member learns."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp
from sklearn.utils.validation import _check_method_params

from skdistill.losses import DistillationLoss
from skdistill.students._reweighting import NEGLIGIBLE
from skdistill.transfer import TransferSet


class Subtask(NamedTuple):
    """The part of a task that one member learns.

    Read more in the :ref:`User Guide <subtasks>`.

    Parameters
    ----------
    samples : ndarray of shape (n_drawn,) or None, default=None
        Indices of training samples, repeated if drawn several times. None: all.
    weights : ndarray of shape (n_drawn,) or None, default=None
        Weights of these samples. None: all are one.
    features : ndarray of shape (n_chosen,) or None, default=None
        Indices of features. None: all.
    classes : ndarray of shape (n_known,) or None, default=None
        Sorted indices of the classes to tell apart. All others are one class. None:
        all classes are told apart.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.subtasks import Subtask
    >>> Subtask(features=np.array([0, 2])).features
    array([0, 2])
    """

    samples: np.ndarray | None = None
    weights: np.ndarray | None = None
    features: np.ndarray | None = None
    classes: np.ndarray | None = None

    def within(self, mask: NDArray[np.bool_]) -> "Subtask":
        """Copy the subtask, with only those training samples that a mask selects.

        Parameters
        ----------
        mask : ndarray of bool of shape (n_samples,)

        Returns
        -------
        subtask : Subtask
            Of all samples that the mask selects, where none of its own is among them.
        """
        samples = np.arange(len(mask)) if self.samples is None else self.samples
        kept = mask[samples]
        if not kept.any():
            return self._replace(samples=np.flatnonzero(mask), weights=None)
        weights = None if self.weights is None else self.weights[kept]
        return self._replace(samples=samples[kept], weights=weights)

    def without_samples(self) -> "Subtask":
        """Copy the subtask, without what it says about training samples.

        Returns
        -------
        subtask : Subtask
        """
        return self._replace(samples=None, weights=None)


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be learned, from which samples.

    Parameters
    ----------
    transfer : TransferSet
    loss : DistillationLoss
    fit_params : dict
        Metadata for the members' `fit`, where they learn from labels.
    split_params : dict
        Metadata for the `split` of a splitter.
    """

    transfer: TransferSet
    loss: DistillationLoss
    fit_params: dict = field(default_factory=dict)
    split_params: dict = field(default_factory=dict)

    @property
    def only_labels(self):
        """Whether there is no teacher, so that temperatures do not matter."""
        return self.loss.alpha == 0 and self.transfer.all_labeled

    def targets(self):
        """Compute the probabilities to learn, of shape (n_samples, n_classes)."""
        return self.loss.mix(self.transfer)

    def weighted_targets(self):
        """Compute what a classifier of weighted labels learns.

        Returns
        -------
        targets : ndarray of shape (n_samples, n_classes)
            Probabilities. Negligible ones are zero, as in
            :class:`~skdistill.SoftTargetClassifier`.
        weights : ndarray of shape (n_samples,)
        """
        targets = self.targets()
        targets[targets <= NEGLIGIBLE] = 0
        weights = targets.sum(axis=1)
        targets /= weights[:, None]
        if self.transfer.sample_weight is not None:
            weights *= self.transfer.sample_weight
        return targets, weights

    def restrict(self, subtask):
        """Select the part of the task that a subtask is about.

        Parameters
        ----------
        subtask : Subtask

        Returns
        -------
        task : Task
        """
        transfer = restrict_transfer(self.transfer, subtask)
        if subtask.samples is None:
            return replace(self, transfer=transfer)
        X, samples = self.transfer.X, subtask.samples
        fit_params = _check_method_params(X, self.fit_params, samples)
        split_params = _check_method_params(X, self.split_params, samples)
        return Task(transfer, self.loss, fit_params, split_params)

    def without_weightless(self):
        """Leave out samples that have a weight of zero.

        Returns
        -------
        task : Task

        Raises
        ------
        ValueError
            If labels of one class remain, and there is no teacher.
        """
        task, weights = self, self.transfer.sample_weight
        if weights is not None and not weights.all():
            task = self.restrict(Subtask(samples=np.flatnonzero(weights)))
        if task.only_labels and len(np.unique(task.transfer.y)) == 1:
            raise ValueError("All samples of a weight above zero are of one class.")
        return task


def restrict_transfer(transfer, subtask):
    """Select the samples, features and classes of a subtask.

    Parameters
    ----------
    transfer : TransferSet
    subtask : Subtask

    Returns
    -------
    transfer : TransferSet
        Where the subtask has classes of its own, they are named 0, 1, ...
    """
    X, logits, labels = transfer.X, transfer.raw_predictions, transfer.y
    labeled, weights = transfer.labeled, transfer.sample_weight
    classes, samples = transfer.classes, subtask.samples
    if samples is not None:
        X, logits, labels = X[samples], logits[samples], labels[samples]
        labeled = labeled[samples]
        weights = None if weights is None else weights[samples]
    if subtask.weights is not None:
        weights = subtask.weights if weights is None else weights * subtask.weights
    if subtask.features is not None:
        X = X[:, subtask.features]
    if subtask.classes is not None:
        logits, labels = merge_other_classes(logits, labels, subtask.classes)
        classes = np.arange(logits.shape[1])
    return TransferSet(
        X, logits, labels, classes, labeled=labeled, sample_weight=weights
    )


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


def split_other_classes(proba, classes, generalist_proba):
    """Split a specialist's probability of all other classes as the generalist would.

    This undoes :func:`merge_other_classes`.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_known + 1)
        Of the specialist's classes, then of all others together.
    classes : ndarray of shape (n_known,)
        Sorted indices of the specialist's classes.
    generalist_proba : ndarray of shape (n_samples, n_classes)
        The generalist's probabilities.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
    """
    others = np.setdiff1d(np.arange(generalist_proba.shape[1]), classes)
    if others.size == 0:
        return proba
    full = np.empty_like(generalist_proba)
    full[:, classes] = proba[:, :-1]
    rest = generalist_proba[:, others] + np.finfo(float).tiny
    full[:, others] = proba[:, -1:] * (rest / rest.sum(axis=1, keepdims=True))
    return full
