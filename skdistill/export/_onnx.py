"""Students as ONNX models."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from skdistill.export._onnx_nodes import (
    ELEMENT_TYPES,
    ML_DOMAIN,
    OnnxProgram,
    Precision,
    add_label,
)
from skdistill.export._optional import import_optional
from skdistill.export._readers import read_graph

# Old enough for runtimes of some years ago.
OPSETS = {"": 17, ML_DOMAIN: 3}
IR_VERSION = 8

# What OnnxClassifier wants to know and ONNX has no place for.
METADATA = "skdistill"


def to_onnx(student: BaseEstimator) -> Any:
    """Write a student as an ONNX model.

    The model takes a tensor "X" of shape (n_samples, n_features), and returns "label"
    and "probabilities". Its numbers are single where the student's weights are, and
    double where they are double or features are scaled.

    Parameters
    ----------
    student : classifier
        Fitted, and of a kind that :func:`to_c` writes.

    Returns
    -------
    model : onnx.ModelProto

    Raises
    ------
    ImportError
        If onnx is not installed.
    TypeError
        If the student is of another kind.

    Examples
    --------
    >>> import pytest; onnx = pytest.importorskip("onnx")
    >>> from sklearn.datasets import load_iris
    >>> from skdistill import SoftmaxMLPClassifier
    >>> from skdistill.export import to_onnx
    >>> student = SoftmaxMLPClassifier(random_state=0).fit(*load_iris(return_X_y=True))
    >>> [output.name for output in to_onnx(student).graph.output]
    ['label', 'probabilities']
    """
    onnx = import_optional("onnx")
    make = onnx.helper
    graph = read_graph(student)
    precision = Precision.of(graph)
    program = OnnxProgram(graph.output, "X", precision)
    label = add_label(program, graph.signature.classes)
    numbers, weights = (ELEMENT_TYPES[dtype] for dtype in precision)
    label_type = onnx.TensorProto.INT64
    if graph.signature.classes.dtype.kind not in "biu":
        label_type = onnx.TensorProto.STRING
    body = make.make_graph(
        [
            *map(as_proto, program.nodes),
            make.make_node("Identity", [label], ["label"]),
            make.make_node("Identity", [program.result], ["probabilities"]),
        ],
        "student",
        [make.make_tensor_value_info("X", numbers, [None, graph.signature.n_features])],
        [
            make.make_tensor_value_info("label", label_type, [None]),
            make.make_tensor_value_info(
                "probabilities", weights, [None, len(graph.signature.classes)]
            ),
        ],
        [onnx.numpy_helper.from_array(*of[::-1]) for of in program.constants.items()],
    )
    model = make.make_model(
        body,
        opset_imports=[make.make_opsetid(*opset) for opset in OPSETS.items()],
        ir_version=IR_VERSION,
        producer_name="skdistill",
    )
    signature = graph.signature
    known = {
        "n_features": signature.n_features,
        "classes": np.asarray(signature.classes).tolist(),
        "feature_names": signature.feature_names,
        "may_be_missing": graph.may_be_missing,
    }
    make.set_model_props(model, {METADATA: json.dumps(known, default=str)})
    onnx.checker.check_model(model)
    return model


def as_proto(node: Any) -> Any:
    """A node of a program as onnx.NodeProto."""
    helper = import_optional("onnx").helper
    attributes = {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in node.attributes.items()
    }
    return helper.make_node(
        node.operator, node.inputs, [node.output], domain=node.domain, **attributes
    )
