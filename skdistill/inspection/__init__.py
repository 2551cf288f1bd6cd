"""Reports that set teacher and student side by side."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.inspection._intervals import Difference
from skdistill.inspection._measures import Measures
from skdistill.inspection._report import DistillationReport, distillation_report
from skdistill.inspection._speed import Latency

__all__ = [
    "Difference",
    "DistillationReport",
    "Latency",
    "Measures",
    "distillation_report",
]
