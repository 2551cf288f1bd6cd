"""The multi-layer perceptron that learns from targets or from a teacher.

Estimators over pure functions of arrays: features, passes, optimizers, training,
prediction.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.neural_network._joint import JointlyDistilledClassifier
from skdistill.neural_network._mlp_classifier import SoftmaxMLPClassifier
from skdistill.neural_network._mlp_regressor import SquaredErrorMLPRegressor
from skdistill.neural_network._tabular import TabularMLPClassifier, TabularMLPRegressor

__all__ = [
    "JointlyDistilledClassifier",
    "SoftmaxMLPClassifier",
    "SquaredErrorMLPRegressor",
    "TabularMLPClassifier",
    "TabularMLPRegressor",
]
