"""Distil slow, accurate classifiers into small, fast ones."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.distillation._classifier import DistilledClassifier
from skdistill.inspection._report import DistillationReport, distillation_report
from skdistill.neural_network._joint import JointlyDistilledClassifier
from skdistill.neural_network._mlp_classifier import SoftmaxMLPClassifier
from skdistill.students._soft_target_classifier import SoftTargetClassifier
from skdistill.subtasks._ensemble import SubtaskEnsembleClassifier
from skdistill.transfer._transfer_set import TransferSet

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
