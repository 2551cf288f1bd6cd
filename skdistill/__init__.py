"""Distil slow, accurate classifiers into small, fast ones."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill._distilled import DistilledClassifier
from skdistill._joint import JointlyDistilledClassifier
from skdistill._mlp import SoftmaxMLPClassifier
from skdistill._soft_targets import SoftTargetClassifier
from skdistill._subtasks import SubtaskEnsembleClassifier
from skdistill._transfer import TransferSet
from skdistill.report import DistillationReport, distillation_report

__version__ = "0.1.0.dev0"

__all__ = [
    "DistillationReport",
    "DistilledClassifier",
    "JointlyDistilledClassifier",
    "SoftTargetClassifier",
    "SoftmaxMLPClassifier",
    "SubtaskEnsembleClassifier",
    "TransferSet",
    "distillation_report",
]
