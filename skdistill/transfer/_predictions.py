"""TeacherPredictions: what a teacher predicts, and where the predictions come from."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class TeacherPredictions:
    """Raw predictions of a teacher, of a member of the committee, or of all of it.

    Attributes
    ----------
    raw : ndarray of shape (n_samples, n_outputs)
        For the training samples: logits of classes. NaN where there are none.
    source : {"oob", "cv", "train", "precomputed"} or None
        Where those come from: out-of-bag, out-of-fold, the fitted teacher itself, or
        the user. None where nobody predicted, because nothing depends on it.
    raw_unlabeled : ndarray of shape (n_unlabeled, n_outputs) or None
        For the unlabeled and synthetic samples.
    estimator : estimator or None
        The fitted teacher, where it is wanted.
    """

    raw: NDArray
    source: str | None
    raw_unlabeled: NDArray | None = None
    estimator: Any = None
