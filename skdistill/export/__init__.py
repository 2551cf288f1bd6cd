"""Fitted students in other forms: estimators and files that need no skdistill.

A fitted student is read into a graph of few kinds of nodes; each format writes those.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.export._c import to_c
from skdistill.export._compiled import CompiledClassifier, compile
from skdistill.export._library import CompilerError

__all__ = ["CompiledClassifier", "CompilerError", "compile", "to_c"]
