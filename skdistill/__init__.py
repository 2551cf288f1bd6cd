"""Distill slow, accurate classifiers into small, fast ones."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.distillation import DistilledClassifier
from skdistill.inspection import DistillationReport, distillation_report
from skdistill.losses import DistillationLoss, SquaredErrorDistillation
from skdistill.neural_network import (
    SoftmaxMLPClassifier,
    SquaredErrorMLPRegressor,
    TabularMLPClassifier,
    TabularMLPRegressor,
)
from skdistill.students import SoftTargetClassifier, SoftTargetRegressor
from skdistill.subtasks import SubtaskEnsembleClassifier
from skdistill.transfer import TransferSet

__version__ = "0.1.0.dev0"

__all__ = [
    "DistillationLoss",
    "DistillationReport",
    "DistilledClassifier",
    "SoftTargetClassifier",
    "SoftTargetRegressor",
    "SoftmaxMLPClassifier",
    "SquaredErrorDistillation",
    "SquaredErrorMLPRegressor",
    "SubtaskEnsembleClassifier",
    "TabularMLPClassifier",
    "TabularMLPRegressor",
    "TransferSet",
    "distillation_report",
]
