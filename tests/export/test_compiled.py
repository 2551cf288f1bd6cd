"""Students compiled from C predict as before."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from compiling import (
    STUDENTS,
    fitted,
    needs_compiler,
    network,
    samples,
    table,
)
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

import skdistill.export._library as library
from skdistill import SubtaskEnsembleClassifier
from skdistill.export import CompilerError, compile

pytestmark = needs_compiler


@pytest.fixture(scope="module")
def student():
    return fitted("bins, members", 3)


@pytest.fixture(scope="module")
def compiled(student):
    return compile(student)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("name", STUDENTS)
def test_equal_probabilities(name, n_classes):
    student, X = fitted(name, n_classes), samples(n_classes)
    compiled = compile(student)
    proba = compiled.predict_proba(X)
    assert_allclose(proba, student.predict_proba(X), rtol=0, atol=1e-6)
    assert_array_equal(compiled.predict(X), student.predict(X))
    assert_array_equal(compiled.classes_, student.classes_)
    assert compiled.n_features_in_ == student.n_features_in_
    # Whatever the size of a block, and that of the last.
    one_by_one = np.vstack([compiled.predict_proba(X[i : i + 1]) for i in range(40)])
    assert_allclose(one_by_one, proba[:40], rtol=1e-6)


def test_values_between_bins_and_on_them(rng):
    # Bins as narrow as the last digits of single precision.
    X = 1e6 + rng.randint(0, 100, (200, 1)) / 100.0
    student = network(numeric_encoding=16, solver="lbfgs").fit(X, X[:, 0] > X.mean())
    between = np.linspace(X.min() - 0.1, X.max() + 0.1, 999)[:, None]
    X = np.vstack([X, between])
    assert_allclose(
        compile(student).predict_proba(X), student.predict_proba(X), atol=1e-6
    )


def test_thresholds_are_compared_in_single_precision():
    X = np.float32([[0.1], [0.2], [0.3], [0.4]]).astype(np.float64)
    tree = DecisionTreeClassifier().fit(X, [0, 1, 0, 1])
    near = tree.tree_.threshold[0] + np.array([[-1e-9], [0], [1e-10], [1e-9], [1e-8]])
    assert_array_equal(compile(tree).predict_proba(near), tree.predict_proba(near))


def test_gaps_go_where_the_tree_sends_them():
    X, y = table(3)
    X = X.copy()
    X[::3, 0] = X[1::4, 2] = np.nan
    tree = DecisionTreeClassifier(max_depth=4, random_state=0).fit(X, y)
    assert_array_equal(compile(tree).predict_proba(X), tree.predict_proba(X))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e39])
def test_numbers_that_the_student_refuses_are_refused(compiled, student, value):
    X = samples(3)[:20].copy()
    X[17, 1] = value
    for model in (student, compiled):
        with pytest.raises(ValueError, match=r"NaN|infinity|too large for dtype"):
            model.predict_proba(X)


def test_rows_in_other_forms(compiled):
    X = samples(3)[:30]
    expected = compiled.predict_proba(X)
    for rows in (X.tolist(), np.asfortranarray(X), np.repeat(X, 2, axis=0)[::2]):
        assert_array_equal(compiled.predict_proba(rows), expected)
    single = X.astype(np.float32)
    assert_allclose(compiled.predict_proba(single), expected, atol=1e-5)
    for rows in (X[:, :3], X[0]):
        with pytest.raises(ValueError, match=r"features|1D array"):
            compiled.predict_proba(rows)


def test_feature_names_are_checked():
    frame, y = load_iris(return_X_y=True, as_frame=True)
    student = network().fit(frame, y)
    compiled = compile(student)
    assert_array_equal(compiled.feature_names_in_, frame.columns)
    assert_allclose(
        compiled.predict_proba(frame), student.predict_proba(frame), atol=1e-6
    )
    with pytest.raises(ValueError, match="feature names"):
        compiled.predict_proba(frame[frame.columns[::-1]])
    assert not hasattr(compile(fitted("relu", 3)), "feature_names_in_")


def test_pickles(compiled, monkeypatch):
    X, expected = samples(3), compiled.predict_proba(samples(3))
    pickled = pickle.dumps(compiled)
    with monkeypatch.context() as patch:
        patch.setattr(library, "build", lambda source: pytest.fail("was built again"))
        again = pickle.loads(pickled)
    assert_array_equal(again.predict_proba(X), expected)
    # On another machine it is built from its source.
    monkeypatch.setattr(library, "machine", lambda: "another")
    binary = library.build(compiled.engine.source)
    monkeypatch.setattr(
        library, "build", lambda source: builds.append(source) or binary
    )
    builds = []
    again = pickle.loads(pickled)
    assert builds == [compiled.engine.source]
    assert_array_equal(again.predict_proba(X), expected)


def test_threads(compiled):
    X = np.repeat(samples(3), 20, axis=0)
    parts = [X[i::16] for i in range(16)]
    expected = [compiled.predict_proba(part) for part in parts]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(compiled.predict_proba, parts * 20))
    for i, answer in enumerate(answers):
        assert_array_equal(answer, expected[i % 16])


def test_is_an_estimator(compiled):
    X, y = table(3)
    assert clone(compiled) is compiled
    pipeline = make_pipeline(StandardScaler(), compiled).fit(X, y)
    assert pipeline.score(X, y) == compiled.score(StandardScaler().fit_transform(X), y)
    assert_array_equal(compiled.predict_log_proba(X), np.log(compiled.predict_proba(X)))


def test_no_compiler(monkeypatch, student):
    monkeypatch.setenv("CC", "no-such-compiler -O3")
    with pytest.raises(CompilerError, match=r"'no-such-compiler'.*apt-get install gcc"):
        compile(student)


def test_compiler_that_fails(monkeypatch, student):
    monkeypatch.setenv("CC", "cc -fno-such-option")
    with pytest.raises(CompilerError, match=r"cc -fno-such-option.*\n.*no-such-option"):
        compile(student)


def test_compiler_without_native(monkeypatch, tmp_path, student, compiled):
    script = tmp_path / "old-cc"
    script.write_text('#!/bin/sh\ncase "$*" in *march*) exit 1;; esac\nexec cc "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("CC", str(script))
    X = samples(3)
    assert_allclose(
        compile(student).predict_proba(X), compiled.predict_proba(X), atol=1e-6
    )


class Shifted(DecisionTreeClassifier):
    """Predicts in a way of its own."""

    def predict_proba(self, X):
        return super().predict_proba(X)[:, ::-1]


@pytest.mark.parametrize(
    "model", [SVC(), Shifted(max_depth=2), make_pipeline(StandardScaler(), SVC())]
)
def test_other_kinds_are_refused(model):
    with pytest.raises(TypeError, match=r"cannot be exported. These can: .*Softmax"):
        compile(model.fit(*table(2)))


def test_texts_are_refused():
    student = make_pipeline(TfidfVectorizer(), network())
    student.fit(["good", "bad"] * 20, [0, 1] * 20)
    with pytest.raises(TypeError, match=r"TfidfVectorizer\(\) cannot be exported"):
        compile(student)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("combine", ["gate", "mean", "vote", "stack"])
@pytest.mark.parametrize("partition", ["cluster", "random", "features", "classes"])
def test_all_subtask_ensembles(partition, combine, n_classes):
    ensemble = SubtaskEnsembleClassifier(
        n_subtasks=2, partition=partition, combine=combine, random_state=0
    )
    proba = ensemble.fit(*table(n_classes)).predict_proba(samples(n_classes))
    compiled = compile(ensemble)
    assert_allclose(compiled.predict_proba(samples(n_classes)), proba, atol=1e-6)


def test_subclasses_are_read_as_their_base():
    class Renamed(DecisionTreeClassifier):
        pass

    tree = Renamed(max_depth=2).fit(*table(2))
    assert_array_equal(
        compile(tree).predict_proba(samples(2)), tree.predict_proba(samples(2))
    )
