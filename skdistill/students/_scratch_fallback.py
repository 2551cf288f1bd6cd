"""Whether a student learned less from a teacher than from the labels alone."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from numpy.typing import NDArray

from skdistill.probability._softening import UNKNOWN_RESOLUTION

# Standard errors by which a distilled student must be worse than the scratch student.
N_STANDARD_ERRORS = 2.0


def is_worse_than_scratch(
    loss: NDArray, scratch_loss: NDArray, sample_weight: NDArray | None = None
) -> bool:
    """Compare a distilled student with the same student trained on the labels alone.

    A fitted student that predicts its own training samples worse than the scratch
    student predicts samples it was not fitted on will do no better elsewhere.

    Parameters
    ----------
    loss : ndarray of shape (n_samples,)
        Log loss of the distilled student on training samples.
    scratch_loss : ndarray of shape (n_samples,)
        Out-of-fold log loss of the scratch student; NaN where there is none.
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    is_worse : bool
        Whether the mean loss is higher by more than two standard errors. False where
        the scratch student predicted nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.students._scratch_fallback import is_worse_than_scratch
    >>> scratch = np.full(1000, 0.1)
    >>> is_worse_than_scratch(scratch + 0.05, scratch)
    True
    """
    judged = np.flatnonzero(~np.isnan(scratch_loss))
    if not judged.size:
        return False
    # A sample is added on which the scratch student is sure and wrong: a few easy
    # ones are not enough to judge by.
    worse = loss[judged] - scratch_loss[judged]
    worse = np.append(worse, np.log(UNKNOWN_RESOLUTION))
    weights = sample_weight
    if weights is not None:
        weights = np.append(weights[judged], weights[judged].mean())
    mean = np.average(worse, weights=weights)
    variance = np.average((worse - mean) ** 2, weights=weights)
    return bool(mean > N_STANDARD_ERRORS * np.sqrt(variance / len(worse)))
