"""Samplers of synthetic samples, which the teacher can predict, too.

A student learns most from the teacher's predictions for samples that the teacher was
not fitted on. Where there are no unlabeled ones, the samplers make some, of the samples
of a table: near to them, and never the same. Labels play no part.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.synthesis._base import auto_n_samples
from skdistill.synthesis._samplers import (
    MixedSampler,
    Munge,
    NeighborInterpolation,
    NeighborSwap,
    SwapNoise,
)

__all__ = [
    "MixedSampler",
    "Munge",
    "NeighborInterpolation",
    "NeighborSwap",
    "SwapNoise",
    "auto_n_samples",
]
