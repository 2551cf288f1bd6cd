"""Converters by which skl2onnx writes this package's estimators, in any pipeline."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from functools import partial
from importlib import import_module
from itertools import compress
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin, is_classifier

from skdistill.export._graph import Numbers, Table
from skdistill.export._onnx import as_proto, model_outputs
from skdistill.export._onnx_nodes import (
    ELEMENT_TYPES,
    OnnxProgram,
    Precision,
)
from skdistill.export._optional import import_optional
from skdistill.export._readers import read_graph
from skdistill.export._registry import READERS, read

# Where skl2onnx does not find it out for itself.
VERSIONS = {"LabelEncoder": 2, "TreeEnsembleRegressor": 1}

OPTIONS = {
    "nocl": [True, False],
    "output_class_labels": [False, True],
    "zipmap": [True, False, "columns"],
}


def register_converters() -> None:
    """Let skl2onnx convert students, alone and inside pipelines and other estimators.

    Read more in the :ref:`User Guide <export>`.

    To be called once, before ``skl2onnx.to_onnx``.

    Raises
    ------
    ImportError
        If skl2onnx is not installed.

    Examples
    --------
    >>> import skl2onnx
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
    rooms = [import_module(f"skdistill{room}") for room in ("", ".students", ".tables")]
    for key in READERS:
        origin, _, name = key.partition(".")
        if origin != "skdistill":
            continue
        (estimator,) = {getattr(room, name) for room in rooms if hasattr(room, name)}
        infer_types, convert, options = _converter(estimator)
        skl2onnx.update_registered_converter(
            estimator, f"Skdistill{name}", infer_types, convert, options=options
        )


def _converter(estimator: type) -> tuple[Callable, Callable, dict | None]:
    """What sets the types of outputs, what writes them, and options."""
    if issubclass(estimator, ClassifierMixin):
        return _infer_class_types, _convert_student, OPTIONS
    if issubclass(estimator, RegressorMixin):
        return _infer_number_types, _convert_student, None
    return _infer_matrix_type, _convert_encoder, None


def _infer_class_types(operator: Any) -> None:
    """Set the types of the label and of the probabilities."""
    types = import_optional("skl2onnx.common.data_types")
    classes = operator.raw_operator.classes_
    is_integer = classes.dtype.kind in "biu"
    label = types.Int64TensorType if is_integer else types.StringTensorType
    operator.outputs[0].type = label([None])
    operator.outputs[1].type = _numbers_type(operator)([None, len(classes)])


def _infer_number_types(operator: Any) -> None:
    """Set the type of the numbers that a regressor predicts."""
    size = read_graph(operator.raw_operator, allow_foreign=True).output.size
    operator.outputs[0].type = _numbers_type(operator)([None, size])


def _infer_matrix_type(operator: Any) -> None:
    """Set the type of what an encoder returns."""
    size = operator.raw_operator.layout_.n_features_out
    operator.outputs[0].type = _numbers_type(operator)([None, size])


def _numbers_type(operator):
    """Double tensors where there is one among the inputs, otherwise single ones."""
    types = import_optional("skl2onnx.common.data_types")
    double = types.DoubleTensorType
    is_double = any(isinstance(each.type, double) for each in operator.inputs)
    return double if is_double else types.FloatTensorType


def _convert_student(scope: Any, operator: Any, container: Any) -> None:
    """Write a student: its label and its probabilities, or its numbers."""
    graph = read_graph(operator.raw_operator, allow_foreign=True)
    program = _program(scope, operator, container, graph.output, graph.numbers)
    outputs = model_outputs(program, graph)
    _write(scope, operator, container, program, [each.tensor for each in outputs])


def _convert_encoder(scope: Any, operator: Any, container: Any) -> None:
    """Write the encoder of a table."""
    encoder = operator.raw_operator
    encoded = read(encoder, Numbers(encoder.n_features_in_))
    program = _program(scope, operator, container, encoded, encoded.source)
    _write(scope, operator, container, program, [program.result])


def _program(scope, operator, container, output, numbers):
    """The nodes of a graph for the inputs that an operator has."""
    types = import_optional("skl2onnx.common.data_types")
    dtype = np.dtype(
        np.float64 if _numbers_type(operator) is types.DoubleTensorType else np.float32
    )
    variables = operator.inputs
    if isinstance(numbers, Table):
        kept = [column.kind != "drop" for column in numbers.columns]
        if len(kept) != len(variables):
            raise ValueError(
                f"{operator.raw_operator!r} needs an input of each of its {len(kept)} "
                f"columns, in their order; there are {len(variables)}."
            )
        variables = [*compress(variables, kept)]
    inputs = []
    for variable in variables:
        name = variable.onnx_name
        if not isinstance(variable.type, types.StringTensorType):
            name = scope.get_unique_variable_name("numbers")
            to = ELEMENT_TYPES[dtype]
            container.add_node("Cast", variable.onnx_name, name, to=to, name=name)
        inputs.append(name)
    return OnnxProgram(
        output,
        inputs,
        Precision(dtype, dtype),
        unique=scope.get_unique_variable_name,
        convert=partial(_convert_foreign, scope, container, operator),
    )


def _write(scope, operator, container, program, results):
    """Write a program's nodes, and its results as an operator's outputs."""
    helper = import_optional("onnx").helper
    for name, values in program.constants.items():
        element_type = helper.np_dtype_to_tensor_dtype(values.dtype)
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
            **{x.name: helper.get_attribute_value(x) for x in proto.attribute},
        )
    for variable, result in zip(operator.outputs, results, strict=True):
        name = scope.get_unique_operator_name("Identity")
        container.add_node("Identity", result, variable.onnx_name, name=name)


def _convert_foreign(scope, container, operator, node, tensor):
    """Let skl2onnx write an estimator inside, and return what holds its output."""
    skl2onnx = import_optional("skl2onnx")
    types = import_optional("skl2onnx.common.data_types")
    estimator, numbers = node.estimator, _numbers_type(operator)
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
