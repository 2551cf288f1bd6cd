"""Files of all forms: saved whole, loaded with caution, and without this package."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import os
import subprocess
import sys

import joblib
import numpy as np
import pytest
from compiling import fitted, needs_compiler, samples
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression

from skdistill import SoftmaxMLPClassifier
from skdistill.export import OnnxClassifier, load, save

# How each file is read by those who have never heard of this package.
READERS = {
    ".skops": """
import skops.io
proba = skops.io.load(path).predict_proba(X)
""",
    ".onnx": """
import onnxruntime
session = onnxruntime.InferenceSession(path)
proba = session.run(["probabilities"], {"X": X.astype(np.float32)})[0]
""",
    ".c": """
import ctypes, subprocess
library = path[:-2] + ".so"
command = ["cc", "-O3", "-shared", "-fPIC", path, "-o", library, "-lm"]
subprocess.run(command, check=True)
proba = np.empty((len(X), 3))
pointers = [ctypes.c_void_p(array.ctypes.data) for array in (X, proba)]
function = ctypes.CDLL(library).student_predict_proba_batch
assert function(pointers[0], ctypes.c_size_t(len(X)), pointers[1]) == 0
""",
}
NEEDS = {".skops": ["skops"], ".onnx": ["onnx", "onnxruntime"], ".c": []}


@pytest.fixture
def student():
    return fitted("bins, members", 3)


@pytest.mark.parametrize(
    "suffix", [".skops", ".onnx", pytest.param(".c", marks=needs_compiler)]
)
def test_read_without_this_package(student, tmp_path, suffix):
    for package in NEEDS[suffix]:
        pytest.importorskip(package, reason="needs the extra 'export'")
    X, path = samples(3), tmp_path / f"student{suffix}"
    save(student, path)
    np.save(tmp_path / "X.npy", X)
    code = f"""
import sys
sys.modules["skdistill"] = None  # importing it raises
import numpy as np
path, X = {str(path)!r}, np.load({str(tmp_path / "X.npy")!r})
{READERS[suffix]}
np.save({str(tmp_path / "proba.npy")!r}, proba)
"""
    # -I: neither the working directory nor PYTHONPATH is searched for modules.
    subprocess.run([sys.executable, "-I", "-c", code], check=True, cwd=tmp_path)
    proba = np.load(tmp_path / "proba.npy")
    assert_allclose(proba, student.predict_proba(X), rtol=0, atol=1e-6)


@pytest.mark.parametrize("suffix", [".skops", ".onnx", ".joblib"])
def test_round_trip(student, tmp_path, suffix):
    for package in NEEDS.get(suffix, []):
        pytest.importorskip(package, reason="needs the extra 'export'")
    X, path = samples(3), str(tmp_path / f"student{suffix}")
    save(student, path)
    model = load(path, trusted=suffix == ".joblib")
    assert_array_equal(model.predict(X), student.predict(X))
    assert_allclose(model.predict_proba(X), student.predict_proba(X), rtol=0, atol=1e-6)
    assert_array_equal(model.classes_, student.classes_)
    assert os.listdir(tmp_path) == [f"student{suffix}"]


def test_trees_in_skops_have_to_be_trusted(tmp_path):
    skops = pytest.importorskip("skops.io", reason="needs the extra 'export'")
    student, path, X = fitted("sharpened tree", 3), tmp_path / "tree.skops", samples(3)
    save(student, path)
    if skops.get_untrusted_types(file=path):  # before 0.16, there are none
        with pytest.raises(ValueError, match=r"holds .*Tree.*trusted=True"):
            load(path)
    loaded = load(path, trusted=True)
    assert_allclose(loaded.predict_proba(X), student.predict_proba(X))


def test_what_is_loaded(student, tmp_path):
    save(student, tmp_path / "student.joblib")
    assert type(load(tmp_path / "student.joblib", trusted=True)) is SoftmaxMLPClassifier
    pytest.importorskip("onnxruntime", reason="needs the extra 'export'")
    save(student, tmp_path / "student.onnx")
    assert type(load(tmp_path / "student.onnx")) is OnnxClassifier


class Exploit:
    """Runs code when it is unpickled."""

    def __reduce__(self):
        return os.mkdir, ("exploited",)


def test_nothing_is_unpickled_without_trust(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    joblib.dump(Exploit(), "model.joblib")
    with pytest.raises(ValueError, match="trusted=True"):
        load("model.joblib")
    # Neither under another suffix.
    os.rename("model.joblib", "model.skops")
    pytest.importorskip("skops", reason="needs the extra 'export'")
    with pytest.raises(Exception, match="zip"):
        load("model.skops")
    assert not os.path.exists("exploited")


def test_skops_trusts_what_it_gets(tmp_path):
    pytest.importorskip("skops", reason="needs the extra 'export'")
    regression = fitted("logistic regression", 3)
    save(regression, tmp_path / "model.skops")
    assert type(load(tmp_path / "model.skops")) is LogisticRegression

    class Own(LogisticRegression):
        pass

    with pytest.raises(TypeError, match=r"Own.*would not load without trust"):
        save(Own().fit([[0.0], [1.0]], [0, 1]), tmp_path / "own.skops")


@pytest.mark.parametrize("name", ["student", "student.pkl", "student.so"])
def test_other_suffixes(student, tmp_path, name):
    for function in (lambda path: save(student, path), load):
        with pytest.raises(ValueError, match=r"suffix.*\.skops, \.onnx.*\.joblib"):
            function(tmp_path / name)


def test_files_in_c_are_not_loaded(student, tmp_path):
    save(student, tmp_path / "student.c")
    with pytest.raises(ValueError, match="not read again"):
        load(tmp_path / "student.c")


@pytest.mark.parametrize("suffix", [".skops", ".onnx"])
def test_missing_packages(student, tmp_path, monkeypatch, suffix):
    for package in ("skops.io", "onnx"):
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=r"pip install 'skdistill\[export\]'"):
        save(student, tmp_path / f"student{suffix}")
    assert not os.listdir(tmp_path)


def test_a_failure_leaves_what_was_there(student, tmp_path, monkeypatch):
    path = tmp_path / "student.joblib"
    save(student, path)
    before = path.read_bytes()

    def full(*arguments):
        raise OSError("No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        save(student, path)
    monkeypatch.undo()
    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space"):
        save(student, path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["student.joblib"]


def test_files_are_for_whom_the_system_says(student, tmp_path):
    save(student, tmp_path / "student.joblib")
    (tmp_path / "plain").write_bytes(b"")
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1
