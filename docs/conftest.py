"""Pages whose examples need more than the package does are not tested without it."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import shutil
from importlib.util import find_spec

EXPORT = ("onnx", "onnxruntime", "skl2onnx", "skops")

collect_ignore = []
if shutil.which("cc") is None or not all(map(find_spec, EXPORT)):
    collect_ignore.append("user_guide/export.rst")
