"""Generations: students that learn from the student before them.

The first learns from the teacher, and each of the others from the one before, on the
same rows and labels.

References
----------
.. [1] T. Furlanello, Z. Lipton, M. Tschannen, L. Itti and A. Anandkumar, "Born-again
   neural networks", ICML 2018. :arxiv:`1805.04770`
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace

from skdistill.transfer._responses import classifier_logits
from skdistill.utils._voting import as_voting_classifier


def fit_generations(students, transfer, loss):
    """Fit students one after the other, each but the first to the answers of the last.

    Parameters
    ----------
    students : list of estimator
        With the student protocol; are fitted.
    transfer : TransferSet
        What the first learns from; the others from its rows and labels.
    loss : DistillationLoss

    Returns
    -------
    students : list of estimator
    """
    fitted = []
    for student in students:
        if fitted:
            answers = classifier_logits(fitted[-1], transfer.X, transfer.classes)
            transfer = replace(transfer, raw_predictions=answers)
        fitted.append(student.fit_distill(transfer, loss))
    return fitted


def mean_of(students, classes):
    """Make a classifier whose probabilities are the mean of those of all generations.

    Parameters
    ----------
    students : list of estimator
        Fitted.
    classes : ndarray of shape (n_classes,)

    Returns
    -------
    student : estimator
        The only one, or a soft VotingClassifier.

    Raises
    ------
    ValueError
        If there is no mean because they tell no probabilities.
    """
    if len(students) == 1:
        return students[0]
    if not hasattr(students[0], "predict_proba"):
        raise ValueError(
            "average_generations=True needs a student that tells probabilities; "
            f"{students[0]!r} only tells labels."
        )
    return as_voting_classifier(students, classes)
