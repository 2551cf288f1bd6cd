"""A soft-voting ensemble of classifiers that are fitted already."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.ensemble import VotingClassifier
from sklearn.preprocessing import LabelEncoder


def as_voting_classifier(
    classifiers: list[BaseEstimator], classes: NDArray
) -> VotingClassifier:
    """Build a fitted soft VotingClassifier of fitted classifiers.

    Parameters
    ----------
    classifiers : list of classifier
        Fitted on the same classes.
    classes : ndarray of shape (n_classes,)
        Sorted class labels.

    Returns
    -------
    classifier : VotingClassifier
        Predicts the mean of the classifiers' probabilities.
    """
    named = [(f"estimator{i}", classifier) for i, classifier in enumerate(classifiers)]
    voting = VotingClassifier(named, voting="soft", flatten_transform=False)
    voting.estimators_ = classifiers
    voting.le_ = LabelEncoder().fit(classes)
    voting.classes_ = voting.le_.classes_
    return voting
