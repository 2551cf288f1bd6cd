"""What travels from teacher to student.

`TrainingData` holds the samples, validated and encoded once a fit. `TeacherPredictions`
are raw predictions for them. `TransferSet` is what a student learns from. Class labels
are read by `ClassTargets`, numbers by `RealTargets` with the same face, and out-of-fold
predictions come from one function, `cross_val_raw`.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.transfer._transfer_set import TransferSet

__all__ = [
    "TransferSet",
]
