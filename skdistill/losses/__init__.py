r"""The distillation loss: value and gradient.

With :math:`u` the student's and :math:`z` the teacher's logits,
:math:`p_T = \mathrm{softmax}(z / T)` and :math:`y` the label,

.. math::

   L = (1 - \alpha)\, CE(y, \mathrm{softmax}(u))
     + \alpha\, T^2\, CE(p_T, \mathrm{softmax}(u / T)),

and rows without a label have the soft term alone, with weight one. Either term is a
weighted cross-entropy at a temperature, so the loss is a short list of
:class:`Term`; at temperature 1 the two merge into one.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.losses._cross_entropy import (
    Term,
    distillation_terms,
    mix_targets,
    softmax_cross_entropy,
)
from skdistill.losses._distillation import DistillationLoss

__all__ = [
    "DistillationLoss",
    "Term",
    "distillation_terms",
    "mix_targets",
    "softmax_cross_entropy",
]
