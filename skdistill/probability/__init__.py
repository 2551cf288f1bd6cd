"""Logits and probabilities: from one to the other, softer, sharper, and calibrated.

Everything here takes and returns arrays with one row a sample and one column a class.
*Logits* are log-probabilities up to a constant per row. All of it is plain mathematics
of NumPy and SciPy, and raises a ValueError that names the argument that is wrong.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.probability._calibration import (
    fit_calibration,
    fit_inverse_temperature,
    fit_temperature,
)
from skdistill.probability._softening import (
    UNKNOWN_RESOLUTION,
    labels_to_logits,
    pairwise_to_class_scores,
    proba_to_logits,
    scores_to_logits,
    sharpen,
    soften,
)
from skdistill.probability._validation import check_probabilities

__all__ = [
    "UNKNOWN_RESOLUTION",
    "check_probabilities",
    "fit_calibration",
    "fit_inverse_temperature",
    "fit_temperature",
    "labels_to_logits",
    "pairwise_to_class_scores",
    "proba_to_logits",
    "scores_to_logits",
    "sharpen",
    "soften",
]
