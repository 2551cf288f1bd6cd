"""Measurements of speed and quality; each module is run by ``python -m``."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause
