"""Students as ONNX models."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator

from skdistill.export._graph import Graph, Table
from skdistill.export._onnx_nodes import (
    ELEMENT_TYPES,
    OnnxProgram,
    Precision,
    add_label,
)
from skdistill.export._onnx_tables import ML_DOMAIN, STRING, missing_text
from skdistill.export._optional import import_optional
from skdistill.export._readers import read_graph

# Old enough for runtimes of some years ago.
OPSETS = {"": 17, ML_DOMAIN: 3}
IR_VERSION = 8

# What OnnxModel wants to know and ONNX has no place for.
METADATA = "skdistill"

# Names that no column may have in a model.
RESERVED = {"", "label", "probabilities", "variable"}


def to_onnx(student: BaseEstimator) -> Any:
    """Write a student as an ONNX model.

    Read more in the :ref:`User Guide <export>`.

    The model takes a tensor "X" of shape (n_samples, n_features). It returns "label"
    and "probabilities", or of a regressor "variable" of shape (n_samples, n_outputs),
    as skl2onnx names them. Its numbers are single where the student's weights are, and
    double where they are double or features are scaled.

    Of a student of tables, the model takes one tensor of shape (n_samples, 1) for each
    column, by the name of the column. They hold numbers, strings for categories, and
    seconds since 1970 for dates. Missing are NaN, and "" among strings.

    Parameters
    ----------
    student : classifier or regressor
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
    inputs = model_inputs(graph)
    program = OnnxProgram(
        graph.output, [each.name for each in inputs], Precision.of(graph)
    )
    outputs = model_outputs(program, graph)
    body = make.make_graph(
        [
            *map(as_proto, program.nodes),
            *(
                make.make_node("Identity", [each.tensor], [each.name])
                for each in outputs
            ),
        ],
        "student",
        [
            make.make_tensor_value_info(each.name, each.element_type, [None, each.size])
            for each in inputs
        ],
        [
            make.make_tensor_value_info(each.name, each.element_type, each.shape)
            for each in outputs
        ],
        [onnx.numpy_helper.from_array(*of[::-1]) for of in program.constants.items()],
    )
    model = make.make_model(
        body,
        opset_imports=[make.make_opsetid(*opset) for opset in OPSETS.items()],
        ir_version=IR_VERSION,
        producer_name="skdistill",
    )
    make.set_model_props(model, {METADATA: describe(graph, inputs)})
    onnx.checker.check_model(model)
    return model


class ModelInput(NamedTuple):
    """A tensor of shape (n_samples, size) that a model takes.

    Attributes
    ----------
    name : str
    element_type, size : int
    column : int
        Position in a table of the column that the tensor holds.
    missing : str
        What stands for missing texts.
    """

    name: str
    element_type: int
    size: int
    column: int = 0
    missing: str = ""


class ModelOutput(NamedTuple):
    """A tensor that a model returns.

    Attributes
    ----------
    name : str
    tensor : str
        What it is called inside.
    element_type : int
    shape : list of int or None
    """

    name: str
    tensor: str
    element_type: int
    shape: list[int | None]


def model_outputs(program: OnnxProgram, graph: Graph) -> list[ModelOutput]:
    """List the tensors that a model returns.

    Parameters
    ----------
    program : OnnxProgram
        Of the graph; the label is added to it.
    graph : Graph

    Returns
    -------
    outputs : list of ModelOutput
        Label and probabilities, or the numbers of a regressor.
    """
    classes = graph.signature.classes
    name = result_name(classes)
    element_type = ELEMENT_TYPES[program.dtype]
    result = ModelOutput(name, program.result, element_type, [None, graph.output.size])
    if classes is None:
        return [result]
    types = import_optional("onnx").TensorProto
    label_type = types.INT64 if classes.dtype.kind in "biu" else types.STRING
    label = add_label(program, classes)
    return [ModelOutput("label", label, label_type, [None]), result]


def result_name(classes: object) -> str:
    """Name of the tensor of probabilities, or of numbers where there are no classes."""
    return "variable" if classes is None else "probabilities"


def model_inputs(graph: Graph) -> list[ModelInput]:
    """List the tensors that a model takes.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    inputs : list of ModelInput
        One, or one for each column of a table that is not left out.
    """
    element_type = ELEMENT_TYPES[Precision.of(graph).numbers]
    if not isinstance(graph.numbers, Table):
        return [ModelInput("X", element_type, graph.signature.n_features)]
    signature = graph.signature
    names = signature.feature_names or [f"x{i}" for i in range(signature.n_features)]
    inputs, taken = [], {*RESERVED}
    for i, column in enumerate(graph.numbers.columns):
        if column.kind == "drop":
            continue
        name = str(names[i])
        while name in taken:  # names of tensors must differ
            name += "_"
        taken.add(name)
        column_type = STRING if column.kind == "categorical" else element_type
        inputs.append(ModelInput(name, column_type, 1, i, missing_text(column)))
    return inputs


def describe(graph: Graph, inputs: list[ModelInput]) -> str:
    """What OnnxModel needs to know, as JSON.

    Parameters
    ----------
    graph : Graph
    inputs : list of ModelInput

    Returns
    -------
    text : str
    """
    signature, columns = graph.signature, None
    classes = signature.classes
    if isinstance(graph.numbers, Table):
        columns = [
            {
                "kind": graph.numbers.columns[each.column].kind,
                "input": each.name,
                "position": each.column,
                "missing": each.missing,
            }
            for each in inputs
        ]
    known = {
        "n_features": signature.n_features,
        "classes": None if classes is None else np.asarray(classes).tolist(),
        "feature_names": signature.feature_names,
        "may_be_missing": graph.may_be_missing,
        "columns": columns,
    }
    return json.dumps(known, default=str)


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
