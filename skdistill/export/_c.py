"""Students written in C: one file that needs nothing but the mathematical library."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import re

import numpy as np
from sklearn.base import BaseEstimator

from skdistill.export._c_functions import FUNCTIONS
from skdistill.export._c_nodes import Program
from skdistill.export._columns import fuse
from skdistill.export._files import StrPath, write_atomically
from skdistill.export._graph import Graph
from skdistill.export._readers import read_graph

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

# What a string may hold as it is; all other bytes are written as octal numbers.
PLAIN = frozenset(
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _.,;:+-=/()<>"
)

FILE = """\
/* A classifier in C99, written by skdistill.export.to_c.

   Object:   cc -O3 -c {name}.c                (link with -lm)
   Library:  cc -O3 -shared -fPIC {name}.c -o {name}.so -lm

   The functions are a part of skdistill. Copyright (c) the skdistill developers,
   SPDX-License-Identifier: BSD-3-Clause. The numbers are those of the student. */

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

typedef {real} real;
#define EXP exp{suffix}
#define POW pow{suffix}
#define TANH tanh{suffix}
#define LARGEST {largest}

enum {{ {name}_n_features = {n_features}, {name}_n_classes = {n_classes} }};

/* Names, in UTF-8. */
extern const char *const {name}_features[{n_features}];
extern const char *const {name}_classes[{n_classes}];

/* Class probabilities of one sample, or of n samples one after the other. Both return
   0; or 1 where a number is {refused}, and then `proba` is not to be used. */
int {name}_predict_proba(const double *x, double *proba);
int {name}_predict_proba_batch(const double *x, size_t n, double *proba);

{feature_names}
{class_names}
{functions}
{constants}

static void predict_block(const double *restrict x, size_t n, double *restrict proba)
{{
    {vectors}

    {statements}
    for (size_t i = 0; i < n * {n_classes}; i++)
        proba[i] = (double){result}[i];
}}

int {name}_predict_proba_batch(const double *x, size_t n, double *proba)
{{
    if (!is_valid(x, n * {n_features}, {may_be_missing}))
        return 1;
    for (size_t done = 0; done < n; done += {block})
        predict_block(x + done * {n_features}, n - done < {block} ? n - done : {block},
                      proba + done * {n_classes});
    return 0;
}}

int {name}_predict_proba(const double *x, double *proba)
{{
    if (!is_valid(x, {n_features}, {may_be_missing}))
        return 1;
    predict_block(x, 1, proba);
    return 0;
}}
"""


def to_c(student: BaseEstimator, file: StrPath, *, name: str = "student") -> None:
    """Write a student as one file in C99, which needs the mathematical library only.

    Parameters
    ----------
    student : classifier
        Fitted: a network, a tree or forest, a linear model, a wrapper of these of this
        package, or a pipeline of scalers and one of these.
    file : str or path-like
        Is replaced only when it is complete.
    name : str, default="student"
        What the names of the file's functions begin with, such as
        ``student_predict_proba``.

    Raises
    ------
    TypeError
        If the student is of another kind.
    ValueError
        If the name cannot begin a name in C.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_iris
    >>> from skdistill import SoftmaxMLPClassifier
    >>> from skdistill.export import to_c
    >>> student = SoftmaxMLPClassifier(random_state=0).fit(*load_iris(return_X_y=True))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "student.c"
    ...     to_c(student, file)
    ...     "int student_predict_proba(const double *x" in file.read_text()
    True
    """
    write_atomically(file, c_bytes(student, name))


def c_bytes(student: BaseEstimator, name: str = "student") -> bytes:
    """The bytes that `to_c` writes."""
    return c_source(read_graph(student), name).encode("ascii")


def c_source(graph: Graph, name: str) -> str:
    """Write a graph in C.

    Parameters
    ----------
    graph : Graph
    name : str

    Returns
    -------
    source : str
        In ASCII.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"name must be an identifier of C, got {name!r}.")
    is_single = graph.dtype == np.float32
    program = Program(fuse(graph.output), graph.dtype)
    program.functions.add("is_valid")
    n_features, n_classes = graph.n_features, len(graph.classes)
    names = graph.feature_names or [f"x{i}" for i in range(n_features)]
    functions = [text for key, text in FUNCTIONS.items() if key in program.functions]
    return FILE.format(
        name=name,
        real="float" if is_single else "double",
        suffix="f" if is_single else "",
        largest="FLT_MAX" if is_single else "DBL_MAX",
        n_features=n_features,
        n_classes=n_classes,
        refused="infinite" if graph.may_be_missing else "missing (NaN) or infinite",
        may_be_missing=int(graph.may_be_missing),
        feature_names=_strings(f"{name}_features", names),
        class_names=_strings(f"{name}_classes", graph.classes),
        constants="\n".join(program.constants),
        functions="".join(functions),
        vectors="\n    ".join(program.vectors),
        statements="\n    ".join(program.statements),
        result=program.result,
        block=program.block,
    )


def _strings(label, values):
    strings = ",\n".join(f"    {quoted(str(value))}" for value in values)
    return f"const char *const {label}[{len(values)}] = {{\n{strings}\n}};"


def quoted(text: str) -> str:
    """A string as a literal of C that can be nothing else, whatever it holds.

    Parameters
    ----------
    text : str

    Returns
    -------
    literal : str
        In ASCII; no comment and no trigraph can begin or end in it.

    Examples
    --------
    >>> from skdistill.export._c import quoted
    >>> print(quoted('a "b" ??/'))
    "a \\042b\\042 \\077\\077/"
    """
    written = (
        chr(byte) if byte in PLAIN else f"\\{byte:03o}"
        for byte in text.encode("utf-8", "surrogatepass")
    )
    return f'"{"".join(written)}"'
