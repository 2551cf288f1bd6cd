"""TransferSet: the rows a student learns from, and what is known about each."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from skdistill.transfer._validation import check_targets
from skdistill.utils._rows import stack_rows


@dataclass(frozen=True)
class TransferSet:
    """What a student's ``fit_distill`` is given.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Rows, in whatever form the user passed them.
    logits : ndarray of shape (n_samples, n_classes)
        The teacher's logits: log-probabilities up to a constant per row.
    labels : ndarray of shape (n_samples,)
        Class indices; -1 for rows without a label.
    classes : ndarray of shape (n_classes,)
        Class labels, sorted.
    sample_weight : ndarray of shape (n_samples,), default=None
        Weights of the rows.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill import SoftmaxMLPClassifier, TransferSet
    >>> transfer = TransferSet(
    ...     X=np.array([[0.0], [1.0], [2.0]]),
    ...     logits=np.log([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]]),
    ...     labels=np.array([0, -1, 1]),
    ...     classes=np.array(["no", "yes"]),
    ... )
    >>> student = SoftmaxMLPClassifier(random_state=0)
    >>> student.fit_distill(transfer, temperature=1.0, alpha=0.5).predict([[0.0]])
    array(['no'], dtype='<U3')
    """

    X: Any
    logits: np.ndarray
    labels: np.ndarray
    classes: np.ndarray
    sample_weight: np.ndarray | None = None

    @classmethod
    def from_targets(cls, X, y, sample_weight=None):
        """Make a transfer set of labels or probabilities, without a teacher.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : {array-like, DataFrame} of shape (n_samples,) or (n_samples, n_classes)
            Class labels, or class probabilities, which become the logits of rows
            without a label.
        sample_weight : ndarray of shape (n_samples,), default=None

        Returns
        -------
        transfer : TransferSet
        """
        classes, targets = check_targets(y)
        if targets.ndim == 1:
            logits = np.zeros((len(targets), len(classes)))
            return cls(X, logits, targets, classes, sample_weight)
        with np.errstate(divide="ignore"):
            logits = np.log(targets)
        return cls(X, logits, np.full(len(targets), -1), classes, sample_weight)

    def with_rows(self, X):
        """Copy the set, with its rows in another form, such as encoded.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        transfer : TransferSet
        """
        return replace(self, X=X)

    def with_unlabeled(self, X, logits):
        """Copy the set, with rows added that have no label.

        Parameters
        ----------
        X : array-like of shape (n_unlabeled, n_features)
            Of the form of the rows that are there.
        logits : ndarray of shape (n_unlabeled, n_classes)
            What the teacher says about them.

        Returns
        -------
        transfer : TransferSet
            The new rows weigh as much as the others on average.
        """
        weights = self.sample_weight
        if weights is not None:
            weights = np.append(weights, np.full(len(logits), weights.mean()))
        return replace(
            self,
            X=stack_rows(self.X, X),
            logits=np.concatenate([self.logits, logits]),
            labels=np.append(self.labels, np.full(len(logits), -1)),
            sample_weight=weights,
        )

    def taught_by(self, answers, unseen=None):
        """Copy the set, with other logits and with rows that none has seen.

        Parameters
        ----------
        answers : Lesson or Committee
            What is said about the rows that are there, and about the unseen ones.
        unseen : array-like of shape (n_unseen, n_features), default=None

        Returns
        -------
        transfer : TransferSet
        """
        transfer = replace(self, logits=answers.logits)
        if unseen is None:
            return transfer
        return transfer.with_unlabeled(unseen, answers.unseen_logits)

    def likeliest_labels(self):
        """Class labels, guessed by the teacher where a row has none."""
        guess = self.logits.argmax(axis=1)
        return self.classes[np.where(self.labels >= 0, self.labels, guess)]
