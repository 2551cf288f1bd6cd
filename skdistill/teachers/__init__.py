"""Teachers, fitted, frozen or precomputed: predictions that do not leak labels.

The committee pools the teacher with models trained on the labels alone.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause
