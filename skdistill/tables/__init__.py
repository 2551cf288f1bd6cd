"""Tables with numbers, categories, texts and gaps, as matrices of numbers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause
