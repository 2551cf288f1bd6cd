"""Ensembles, splitters and transfer sets that several tests of subtasks share."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from itertools import product

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from skdistill import SubtaskEnsembleClassifier, TransferSet

PARTITIONS = ["cluster", "random", "features", "classes"]
COMBINATIONS = ["gate", "mean", "vote", "stack"]
ALL = list(product(PARTITIONS, COMBINATIONS))
every_kind = pytest.mark.parametrize(("partition", "combine"), ALL)


def ensemble(partition="cluster", combine="gate", estimator=None, **settings):
    """An ensemble whose members need no search for a penalty."""
    estimator = LogisticRegression() if estimator is None else estimator
    settings = {"n_subtasks": 3, "random_state": 0} | settings
    return SubtaskEnsembleClassifier(
        estimator, partition=partition, combine=combine, **settings
    )


def tuned(**settings):
    """An ensemble of the default members."""
    return SubtaskEnsembleClassifier(n_subtasks=3, random_state=0, **settings)


def partly_labeled(X, logits, labels, classes, sample_weight=None):
    """A transfer set; labels of -1 are none."""
    return TransferSet(
        X,
        logits,
        np.maximum(labels, 0),
        classes,
        labeled=labels >= 0,
        sample_weight=sample_weight,
    )


class Splits:
    """A splitter with given training samples."""

    def __init__(self, parts):
        self.parts = parts

    def split(self, X, y=None, groups=None):
        return [(samples, np.array([], dtype=int)) for samples in self.parts]

    def get_n_splits(self, X=None, y=None, groups=None):
        return len(self.parts)
