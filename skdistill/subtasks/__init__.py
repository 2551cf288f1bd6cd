"""A task split into subtasks, a small model for each, and their predictions combined.

`SubtaskEnsembleClassifier` partitions samples, features or classes, fits a member to
each subtask in parallel, and combines the members' probabilities. `Subtask` says what a
member learned, and `Gate` where it is responsible.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.subtasks._ensemble import SubtaskEnsembleClassifier
from skdistill.subtasks._gate import Gate
from skdistill.subtasks._subtask import Subtask

__all__ = [
    "Gate",
    "Subtask",
    "SubtaskEnsembleClassifier",
]
