"""Fitted students in other forms: estimators and files that need no skdistill.

A fitted student is read into a graph of few kinds of nodes; each format writes those.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.export._c import to_c
from skdistill.export._compiled import (
    CompiledClassifier,
    CompiledRegressor,
    compile,
)
from skdistill.export._javascript import to_javascript
from skdistill.export._library import CompilerError
from skdistill.export._onnx import to_onnx
from skdistill.export._onnx_served import OnnxClassifier, OnnxRegressor
from skdistill.export._saving import load, save
from skdistill.export._skl2onnx import register_converters

__all__ = [
    "CompiledClassifier",
    "CompiledRegressor",
    "CompilerError",
    "OnnxClassifier",
    "OnnxRegressor",
    "compile",
    "load",
    "register_converters",
    "save",
    "to_c",
    "to_javascript",
    "to_onnx",
]
