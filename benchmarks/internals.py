"""What the benchmarks need beyond the public names, in one place."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill import (
    DistilledClassifier,
    DistilledClassifierCV,
    DistilledRegressor,
    SoftmaxMLPClassifier,
    SquaredErrorMLPRegressor,
    SubtaskEnsembleClassifier,
)
from skdistill.distillation._candidates import AUTO_ALPHAS, AUTO_TEMPERATURES
from skdistill.distillation._choice import choose
from skdistill.distillation._defaults import (
    ADDITIVE,
    CLASS_DEFAULTS,
    MEMBERS,
    TREES,
)
from skdistill.distillation._ladder import LEAVES, NETWORKS
from skdistill.distillation._prepared import FitInputs
from skdistill.distillation._search_folds import Fold, fit_fold, make_folds
from skdistill.inspection._class_metrics import ClassMetrics
from skdistill.inspection._intervals import paired_differences
from skdistill.inspection._speed import measure_latencies
from skdistill.neural_network._tabular import DEFAULT_NETWORK, FAST_NETWORK
from skdistill.probability import _linear_pooling, _pooling
from skdistill.subtasks import _members as subtask_members
from skdistill.subtasks._batched_logistic import (
    fit_logistic_regressions,
    is_worthwhile,
)
from skdistill.synthesis import MixedSampler
from skdistill.teachers._memorization import (
    is_memorized,
    is_suspect,
    predict_held_out,
)
from skdistill.teachers._precomputed import Precomputed
from skdistill.transfer._responses import align_columns
from skdistill.transfer._targets import ClassTargets
from skdistill.transfer._training_data import TrainingData

__all__ = [
    "CLASS_DEFAULTS",
    "DEFAULTS",
    "DEFAULT_NETWORK",
    "FAST_NETWORK",
    "ClassMetrics",
    "ClassTargets",
    "Fold",
    "TrainingData",
    "align_columns",
    "choose",
    "fit_fold",
    "fit_logistic_regressions",
    "is_memorized",
    "is_suspect",
    "is_worthwhile",
    "make_folds",
    "measure_latencies",
    "paired_differences",
    "plan_search",
    "predict_held_out",
    "subtask_members",
]

# What a result may depend on, by name: signatures of estimators, and constants. A page
# may show a result as long as these are what they were.
COMMITTEE = (
    MEMBERS,
    ADDITIVE,
    TREES,
    _pooling.PRIOR_PRECISION_MEANS,
    _pooling.PRIOR_PRECISION_DIFFERENCES,
    _pooling.PRIOR_PRECISION_OFFSETS,
    _linear_pooling.PRIOR_PRECISION,
)
DEFAULTS = {
    "network": (SoftmaxMLPClassifier,),
    "default student": (SoftmaxMLPClassifier, DEFAULT_NETWORK),
    "fast student": (SoftmaxMLPClassifier, FAST_NETWORK),
    "distillation": (DistilledClassifier,),
    "committee": COMMITTEE,
    "synthesizer": (MixedSampler,),
    "search": (DistilledClassifierCV, AUTO_ALPHAS, AUTO_TEMPERATURES, NETWORKS, LEAVES),
    "regression": (DistilledRegressor, SquaredErrorMLPRegressor, DEFAULT_NETWORK),
    "subtasks": (SubtaskEnsembleClassifier,),
}


def plan_search(model, X, y):
    """What a search would do on each fold: inputs, plan and folds."""
    inputs = FitInputs(X, y, None, None, Precomputed(), {})
    return model._plan(model._check_inputs(inputs))
