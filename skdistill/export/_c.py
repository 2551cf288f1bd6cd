"""Students written in C: one file that needs nothing but the mathematical library."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import re
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from skdistill.export import _c_tables
from skdistill.export._c_functions import FUNCTIONS
from skdistill.export._c_nodes import Program
from skdistill.export._c_tables import TableReader
from skdistill.export._c_text import define_strings
from skdistill.export._columns import fuse
from skdistill.export._files import StrPath, write_atomically
from skdistill.export._graph import Graph, Table
from skdistill.export._readers import read_graph
from skdistill.export._served import Signature

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

FILE = """\
/* A student in C99, written by skdistill.export.to_c.

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
#define LOG log{suffix}
#define LOG1P log1p{suffix}
#define FABS fabs{suffix}
#define LARGEST {largest}

enum {{ {name}_n_features = {n_features}, {name}_n_{kind} = {n_outputs} }};

/* Names, in UTF-8. */
extern const char *const {name}_features[{n_features}];
{class_declaration}{interface}
{feature_names}
{class_names}
{functions}
{constants}

static void predict_block(const double *restrict x, size_t n, double *restrict {y})
{{
    {vectors}

    {statements}
    for (size_t i = 0; i < n * {n_outputs}; i++)
        {y}[i] = (double){result}[i];
}}

static int predict(const double *x, size_t n, double *{y})
{{
    if (!is_valid(x, n * {n_inputs}, {may_be_missing}))
        return 1;
    for (size_t done = 0; done < n; done += {block})
        predict_block(x + done * {n_inputs}, n - done < {block} ? n - done : {block},
                      {y} + done * {n_outputs});
    return 0;
}}
{entry}"""

INTERFACE = """
/* {What} of one sample, or of n samples one after the other. Both return
   0; or 1 where a number is {refused}, and then
   `{y}` is not to be used. */
int {function}(const double *x, double *{y});
int {function}_batch(const double *x, size_t n, double *{y});
"""

ENTRY = """
int {function}(const double *x, double *{y})
{{
    return predict(x, 1, {y});
}}

int {function}_batch(const double *x, size_t n, double *{y})
{{
    return predict(x, n, {y});
}}
"""


def to_c(student: BaseEstimator, file: StrPath, *, name: str = "student") -> None:
    """Write a student as one file in C99, which needs the mathematical library only.

    Read more in the :ref:`User Guide <export>`.

    Parameters
    ----------
    student : classifier or regressor
        Fitted: a network, a tree or forest, a linear model, a subtask ensemble, or what
        wraps these in this package. Or a pipeline of one of these behind a
        :class:`~skdistill.tables.TableEncoder` or StandardScaler.
    file : str or path-like
        Is replaced only when it is complete.
    name : str, default="student"
        What the names of the file's functions begin with: ``student_predict_proba`` of
        a classifier, ``student_predict`` of a regressor.

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
    program = Program(fuse(graph.output), graph.dtype)
    signature = graph.signature
    names = signature.feature_names or [f"x{i}" for i in range(signature.n_features)]
    is_single = graph.dtype == np.float32
    fields: dict[str, Any] = {
        "name": name,
        "function": function_name(name, signature),
        "real": "float" if is_single else "double",
        "suffix": "f" if is_single else "",
        "largest": "FLT_MAX" if graph.takes_single else "DBL_MAX",
        "refused": "infinite" if graph.may_be_missing else "missing (NaN) or infinite",
        "may_be_missing": int(graph.may_be_missing),
        "n_features": signature.n_features,
        "n_inputs": graph.numbers.size,
        "n_outputs": graph.output.size,
        "feature_names": define_strings(f"{name}_features", names),
        **_result_fields(name, signature.classes),
        "vectors": "\n    ".join(program.vectors),
        "statements": "\n    ".join(program.statements),
        "result": program.result,
        "block": program.block,
    }
    functions = {"is_valid"} | program.functions
    constants = program.constants
    interface, entry = INTERFACE, ENTRY
    if isinstance(graph.numbers, Table):
        reader = TableReader(graph.numbers)
        functions |= reader.functions
        constants = constants + reader.constants
        interface = _c_tables.INTERFACE
        entry = _c_tables.READ.replace("{statements}", "\n".join(reader.statements))
    known = FUNCTIONS | _c_tables.FUNCTIONS
    return FILE.format(
        **fields,
        functions="".join(known[key] for key in known if key in functions),
        constants="\n".join(constants),
        interface=interface.format(**fields),
        entry=entry.format(**fields),
    )


def function_name(name: str, signature: Signature) -> str:
    """Name of the function of one sample; others have it in front of theirs."""
    return f"{name}_predict" if signature.classes is None else f"{name}_predict_proba"


def _result_fields(name, classes):
    """Whatever differs between classifiers and regressors."""
    if classes is None:
        return {
            "kind": "outputs",
            "y": "y",
            "What": "Predicted numbers",
            "class_declaration": "",
            "class_names": "",
        }
    return {
        "kind": "classes",
        "y": "proba",
        "What": "Class probabilities",
        "class_declaration": (
            f"extern const char *const {name}_classes[{len(classes)}];\n"
        ),
        "class_names": define_strings(f"{name}_classes", classes),
    }
