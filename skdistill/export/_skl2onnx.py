"""Converters by which skl2onnx writes this package's estimators, in any pipeline."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from skdistill.export._graph import Numbers
from skdistill.export._onnx import as_proto
from skdistill.export._onnx_nodes import OnnxProgram, Precision, add_label
from skdistill.export._optional import import_optional
from skdistill.export._readers import read_graph
from skdistill.export._registry import READERS

# Where skl2onnx does not find it out for itself.
VERSIONS = {"TreeEnsembleRegressor": 1}

OPTIONS = {
    "nocl": [True, False],
    "output_class_labels": [False, True],
    "zipmap": [True, False, "columns"],
}


def register_converters() -> None:
    """Let skl2onnx convert students, alone and inside pipelines and other estimators.

    To be called once, before ``skl2onnx.to_onnx``.

    Raises
    ------
    ImportError
        If skl2onnx is not installed.

    Examples
    --------
    >>> import pytest; skl2onnx = pytest.importorskip("skl2onnx")
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import MinMaxScaler
    >>> from skdistill import SoftmaxMLPClassifier
    >>> from skdistill.export import register_converters
    >>> register_converters()
    >>> X, y = load_iris(return_X_y=True)
    >>> model = make_pipeline(MinMaxScaler(), SoftmaxMLPClassifier(random_state=0))
    >>> onnx_model = skl2onnx.to_onnx(model.fit(X, y), X[:1], options={"zipmap": False})
    >>> [output.name for output in onnx_model.graph.output]
    ['label', 'probabilities']
    """
    skl2onnx = import_optional("skl2onnx")
    rooms = [import_module(room) for room in ("skdistill", "skdistill.students")]
    for key in READERS:
        origin, _, name = key.partition(".")
        # The encoder of tables is written with the student behind it.
        known = [getattr(room, name) for room in rooms if hasattr(room, name)]
        if origin == "skdistill" and known:
            skl2onnx.update_registered_converter(
                known[0],
                f"Skdistill{name}",
                _infer_types,
                _convert,
                options=OPTIONS,
            )


def _infer_types(operator: Any) -> None:
    """Set the types of the label and of the probabilities."""
    types = import_optional("skl2onnx.common.data_types")
    classes = operator.raw_operator.classes_
    is_integer = classes.dtype.kind in "biu"
    label = types.Int64TensorType if is_integer else types.StringTensorType
    is_double = _is_double(operator.inputs[0])
    proba = types.DoubleTensorType if is_double else types.FloatTensorType
    operator.outputs[0].type = label([None])
    operator.outputs[1].type = proba([None, len(classes)])


def _convert(scope: Any, operator: Any, container: Any) -> None:
    """Write the nodes of an estimator."""
    onnx = import_optional("onnx")
    graph = read_graph(operator.raw_operator, allow_foreign=True)
    X = operator.inputs[0].onnx_name
    dtype = np.dtype(np.float32)
    if _is_double(operator.inputs[0]):
        dtype = np.dtype(np.float64)
    else:  # it may be of integers
        X = scope.get_unique_variable_name("X")
        container.add_node("Cast", operator.inputs[0].onnx_name, X, to=1, name=X)
    program = OnnxProgram(
        graph.output,
        [X],
        Precision(dtype, dtype),
        unique=scope.get_unique_variable_name,
        convert=partial(_convert_foreign, scope, container, operator),
    )
    results = add_label(program, graph.signature.classes), program.result
    for name, values in program.constants.items():
        element_type = onnx.helper.np_dtype_to_tensor_dtype(values.dtype)
        container.add_initializer(name, element_type, values.shape, [*values.flat])
    for node in program.nodes:
        # It asks for lists where there are arrays.
        proto = as_proto(node)
        container.add_node(
            node.operator,
            node.inputs,
            node.output,
            op_domain=node.domain,
            op_version=VERSIONS.get(node.operator),
            name=scope.get_unique_operator_name(node.operator),
            **{x.name: onnx.helper.get_attribute_value(x) for x in proto.attribute},
        )
    for variable, result in zip(operator.outputs, results, strict=True):
        name = scope.get_unique_operator_name("Identity")
        container.add_node("Identity", result, variable.onnx_name, name=name)


def _convert_foreign(scope, container, operator, node, tensor):
    """Let skl2onnx write an estimator inside, and return what holds its output."""
    skl2onnx = import_optional("skl2onnx")
    types = import_optional("skl2onnx.common.data_types")
    estimator, numbers = node.estimator, type(operator.inputs[0].type)
    if isinstance(node.source, Numbers):
        inputs = operator.inputs
    else:
        inputs = [scope.declare_local_variable("X", numbers([None, node.source.size]))]
        name = scope.get_unique_operator_name("Identity")
        container.add_node("Identity", tensor, inputs[0].onnx_name, name=name)
    known = skl2onnx._supported_operators.sklearn_operator_name_map
    if type(estimator) not in known:
        raise TypeError(f"Neither skdistill nor skl2onnx can convert {estimator!r}.")
    inner = scope.declare_local_operator(known[type(estimator)], estimator)
    inner.inputs.extend(inputs)
    if is_classifier(estimator):
        inner.outputs.append(
            scope.declare_local_variable("label", types.Int64TensorType())
        )
    inner.outputs.append(scope.declare_local_variable("output", numbers()))
    return inner.outputs[-1].onnx_name


def _is_double(variable):
    types = import_optional("skl2onnx.common.data_types")
    return isinstance(variable.type, types.DoubleTensorType)
