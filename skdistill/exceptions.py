"""Warnings with a class of their own, so that they can be filtered or made errors."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

__all__ = ["ColumnKindWarning", "CommitteeWarning", "DistillationFallbackWarning"]


class ColumnKindWarning(UserWarning):
    """A column of a table is left out, or encoded in a way to know about."""


class CommitteeWarning(UserWarning):
    """A member of the committee failed, or the teacher is of no use to it."""


class DistillationFallbackWarning(UserWarning):
    """A student was replaced by the same student trained on the labels alone."""
