"""Fitted students in other forms: estimators and files that need no skdistill."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause
