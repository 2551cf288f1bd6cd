"""TrainingData: the samples of a distillation, validated and encoded once."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples

from skdistill.synthesis import MixedSampler, auto_n_samples
from skdistill.tables import is_table
from skdistill.transfer._real_targets import RealTargets
from skdistill.transfer._targets import ClassTargets
from skdistill.transfer._transfer_set import TransferSet
from skdistill.utils._rows import check_X_lazily, like_rows, stack_rows


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Everything that teacher, committee and student learn from.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Training samples, in the form that the user passed them.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        The user's labels or numbers: what estimators are fitted to.
    targets : ClassTargets or RealTargets
        Reads labels and predictions.
    encoded : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        The labels as `targets` encodes them.
    sample_weight : ndarray of shape (n_samples,) or None
    X_unlabeled : array-like of shape (n_unlabeled, n_features) or None
        Unlabeled and synthetic samples.
    splits : list of (train, test)
        Folds for all that is predicted out-of-fold; empty where nothing is.
    """

    X: Any
    y: Any
    targets: ClassTargets | RealTargets
    encoded: NDArray
    sample_weight: NDArray | None = None
    X_unlabeled: Any = None
    splits: tuple | list = ()

    def labeled_set(self, raw_predictions: NDArray) -> TransferSet:
        """Make the transfer set of the training samples alone.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_samples, n_outputs)
            Samples without any (NaN) are left out.

        Returns
        -------
        transfer : TransferSet
        """
        X, weights, known = self.X, self.sample_weight, _known(raw_predictions)
        if not known.all():
            X = _safe_indexing(X, np.flatnonzero(known))
            weights = None if weights is None else weights[known]
        return TransferSet(
            X,
            raw_predictions[known],
            self.encoded[known],
            self.targets.classes,
            sample_weight=weights,
        )

    def transfer_set(self, predictions) -> TransferSet:
        """Make the transfer set of all samples.

        Parameters
        ----------
        predictions : TeacherPredictions
            Unlabeled samples without any (NaN) are left out.

        Returns
        -------
        transfer : TransferSet
        """
        labeled, raw = self.labeled_set(predictions.raw), predictions.raw_unlabeled
        if raw is None:
            return labeled
        X_unlabeled, known = self.X_unlabeled, _known(raw)
        if not known.all():
            X_unlabeled = _safe_indexing(X_unlabeled, np.flatnonzero(known))
        return labeled.with_unlabeled(X_unlabeled, raw[known])


def _known(raw_predictions):
    """Which samples there are predictions for."""
    return ~np.isnan(raw_predictions).any(axis=1)


def make_sampler(synthesizer, X):
    """Make the sampler that a `synthesizer` parameter stands for.

    Parameters
    ----------
    synthesizer : "auto", sampler or None
    X : array-like of shape (n_samples, n_features)

    Returns
    -------
    sampler : sampler or None
        Not fitted. None where there are to be no synthetic samples.
    """
    if synthesizer == "auto":
        return MixedSampler() if is_table(X) else None
    return None if synthesizer is None else clone(synthesizer, safe=False)


def check_unlabeled(estimator, X, X_unlabeled):
    """Check that unlabeled samples have the form and the width of the training samples.

    Parameters
    ----------
    estimator : estimator
        That remembers the features of X.
    X : array-like of shape (n_samples, n_features)
    X_unlabeled : array-like of shape (n_unlabeled, n_features) or None

    Returns
    -------
    X_unlabeled : array-like of shape (n_unlabeled, n_features) or None
        None if there are none.

    Raises
    ------
    ValueError, TypeError
        If they are of another kind. The message names X_unlabeled.
    """
    if X_unlabeled is None or _num_samples(X_unlabeled) == 0:
        return None
    X_unlabeled = like_rows(X_unlabeled, X, "X_unlabeled")
    try:
        (X_unlabeled,) = check_X_lazily(estimator, X_unlabeled, reset=False)
        stack_rows(X[:1], X_unlabeled[:1])
    except (ValueError, TypeError) as error:
        kind = ValueError if isinstance(error, ValueError) else TypeError
        raise kind(f"X_unlabeled: {error}") from error
    return X_unlabeled


def add_synthetic(X, X_unlabeled, sampler):
    """Add synthetic samples to the unlabeled ones, as many as are missing.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Training samples.
    X_unlabeled : array-like of shape (n_unlabeled, n_features) or None
    sampler : sampler or None
        Is fitted to X.

    Returns
    -------
    X_unlabeled : array-like of shape (n_all, n_features) or None
        None if there are none.
    """
    n_unlabeled = 0 if X_unlabeled is None else _num_samples(X_unlabeled)
    shape = getattr(X, "shape", (_num_samples(X),))
    n_missing = auto_n_samples(*shape[:2]) - n_unlabeled
    if sampler is None or n_missing <= 0:
        return X_unlabeled
    sampler.fit(X)
    synthetic = sampler.sample(X, n_missing)
    if _num_samples(synthetic) == 0:
        return X_unlabeled
    return synthetic if X_unlabeled is None else stack_rows(X_unlabeled, synthetic)
