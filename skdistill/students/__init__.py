"""Students: estimators that learn from a teacher's predictions.

The student protocol says what is asked of them. Any other classifier, regressor or
pipeline becomes one by a wrapper, which fits it to soft targets.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.students._born_again import BornAgainClassifier
from skdistill.students._protocol import Student, check_student
from skdistill.students._soft_target_classifier import SoftTargetClassifier

__all__ = [
    "BornAgainClassifier",
    "SoftTargetClassifier",
    "Student",
    "check_student",
]
