"""How any estimator learns from soft targets, and how a fitted student goes on."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.students._born_again import BornAgainClassifier
from skdistill.students._soft_target_classifier import SoftTargetClassifier

__all__ = [
    "BornAgainClassifier",
    "SoftTargetClassifier",
]
