"""Examples that need more than the package does are not tested without it."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import os
import shutil
from importlib.util import find_spec

has_compiler = shutil.which("cc") is not None
has_onnx = all(map(find_spec, ("onnx", "onnxruntime", "skl2onnx")))
has_all = has_compiler and has_onnx and find_spec("skops") is not None

# Served, not tested, as a file.
collect_ignore = ["docs/user_guide/service.py"]
if not has_compiler:
    collect_ignore.append("skdistill/export/_compiled.py")
if not has_onnx:
    collect_ignore += [f"skdistill/export/{name}.py" for name in ("_onnx", "_skl2onnx")]
if find_spec("matplotlib") is None:
    collect_ignore_glob = ["skdistill/inspection/*_display.py"]
if not has_all:
    collect_ignore.append("docs/user_guide/export.rst")
# What the pages by task need, where the tests do not need it anyway.
task_needs = {
    "boosting_libraries": ("catboost", "lightgbm", "xgboost"),
    "cluster": ("dask",),
    "many_samples": ("pyarrow",),
}
collect_ignore += [
    f"docs/user_guide/tasks/{page}.rst"
    for page, needs in task_needs.items()
    if not all(map(find_spec, needs))
]

# Figures of examples are drawn, and not shown.
os.environ.setdefault("MPLBACKEND", "Agg")
