"""Predictions that the user brings along, in place of a teacher."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples

from skdistill.probability import check_probabilities, proba_to_logits
from skdistill.transfer._predictions import TeacherPredictions
from skdistill.transfer._real_targets import read_numbers
from skdistill.transfer._targets import ClassTargets
from skdistill.transfer._training_data import TrainingData
from skdistill.transfer._validation import as_matrix, encode_labels, sort_names
from skdistill.utils._dataframes import row_labels


class Precomputed(NamedTuple):
    """Predictions that a teacher made elsewhere: class probabilities, or numbers.

    Attributes
    ----------
    labeled : {array-like, DataFrame} of shape (n_samples, n_outputs) or None
        For the training samples.
    unlabeled : {array-like, DataFrame} of shape (n_unlabeled, n_outputs) or None
        For the unlabeled samples.
    """

    labeled: Any = None
    unlabeled: Any = None

    def take(self, indices: Any) -> "Precomputed":
        """Take the predictions for some of the training samples.

        Parameters
        ----------
        indices : ndarray of shape (n_taken,)

        Returns
        -------
        precomputed : Precomputed
            With those for all unlabeled samples.
        """
        if self.labeled is None:
            return self
        return self._replace(labeled=_safe_indexing(self.labeled, indices))


def read_precomputed(precomputed, X, y, X_unlabeled=None, classes=None):
    """Read classes, labels and predictions from precomputed probabilities.

    Parameters
    ----------
    precomputed : Precomputed
    X : array-like of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
        Class labels.
    X_unlabeled : array-like of shape (n_unlabeled, n_features), default=None
    classes : ndarray of shape (n_classes,), default=None
        What the columns of an array are for. None: the classes of y.

    Returns
    -------
    data : TrainingData
        Unlabeled samples without a prediction are left out.
    predictions : TeacherPredictions
        NaN where a training sample has none.

    Raises
    ------
    ValueError
        If only one of `X_unlabeled` and its probabilities is given, or an argument is
        not a table of class probabilities. The message names it.
    """
    proba, unlabeled_proba = precomputed
    check_pair(precomputed, X, X_unlabeled, "proba")
    known = None if hasattr(proba, "columns") else classes
    classes, order = _read_classes(proba, y, known)
    encoded = encode_labels(y, classes)[1]
    targets = ClassTargets(classes)
    raw = _read_logits("teacher_proba", proba, _num_samples(X), len(classes), order)
    raw_unlabeled = None
    if X_unlabeled is not None:
        order = _read_classes(unlabeled_proba, y, classes)[1]
        n_unlabeled = _num_samples(X_unlabeled)
        raw_unlabeled = _read_logits(
            "unlabeled_proba", unlabeled_proba, n_unlabeled, len(classes), order
        )
    data = TrainingData(X, y, targets, encoded, X_unlabeled=X_unlabeled)
    return _as_data(data, raw, raw_unlabeled)


def read_precomputed_numbers(precomputed, X, y, X_unlabeled=None, read=read_numbers):
    """Read numbers to predict, and precomputed predictions of them.

    Parameters
    ----------
    precomputed : Precomputed
    X : array-like of shape (n_samples, n_features)
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Numbers.
    X_unlabeled : array-like of shape (n_unlabeled, n_features), default=None
    read : callable, default=read_numbers
        From y to its targets, y as estimators take it, and y encoded.

    Returns
    -------
    data : TrainingData
        Unlabeled samples without a prediction are left out.
    predictions : TeacherPredictions
        NaN where a training sample has none.

    Raises
    ------
    ValueError
        If only one of `X_unlabeled` and its predictions is given, or an argument holds
        no numbers for the outputs of y. The message names it.
    """
    check_pair(precomputed, X, X_unlabeled, "prediction")
    targets, y, encoded = read(y)
    n_samples = _num_samples(X)
    raw = _read_values("teacher_prediction", precomputed.labeled, n_samples, targets)
    raw_unlabeled = None
    if X_unlabeled is not None:
        raw_unlabeled = _read_values(
            "unlabeled_prediction",
            precomputed.unlabeled,
            _num_samples(X_unlabeled),
            targets,
        )
    data = TrainingData(X, y, targets, encoded, X_unlabeled=X_unlabeled)
    return _as_data(data, raw, raw_unlabeled)


def check_pair(precomputed, X, X_unlabeled, what):
    """Check that there are predictions for all samples that are given, in their order.

    Parameters
    ----------
    precomputed : Precomputed
    X : array-like of shape (n_samples, n_features)
    X_unlabeled : array-like of shape (n_unlabeled, n_features) or None
    what : {"proba", "prediction"}
        End of the names of the arguments, in an error.
    """
    labeled, unlabeled = f"teacher_{what}", f"unlabeled_{what}"
    if precomputed.labeled is None:
        raise ValueError(f"{unlabeled} needs {labeled}, for the samples in X.")
    if X_unlabeled is None and precomputed.unlabeled is not None:
        raise ValueError(f"{unlabeled} needs X_unlabeled, whose samples it is for.")
    if X_unlabeled is not None and precomputed.unlabeled is None:
        raise ValueError(
            f"X_unlabeled needs a teacher that predicts it, or {unlabeled}: {labeled} "
            "is for the samples in X alone."
        )
    _check_order(labeled, precomputed.labeled, "X", X)
    _check_order(unlabeled, precomputed.unlabeled, "X_unlabeled", X_unlabeled)


def _check_order(name, predictions, name_of_samples, samples):
    """Refuse predictions whose rows are labeled, and otherwise than the samples."""
    found, expected = row_labels(predictions), row_labels(samples)
    if found is None or expected is None or found.equals(expected):
        return
    raise ValueError(
        f"The index of {name} is not that of {name_of_samples}. Pass "
        f"{name}.loc[{name_of_samples}.index], or {name}.to_numpy() if its rows are in "
        "the order of the samples already."
    )


def _as_data(data, raw, raw_unlabeled):
    """Training data and predictions, without unlabeled samples that have none."""
    if raw_unlabeled is not None:
        (known,) = np.nonzero(~np.isnan(raw_unlabeled).any(axis=1))
        data = replace(data, X_unlabeled=_safe_indexing(data.X_unlabeled, known))
        raw_unlabeled = raw_unlabeled[known]
    return data, TeacherPredictions(raw, "precomputed", raw_unlabeled)


def _known_rows(name, values, n_samples):
    """Where there are predictions, of as many rows as there are samples."""
    if len(values) != n_samples:
        raise ValueError(
            f"{name} has {len(values)} rows, but there are {n_samples} samples."
        )
    known = ~np.isnan(values).all(axis=1)
    if not known.any():
        raise ValueError(f"{name} is NaN everywhere: there is no prediction in it.")
    return known


def _read_values(name, values, n_samples, targets):
    """Predicted numbers as a matrix, NaN in rows of NaN."""
    values = as_matrix(values, name)
    known = _known_rows(name, values, n_samples)
    if values.shape[1] != targets.n_outputs:
        raise ValueError(
            f"{name} has {values.shape[1]} columns, but {targets.expected_columns}."
        )
    if not np.isfinite(values[known]).all():
        raise ValueError(
            f"{name} must be finite, but for rows of NaN, which are no predictions."
        )
    return values


def _read_classes(proba, y, classes=None):
    """Classes that the columns are for, sorted, and the column of each."""
    names = getattr(proba, "columns", None)
    if names is None:
        if classes is None:
            classes = encode_labels(y)[0]
        return classes, slice(None)
    found, order = sort_names(names, y)
    if classes is not None and not np.array_equal(found, classes):
        raise ValueError(
            f"The columns of unlabeled_proba are named {found}, but those of "
            f"teacher_proba are {classes}."
        )
    return found, order


def _read_logits(name, proba, n_samples, n_classes, order):
    """Logits of checked probabilities, NaN in rows of NaN."""
    values = np.asarray(proba)
    if values.ndim != 2:
        raise ValueError(
            f"{name} must have one column for each of the {n_classes} classes, also "
            f"where there are two, but has shape {values.shape}."
        )
    if values.shape[1] > n_classes:
        raise ValueError(
            f"{name} has {values.shape[1]} columns, but y has {n_classes} classes. "
            "Where y lacks some, as it may in a fold, name the columns by their "
            "classes in a DataFrame."
        )
    values = values.astype(np.float64)
    known = _known_rows(name, values, n_samples)
    logits = np.full((len(values), n_classes), np.nan)
    logits[known] = proba_to_logits(check_probabilities(values[known], n_classes, name))
    return logits[:, order]
