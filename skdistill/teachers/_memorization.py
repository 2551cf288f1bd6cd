"""Whether a frozen teacher seems to have been fitted on the training samples.

What it predicts for those is little more than their labels. It gives itself away by
scores that are too good, or by a loss far below what its own probabilities make it
expect. It is accused if out-of-fold predictions, of randomized trees or of the
committee, are far worse: their loss is much higher, their score significantly lower.

On 24 tables of classes, with 40 to 500 samples and six kinds of teachers, this found
74 % of the teachers fitted on the samples. It accused 0.3 % of those fitted on as many
others, and 0.6 % of those fitted on twice as many. On 11 tables of numbers it found
74 %, and accused 0 % and 0.9 %. Tables on which trees are hardly ever wrong show
nothing: there labels are what a good teacher predicts. The thresholds were chosen on
these tables; ``benchmarks/bench_memorization.py`` counts.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from skdistill.transfer._cross_fitting import cross_val_raw, split_samples
from skdistill.transfer._training_data import TrainingData
from skdistill.utils._warnings import warn_user

# A teacher is under suspicion if its accuracy is this, or if its loss is below this
# share of the loss that its probabilities make it expect. Numbers make expect nothing.
SUSPICIOUS_SCORE, SHARE_OF_EXPECTED = 0.995, 0.6

# It is accused if its loss is below this share of the out-of-fold loss, and its score
# higher by more than so many standard errors.
SHARE_OF_HELD_OUT, N_STANDARD_ERRORS = 0.4, 2.0


def is_suspect(raw: NDArray, data: TrainingData) -> bool:
    """Judge by a frozen teacher's predictions alone whether they are too good.

    Parameters
    ----------
    raw : ndarray of shape (n_samples, n_outputs)
        Its predictions for the training samples; NaN where there are none.
    data : TrainingData

    Returns
    -------
    suspect : bool
        True of numbers, which do not tell what they expect.
    """
    known = ~np.isnan(raw).any(axis=1)
    raw, y, targets = raw[known], data.encoded[known], data.targets
    if targets.sample_score(raw, y).mean() >= SUSPICIOUS_SCORE:
        return True
    loss, expected = targets.sample_loss(raw, y), targets.expected_loss(raw)
    return not loss.mean() >= SHARE_OF_EXPECTED * expected.mean()


def predict_held_out(model: Any, data: TrainingData) -> NDArray | None:
    """Make the out-of-fold predictions by which a teacher is judged.

    Parameters
    ----------
    model : estimator
    data : TrainingData

    Returns
    -------
    raw : ndarray of shape (n_samples, n_outputs) or None
        None where there are too few samples for folds.
    """
    targets, y = data.targets, data.encoded
    if len(y) <= targets.n_outputs:
        return None
    data = replace(data, splits=split_samples(None, data, {}))
    if not targets.has_valid_folds(y, data.splits):
        return None
    return cross_val_raw(clone(model), data).raw


def is_memorized(raw: NDArray, held_out: NDArray, data: TrainingData) -> bool:
    """Compare a teacher's predictions with those of models not fitted on the samples.

    Parameters
    ----------
    raw, held_out : ndarray of shape (n_samples, n_outputs)
        NaN where there are no predictions.
    data : TrainingData

    Returns
    -------
    memorized : bool
        Whether the teacher's are better by more than a teacher can be that was not
        fitted on the samples either.
    """
    known = ~np.isnan(raw + held_out).any(axis=1)
    y, targets = data.encoded[known], data.targets
    (loss, score), (fair_loss, fair_score) = (
        (targets.sample_loss(of, y), targets.sample_score(of, y))
        for of in (raw[known], held_out[known])
    )
    gains = score - fair_score
    # Of scores of 0 and 1 this is McNemar's test.
    is_better = gains.sum() > N_STANDARD_ERRORS * np.sqrt((gains**2).sum())
    return bool(is_better and loss.mean() < SHARE_OF_HELD_OUT * fair_loss.mean())


def warn_of_memorized(raw: NDArray, data: TrainingData) -> None:
    """Warn of a frozen teacher that seems to have been fitted on the samples.

    Parameters
    ----------
    raw : ndarray of shape (n_samples, n_outputs)
        Its predictions for the training samples; NaN where there are none.
    data : TrainingData
    """
    targets, known = data.targets, ~np.isnan(raw).any(axis=1)
    score = targets.sample_score(raw[known], data.encoded[known]).mean()
    warn_user(
        "The frozen teacher, or the frozen part of it, reaches "
        f"{targets.score_name} of {score:.1%} on the training samples, as if it "
        "had been fitted on them. Its predictions for them then teach little "
        "beyond their labels. Distill on samples that it was not fitted on, or "
        "pass the teacher unfrozen. A bagged teacher fitted with oob_score=True on "
        'these very samples can be used with target_source="oob". If the teacher was '
        'not fitted on these samples, target_source="train" says so.',
    )
