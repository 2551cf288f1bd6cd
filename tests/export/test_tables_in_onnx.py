"""Students of tables in ONNX: a tensor for each column."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pandas as pd
import pytest
from compiling import (
    TABLE_STUDENTS,
    check_serves_tables,
    network,
    table_of,
    table_student,
)
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from skdistill.export import (
    OnnxClassifier,
    load,
    register_converters,
    save,
    to_onnx,
)
from skdistill.tables import TableEncoder

pytest.importorskip("onnx", reason="needs the extra 'export'")
onnxruntime = pytest.importorskip("onnxruntime", reason="needs the extra 'export'")


@pytest.fixture(scope="module", params=TABLE_STUDENTS)
def student(request):
    return table_student(request.param)


@pytest.fixture(scope="module")
def others():
    return table_of("others")[0]


def test_equal_labels_and_probabilities(student, others):
    session = onnxruntime.InferenceSession(to_onnx(student).SerializeToString())
    feeds, _ = feeds_of(others, [each.name for each in session.get_inputs()])
    assert "identifier" not in feeds
    label, proba = session.run(None, feeds)
    assert_array_equal(label, student.predict(others))
    assert_allclose(proba, student.predict_proba(others), rtol=0, atol=2e-6)


def test_loaded_classifier_takes_what_the_student_takes(student, tmp_path):
    save(student, tmp_path / "student.onnx")
    check_serves_tables(load(tmp_path / "student.onnx"), student)


def test_columns_named_like_other_tensors():
    names = ["label", "label_", "gemm_1", "constant_1", "X", ""]
    X = pd.DataFrame(np.random.RandomState(0).normal(size=(60, 6)), columns=names)
    student = make_pipeline(TableEncoder(), network()).fit(X, X["label"] > 0)
    model = to_onnx(student)
    inputs = [each.name for each in model.graph.input]
    assert inputs == ["label_", "label__", *names[2:5], "_"]
    loaded = OnnxClassifier.from_bytes(model.SerializeToString())
    assert_allclose(
        loaded.predict_proba(X), student.predict_proba(X), rtol=0, atol=1e-6
    )


def test_arrays_have_columns_without_names():
    X = np.array([[1.0, "a"], [2.0, "b"], [3.0, None], [0.5, "a"]] * 9, dtype=object)
    student = make_pipeline(TableEncoder(), network()).fit(X, [0, 1, 1, 0] * 9)
    model = to_onnx(student)
    assert [each.name for each in model.graph.input] == ["x0", "x1"]
    loaded = OnnxClassifier.from_bytes(model.SerializeToString())
    assert_allclose(
        loaded.predict_proba(X), student.predict_proba(X), rtol=0, atol=1e-6
    )


def feeds_of(frame, inputs):
    """Tensors of columns, and what they are in skl2onnx."""
    types = pytest.importorskip("skl2onnx.common.data_types")
    feeds, declared = {}, []
    for name in inputs:
        column = frame[name]
        if column.dtype.kind == "M":
            column = (column - pd.Timestamp(1970, 1, 1)) / pd.Timedelta("1s")
        if column.dtype.kind in "fb":
            values, of = column.to_numpy(np.float64), types.DoubleTensorType
        else:
            missing = "" if name != "hostile" else "missing"
            column = column.astype(object).where(column.notna(), missing)
            values, of = column.to_numpy(), types.StringTensorType
        feeds[name] = values[:, None]
        declared.append((name, of([None, 1])))
    return feeds, declared


def is_tree(student):
    return isinstance(
        getattr(student, "steps", [[None]])[-1][-1], DecisionTreeClassifier
    )


def test_converters(student, others):
    skl2onnx = pytest.importorskip("skl2onnx", reason="needs the extra 'export'")
    register_converters()
    if is_tree(student):
        pytest.skip("skl2onnx itself writes no trees that read double numbers")
    feeds, declared = feeds_of(others, others.columns)
    model = skl2onnx.to_onnx(student, initial_types=declared, options={"zipmap": False})
    session = onnxruntime.InferenceSession(model.SerializeToString())
    taken = {each.name for each in session.get_inputs()}
    feeds = {name: values for name, values in feeds.items() if name in taken}
    label, proba = session.run(None, feeds)
    assert_array_equal(label, student.predict(others))
    assert_allclose(proba, student.predict_proba(others), rtol=0, atol=2e-6)
    if hasattr(student, "encoder_"):
        with pytest.raises(ValueError, match="each of its 9 columns"):
            skl2onnx.to_onnx(student, initial_types=declared[:3])
