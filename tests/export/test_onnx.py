"""Students in ONNX, written here and by way of skl2onnx."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from compiling import STUDENTS, distilled, fitted, network, samples, table
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor
from sklearn.multioutput import MultiOutputRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skdistill import SoftTargetClassifier
from skdistill.export import OnnxClassifier, register_converters, to_onnx

pytest.importorskip("onnx", reason="needs the extra 'export'")
onnxruntime = pytest.importorskip("onnxruntime", reason="needs the extra 'export'")

# What skl2onnx meets our students in, or our students hold that skl2onnx converts.
AMONG_OTHERS = {
    "after a scaler": make_pipeline(MinMaxScaler(), network(numeric_encoding=4)),
    "calibrated": CalibratedClassifierCV(network(), cv=2),
    "boosting": SoftTargetClassifier(GradientBoostingClassifier(n_estimators=5)),
    "sharpened boosting": distilled(
        GradientBoostingClassifier(n_estimators=5), temperature=2.0
    ),
    "boosted regressors": distilled(
        MultiOutputRegressor(GradientBoostingRegressor(n_estimators=4))
    ),
    "pipeline inside": distilled(make_pipeline(MinMaxScaler(), network())),
}
OURS = [
    name
    for name, student in STUDENTS.items()
    if type(student).__module__.startswith("skdistill")
]


def answer(model, X):
    """Labels and probabilities by onnxruntime alone."""
    session = onnxruntime.InferenceSession(model.SerializeToString())
    (numbers,) = session.get_inputs()
    dtype = np.float64 if "double" in numbers.type else np.float32
    return session.run(None, {numbers.name: X.astype(dtype)})


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("name", STUDENTS)
def test_equal_labels_and_probabilities(name, n_classes):
    student, X = fitted(name, n_classes), samples(n_classes)
    label, proba = answer(to_onnx(student), X)
    assert_array_equal(label, student.predict(X))
    assert_allclose(proba, student.predict_proba(X), rtol=0, atol=1e-6)


@pytest.mark.parametrize("classes", [[3, 7, -2], [False, True], [1.0, 2.0], ["b", "a"]])
def test_labels_of_any_type(classes):
    X, _ = table(3)
    y = np.resize(np.array(classes), len(X))
    student = network().fit(X, y)
    model = to_onnx(student)
    label, _ = answer(model, X)
    assert_array_equal(np.asarray(label, dtype=str), _as_labels(student.predict(X)))
    loaded = OnnxClassifier.from_bytes(model.SerializeToString())
    assert_array_equal(loaded.predict(X), student.predict(X))
    assert loaded.classes_.dtype.kind == student.classes_.dtype.kind


def _as_labels(labels):
    integers = labels.dtype.kind in "bi"
    return (labels.astype(int) if integers else labels).astype(str)


def test_numbers_are_single_where_weights_are():
    def types(name):
        model = to_onnx(fitted(name, 3))
        tensors = *model.graph.input, model.graph.output[1]
        return [tensor.type.tensor_type.elem_type for tensor in tensors]

    single, double = 1, 11
    assert types("bins, members") == types("tree") == [single, single]
    assert types("double") == [double, double]
    # In single precision, scaled numbers would fall on the other sides of thresholds.
    assert types("scaled tree") == [double, single]


def test_gaps_go_where_the_tree_sends_them():
    X, y = table(3)
    X = X.copy()
    X[::3, 0] = X[1::4, 2] = np.nan
    tree = DecisionTreeClassifier(max_depth=4, random_state=0).fit(X, y)
    loaded = OnnxClassifier.from_bytes(to_onnx(tree).SerializeToString())
    assert_allclose(loaded.predict_proba(X), tree.predict_proba(X), atol=1e-7)
    network = OnnxClassifier.from_bytes(to_onnx(fitted("relu", 3)).SerializeToString())
    with pytest.raises(ValueError, match="contains NaN"):
        network.predict_proba(X)


def test_thresholds_between_numbers_of_single_precision():
    X = np.float32([[0.1], [0.2], [0.3], [0.4]]).astype(np.float64)
    tree = DecisionTreeClassifier().fit(X, [0, 1, 0, 1])
    # The number next to a threshold, on both sides, in single precision.
    near = tree.tree_.threshold[:1].astype(np.float32)
    X = np.array([np.nextafter(near, -1, dtype=near.dtype), near, near + 1e-8])
    X = np.vstack([X, np.nextafter(near, 1, dtype=near.dtype)])
    _, proba = answer(to_onnx(tree), X)
    assert_array_equal(proba, tree.predict_proba(X))


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e39])
def test_numbers_that_the_student_refuses_are_refused(value):
    student, X = fitted("bins, members", 3), samples(3)[:9].copy()
    X[7, 2] = value
    loaded = OnnxClassifier.from_bytes(to_onnx(student).SerializeToString())
    for model in (student, loaded):
        with pytest.raises(ValueError, match=r"infinity|too large"):
            model.predict_proba(X)


def test_loaded_classifier():
    frame = pd.DataFrame(table(3)[0], columns=list("abcd"))
    student = network(n_members=2, numeric_encoding=4).fit(frame, table(3)[1])
    loaded = OnnxClassifier.from_bytes(to_onnx(student).SerializeToString())
    assert loaded.n_features_in_ == 4
    assert_array_equal(loaded.feature_names_in_, list("abcd"))
    frame = pd.concat([frame] * 17, ignore_index=True)  # more than a batch
    proba = loaded.predict_proba(frame)
    assert_allclose(proba, student.predict_proba(frame), rtol=0, atol=1e-6)
    assert clone(loaded) is loaded
    again = pickle.loads(pickle.dumps(loaded))
    assert_array_equal(again.predict_proba(frame), proba)
    with ThreadPoolExecutor(4) as pool:
        for answer in pool.map(loaded.predict_proba, [frame] * 8):
            assert_array_equal(answer, proba)
    with pytest.raises(ValueError, match="feature names"):
        loaded.predict(frame[list("dcba")])


def test_other_kinds_are_refused():
    with pytest.raises(TypeError, match=r"SVC.*cannot be exported. These can: "):
        to_onnx(SVC().fit(*table(2)))


@pytest.fixture
def skl2onnx():
    module = pytest.importorskip("skl2onnx", reason="needs the extra 'export'")
    register_converters()
    return module


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", [*OURS, *AMONG_OTHERS])
def test_converters(skl2onnx, name, dtype):
    student = AMONG_OTHERS.get(name) or STUDENTS[name]
    student = clone(student).fit(*table(3))
    X = samples(3).astype(dtype)
    model = skl2onnx.to_onnx(student, X[:1], options={"zipmap": False})
    label, proba = answer(model, X)
    assert_array_equal(label, student.predict(X))
    assert_allclose(proba, student.predict_proba(X), rtol=0, atol=1e-5)
    assert proba.dtype == dtype


def test_converters_of_integers_and_of_maps(skl2onnx):
    X, y = (table(3)[0] * 9).astype(np.int64), np.arange(150) % 3
    student = network().fit(X, y)
    model = skl2onnx.to_onnx(student, X[:1])
    session = onnxruntime.InferenceSession(model.SerializeToString())
    label, maps = session.run(None, {"X": X})
    assert_array_equal(label, student.predict(X))
    proba = [[each[k] for k in range(3)] for each in maps]
    assert_allclose(proba, student.predict_proba(X), atol=1e-6)


def test_converters_of_the_unknown(skl2onnx):
    class Unknown(GaussianNB):
        pass

    student = SoftTargetClassifier(Unknown()).fit(*table(3))
    with pytest.raises(TypeError, match=r"Neither skdistill nor skl2onnx.*Unknown"):
        skl2onnx.to_onnx(student, table(3)[0][:1])
