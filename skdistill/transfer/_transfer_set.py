"""TransferSet: the samples a student learns from, and what is known about each."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import _num_samples

from skdistill.probability._validation import check_logits
from skdistill.transfer._validation import as_matrix, as_y, check_targets
from skdistill.utils._rows import stack_rows


@dataclass(frozen=True, eq=False)
class TransferSet:
    """The samples that a student's ``fit_distill`` learns from.

    Read more in the :ref:`User Guide <unlabeled_samples>`.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Samples, in whatever form the user passed them.
    raw_predictions : array-like of shape (n_samples, n_outputs)
        For classes the teacher's logits: log-probabilities up to a constant per sample,
        one column for each class; ``-inf`` is a probability of zero. For numbers the
        teacher's predictions; a single output may also have shape (n_samples,).
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Labels as indices of `classes`, or numbers, which are kept as a matrix. They are
        ignored where `labeled` is False.
    classes : array-like of shape (n_classes,), default=None
        Class labels, sorted. None: there are numbers to predict.
    labeled : array-like of bool of shape (n_samples,), default=None
        Which samples have a label; None: all.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the samples; None: all are one.

    Raises
    ------
    ValueError
        If there are no samples, shapes differ, or an argument holds what it must not.
        Predictions and numbers must be finite, but for logits of ``-inf``. Labels must
        be indices of classes, and classes sorted. Weights must be finite, not negative,
        and not all zero. The message names the argument.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill import DistillationLoss, SoftmaxMLPClassifier, TransferSet
    >>> transfer = TransferSet(
    ...     X=np.array([[0.0], [1.0], [2.0]]),
    ...     raw_predictions=np.log([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]]),
    ...     y=np.array([0, 0, 1]),
    ...     classes=np.array(["no", "yes"]),
    ...     labeled=np.array([True, False, True]),
    ... )
    >>> student = SoftmaxMLPClassifier(random_state=0)
    >>> loss = DistillationLoss(temperature=1.0, alpha=0.5)
    >>> student.fit_distill(transfer, loss).predict([[0.0]])
    array(['no'], dtype='<U3')
    """

    X: Any
    raw_predictions: np.ndarray
    y: np.ndarray
    classes: Any = None
    _: KW_ONLY
    labeled: Any = None
    sample_weight: np.ndarray | None = None

    def __post_init__(self):
        n_samples = _num_samples(self.X)
        if not n_samples:
            raise ValueError("X must have at least one sample, but has none.")
        labeled = _check_labeled(self.labeled, n_samples)
        checked = {
            "labeled": labeled,
            "sample_weight": _check_weights(self.sample_weight, n_samples),
        }
        if self.classes is None:
            raw = _check_values("raw_predictions", self.raw_predictions, n_samples)
            checked |= {"raw_predictions": raw, "y": _check_numbers(self.y, labeled)}
            _check_same_width(raw, checked["y"])
        else:
            classes = _check_classes(self.classes)
            raw = _check_logits(self.raw_predictions, n_samples, len(classes))
            y = _check_labels(self.y, labeled, len(classes))
            checked |= {"raw_predictions": raw, "y": y, "classes": classes}
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_targets(
        cls, X: Any, y: Any, sample_weight: np.ndarray | None = None
    ) -> Self:
        """Make a transfer set of labels or probabilities, without a teacher.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : {array-like, DataFrame} of shape (n_samples,) or (n_samples, n_classes)
            Class labels, or class probabilities, which become the logits of samples
            without a label.
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        transfer : TransferSet
        """
        classes, targets = check_targets(y)
        if targets.ndim == 1:
            logits = np.zeros((len(targets), len(classes)))
            return cls(X, logits, targets, classes, sample_weight=sample_weight)
        with np.errstate(divide="ignore"):
            logits = np.log(targets)
        nothing = np.zeros(len(targets), dtype=np.intp)
        return cls(
            X,
            logits,
            nothing,
            classes,
            labeled=nothing.astype(bool),
            sample_weight=sample_weight,
        )

    @property
    def all_labeled(self) -> bool:
        """Whether every sample has a label."""
        return bool(self.labeled.all())

    def with_rows(self, X: Any) -> Self:
        """Copy the set, with its samples in another form, such as encoded.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        transfer : TransferSet
        """
        return replace(self, X=X)

    def with_unlabeled(self, X: Any, raw_predictions: np.ndarray) -> Self:
        """Copy the set, with samples added that have no label.

        Parameters
        ----------
        X : array-like of shape (n_unlabeled, n_features)
            Of the form of the samples that are there.
        raw_predictions : ndarray of shape (n_unlabeled, n_outputs)
            The teacher's for them.

        Returns
        -------
        transfer : TransferSet
            Each new sample has the mean weight of the others.
        """
        n_new, weights = len(raw_predictions), self.sample_weight
        if weights is not None:
            weights = np.append(weights, np.full(n_new, weights.mean()))
        return replace(
            self,
            X=stack_rows(self.X, X),
            raw_predictions=np.concatenate([self.raw_predictions, raw_predictions]),
            y=np.concatenate([self.y, np.zeros((n_new, *self.y.shape[1:]), int)]),
            labeled=np.append(self.labeled, np.zeros(n_new, dtype=bool)),
            sample_weight=weights,
        )

    def most_likely_labels(self) -> np.ndarray:
        """Labels or numbers, predicted by the teacher where a sample has none.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            As an estimator's `fit` takes them.
        """
        if self.classes is None:
            return as_y(np.where(self.labeled[:, None], self.y, self.raw_predictions))
        predicted = self.raw_predictions.argmax(axis=1)
        return self.classes[np.where(self.labeled, self.y, predicted)]


def check_distillation(transfer, loss):
    """Check the arguments of a student's ``fit_distill``.

    Parameters
    ----------
    transfer : TransferSet
    loss : loss
        Such as a DistillationLoss.

    Raises
    ------
    TypeError
        If they are something else.
    """
    if not isinstance(transfer, TransferSet):
        raise TypeError(
            f"transfer must be a TransferSet, got {type(transfer).__name__}."
        )
    if not hasattr(loss, "mix"):
        raise TypeError(
            "loss must be a loss, such as DistillationLoss(temperature=1.0, alpha=0.5),"
            f" got {loss!r}."
        )


def _check_classes(classes):
    classes = np.asarray(classes)
    if classes.ndim != 1 or len(classes) < 2:
        raise ValueError(
            f"classes must be a vector of at least two labels, got shape "
            f"{classes.shape}."
        )
    try:
        is_sorted = np.array_equal(np.unique(classes), classes)
    except TypeError as error:
        raise ValueError(f"classes must be of one kind, got {classes}.") from error
    if not is_sorted:
        raise ValueError(f"classes must be sorted and distinct, got {classes}.")
    return classes


def _check_labeled(labeled, n_samples):
    if labeled is None:
        return np.ones(n_samples, dtype=bool)
    labeled = np.asarray(labeled)
    if labeled.dtype != np.bool_:
        raise ValueError(f"labeled must be a mask of bool, got {labeled.dtype}.")
    return _check_length("labeled", labeled, n_samples)


def _check_logits(logits, n_samples, n_classes):
    logits = check_logits(logits, "raw_predictions")
    if logits.shape != (n_samples, n_classes):
        raise ValueError(
            f"raw_predictions must have shape ({n_samples}, {n_classes}), one row for "
            f"each sample of X and one column for each class, got {logits.shape}."
        )
    # The largest logit of a sample must be finite; others may be -inf.
    if not np.isfinite(logits.max(axis=1)).all() or np.isnan(logits).any():
        raise ValueError(
            "raw_predictions must be finite logits (or -inf for a probability of "
            "zero), but there are NaN or infinite ones."
        )
    return logits


def _check_labels(y, labeled, n_classes):
    y = _check_length("y", np.asarray(y), len(labeled))
    if y.dtype.kind not in "iu":
        raise ValueError(f"y must hold indices of classes, got {y.dtype} values.")
    known = y[labeled]
    if known.size and not (known.min() >= 0 and known.max() < n_classes):
        raise ValueError(
            f"y must hold indices of the {n_classes} classes, from 0 to "
            f"{n_classes - 1}, got {known.min()} to {known.max()}. Samples without a "
            "label are told by labeled=."
        )
    return y


def _check_values(name, values, n_samples):
    """Numbers as a matrix of finite float64."""
    values = as_matrix(values, name)
    if len(values) != n_samples:
        raise ValueError(
            f"{name} must have one row for each of the {n_samples} samples of X, got "
            f"{len(values)}."
        )
    if not np.isfinite(values).all():
        raise ValueError(
            f"{name} must be finite, but there are NaN or infinite values."
        )
    return values


def _check_numbers(y, labeled):
    """Numbers as a matrix; zero where they are not known."""
    y = as_matrix(y, "y")
    if len(y) == len(labeled) and not labeled.all():
        y = np.where(labeled[:, None], y, 0.0)
    return _check_values("y", y, len(labeled))


def _check_same_width(raw_predictions, y):
    if raw_predictions.shape != y.shape:
        raise ValueError(
            f"raw_predictions has {raw_predictions.shape[1]} columns, but y has "
            f"{y.shape[1]}. Where labels are indices of classes, classes= must tell "
            "which."
        )


def _check_weights(sample_weight, n_samples):
    if sample_weight is None:
        return None
    try:
        weights = np.asarray(sample_weight, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError("sample_weight must hold real numbers.") from error
    _check_length("sample_weight", weights, n_samples)
    if not (np.isfinite(weights).all() and weights.min(initial=0) >= 0):
        raise ValueError("sample_weight must be finite and not negative.")
    if not weights.any():
        raise ValueError("sample_weight: the weights must not all be zero.")
    return weights


def _check_length(name, values, n_samples):
    if values.shape != (n_samples,):
        raise ValueError(
            f"{name} must have shape ({n_samples},), one value for each sample of X, "
            f"got {values.shape}."
        )
    return values
