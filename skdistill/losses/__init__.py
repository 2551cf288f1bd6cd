r"""The distillation losses: values to hand to students, and their mathematics.

For classes, with the student's logits :math:`u`, the teacher's logits :math:`z`,
:math:`p_T = \mathrm{softmax}(z / T)` and the label :math:`y`,

.. math::

   L = (1 - \alpha)\, CE(y, \mathrm{softmax}(u))
     + \alpha\, T^2\, CE(p_T, \mathrm{softmax}(u / T)).

Samples without a label have the soft term alone, with weight one. Each term is a
weighted cross-entropy at a temperature, a :class:`Term`. At temperature 1 the two merge
into one. For numbers :class:`SquaredErrorDistillation` is one squared error, and for
their quantiles :class:`PinballDistillation` has a pinball loss beside it.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.losses._cross_entropy import (
    Term,
    distillation_terms,
    mix_targets,
    softmax_cross_entropy,
)
from skdistill.losses._distillation import (
    DistillationLoss,
    SquaredErrorDistillation,
)
from skdistill.losses._gibbs import from_gibbs
from skdistill.losses._pinball import PinballDistillation, QuantileTerms

__all__ = [
    "DistillationLoss",
    "PinballDistillation",
    "QuantileTerms",
    "SquaredErrorDistillation",
    "Term",
    "distillation_terms",
    "from_gibbs",
    "mix_targets",
    "softmax_cross_entropy",
]
