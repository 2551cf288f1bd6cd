"""Students as ONNX models."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from skdistill.export._graph import Dense, Graph, Scaled, walk
from skdistill.export._onnx_nodes import ML_DOMAIN, OnnxProgram
from skdistill.export._optional import import_optional
from skdistill.export._readers import read_graph

OPSETS = {"": 17, ML_DOMAIN: 3}
IR_VERSION = 8

METADATA = "skdistill"


def to_onnx(student: BaseEstimator) -> Any:
    """Write a student as an ONNX model.

    The model takes one tensor "X" of shape (n_samples, n_features), and returns "label"
    and "probabilities". Numbers are single where the student's weights are.

    Parameters
    ----------
    student : classifier
        Fitted: a network, a tree or forest, a linear model, a wrapper of these of this
        package, or a pipeline of scalers and one of these. Others that skl2onnx
        converts may be inside, if that is installed.

    Returns
    -------
    model : onnx.ModelProto

    Raises
    ------
    ImportError
        If onnx is not installed.
    TypeError
        If the student is of another kind.
    """
    import_optional("onnx")
    graph = read_graph(student)
    dtype = weights_dtype(graph)
    input_dtype = numbers_dtype(graph)
    program = OnnxProgram(graph.output, "X", input_dtype=input_dtype, dtype=dtype)
    return _model(graph, program)


def weights_dtype(graph: Graph) -> np.dtype:
    """Single precision, unless weights are double."""
    weights = [node.weights for node in walk(graph.output) if isinstance(node, Dense)]
    return np.result_type(np.float32, *weights)


def numbers_dtype(graph: Graph) -> np.dtype:
    """Precision of what a model takes: that of its weights, double where it scales."""
    is_scaled = any(isinstance(node, Scaled) for node in walk(graph.output))
    return np.dtype(np.float64) if is_scaled else weights_dtype(graph)


def add_label(program: OnnxProgram, classes: NDArray) -> str:
    """Add the most probable class to a program, and return the tensor's name."""
    best = program.add("ArgMax", program.result, axis=1, keepdims=0)
    if np.issubdtype(classes.dtype, np.integer) or classes.dtype == bool:
        names = program.constant(classes, np.int64)
    else:
        names = program.constant([str(name) for name in classes], object)
    return program.add("Gather", names, best, axis=0)


def _model(graph, program):
    from onnx import checker, helper

    outputs = {"label": add_label(program, graph.classes), "probabilities": program.result}
    nodes = [to_proto(node) for node in program.nodes]
    nodes += [helper.make_node("Identity", [x], [y]) for y, x in outputs.items()]
    label_type = LABEL_TYPES.get(graph.classes.dtype.kind, "STRING")
    onnx_graph = helper.make_graph(
        nodes,
        "student",
        [_tensor_info("X", program.input_dtype, [None, graph.n_features])],
        [
            helper.make_tensor_value_info("label", label_type, [None]),
            _tensor_info("probabilities", program.dtype, [None, len(graph.classes)]),
        ],
        [to_tensor(name, values) for name, values in program.constants.items()],
    )
    opsets = [helper.make_opsetid(*opset) for opset in OPSETS.items()]
    model = helper.make_model(
        onnx_graph,
        opset_imports=opsets,
        ir_version=IR_VERSION,
        producer_name="skdistill",
    )
    helper.set_model_props(model, {METADATA: json.dumps(metadata(graph))})
    checker.check_model(model)
    return model
