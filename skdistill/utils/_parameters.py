"""What parameters may be, beyond what scikit-learn's constraints know."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from numbers import Integral
from typing import Any

from sklearn.utils._param_validation import Interval


class WholeNumbers(Interval):
    """Whole numbers from a lowest one on; True, an integer of Python, is none.

    Parameters
    ----------
    lowest : int

    Examples
    --------
    >>> from skdistill.utils._parameters import WholeNumbers
    >>> [WholeNumbers(1).is_satisfied_by(value) for value in (3, 0, True, 1.5)]
    [True, False, False, False]
    """

    def __init__(self, lowest: int) -> None:
        super().__init__(Integral, lowest, None, closed="left")

    def is_satisfied_by(self, val: Any) -> bool:
        """Whether a value is one of these numbers."""
        return not isinstance(val, bool) and super().is_satisfied_by(val)
