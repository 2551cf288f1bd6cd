"""What travels from teacher to student.

A `TransferSet` holds samples, the teacher's raw predictions for them, and labels and
weights where they are known. Students learn from it.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.transfer._transfer_set import TransferSet

__all__ = [
    "TransferSet",
]
