"""What travels from teacher to student: training data, predictions, transfer set."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.transfer._transfer_set import TransferSet

__all__ = [
    "TransferSet",
]
