"""Regressors in every form predict as before."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import ctypes
import pickle
import warnings
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
from compiling import STRICT, build, needs_compiler
from numpy.testing import assert_allclose, assert_array_equal
from scripting import needs_node, predict_in_node
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import make_friedman1
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestRegressor, VotingRegressor
from sklearn.linear_model import ElasticNet, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from skdistill import (
    DistilledRegressor,
    SoftTargetRegressor,
    SquaredErrorDistillation,
    SquaredErrorMLPRegressor,
    TabularMLPRegressor,
    TransferSet,
)
from skdistill.export import (
    CompiledRegressor,
    OnnxRegressor,
    compile,
    load,
    register_converters,
    save,
    to_c,
    to_javascript,
    to_onnx,
)

needs_onnx = pytest.mark.skipif(
    not all(map(find_spec, ("onnx", "onnxruntime"))), reason="needs the extra 'export'"
)


def network(**settings):
    defaults = {"hidden_layer_sizes": (8,), "max_iter": 5, "random_state": 0}
    return SquaredErrorMLPRegressor(**defaults | settings)


TREE = DecisionTreeRegressor(max_depth=4, random_state=0)
REGRESSORS = {
    "network": network(),
    "bins, members": network(numeric_encoding=4, n_members=3),
    "deep, tanh": network(hidden_layer_sizes=(6, 5, 4), activation="tanh", n_members=2),
    "no hidden layer": network(hidden_layer_sizes=(), n_members=2),
    "double": network(solver="lbfgs", tol=1.0),
    "tabular": TabularMLPRegressor(network()),
    "tree": TREE,
    "forest": RandomForestRegressor(4, max_depth=4, random_state=0),
    "ridge": Ridge(),
    "elastic net": ElasticNet(),
    "perceptron": MLPRegressor(hidden_layer_sizes=(7, 6), tol=9.0, random_state=0),
    "scaled": make_pipeline(StandardScaler(), network(standardize=False)),
    "taught": SoftTargetRegressor(TREE),
    "taught pipeline": SoftTargetRegressor(make_pipeline(StandardScaler(), Ridge())),
    "scaled targets": TransformedTargetRegressor(
        Ridge(), transformer=StandardScaler(with_mean=False)
    ),
    "constant": DummyRegressor(),
}
regressors = pytest.mark.parametrize("name", REGRESSORS)
numbers_of_outputs = pytest.mark.parametrize("n_outputs", [1, 2])


@pytest.fixture(scope="module")
def data():
    X, y = make_friedman1(120, random_state=0)
    return X, np.column_stack([y, 1e3 - 50 * y * X[:, 0]])


def fitted(name, data, n_outputs):
    X, Y = data
    y = Y[:, 0] if n_outputs == 1 else Y
    with warnings.catch_warnings(action="ignore"):  # of convergence
        return REGRESSORS[name].fit(X, y)


def assert_same(found, expected, rtol=2e-6):
    """Equal in units of what is predicted."""
    assert found.shape == expected.shape
    unit = np.abs(expected).max(axis=0)
    assert_allclose(found / unit, expected / unit, rtol=0, atol=rtol)


@needs_compiler
@regressors
@numbers_of_outputs
def test_compiled(data, name, n_outputs):
    student = fitted(name, data, n_outputs)
    compiled = compile(student)
    assert type(compiled) is CompiledRegressor
    X, expected = data[0], student.predict(data[0])
    assert_same(compiled.predict(X), expected)
    assert_same(pickle.loads(pickle.dumps(compiled)).predict(X[:1]), expected[:1])
    assert not hasattr(compiled, "classes_")
    assert compiled.n_features_in_ == 10
    with pytest.raises(ValueError, match=r"infinity|too large"):
        compiled.predict(np.full((1, 10), np.inf))


@needs_onnx
@regressors
@numbers_of_outputs
def test_onnx(data, name, n_outputs, tmp_path):
    student = fitted(name, data, n_outputs)
    (output,) = to_onnx(student).graph.output
    assert output.name == "variable"
    save(student, tmp_path / "student.onnx")
    loaded = load(tmp_path / "student.onnx")
    assert type(loaded) is OnnxRegressor
    assert_same(loaded.predict(data[0]), student.predict(data[0]))
    again = pickle.loads(pickle.dumps(loaded))
    assert_array_equal(again.predict(data[0]), loaded.predict(data[0]))


@needs_node
@numbers_of_outputs
def test_javascript(data, n_outputs):
    students = [fitted(name, data, n_outputs) for name in REGRESSORS]
    X = data[0][:20]
    scripts = [to_javascript(student) for student in students]
    assert all("predictProba" not in script for script in scripts)
    predicted = predict_in_node(scripts, X.tolist(), function="predict")
    for student, found in zip(students, predicted, strict=True):
        assert_same(np.array(found), student.predict(X))


@pytest.mark.parametrize("name", ["bins, members", "tabular", "taught pipeline"])
@numbers_of_outputs
def test_skops(data, name, n_outputs, tmp_path):
    pytest.importorskip("skops", reason="needs the extra 'export'")
    student = fitted(name, data, n_outputs)
    save(student, tmp_path / "student.skops")
    loaded = load(tmp_path / "student.skops")
    assert type(loaded).__module__.startswith("sklearn.")
    assert_same(loaded.predict(data[0]), student.predict(data[0]))


@pytest.mark.parametrize("name", ["bins, members", "scaled", "taught pipeline"])
@numbers_of_outputs
def test_skl2onnx(data, name, n_outputs):
    skl2onnx = pytest.importorskip("skl2onnx", reason="needs the extra 'export'")
    runtime = pytest.importorskip("onnxruntime")
    register_converters()
    student = fitted(name, data, n_outputs)
    single = data[0].astype(np.float32)
    model = skl2onnx.to_onnx(student, single[:1])
    session = runtime.InferenceSession(model.SerializeToString())
    (found,) = session.run(None, {"X": single})
    expected = student.predict(single)
    assert_same(found.reshape(expected.shape), expected)


@needs_compiler
@numbers_of_outputs
def test_strict_compilers_have_no_complaint(data, n_outputs, tmp_path):
    student = fitted("bins, members", data, n_outputs)
    to_c(student, tmp_path / "student.c")
    source = (tmp_path / "student.c").read_text()
    assert "classes" not in source
    assert f"student_n_outputs = {n_outputs} " in source
    library = build(tmp_path, *STRICT)
    X, found = data[0][:3].copy(), np.empty((3, n_outputs))
    start, end = (ctypes.c_void_p(each.ctypes.data) for each in (X, found))
    assert library.student_predict_batch(start, ctypes.c_size_t(3), end) == 0
    expected = student.predict(X)
    assert_same(found.reshape(expected.shape), expected)


@pytest.fixture
def frame(rng):
    frame = pd.DataFrame({"amount": rng.normal(size=80)})
    frame["city"] = rng.choice([*"abcdefghijklm", None], size=80)
    frame["day"] = pd.to_datetime("2024-01-01") + pd.to_timedelta(
        rng.randint(900, size=80), unit="D"
    )
    return frame, 1e3 + frame["amount"].to_numpy() + 3 * (frame["city"] == "a")


@pytest.mark.parametrize("n_outputs", [1, 2])
@pytest.mark.parametrize(
    "export",
    [
        pytest.param(compile, marks=needs_compiler),
        pytest.param(
            lambda student: OnnxRegressor.from_bytes(
                to_onnx(student).SerializeToString()
            ),
            marks=needs_onnx,
        ),
    ],
    ids=["C", "ONNX"],
)
def test_tables_and_records(frame, export, n_outputs):
    X, y = frame
    y = y if n_outputs == 1 else np.column_stack([y, -y])
    student = TabularMLPRegressor(network(numeric_encoding=4)).fit(X, y)
    exported = export(student)
    assert_same(exported.predict(X), student.predict(X))
    record = {"city": "unseen", "amount": None, "day": X["day"][0]}
    assert_same(exported.predict(record), student.predict(record))


@needs_compiler
def test_a_vote():
    X, y = make_friedman1(80, random_state=1)
    vote = VotingRegressor([("tree", TREE), ("network", network())], weights=[1, 3])
    assert_same(compile(vote.fit(X, y)).predict(X), vote.predict(X))


@pytest.mark.parametrize(
    "model",
    [
        KNeighborsRegressor(),
        TransformedTargetRegressor(
            Ridge(), transformer=QuantileTransformer(n_quantiles=9)
        ),
    ],
)
def test_what_cannot_be_exported(data, model):
    model.fit(data[0], data[1][:, 0])
    with pytest.raises(TypeError, match=r"cannot be exported.*: .*MLPRegressor"):
        compile(model)
    with pytest.raises(TypeError, match="no classifier and no regressor"):
        compile(StandardScaler().fit(data[0]))


@needs_compiler
def test_networks_far_from_zero(rng):
    X = rng.normal(size=(100, 3))
    y = 1e9 + 0.01 * X[:, 0]
    student = network(max_iter=60).fit(X, y)
    compiled = compile(student)
    assert np.corrcoef(student.predict(X), y)[0, 1] > 0.95
    assert_allclose(compiled.predict(X), student.predict(X), rtol=0, atol=1e-6)


@needs_compiler
def test_distilled_regressors(data):
    X, Y = data
    teacher = RandomForestRegressor(8, random_state=0)
    model = DistilledRegressor(teacher, network(), committee=None, random_state=0)
    assert_same(compile(model.fit(X, Y)).predict(X), model.predict(X))


@pytest.mark.parametrize(
    "export",
    [
        pytest.param("compile", marks=needs_compiler),
        pytest.param(".onnx", marks=needs_onnx),
        "to_sklearn",
    ],
)
@pytest.mark.parametrize("student", [network(), TREE], ids=["network", "tree"])
def test_quantiles_are_columns(data, export, student, tmp_path):
    X, Y = data
    teacher = RandomForestRegressor(8, random_state=0)
    model = DistilledRegressor(teacher, student, synthesizer=None, random_state=0)
    model.set_params(quantiles=(0.1, 0.5, 0.9), committee=None).fit(X, Y[:, 0])
    if export == "compile":
        served = compile(model)
    elif export == "to_sklearn":
        served = model.to_sklearn()
    else:
        save(model, tmp_path / "student.onnx")
        served = load(tmp_path / "student.onnx")
    quantiles = served.predict(X)
    assert_same(np.sort(quantiles, axis=1), model.predict_quantiles(X))


@needs_compiler
def test_students_of_a_teacher(data):
    X, Y = data
    student = network().fit_distill(TransferSet(X, Y, Y), SquaredErrorDistillation())
    assert_same(compile(student).predict(X), student.predict(X))


@needs_compiler
def test_manners(data):
    compiled = compile(fitted("network", data, 1))
    assert compiled.fit(None) is compiled
    assert compiled.score(data[0], data[1][:, 0]) > 0
    assert not hasattr(compiled, "feature_names_in_")
    with pytest.raises(ValueError, match="10 features"):
        compiled.predict(data[0][:, :3])
