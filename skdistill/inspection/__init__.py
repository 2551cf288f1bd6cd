"""Reports and displays that set teacher and student side by side."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.inspection._agreement_display import AgreementDisplay
from skdistill.inspection._committee_display import CommitteeDisplay
from skdistill.inspection._disagreement_display import DisagreementDisplay
from skdistill.inspection._frontier import Frontier, FrontierPoint
from skdistill.inspection._frontier_display import FrontierDisplay
from skdistill.inspection._intervals import Difference, Interval
from skdistill.inspection._measures import Measures
from skdistill.inspection._regions import Region
from skdistill.inspection._reliability_display import (
    ReliabilityCurve,
    ReliabilityDisplay,
)
from skdistill.inspection._report import DistillationReport, distillation_report
from skdistill.inspection._speed import Latency
from skdistill.inspection._surrogate_report import SurrogateReport, surrogate_report
from skdistill.inspection._surrogate_tree import SurrogateTree
from skdistill.inspection._temperature_display import TemperatureAlphaDisplay

__all__ = [
    "AgreementDisplay",
    "CommitteeDisplay",
    "Difference",
    "DisagreementDisplay",
    "DistillationReport",
    "Frontier",
    "FrontierDisplay",
    "FrontierPoint",
    "Interval",
    "Latency",
    "Measures",
    "Region",
    "ReliabilityCurve",
    "ReliabilityDisplay",
    "SurrogateReport",
    "SurrogateTree",
    "TemperatureAlphaDisplay",
    "distillation_report",
    "surrogate_report",
]
