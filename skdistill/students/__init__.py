"""Students: estimators that learn from a teacher's predictions.

The student protocol says what is asked of them. Any other classifier, regressor or
pipeline becomes one by a wrapper, which fits it to soft targets: class probabilities,
or a teacher's numbers.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.students._born_again import BornAgainClassifier
from skdistill.students._protocol import Student, check_student
from skdistill.students._soft_target_classifier import SoftTargetClassifier
from skdistill.students._soft_target_regressor import SoftTargetRegressor

__all__ = [
    "BornAgainClassifier",
    "SoftTargetClassifier",
    "SoftTargetRegressor",
    "Student",
    "check_student",
]
