"""ClassTargets: everything that a distillation has to know about class labels.

What is written once for classes and numbers (cross-fitting, committee, fallback) asks
this object, or `RealTargets` with the same face, and never looks at the labels itself.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_softmax
from scipy.stats import entropy
from sklearn.model_selection import StratifiedKFold

from skdistill.probability import (
    fit_calibration,
    labels_to_logits,
    proba_to_logits,
    soften,
)
from skdistill.probability._pooling import Pool, fit_pool
from skdistill.transfer._responses import (
    align_columns,
    classifier_logits,
    has_uncalibrated_scores,
    n_votes,
)
from skdistill.transfer._validation import encode_labels


@dataclass(frozen=True, eq=False)
class ClassTargets:
    """Class labels as indices, and classifiers' predictions as logits.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        Class labels, sorted.
    """

    classes: NDArray

    score_name: ClassVar[str] = "an accuracy"
    constant_name: ClassVar[str] = "the frequencies of the classes"
    calibrates_held_out: ClassVar[bool] = False

    @property
    def n_outputs(self) -> int:
        """Number of columns of raw predictions: the number of classes."""
        return len(self.classes)

    def encode(self, y: ArrayLike) -> NDArray:
        """Return labels as indices of the classes.

        Parameters
        ----------
        y : array-like of shape (n_samples,)

        Returns
        -------
        labels : ndarray of shape (n_samples,)

        Raises
        ------
        ValueError
            If a label is not among the classes.
        """
        return encode_labels(y, self.classes)[1]

    def make_folds(self, n_folds: int, y: NDArray) -> StratifiedKFold:
        """Make the splitter that a number of folds stands for.

        Parameters
        ----------
        n_folds : int
        y : ndarray of shape (n_samples,)
            Class indices.

        Returns
        -------
        splitter : StratifiedKFold
            Of no more folds than the largest class has samples: more cannot be
            stratified.
        """
        return StratifiedKFold(max(2, min(n_folds, np.bincount(y).max())))

    def can_be_split(self, y: NDArray) -> bool:
        """Whether every class has a sample, and some class more than one.

        Models trained on the labels alone would rule out a class without samples.

        Parameters
        ----------
        y : ndarray of shape (n_samples,)
            Class indices.

        Returns
        -------
        can : bool
        """
        counts = np.bincount(y, minlength=len(self.classes))
        return bool(counts.min() > 0 and counts.max() > 1)

    def has_valid_folds(self, y, splits, sample_weight=None) -> bool:
        """Whether every fold has two classes to learn, and samples to be judged by.

        Parameters
        ----------
        y : ndarray of shape (n_samples,)
            Class indices.
        splits : list of (train, test)
        sample_weight : ndarray of shape (n_samples,), default=None

        Returns
        -------
        valid : bool
        """
        weights = np.ones(len(y)) if sample_weight is None else sample_weight
        return len(splits) > 0 and all(
            len(np.unique(y[train][weights[train] > 0])) > 1 and weights[test].any()
            for train, test in splits
        )

    def predict_raw(self, estimator: Any, X: Any) -> NDArray:
        """Return a fitted classifier's predictions as logits.

        Parameters
        ----------
        estimator : classifier
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        raw_predictions : ndarray of shape (n_samples, n_classes)
        """
        return classifier_logits(estimator, X, self.classes)

    def out_of_bag_raw(self, ensemble: Any) -> NDArray:
        """Return the out-of-bag predictions of a fitted bagged ensemble as logits.

        Parameters
        ----------
        ensemble : classifier

        Returns
        -------
        raw_predictions : ndarray of shape (n_samples, n_classes)
            NaN where there are none.
        """
        proba = np.asarray(ensemble.oob_decision_function_)
        proba = align_columns(proba, ensemble.classes_, self.classes)
        has_any = proba.sum(axis=1) > 0
        # All trees count as votes: with those that were counted, students are worse.
        raw = proba_to_logits(proba, n_votes(ensemble))
        return np.where(has_any[:, None], raw, np.nan)

    def label_raw(self, y: NDArray) -> NDArray:
        """Return smoothed labels as raw predictions.

        Parameters
        ----------
        y : ndarray of shape (n_samples,)
            Class indices.

        Returns
        -------
        raw_predictions : ndarray of shape (n_samples, n_classes)
        """
        return labels_to_logits(y, len(self.classes))

    def is_uncalibrated(self, estimator: Any) -> bool:
        """Whether raw predictions of an estimator are scores without a scale."""
        return has_uncalibrated_scores(estimator)

    def calibrate(self, raw_predictions, y, sample_weight=None):
        """Fit what turns scores without a scale into logits.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_samples, n_classes)
            Scores of samples that their model was not fitted on.
        y : ndarray of shape (n_samples,)
            Class indices.
        sample_weight : ndarray of shape (n_samples,), default=None

        Returns
        -------
        slope : float
        biases : ndarray of shape (n_classes,)
            ``slope * scores + biases`` are logits.
        """
        return fit_calibration(raw_predictions, y, sample_weight)

    def average(self, raw_predictions: list) -> NDArray:
        """Return the logits of the mean of several models' probabilities.

        Parameters
        ----------
        raw_predictions : list of ndarray of shape (n_samples, n_classes)

        Returns
        -------
        raw_predictions : ndarray of shape (n_samples, n_classes)
        """
        return np.log(np.mean([soften(raw) for raw in raw_predictions], axis=0))

    def sample_loss(self, raw_predictions: NDArray, y: NDArray) -> NDArray:
        """Return the log loss of each sample.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_samples, n_classes)
        y : ndarray of shape (n_samples,)
            Class indices.

        Returns
        -------
        loss : ndarray of shape (n_samples,)
            In nats.
        """
        return -log_softmax(raw_predictions, axis=1)[np.arange(len(y)), y]

    def sample_score(self, raw_predictions: NDArray, y: NDArray) -> NDArray:
        """Return whether each sample's label is predicted: their mean is the accuracy.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_samples, n_classes)
        y : ndarray of shape (n_samples,)
            Class indices.

        Returns
        -------
        scores : ndarray of shape (n_samples,)
            1 or 0.
        """
        return (raw_predictions.argmax(axis=1) == y).astype(float)

    def likelihood_ratio(self, raw_predictions: NDArray, y: NDArray) -> float:
        """Measure how much better predictions explain the labels than constants do.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_samples, n_classes)
            Of samples that their model was not fitted on.
        y : ndarray of shape (n_samples,)
            Class indices.

        Returns
        -------
        ratio : float
            Twice the logarithm of the ratio of the likelihoods of recalibrated
            predictions and of the classes' frequencies. Of noise it has about a
            chi-squared distribution with one degree of freedom. Infinite where all
            labels are the same.
        """
        present, y = np.unique(y, return_inverse=True)
        if len(present) < 2:
            return np.inf
        raw = raw_predictions[:, present]
        slope, biases = self.calibrate(raw, y)
        frequencies = np.log(np.bincount(y) / len(y))
        losses = self.sample_loss(slope * raw + biases, y)
        return 2 * float(np.sum(-frequencies[y] - losses))

    def expected_loss(self, raw_predictions: NDArray) -> NDArray:
        """Return the log loss that probabilities make expect: their entropy.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_samples, n_classes)

        Returns
        -------
        loss : ndarray of shape (n_samples,)
            In nats.
        """
        return entropy(soften(raw_predictions), axis=1)

    def pool_of_teacher(self, weight: float) -> Pool:
        """Make the pool of a teacher alone.

        Parameters
        ----------
        weight : float

        Returns
        -------
        pool : Pool
        """
        return Pool.of_first(weight, self.n_outputs)

    def fit_pool(self, raw_predictions, y, sample_weight=None) -> Pool:
        """Fit the weights with which several models' predictions are pooled.

        Parameters
        ----------
        raw_predictions : ndarray of shape (n_models, n_samples, n_classes)
            The first model is the teacher, toward which the weights are shrunk.
        y : ndarray of shape (n_samples,)
            Class indices.
        sample_weight : ndarray of shape (n_samples,), default=None

        Returns
        -------
        pool : Pool
        """
        return fit_pool(raw_predictions, y, sample_weight)
