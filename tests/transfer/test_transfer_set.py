"""TransferSet: rows, logits, labels."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdistill import TransferSet
from skdistill.probability import soften

X = ["some", "texts", "here"]


def test_from_labels():
    weights = np.array([1.0, 2.0, 3.0])
    transfer = TransferSet.from_targets(X, ["b", "a", "b"], weights)
    assert transfer.X is X
    assert transfer.sample_weight is weights
    assert_array_equal(transfer.classes, ["a", "b"])
    assert_array_equal(transfer.labels, [1, 0, 1])
    assert transfer.logits.shape == (3, 2)


def test_from_probabilities():
    proba = np.array([[0.2, 0.8], [1.0, 0.0], [0.5, 0.5]])
    transfer = TransferSet.from_targets(X, proba)
    assert_array_equal(transfer.classes, [0, 1])
    assert_array_equal(transfer.labels, [-1, -1, -1])
    assert_allclose(soften(transfer.logits), proba)


def test_with_rows():
    transfer = TransferSet.from_targets(X, [0, 1, 0])
    other = transfer.with_rows(np.ones((3, 2)))
    assert transfer.X is X
    assert other.X.shape == (3, 2)
    assert other.logits is transfer.logits


def test_likeliest_labels_are_the_known_ones_first():
    transfer = TransferSet(
        X,
        logits=np.array([[5.0, 0.0], [0.0, 5.0], [5.0, 0.0]]),
        labels=np.array([1, -1, -1]),
        classes=np.array(["no", "yes"]),
    )
    assert_array_equal(transfer.most_likely_labels(), ["yes", "yes", "no"])


def test_a_transfer_set_does_not_change():
    transfer = TransferSet.from_targets(X, [0, 1, 0])
    with pytest.raises(FrozenInstanceError):
        transfer.X = None
