"""A task split into subtasks, one small model for each, and their answers combined.

`SubtaskEnsembleClassifier` partitions samples, features or classes, trains one member
per subtask in parallel, and combines the members' probabilities.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.subtasks._ensemble import SubtaskEnsembleClassifier

__all__ = [
    "SubtaskEnsembleClassifier",
]
