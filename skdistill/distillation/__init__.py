"""The estimators that hold the whole line: teacher, transfer set, student.

`DistilledClassifier`, and `DistilledRegressor` for numbers, fit a teacher (or take a
fitted one, or its answers). They build the transfer set from leak-free teacher
predictions, and train a student on it. `DistilledClassifierCV` and
`DistilledRegressorCV` choose the loss and the student, under a budget of time and size.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.distillation._classifier import DistilledClassifier
from skdistill.distillation._classifier_cv import DistilledClassifierCV
from skdistill.distillation._regressor import DistilledRegressor
from skdistill.distillation._regressor_cv import DistilledRegressorCV
from skdistill.distillation._surrogate import make_surrogate

__all__ = [
    "DistilledClassifier",
    "DistilledClassifierCV",
    "DistilledRegressor",
    "DistilledRegressorCV",
    "make_surrogate",
]
