"""Are these logits, probabilities, labels? One clear error where they are not."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

# By how much probabilities may miss a sum of one, or be negative.
ROUNDING = 1e-3


def check_probabilities(
    proba: ArrayLike,
    n_classes: int | None = None,
    name: str = "proba",
    *,
    allow_unknown: bool = False,
) -> NDArray:
    """Refuse what is no table of class probabilities.

    Parameters
    ----------
    proba : array-like of shape (n_samples, n_classes)
    n_classes : int or None, default=None
        How many columns there must be. None: any number.
    name : str, default="proba"
        What to call them in an error.
    allow_unknown : bool, default=False
        Whether rows of zeros and rows with NaN pass: they say nothing.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
        Of float32 or float64, as they came. Zero where they were negative by rounding.

    Raises
    ------
    ValueError
        If the shape is another one, a probability is below zero, or a row does not sum
        to one. Both may be missed by 0.001.

    Examples
    --------
    >>> from skdistill.probability import check_probabilities
    >>> check_probabilities([[0.2, 0.8]])
    array([[0.2, 0.8]])
    >>> check_probabilities([[0.2, 0.2]], name="teacher_proba")
    Traceback (most recent call last):
    ...
    ValueError: teacher_proba must hold class probabilities: none negative, and each \
row with a sum of one.
    """
    proba = _as_floats(proba, name)
    if proba.ndim != 2 or n_classes not in (None, proba.shape[1]):
        raise ValueError(_shape_message(proba, n_classes, name))
    lowest, totals = proba.min(axis=1, initial=0), proba.sum(axis=1)
    is_sound = np.abs(totals - 1) < ROUNDING
    if allow_unknown:
        is_sound |= np.isnan(totals) | (totals == 0)
    if not is_sound.all() or (lowest < -ROUNDING).any():
        is_percent = totals.size and (np.abs(totals - 100) < 1).all()
        remedy = " They look like percentages: divide by 100." if is_percent else ""
        raise ValueError(
            f"{name} must hold class probabilities: none negative, and each row with a "
            f"sum of one.{remedy}"
        )
    return np.maximum(proba, 0) if (lowest < 0).any() else proba


def check_logits(
    logits: ArrayLike, name: str = "logits", *, finite: bool = False
) -> NDArray:
    """Refuse what is no matrix of numbers.

    Parameters
    ----------
    logits : array-like of shape (n_samples, n_classes)
    name : str, default="logits"
        What to call them in an error.
    finite : bool, default=False
        Whether NaN and infinite numbers are refused.

    Returns
    -------
    logits : ndarray of shape (n_samples, n_classes)
        Of float32 or float64, as they came.

    Raises
    ------
    ValueError
    """
    logits = _as_floats(logits, name)
    if logits.ndim != 2 or not logits.shape[1]:
        raise ValueError(
            f"{name} must have two dimensions, a row for each sample and a column for "
            f"each class, but has shape {logits.shape}."
        )
    if finite and not np.isfinite(logits).all():
        raise ValueError(f"{name} must be finite, but has NaN or infinite numbers.")
    return logits


def check_labels(
    labels: ArrayLike, n_classes: int, n_samples: int | None = None
) -> NDArray[np.intp]:
    """Refuse what are no class indices.

    Parameters
    ----------
    labels : array-like of shape (n_samples,)
    n_classes : int
    n_samples : int or None, default=None
        How many labels there must be. None: any number.

    Returns
    -------
    labels : ndarray of shape (n_samples,)

    Raises
    ------
    ValueError
        If they are no whole numbers from 0 to ``n_classes - 1``, or of another shape.
    """
    values = _as_floats(labels, "labels")
    if values.ndim != 1 or n_samples not in (None, len(values)):
        raise ValueError(
            f"labels must be a vector with one class index for each sample, but has "
            f"shape {values.shape}."
        )
    is_index = (values >= 0) & (values < n_classes) & (values == np.rint(values))
    if not is_index.all():
        raise ValueError(
            f"labels must be class indices from 0 to {n_classes - 1}, got "
            f"{values[~is_index][0]:g}."
        )
    return values.astype(np.intp)


def check_sample_weight(
    sample_weight: ArrayLike | None, n_samples: int
) -> NDArray[np.float64]:
    """Refuse what are no weights of samples.

    Parameters
    ----------
    sample_weight : array-like of shape (n_samples,) or None
    n_samples : int

    Returns
    -------
    weights : ndarray of shape (n_samples,)
        Ones for None.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, if all are zero, or on another shape.
    """
    if sample_weight is None:
        return np.ones(n_samples)
    weights = _as_floats(sample_weight, "sample_weight")
    if weights.shape != (n_samples,):
        raise ValueError(
            f"sample_weight must have shape ({n_samples},), but has {weights.shape}."
        )
    if not (np.isfinite(weights) & (weights >= 0)).all() or not weights.any():
        raise ValueError(
            "sample_weight must be finite and not negative, and not zero everywhere."
        )
    return weights


def check_temperature(temperature: Any, name: str = "temperature") -> float:
    """Refuse what is no finite number above zero.

    Parameters
    ----------
    temperature : float
    name : str, default="temperature"
        What to call it in an error.

    Returns
    -------
    temperature : float

    Raises
    ------
    ValueError
    """
    is_number = isinstance(temperature, Real) and temperature is not True
    if not (is_number and np.isfinite(temperature) and temperature > 0):
        raise ValueError(
            f"{name} must be a finite number above 0, got {temperature!r}."
        )
    return temperature


def check_count(count: Any, name: str, minimum: int) -> int:
    """Refuse what is no whole number from a minimum on.

    Parameters
    ----------
    count : int
    name : str
        What to call it in an error.
    minimum : int

    Returns
    -------
    count : int

    Raises
    ------
    ValueError
    """
    is_whole = isinstance(count, Integral) and count is not True
    if not (is_whole and count >= minimum):
        raise ValueError(
            f"{name} must be a whole number from {minimum} on, got {count!r}."
        )
    return count


def _shape_message(proba: NDArray, n_classes: int | None, name: str) -> str:
    """What is wrong with the shape of probabilities."""
    columns = "each class" if n_classes is None else f"each of the {n_classes} classes"
    message = f"{name} must have one column for {columns}, but has shape {proba.shape}."
    if proba.ndim == 1 and n_classes in (None, 2):
        message += " Of two classes, pass np.column_stack([1 - p, p])."
    return message


def _as_floats(values: ArrayLike, name: str) -> NDArray:
    """An array of float32 or float64, as it came if it is one of these."""
    try:
        if isinstance(values, (list, tuple)):
            return np.array(values, dtype=np.float64)
        array = np.asarray(values)
        if array.dtype in (np.float32, np.float64):
            return array
        if not np.iscomplexobj(array):
            return array.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        pass
    raise ValueError(f"{name} must hold real numbers.")
