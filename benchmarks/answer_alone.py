"""Answer a table by a student's file, as a service does that lacks this package.

    python -I benchmarks/answer_alone.py student.onnx new.csv answers.npy

The file is of ONNX, skops or C, and the answers are probabilities. Columns that hold a
day are called "opened": a program in C or of ONNX knows what its columns are.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import ctypes
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd


class Value(ctypes.Structure):
    """A cell as C takes it."""

    _fields_ = (("number", ctypes.c_double), ("text", ctypes.c_char_p))


def is_text(column):
    """Whether a column holds texts."""
    return not pd.api.types.is_numeric_dtype(column)


def answer_by_onnx(path, table):
    """Probabilities by onnxruntime: a tensor for each column."""
    from onnxruntime import InferenceSession

    session, feeds = InferenceSession(path), {}
    for tensor in session.get_inputs():
        column = table[tensor.name]
        values = column.fillna("").astype(object) if is_text(column) else column
        dtype = {"tensor(float)": np.float32, "tensor(double)": np.float64}
        values = values.to_numpy().astype(dtype.get(tensor.type, object))
        feeds[tensor.name] = values[:, None]
    return session.run(None, feeds)[1]


def answer_by_skops(path, table):
    """Probabilities by scikit-learn's own classes."""
    from skops.io import load

    # An array of objects names the class of its elements, which skops does not know.
    return load(path, trusted=["numpy.dtype"]).predict_proba(table)


def answer_by_c(path, table):
    """Probabilities of two classes by a library of the system's compiler."""
    with tempfile.TemporaryDirectory() as folder:
        library = str(Path(folder, "student.so"))
        command = ["cc", "-O2", "-shared", "-fPIC", path, "-o", library, "-lm"]
        subprocess.run(command, check=True)
        student = ctypes.CDLL(library)
    values = (Value * table.size)()
    for value, cell in zip(values, table.to_numpy(dtype=object).ravel(), strict=True):
        value.number = np.nan
        if isinstance(cell, str):
            value.text = cell.encode()
        else:
            value.number = cell
    proba = np.empty((len(table), 2))
    pointer, n = ctypes.c_void_p(proba.ctypes.data), ctypes.c_size_t(len(table))
    if student.student_predict_proba_batch(values, n, pointer):
        raise ValueError("the student refused a value")
    return proba


ANSWER = {".onnx": answer_by_onnx, ".skops": answer_by_skops, ".c": answer_by_c}


def main(path, table, answers):
    """Write the probabilities of a table."""
    # Whatever asks for the package gets an ImportError, even where it is installed.
    sys.modules["skdistill"] = None
    table = pd.read_csv(table)
    if "opened" in table:
        days = pd.to_datetime(table["opened"])
        table["opened"] = (days - pd.Timestamp(0)).dt.total_seconds()
    np.save(answers, ANSWER[Path(path).suffix](path, table))


if __name__ == "__main__":
    main(*sys.argv[1:])
