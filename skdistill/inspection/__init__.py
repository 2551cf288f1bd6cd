"""Measures of teacher and students, and the report that sets them side by side."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.inspection._report import (
    DistillationReport,
    Measures,
    distillation_report,
    measure,
)

__all__ = [
    "DistillationReport",
    "Measures",
    "distillation_report",
    "measure",
]
