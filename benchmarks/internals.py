"""What the benchmarks need beyond the public names, in one place."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.neural_network._tabular import DEFAULT_NETWORK
from skdistill.subtasks._batched_logistic import (
    fit_logistic_regressions,
    is_worthwhile,
)

__all__ = ["DEFAULT_NETWORK", "fit_logistic_regressions", "is_worthwhile"]
