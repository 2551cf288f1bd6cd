"""What users may pass as y and sample_weight, and what is refused."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skdistill.transfer._validation import (
    check_complete,
    check_targets,
    check_weights,
    encode_labels,
    encode_numbers,
    row_weights,
    sort_names,
)


@pytest.mark.parametrize(
    "y", [["b", "a", "b"], [True, False, True], [7, -1, 7], np.array([2.0, 1.0, 2.0])]
)
def test_encode_labels(y):
    classes, labels = encode_labels(y)
    assert_array_equal(classes, sorted(set(y)))
    assert_array_equal(labels, [1, 0, 1])
    assert_array_equal(classes[labels], y)


def test_encode_labels_among_more_classes():
    classes, labels = encode_labels(["d", "b"], classes=["a", "b", "c", "d"])
    assert_array_equal(classes, ["a", "b", "c", "d"])
    assert_array_equal(labels, [3, 1])


def test_unknown_label_is_named():
    with pytest.raises(ValueError, match=r"not among the known classes: \['x'\]"):
        encode_labels(["a", "x"], classes=["a", "b"])


def test_a_single_class_is_refused_and_named():
    with pytest.raises(ValueError, match=r"only one class: .*'a'"):
        encode_labels(["a", "a"])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_labels_that_are_not_finite_are_refused(bad):
    with pytest.raises(ValueError, match="Input y contains"):
        encode_labels([0.0, 1.0, bad])


def test_missing_labels_are_refused():
    with pytest.raises(ValueError, match="contains NaN"):
        encode_labels(np.array(["a", np.nan, "b"], dtype=object))


def test_one_label_of_several_known_classes_is_enough():
    _, labels = encode_labels(["a", "a"], classes=["a", "b"])
    assert_array_equal(labels, [0, 0])


@pytest.mark.parametrize("dtype", ["Int64", "boolean"])
def test_missing_labels_of_a_nullable_series_are_refused(dtype):
    y = pytest.importorskip("pandas").Series([1, 0, None], dtype=dtype)
    with pytest.raises(ValueError, match="y contains NaN"):
        check_targets(y)


@pytest.mark.parametrize("gap", [None, float("nan"), np.float64("nan")], ids=str)
def test_missing_labels_among_texts_are_named_and_counted(gap):
    y = np.array(["a", "b", gap, "a", gap], dtype=object)
    with pytest.raises(ValueError, match=r"y .* 2 of 5 .* place 2\..*X_unlab"):
        encode_labels(y)


def test_gaps_of_several_outputs_are_counted_by_sample():
    y = np.array([[1.0, 2.0], [None, 3.0], [None, None]], dtype=object)
    with pytest.raises(ValueError, match=r"y .* 2 of 3 samples, .* place 1\."):
        check_complete(y)
    check_complete(None)  # that there is no y, others say


def test_what_pandas_calls_missing_is_no_number():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ValueError, match="y contains NaN, or another missing value"):
        encode_numbers([1.0, pandas.NA])


@pytest.mark.parametrize("unit", ["datetime64[D]", "timedelta64[s]"])
def test_times_are_no_numbers(unit):
    with pytest.raises(ValueError, match=r"y must hold .*64.* unit of its own"):
        encode_numbers(np.arange(3).astype(unit))


def test_labels_that_cannot_be_sorted_are_refused():
    with pytest.raises(ValueError, match="y must hold labels of one kind"):
        encode_labels(np.array(["a", 1, "b", 1], dtype=object))


def test_continuous_labels_are_refused():
    with pytest.raises(ValueError, match="continuous"):
        encode_labels([0.1, 0.7])


def test_targets_are_told_apart_by_their_shape():
    classes, targets = check_targets([3, 1, 3])
    assert_array_equal(classes, [1, 3])
    assert_array_equal(targets, [1, 0, 1])
    proba = [[0.2, 0.8], [1, 0]]
    classes, targets = check_targets(proba)
    assert_array_equal(classes, [0, 1])
    assert_array_equal(targets, proba)
    classes, targets = check_targets(proba, classes=["a", "b"])
    assert_array_equal(classes, ["a", "b"])


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("classes", [None, ["a", "b"]])
def test_a_frame_of_probabilities_names_its_classes(library, classes):
    frame = pytest.importorskip(library).DataFrame({"b": [0.8, 0.0], "a": [0.2, 1.0]})
    found, targets = check_targets(frame, classes)
    assert_array_equal(found, ["a", "b"])
    assert_array_equal(targets, [[0.2, 0.8], [1.0, 0.0]])
    with pytest.raises(ValueError, match=r"columns of y are named \['a' 'b'\], but"):
        check_targets(frame, classes=["a", "c"])


def test_names_of_columns_are_numbers_where_the_classes_are():
    frame = pytest.importorskip("polars").DataFrame({"10": [0.2], "9": [0.8]})
    classes, targets = check_targets(frame, classes=np.array([9, 10]))
    assert_array_equal(classes, [9, 10])
    assert_array_equal(targets, [[0.8, 0.2]])


def test_a_column_of_labels_is_labels():
    with pytest.warns(match="column-vector y"):
        _, targets = check_targets([[3], [1]])
    assert_array_equal(targets, [1, 0])


def test_wrong_number_of_columns_is_refused():
    with pytest.raises(ValueError, match="y must have one column for each of the 3"):
        check_targets([[0.5, 0.5]], classes=["a", "b", "c"])


X = np.zeros((3, 1))


def test_weights():
    assert check_weights(None, X) is None
    assert_array_equal(check_weights([1, 0, 2], X), [1.0, 0.0, 2.0])
    assert_array_equal(check_weights(2, X), [2.0, 2.0, 2.0])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, 1], "inconsistent|shape"),
        ([1, -1, 1], "[Nn]egative"),
        ([0, 0, 0], "weight.*zero"),
        ([1, np.nan, 1], "NaN"),
    ],
)
def test_weights_that_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        check_weights(weights, X)


@pytest.mark.parametrize(
    ("names", "like"),
    [
        (["a", "b", "c"], [0, 1]),
        (["a", 1, None], ["a"]),
        (["a", "b", "a"], ["a"]),
        ([1.0, 2.0, np.nan], [1, 2]),
        ([0.5, 1.0], [0, 1]),
        ([2**70, 1], np.array([1], dtype=np.int8)),
        (["1", "300"], np.array([1], dtype=np.int8)),
        ([("p", 0), ("p", 1)], None),
    ],
    ids=str,
)
def test_columns_with_other_names_than_classes_are_refused(names, like):
    named = np.empty(len(names), dtype=object)
    named[:] = names
    with pytest.raises(ValueError, match="must be named by the classes, each once"):
        sort_names(named, like)


def test_names_of_columns_of_several_levels_are_refused():
    pd = pytest.importorskip("pandas")
    columns = pd.MultiIndex.from_tuples([("p", 0), ("p", 1)])
    with pytest.raises(ValueError, match=r"named \[\('p', 0\), \('p', 1\)\]"):
        check_targets(pd.DataFrame([[0.5, 0.5], [0.1, 0.9]], columns=columns))


def test_weights_of_classes():
    X, y = np.zeros((4, 1)), np.array([0, 0, 0, 1])
    assert row_weights(None, None, X, y) is None
    assert_array_equal(row_weights(None, {1: 3}, X, y), [1, 1, 1, 3])
    assert_array_equal(row_weights([1, 2, 0, 1], {1: 3}, X, y), [1, 2, 0, 3])
    balanced = row_weights(None, "balanced", X, y)
    assert balanced[:3].sum() == balanced[3]


@pytest.mark.parametrize(
    "class_weight", [{0: 0, 1: 0}, {0: np.nan}, {1: np.inf}, {1: -1}], ids=str
)
def test_weights_of_classes_that_are_refused(class_weight):
    with pytest.raises(ValueError, match=r"class_weight=\{.*negative, not finite"):
        row_weights(None, class_weight, np.zeros((4, 1)), np.array([0, 0, 0, 1]))


def test_weights_of_classes_beside_which_others_vanish_are_refused():
    X, y = np.zeros((4, 1)), np.array([0, 0, 0, 1])
    with pytest.raises(ValueError, match=r"class_weight=\{.*lost in the rounding"):
        row_weights(None, {0: 1e300}, X, y)
    assert_array_equal(row_weights(None, {0: 1e15}, X, y), [1e15, 1e15, 1e15, 1])
    assert_array_equal(row_weights(None, {0: 0}, X, y), [0, 0, 0, 1])
