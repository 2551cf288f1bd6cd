"""Fitted models in faster forms, by what others and this package compile them with.

Each form is there where its package is installed, and is None elsewhere.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import os
import pickle
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skdistill.export import OnnxClassifier, compile, to_onnx


class Form(NamedTuple):
    """A model that predicts.

    Attributes
    ----------
    predict : callable
        From samples to class probabilities.
    size : int
        Bytes of what is served.
    seconds : float
        Of processors, to make it of the fitted model; of a student, to distill it.
    """

    predict: Callable
    size: int
    seconds: float = 0.0


def make(function, *arguments):
    """A form, and the time that it took."""
    start = processor_seconds()
    predict, size = function(*arguments)
    return Form(predict, size, processor_seconds() - start)


def processor_seconds():
    """Processor time of this process, and of those that it started."""
    return sum(os.times()[:4])


def make_where_possible(function, *arguments):
    """The same of others' converters; None where they are not, or fail."""
    try:
        return make(function, *arguments)
    except Exception as error:
        print(f"left out: {function.__name__}, {str(error).splitlines()[0][:100]}")
        return None


def as_it_is(model):
    """The model itself, in one file of pickle."""
    return model.predict_proba, len(pickle.dumps(model))


def in_c(model):
    """By this package's own C."""
    compiled = compile(model)
    return compiled.predict_proba, len(compiled.engine.content)


def in_own_onnx(model):
    """By this package's own graph, in onnxruntime."""
    content = to_onnx(model).SerializeToString()
    return OnnxClassifier.from_bytes(content).predict_proba, len(content)


def in_onnx(model, X):
    """By skl2onnx, in onnxruntime."""
    skl2onnx = import_module("skl2onnx")
    options = {id(model): {"zipmap": False}}
    onnx = skl2onnx.to_onnx(model, X[:1].astype(np.float32), options=options)
    return in_session(onnx.SerializeToString())


def boosting_in_onnx(model, X):
    """By onnxmltools, in onnxruntime."""
    tools = import_module("onnxmltools")
    types = import_module("onnxmltools.convert.common.data_types")
    tensor = types.FloatTensorType([None, X.shape[1]])
    onnx = tools.convert_lightgbm(
        model, initial_types=[("X", tensor)], zipmap=False, target_opset=15
    )
    return in_session(onnx.SerializeToString())


def in_session(content):
    """A model in onnxruntime that takes numbers in single precision."""
    runtime = import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = runtime.InferenceSession(content, options)
    name, output = session.get_inputs()[0].name, session.get_outputs()[-1].name

    def predict(X):
        return session.run([output], {name: X.astype(np.float32)})[0]

    return predict, len(content)


def in_treelite(model):
    """A forest of scikit-learn in treelite's interpreter."""
    treelite = import_module("treelite")
    trees = treelite.sklearn.import_model(model)

    def predict(X):
        proba = treelite.gtil.predict(trees, X, nthread=1)
        return np.asarray(proba).reshape(len(X), -1)

    return predict, len(trees.serialize_bytes())


def in_lleaves(model):
    """A fitted LightGBM compiled by LLVM."""
    lleaves = import_module("lleaves")
    with tempfile.TemporaryDirectory() as folder:
        text, cache = Path(folder) / "model.txt", Path(folder) / "model.o"
        model.booster_.save_model(text)
        compiled = lleaves.Model(model_file=str(text))
        compiled.compile(cache=cache)
        size = cache.stat().st_size
    is_binary = len(model.classes_) == 2

    def predict(X):
        proba = compiled.predict(X, n_jobs=1)
        return np.column_stack([1 - proba, proba]) if is_binary else proba

    return predict, size


def in_intel(model, X, y):
    """The same forest of scikit-learn-intelex, fitted anew."""
    ensemble = import_module("sklearnex.ensemble")
    forest = ensemble.RandomForestClassifier(**model.get_params()).fit(X, y)
    return as_it_is(forest)
