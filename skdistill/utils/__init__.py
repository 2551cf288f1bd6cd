"""What estimators of several packages share. Nothing here is public."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause
