"""ClassMetrics: how good a classifier's predictions are, and how like the teacher's.

Each score is the mean of one *contribution* per sample. Those of accuracy and log loss
are plain. A score that is no mean, such as the AUC, is replaced by its value plus the
influence of each sample, whose mean is zero. So one paired bootstrap of means serves
all scores.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import rel_entr
from scipy.stats import rankdata
from sklearn.metrics import precision_recall_fscore_support

from skdistill.inspection._real_metrics import r_squared
from skdistill.inspection._score import Score
from skdistill.inspection._scratch import calibrated_log_loss
from skdistill.probability import UNKNOWN_RESOLUTION, check_probabilities, soften
from skdistill.transfer._responses import align_columns
from skdistill.transfer._targets import ClassTargets

# Bins of equal width in which confidence is compared with accuracy.
N_BINS = 15

# Smallest probability in logarithms, as in scikit-learn's log loss.
EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class ClassPredictions:
    """A classifier's predictions for the test samples.

    Attributes
    ----------
    labels : ndarray of shape (n_samples,)
        Class indices.
    values : ndarray of shape (n_samples, n_classes)
        Probabilities.
    """

    labels: NDArray
    values: NDArray

    def disagreement(self, teacher: "ClassPredictions") -> NDArray:
        """Return 1 for each sample with another label than a teacher's, else 0."""
        return (self.labels != teacher.labels).astype(float)


class ClassMetrics:
    """Scores of classifiers.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        Class labels, sorted.

    Attributes
    ----------
    scores : dict of str to Score
    main : str
        The score that the verdict is about.
    fidelity_scores : dict of str to Score
        How closely a surrogate imitates a model.
    """

    scores = {
        "accuracy": Score("accuracy", percent=True),
        "balanced_accuracy": Score("balanced accuracy", percent=True),
        "log_loss": Score("log loss", greater_is_better=False),
        "calibration_error": Score("calibration error", greater_is_better=False),
        "brier": Score("Brier score", greater_is_better=False),
        "auc": Score("AUC"),
        "agreement": Score("agreement", percent=True, with_teacher=True),
        "divergence": Score(
            "KL from teacher", greater_is_better=False, with_teacher=True
        ),
    }
    main = "accuracy"
    fidelity_scores = {
        "agreement": Score("agreement"),
        "divergence": Score("KL from the model", greater_is_better=False),
        "r2": Score("R2 of probabilities"),
    }

    def __init__(self, classes: NDArray) -> None:
        self.classes = classes
        self.targets = ClassTargets(classes)

    def encode(self, y: ArrayLike) -> NDArray:
        """Return labels as class indices."""
        return self.targets.encode(y)

    def predict(self, estimator: Any, X: Any) -> ClassPredictions:
        """Read a fitted classifier's labels and probabilities.

        Parameters
        ----------
        estimator : classifier
            Without `predict_proba`, its scores are softened.
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        predictions : ClassPredictions
        """
        if not hasattr(estimator, "predict_proba"):
            values = soften(self.targets.predict_raw(estimator, X))
        else:
            known = getattr(estimator, "classes_", self.classes)
            values = align_columns(
                np.asarray(estimator.predict_proba(X)), known, self.classes
            )
        if not hasattr(estimator, "predict"):
            return ClassPredictions(values.argmax(axis=1), values)
        return ClassPredictions(self.encode(estimator.predict(X)), values)

    def read(self, values: ArrayLike) -> ClassPredictions:
        """Read precomputed probabilities.

        Parameters
        ----------
        values : {array-like, DataFrame} of shape (n_samples, n_classes)
            The columns of a DataFrame are named by their classes.

        Returns
        -------
        predictions : ClassPredictions
        """
        known = np.asarray(getattr(values, "columns", self.classes))
        proba = check_probabilities(values, len(known), "teacher")
        order = np.argsort(known)
        proba = align_columns(proba[:, order], known[order], self.classes)
        return ClassPredictions(proba.argmax(axis=1), proba)

    def contributions(
        self, y: NDArray, predictions: ClassPredictions, teacher: ClassPredictions
    ) -> dict[str, NDArray]:
        """Return what each sample adds to each score.

        Parameters
        ----------
        y : ndarray of shape (n_samples,)
            Class indices.
        predictions, teacher : ClassPredictions

        Returns
        -------
        contributions : dict of str to ndarray of shape (n_samples,)
            Their mean is the score.
        """
        proba = predictions.values
        is_right = (predictions.labels == y).astype(float)
        return {
            "accuracy": is_right,
            "balanced_accuracy": balanced_accuracy(y, is_right),
            "log_loss": -np.log(np.maximum(proba[np.arange(len(y)), y], EPSILON)),
            "calibration_error": calibration_error(y, proba),
            "brier": brier_score(y, proba),
            "auc": roc_auc(y, proba),
            "agreement": (predictions.labels == teacher.labels).astype(float),
            "divergence": divergence(teacher.values, proba),
        }

    def fidelity(
        self, found: ClassPredictions, expected: ClassPredictions
    ) -> dict[str, NDArray]:
        """Return what each sample adds to each score of a surrogate.

        Parameters
        ----------
        found, expected : ClassPredictions
            Of the surrogate, and of the model.

        Returns
        -------
        contributions : dict of str to ndarray of shape (n_samples,)
            The divergence takes probabilities below 0.001 for 0.001, since leaves of
            trees have zeros.
        """
        return {
            "agreement": (found.labels == expected.labels).astype(float),
            "divergence": divergence(expected.values, found.values, UNKNOWN_RESOLUTION),
            "r2": r_squared(expected.values, found.values),
        }

    def calibrated_loss(self, scratch: Any, train: tuple, test: tuple) -> float | None:
        """Return the log loss that calibration alone gives a student."""
        return calibrated_log_loss(scratch, train, test, self.targets)

    def columns(self, predictions: ClassPredictions) -> dict[str, NDArray]:
        """Return the probabilities by class."""
        names = map(str, self.classes)
        return dict(zip(names, predictions.values.T, strict=True))

    def breakdown(self, y: NDArray, predictions: ClassPredictions) -> list[dict]:
        """Return precision, recall and F1 of each class.

        Parameters
        ----------
        y : ndarray of shape (n_samples,)
            Class indices.
        predictions : ClassPredictions

        Returns
        -------
        rows : list of dict
            One for each class, with its number of test samples.
        """
        columns = precision_recall_fscore_support(
            y, predictions.labels, labels=range(len(self.classes)), zero_division=0
        )
        names = ("precision", "recall", "f1", "n_samples")
        return [
            {"class": label, **dict(zip(names, row, strict=True))}
            for label, *row in zip(
                self.classes.tolist(), *(c.tolist() for c in columns), strict=True
            )
        ]


def balanced_accuracy(y, is_right):
    """Contributions to the mean recall of the classes.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Class indices; classes without a sample do not count.
    is_right : ndarray of shape (n_samples,)

    Returns
    -------
    contributions : ndarray of shape (n_samples,)
    """
    present, y = np.unique(y, return_inverse=True)
    shares = np.bincount(y) / len(y)
    recalls = np.bincount(y, is_right) / np.bincount(y)
    influence = (is_right - recalls[y]) / (len(present) * shares[y])
    return recalls.mean() + influence


def calibration_error(y, proba):
    """Contributions to the expected calibration error.

    Samples are put into bins by their confidence, the probability of the predicted
    class. The error is the mean distance of a bin's confidence from its accuracy.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Class indices.
    proba : ndarray of shape (n_samples, n_classes)

    Returns
    -------
    contributions : ndarray of shape (n_samples,)

    References
    ----------
    .. [1] C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern
       neural networks", ICML 2017. :arxiv:`1706.04599`
    """
    confidence = proba.max(axis=1)
    gap = confidence - (proba.argmax(axis=1) == y)
    bins = np.minimum((confidence * N_BINS).astype(int), N_BINS - 1)
    return gap * np.sign(np.bincount(bins, gap, N_BINS))[bins]


def brier_score(y, proba):
    """Contributions to the Brier score, between 0 and 1 for two classes.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Class indices.
    proba : ndarray of shape (n_samples, n_classes)

    Returns
    -------
    contributions : ndarray of shape (n_samples,)
    """
    squares = np.square(proba).sum(axis=1)
    contributions = squares + 1 - 2 * proba[np.arange(len(y)), y]
    return contributions / 2 if proba.shape[1] == 2 else contributions


def roc_auc(y, proba):
    """Contributions to the area under the ROC curve; the mean over classes.

    Each class is compared with the rest. The share of the others that a sample is
    ranked above, or below, is its placement value.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Class indices.
    proba : ndarray of shape (n_samples, n_classes)

    Returns
    -------
    contributions : ndarray of shape (n_samples,)
        NaN if all samples are of one class.

    References
    ----------
    .. [1] E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, "Comparing the areas
       under two or more correlated receiver operating characteristic curves: a
       nonparametric approach", Biometrics 44, 1988.
    """
    present = np.unique(y)
    if len(present) < 2:
        return np.full(len(y), np.nan)
    classes = present[-1:] if proba.shape[1] == 2 else present
    return np.mean([_binary_auc(y == k, proba[:, k]) for k in classes], axis=0)


def _binary_auc(is_positive, scores):
    ranks = rankdata(scores)
    placements = np.empty(len(scores))
    for group in (is_positive, ~is_positive):
        above = (ranks[group] - rankdata(scores[group])) / (~group).sum()
        placements[group] = above if group is is_positive else 1 - above
    area = placements[is_positive].mean()
    shares = np.where(is_positive, is_positive.mean(), 1 - is_positive.mean())
    return area + (placements - area) / shares


def divergence(expected, proba, floor=EPSILON):
    """Kullback-Leibler divergence of predictions from the teacher's.

    Parameters
    ----------
    expected, proba : ndarray of shape (n_samples, n_classes)
    floor : float
        What smaller predicted probabilities count as.

    Returns
    -------
    divergence : ndarray of shape (n_samples,)
        In nats.
    """
    proba = np.maximum(proba, floor)
    proba /= proba.sum(axis=1, keepdims=True)
    return rel_entr(expected, proba).sum(axis=1)
