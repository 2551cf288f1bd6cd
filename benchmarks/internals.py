"""What the benchmarks need beyond the public names, in one place."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.distillation._defaults import CLASS_DEFAULTS
from skdistill.neural_network._tabular import DEFAULT_NETWORK
from skdistill.subtasks._batched_logistic import (
    fit_logistic_regressions,
    is_worthwhile,
)
from skdistill.teachers._memorization import (
    is_memorized,
    is_suspect,
    predict_held_out,
)
from skdistill.transfer._targets import ClassTargets
from skdistill.transfer._training_data import TrainingData

__all__ = [
    "CLASS_DEFAULTS",
    "DEFAULT_NETWORK",
    "ClassTargets",
    "TrainingData",
    "fit_logistic_regressions",
    "is_memorized",
    "is_suspect",
    "is_worthwhile",
    "predict_held_out",
]
