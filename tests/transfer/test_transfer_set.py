"""TransferSet: what a student learns from."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdistill import (
    DistillationLoss,
    SoftmaxMLPClassifier,
    SoftTargetClassifier,
    SubtaskEnsembleClassifier,
    TabularMLPClassifier,
    TransferSet,
)
from skdistill.probability import soften
from skdistill.students import BornAgainClassifier

X = ["some", "texts", "here"]


def test_from_labels():
    weights = np.array([1.0, 2.0, 3.0])
    transfer = TransferSet.from_targets(X, ["b", "a", "b"], weights)
    assert transfer.X is X
    assert transfer.sample_weight is weights
    assert_array_equal(transfer.classes, ["a", "b"])
    assert_array_equal(transfer.y, [1, 0, 1])
    assert transfer.all_labeled
    assert transfer.raw_predictions.shape == (3, 2)


def test_from_probabilities():
    proba = np.array([[0.2, 0.8], [1.0, 0.0], [0.5, 0.5]])
    transfer = TransferSet.from_targets(X, proba)
    assert_array_equal(transfer.classes, [0, 1])
    assert not transfer.labeled.any()
    assert_allclose(soften(transfer.raw_predictions), proba)


def test_with_rows():
    transfer = TransferSet.from_targets(X, [0, 1, 0])
    other = transfer.with_rows(np.ones((3, 2)))
    assert transfer.X is X
    assert other.X.shape == (3, 2)
    assert other.raw_predictions is transfer.raw_predictions


def test_most_likely_labels_are_the_known_ones_first():
    transfer = TransferSet(
        X,
        raw_predictions=np.array([[5.0, 0.0], [0.0, 5.0], [5.0, 0.0]]),
        y=np.array([1, 0, 0]),
        classes=np.array(["no", "yes"]),
        labeled=np.array([True, False, False]),
    )
    assert_array_equal(transfer.most_likely_labels(), ["yes", "yes", "no"])


def test_a_transfer_set_does_not_change():
    transfer = TransferSet.from_targets(X, [0, 1, 0])
    with pytest.raises(FrozenInstanceError):
        transfer.X = None


VALID = {
    "X": np.zeros((3, 1)),
    "raw_predictions": np.log([[0.5, 0.5], [0.2, 0.8], [0.9, 0.1]]),
    "y": np.array([0, 1, 0]),
    "classes": np.array(["no", "yes"]),
}


def test_lists_are_arrays():
    lists = {name: value.tolist() for name, value in VALID.items()}
    mask = [True, False, True]
    transfer = TransferSet(**lists, labeled=mask, sample_weight=[1, 2, 3])
    for name, value in VALID.items():
        assert_array_equal(getattr(transfer, name), value)
    assert_array_equal(transfer.labeled, mask)
    assert transfer.sample_weight.dtype == np.float64


def test_a_probability_of_zero_is_a_logit():
    logits = np.array([[0.0, -np.inf], [0.0, 1.0], [-np.inf, 0.0]])
    transfer = TransferSet(**VALID | {"raw_predictions": logits})
    assert_array_equal(transfer.raw_predictions, logits)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("raw_predictions", np.zeros((3, 3))),
        ("raw_predictions", np.zeros((2, 2))),
        ("raw_predictions", np.zeros(3)),
        ("raw_predictions", np.full((3, 2), np.nan)),
        ("raw_predictions", np.full((3, 2), np.inf)),
        ("raw_predictions", np.full((3, 2), -np.inf)),
        ("raw_predictions", [[0.0, np.nan], [0.0, 0.0], [0.0, 0.0]]),
        ("raw_predictions", [["a", "b"]] * 3),
        ("raw_predictions", np.full((3, 2), 1j)),
        ("classes", np.array(["no", 1], dtype=object)),
        ("sample_weight", ["a", "b", "c"]),
        ("y", [0, 1]),
        ("y", [0, 1, 2]),
        ("y", [0, -1, 1]),
        ("y", [0.0, 1.0, 0.0]),
        ("y", ["no", "yes", "no"]),
        ("y", [[0], [1], [0]]),
        ("classes", ["yes", "no"]),
        ("classes", ["no", "no"]),
        ("classes", ["no"]),
        ("classes", [["no", "yes"]]),
        ("labeled", [1, 0, 1]),
        ("labeled", [True, False]),
        ("sample_weight", [1.0, -1.0, 1.0]),
        ("sample_weight", [1.0, np.nan, 1.0]),
        ("sample_weight", [np.inf, 1.0, 1.0]),
        ("sample_weight", [0.0, 0.0, 0.0]),
        ("sample_weight", [1.0, 1.0]),
    ],
)
def test_wrong_arguments_are_named(name, value):
    with pytest.raises(ValueError, match=f"^{name}"):
        TransferSet(**VALID | {name: value})


def test_there_are_samples():
    with pytest.raises(ValueError, match="X must have at least one sample"):
        TransferSet(np.zeros((0, 1)), np.zeros((0, 2)), np.zeros(0, int), [0, 1])


@pytest.mark.parametrize(
    "student",
    [
        SoftmaxMLPClassifier(),
        TabularMLPClassifier(),
        SoftTargetClassifier(),
        BornAgainClassifier(),
        SubtaskEnsembleClassifier(),
    ],
    ids=lambda student: type(student).__name__,
)
def test_students_refuse_anything_else(student):
    transfer = TransferSet(**VALID)
    with pytest.raises(TypeError, match=r"^loss must be a loss, such as .*got 0.5"):
        student.fit_distill(transfer, 0.5)
    with pytest.raises(TypeError, match=r"^transfer must be a TransferSet, got ndarr"):
        student.fit_distill(transfer.X, DistillationLoss())


def test_labels_of_unlabeled_samples_are_ignored():
    mask = np.array([True, True, False])
    transfer = TransferSet(**VALID | {"y": [0, 1, 99]}, labeled=mask)
    assert_array_equal(transfer.most_likely_labels(), ["no", "yes", "no"])


class TestNumbers:
    def test_one_output_becomes_a_column(self):
        transfer = TransferSet(X, [1, 2, 3], [4, 5, 6])
        assert transfer.classes is None
        assert_array_equal(transfer.raw_predictions, [[1.0], [2.0], [3.0]])
        assert_array_equal(transfer.y, [[4.0], [5.0], [6.0]])
        assert transfer.y.dtype == np.float64
        assert transfer.all_labeled

    def test_unlabeled_samples(self):
        y = np.array([[1.0, 2.0], [np.nan, 4.0], [5.0, 6.0]])
        labeled = np.array([True, False, True])
        transfer = TransferSet(X, np.full((3, 2), 9.0), y, labeled=labeled)
        assert_array_equal(transfer.y, [[1, 2], [0, 0], [5, 6]])
        more = transfer.with_unlabeled(["text"], np.array([[7.0, 8.0]]))
        assert_array_equal(more.y[3:], [[0, 0]])
        assert_array_equal(more.most_likely_labels(), [[1, 2], [9, 9], [5, 6], [7, 8]])
        one = TransferSet(X, [9, 9, 9], y[:, 0], labeled=labeled)
        assert_array_equal(one.most_likely_labels(), [1, 9, 5])

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"y": [1.0, np.nan, 2.0]}, "y must be finite"),
            ({"y": ["a", "b", "c"]}, "y must hold real numbers"),
            ({"y": [1.0, 2.0]}, "y must have one row for each of the 3 samples"),
            ({"raw_predictions": [1.0, np.inf, 2.0]}, "raw_predictions must be finite"),
            ({"raw_predictions": [1.0]}, "raw_predictions must have one row for each"),
            (
                {"raw_predictions": np.zeros((3, 2))},
                "raw_predictions has 2 columns, but y has 1. Where labels are indices",
            ),
        ],
    )
    def test_what_is_wrong_is_named(self, arguments, message):
        arguments = {"raw_predictions": [0, 0, 0], "y": [0, 0, 0]} | arguments
        with pytest.raises(ValueError, match=message):
            TransferSet(X, **arguments)
