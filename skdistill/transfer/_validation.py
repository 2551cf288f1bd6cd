"""What users may pass as y and sample_weight, turned into arrays."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from sklearn.exceptions import DataConversionWarning
from sklearn.utils import assert_all_finite
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, column_or_1d

from skdistill.probability import check_probabilities
from skdistill.tables._values import is_missing
from skdistill.utils._warnings import warn_user


def encode_labels(y, classes=None):
    """Class labels as indices.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Class labels.
    classes : array-like of shape (n_classes,), default=None
        Sorted labels that y may have; None: those it has.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
    labels : ndarray of shape (n_samples,)
        Indices into `classes`.

    Raises
    ------
    ValueError
        If there are fewer than two classes, a label is missing or not among `classes`,
        or labels are of kinds that cannot be sorted.
    """
    y = column_or_1d(flatten_labels(y))
    check_complete(y)
    try:
        check_classification_targets(y)
        found = np.unique(y)
    except TypeError as error:
        raise ValueError(f"y must hold labels of one kind: {error}.") from error
    classes = found if classes is None else np.asarray(classes)
    unknown = np.setdiff1d(found, classes)
    if unknown.size:
        raise ValueError(
            f"y contains labels that are not among the known classes: {unknown}; known "
            f"are {classes}."
        )
    if len(classes) < 2:
        raise ValueError(
            f"y needs at least two classes, but has only one class: "
            f"{classes.tolist()[0]!r}."
        )
    # Takes a third of the memory that the indices of `unique` would.
    return classes, np.searchsorted(classes, y)


def flatten_labels(y):
    """Labels in a column as a vector, with a warning.

    scikit-learn's own warning does not point at the user's line.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, 1)

    Returns
    -------
    y : array-like of shape (n_samples,)
        What is no column is returned as it is.
    """
    if np.asarray(y).shape[1:] != (1,):
        return y
    warn_user(
        "A column-vector y was passed when a 1d array was expected. Its values are "
        "taken for the labels.",
        DataConversionWarning,
    )
    return column_or_1d(y)


def check_complete(y):
    """Refuse labels, or numbers, with gaps.

    scikit-learn's own check names no `y` where it holds objects, and cannot read the
    missing value of pandas.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), or None
        Nothing is asked of None.

    Raises
    ------
    ValueError
        If a value is missing, or a number not finite.
    """
    y = np.asarray([] if y is None else y)
    if y.dtype.kind != "O":
        assert_all_finite(y, input_name="y")
        return
    gaps = np.reshape([is_missing(value) for value in y.flat], y.shape)
    places = np.unique(np.nonzero(gaps)[0])
    if places.size:
        raise ValueError(
            f"Input y contains NaN, or another missing value, for {len(places)} of "
            f"{len(y)} samples, the first in place {places[0]}. Leave those samples "
            "out; distilled estimators learn from them as X_unlabeled."
        )


def encode_numbers(y):
    """Read the numbers to predict as a matrix.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)

    Returns
    -------
    y : ndarray of shape (n_samples, n_outputs)
        Of float64.

    Raises
    ------
    ValueError
        If there are other than finite real numbers.
    """
    if y is None:
        raise ValueError(
            "Expected array-like (array or non-string sequence), got None, as y."
        )
    check_complete(y)
    encoded = as_matrix(y, "y")
    assert_all_finite(encoded, input_name="y")
    if np.asarray(y).shape == (len(encoded), 1):
        warn_user(
            "A column-vector y was passed when a 1d array was expected. It is taken "
            "for a single output, which is predicted as a 1d array.",
            DataConversionWarning,
        )
    return encoded


def check_targets(y, classes=None):
    """Labels or probabilities, told apart by their shape.

    Parameters
    ----------
    y : {array-like, DataFrame} of shape (n_samples,) or (n_samples, n_classes)
        Class labels, or class probabilities.
    classes : array-like of shape (n_classes,), default=None
        As in :func:`encode_labels`.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
        Where y holds probabilities and no classes are given: the names of its columns,
        sorted, if it is a DataFrame, else 0, 1, ...
    targets : ndarray of shape (n_samples,) or (n_samples, n_classes)
        Class indices, or the probabilities, with columns in the order of `classes`.

    Raises
    ------
    ValueError
        If probabilities are negative or their rows do not sum to one, or if their
        columns are named by others than the classes.
    """
    proba = np.asarray(y)
    if proba.ndim < 2 or proba.shape[1] == 1:
        return encode_labels(y, classes)
    found, order = np.arange(proba.shape[1]), slice(None)
    if hasattr(y, "columns"):
        found, order = sort_names(y.columns, classes)
        if classes is not None and not np.array_equal(found, classes):
            raise ValueError(
                f"The columns of y are named {found}, but the classes are {classes}."
            )
    classes = found if classes is None else classes
    return classes, check_probabilities(proba, len(classes), "y")[:, order]


def sort_names(names, like):
    """Classes that columns are named by, and where each is.

    Parameters
    ----------
    names : array-like of shape (n_classes,)
    like : array-like or None
        Labels. Where they are numbers, so are the classes, though the columns of some
        libraries' frames have text for names.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
        Sorted.
    order : ndarray of shape (n_classes,)
        Index of each class's column.

    Raises
    ------
    ValueError
        If the names are not distinct class labels, all of one kind.
    """
    found, dtype = np.asarray(names), np.asarray(like).dtype
    problem = None
    try:
        if dtype.kind in "iuf" and found.dtype.kind in "OUT":
            found = _as_numbers(found, dtype)
        classes, order = np.unique(found, return_index=True)
        assert_all_finite(classes)
        check_classification_targets(classes)
    except (TypeError, ValueError, OverflowError) as error:
        problem = error
    if problem is not None or len(classes) < len(found):
        raise ValueError(
            "Columns of class probabilities must be named by the classes, each once. "
            f"These are named {list(names[:5])}."
        ) from problem
    return classes, order


def _as_numbers(names, dtype):
    numbers = names.astype(dtype)
    if (numbers.astype(np.float64) != names.astype(np.float64)).any():
        raise ValueError(f"Some of {names} are no {dtype}.")
    return numbers


def as_matrix(values, name):
    """Read numbers as a matrix, with one column for each output.

    Parameters
    ----------
    values : array-like of shape (n_samples,) or (n_samples, n_outputs)
    name : str
        What they are called in an error.

    Returns
    -------
    values : ndarray of shape (n_samples, n_outputs)
        Of float64.

    Raises
    ------
    ValueError
        If they are no real numbers, or have another shape.
    """
    try:
        matrix = np.asarray(values)
        if matrix.dtype.kind == "c":
            raise ValueError("Complex data not supported.")
        if matrix.dtype.kind in "mM":
            raise ValueError(
                f"{matrix.dtype} counts time in a unit of its own. Convert it, for "
                "example to days."
            )
        matrix = matrix.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold real numbers: {error}") from error
    if matrix.ndim == 1:
        matrix = matrix[:, None]
    if matrix.ndim != 2 or matrix.shape[1] == 0:
        raise ValueError(
            f"{name} must have shape (n_samples,) or (n_samples, n_outputs), got "
            f"{matrix.shape}."
        )
    return matrix


def as_y(values):
    """Return numbers as estimators take and predict them.

    Parameters
    ----------
    values : ndarray of shape (n_samples, n_outputs)

    Returns
    -------
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        A single output is a vector.
    """
    return values[:, 0] if values.shape[1] == 1 else values


def check_weights(sample_weight, X):
    """Weights of samples, or None; zero in sum, negative or unequal in length: errors.

    Parameters
    ----------
    sample_weight : array-like of shape (n_samples,), number or None
    X : array-like of shape (n_samples, n_features)

    Returns
    -------
    sample_weight : ndarray of shape (n_samples,) or None
    """
    if sample_weight is None:
        return None
    sample_weight = _check_sample_weight(
        sample_weight, X, dtype=np.float64, ensure_non_negative=True
    )
    if not sample_weight.any():
        raise ValueError("sample_weight: the weights must not all be zero.")
    return sample_weight


def row_weights(sample_weight, class_weight, X, y):
    """Weights of the samples, those of their classes included; None if all are one.

    Parameters
    ----------
    sample_weight : array-like of shape (n_samples,), number or None
    class_weight : dict, "balanced" or None
    X : array-like of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
        Class labels.

    Returns
    -------
    weights : ndarray of shape (n_samples,) or None

    Raises
    ------
    ValueError
        If weights are negative, not finite, or all zero, or those of classes are of too
        different sizes. The message says whose.
    """
    weights = check_weights(sample_weight, X)
    if class_weight is None:
        return weights
    by_class = compute_sample_weight(class_weight, y)
    weights = by_class if weights is None else by_class * weights
    if not (np.isfinite(weights).all() and weights.min() >= 0 and weights.any()):
        raise ValueError(
            f"class_weight={class_weight} leaves weights that are negative, not "
            "finite, or all zero."
        )
    positive = by_class[by_class > 0]
    if positive.min() < positive.max() * np.finfo(np.float64).eps:
        raise ValueError(
            f"class_weight={class_weight} leaves classes whose weight is lost in the "
            "rounding of the others'."
        )
    return weights
