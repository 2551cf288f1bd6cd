"""Distill slow, accurate models into small, fast ones."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.distillation import (
    DistilledClassifier,
    DistilledClassifierCV,
    DistilledRegressor,
    DistilledRegressorCV,
    make_surrogate,
)
from skdistill.inspection import (
    DistillationReport,
    SurrogateReport,
    distillation_report,
    surrogate_report,
)
from skdistill.losses import (
    DistillationLoss,
    PinballDistillation,
    SquaredErrorDistillation,
)
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
    "DistilledClassifierCV",
    "DistilledRegressor",
    "DistilledRegressorCV",
    "PinballDistillation",
    "SoftTargetClassifier",
    "SoftTargetRegressor",
    "SoftmaxMLPClassifier",
    "SquaredErrorDistillation",
    "SquaredErrorMLPRegressor",
    "SubtaskEnsembleClassifier",
    "SurrogateReport",
    "TabularMLPClassifier",
    "TabularMLPRegressor",
    "TransferSet",
    "distillation_report",
    "make_surrogate",
    "surrogate_report",
]
