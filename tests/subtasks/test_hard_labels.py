"""The ensemble of labels alone, beside that of a student."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from numpy.testing import assert_array_equal

from skdistill import DistillationLoss, SubtaskEnsembleClassifier, TransferSet
from skdistill.subtasks._hard_labels import fit_hard_label_ensemble, labeled_part
from skdistill.subtasks._subtask import Task


def test_the_same_ensemble_is_fitted_to_labels_alone(rng):
    X, y = rng.normal(size=(60, 2)), np.arange(60) % 2
    labeled = np.arange(60) < 40
    transfer = TransferSet(
        X, rng.normal(size=(60, 2)), y, np.array([3, 5]), labeled=labeled
    )
    ensemble = SubtaskEnsembleClassifier(n_subtasks=2, temperature=2.0, random_state=0)
    same = fit_hard_label_ensemble(ensemble, Task(transfer, DistillationLoss()))
    expected = SubtaskEnsembleClassifier(n_subtasks=2, random_state=0)
    expected.fit(X[labeled], transfer.classes[y[labeled]])
    assert_array_equal(same.predict_proba(X), expected.predict_proba(X))


def test_labeled_part(rng):
    X, y = rng.normal(size=(6, 2)), np.array([0, 1, 1, 0, 1, 0])
    labeled = np.array([True, True, True, True, False, False])
    classes, logits = np.array(["a", "b"]), rng.normal(size=(6, 2))

    def part(labeled, weights=None):
        transfer = TransferSet(
            X, logits, y, classes, labeled=labeled, sample_weight=weights
        )
        return labeled_part(transfer)

    assert_array_equal(part(labeled).X, X[:4])
    weighted = part(labeled, np.array([1.0, 2, 0, 1, 1, 1]))
    assert_array_equal(weighted.X, X[[0, 1, 3]])
    assert_array_equal(weighted.sample_weight, [1, 2, 1])
    assert part(labeled, np.array([1.0, 0, 0, 1, 1, 1])) is None
    assert part(np.ones(6, bool)) is None
