"""Networks as plain scikit-learn estimators."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.ensemble import VotingClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skdistill import SoftmaxMLPClassifier, SquaredErrorMLPRegressor

NETWORKS = [
    {},
    {"activation": "tanh"},
    {"activation": "logistic", "hidden_layer_sizes": (8, 4)},
    {"n_members": 3},
    {"numeric_encoding": 8},
    {"numeric_encoding": 4, "n_members": 2, "hidden_layer_sizes": (8, 8)},
    {"solver": "lbfgs"},
]


@pytest.fixture(params=[load_iris, load_breast_cancer])
def data(request):
    X, y = request.param(return_X_y=True)
    return StandardScaler().fit_transform(X), np.array(["b", "a", "c"])[y]


@pytest.fixture(params=NETWORKS, ids=str)
def network(request, data):
    parameters = {"max_iter": 10, "random_state": 0, "tol": 1.0} | request.param
    return SoftmaxMLPClassifier(**parameters).fit(*data)


def test_equal_probabilities(network, data):
    plain = network.to_sklearn()
    expected = VotingClassifier if network.n_members > 1 else MLPClassifier
    assert type(plain) is expected
    X, _ = data
    assert_allclose(plain.predict_proba(X), network.predict_proba(X), atol=1e-6)
    assert_array_equal(plain.predict(X), network.predict(X))
    assert_array_equal(plain.classes_, network.classes_)


def test_skops_trusts_it(network):
    skops = pytest.importorskip("skops.io", reason="needs the extra 'export'")
    assert skops.get_untrusted_types(data=skops.dumps(network.to_sklearn())) == []


def test_onnx_converts_it(network, data):
    skl2onnx = pytest.importorskip("skl2onnx", reason="needs the extra 'export'")
    onnxruntime = pytest.importorskip("onnxruntime", reason="needs the extra 'export'")
    X = data[0].astype(np.float32)
    plain = network.to_sklearn()
    options = {MLPClassifier: {"zipmap": False}, VotingClassifier: {"zipmap": False}}
    onnx = skl2onnx.to_onnx(plain, X[:1], options={type(plain): options[type(plain)]})
    session = onnxruntime.InferenceSession(onnx.SerializeToString())
    _, proba = session.run(None, {session.get_inputs()[0].name: X})
    assert_allclose(proba, network.predict_proba(X), atol=1e-5)


def test_predicts_without_the_package(tmp_path):
    X, y = load_iris(return_X_y=True)
    network = SoftmaxMLPClassifier(max_iter=5, random_state=0).fit(X, y)
    path = tmp_path / "student.joblib"
    joblib.dump(make_pipeline(network.to_sklearn()), path)
    code = (
        f"import sys, joblib; model = joblib.load({str(path)!r}); "
        "print(model.predict([[5.1, 3.5, 1.4, 0.2]])[0], 'skdistill' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(network.predict(X[:1])[0]), "False"]


@pytest.mark.parametrize("n_members", [1, 2])
def test_feature_names_are_kept(n_members):
    frame, y = load_iris(return_X_y=True, as_frame=True)
    network = SoftmaxMLPClassifier(max_iter=2, n_members=n_members)
    plain = network.fit(frame, y).to_sklearn()
    assert_array_equal(plain.feature_names_in_, frame.columns)
    plain.predict(pd.DataFrame(frame))  # would warn if it knew no names


@pytest.mark.parametrize("n_members", [1, 2])
def test_encoding_without_rectified_units(data, n_members):
    X, y = data
    frame = pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])
    network = SoftmaxMLPClassifier(
        numeric_encoding=4, activation="tanh", n_members=n_members, max_iter=2
    )
    plain = network.fit(frame, y).to_sklearn()
    assert type(plain) is Pipeline
    assert_allclose(plain.predict_proba(frame), network.predict_proba(frame), atol=1e-6)
    assert_array_equal(plain.feature_names_in_, frame.columns)


@pytest.mark.parametrize("settings", [*NETWORKS, {"hidden_layer_sizes": ()}], ids=str)
@pytest.mark.parametrize("n_outputs", [1, 2])
@pytest.mark.parametrize("n_members", [1, 3])
def test_regressors(data, settings, n_outputs, n_members):
    X, y = data
    numbers = np.column_stack([1e4 * X[:, 0], (y == "a") - 5.0])
    numbers = numbers[:, 0] if n_outputs == 1 else numbers
    parameters = {"max_iter": 10, "random_state": 0, "tol": 1.0, "n_members": n_members}
    network = SquaredErrorMLPRegressor(**parameters | settings).fit(X, numbers)
    plain = network.to_sklearn()
    assert type(plain) is MLPRegressor
    found, expected = plain.predict(X), network.predict(X)
    assert found.shape == expected.shape
    unit = np.abs(expected).max(axis=0)
    assert_allclose(found / unit, expected / unit, rtol=0, atol=3e-6)


def test_regressors_keep_the_names_of_features():
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [0.0, 5.0, 1.0]})
    network = SquaredErrorMLPRegressor((3,), random_state=0).fit(frame, [1, 2, 3])
    plain = network.to_sklearn()
    assert_array_equal(plain.feature_names_in_, ["a", "b"])
    assert_allclose(plain.predict(frame), network.predict(frame), rtol=1e-5)
