"""Measures of teacher and students, and the report that sets them side by side."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.inspection._measure import Measures, measure
from skdistill.inspection._report import DistillationReport, distillation_report

__all__ = [
    "DistillationReport",
    "Measures",
    "distillation_report",
    "measure",
]
