"""Samplers of synthetic rows: where else to ask the teacher.

A teacher can label any row, and a student learns most from the answers to rows that the
teacher has not seen. The samplers make such rows of the rows of a table, near to them,
and never the same. Labels play no part.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.synthesis._samplers import (
    MixedSampler,
    Munge,
    NeighborInterpolation,
    NeighborSwap,
    SwapNoise,
    auto_n_samples,
    can_synthesize,
)

__all__ = [
    "MixedSampler",
    "Munge",
    "NeighborInterpolation",
    "NeighborSwap",
    "SwapNoise",
    "auto_n_samples",
    "can_synthesize",
]
