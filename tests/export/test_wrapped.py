"""Wrapped students, and what is made of them, as plain scikit-learn estimators."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    ExtraTreesClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
    VotingClassifier,
)
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import (
    LogisticRegression,
    LogisticRegressionCV,
    Ridge,
    SGDClassifier,
)
from sklearn.multioutput import MultiOutputRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR, LinearSVC
from sklearn.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)

from skdistill import (
    DistillationLoss,
    DistilledClassifier,
    SoftmaxMLPClassifier,
    SoftTargetClassifier,
    TransferSet,
)
from skdistill.export._wrapped import as_plain
from skdistill.students import BornAgainClassifier

pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]

TREE = {"max_leaf_nodes": 9, "random_state": 0}

# Those whose probabilities can be raised to a power and stay of their kind.
AT_ANY_TEMPERATURE = [
    DecisionTreeClassifier(**TREE),
    ExtraTreeClassifier(**TREE),
    RandomForestClassifier(1, **TREE),
    ExtraTreesClassifier(1, **TREE),
    LogisticRegression(max_iter=1000),
    LogisticRegressionCV(Cs=2, cv=2, max_iter=1000),
    LinearDiscriminantAnalysis(),
    MLPClassifier((5,), max_iter=20, random_state=0),
    DecisionTreeRegressor(**TREE),
    DecisionTreeRegressor(criterion="absolute_error", **TREE),
    ExtraTreeRegressor(**TREE),
    make_pipeline(StandardScaler(), LogisticRegression()),
    make_pipeline("passthrough", DecisionTreeRegressor(**TREE)),
    make_pipeline(StandardScaler(), SoftmaxMLPClassifier((5,), random_state=0)),
]
OF_TWO_CLASSES = [
    SGDClassifier(loss="log_loss", random_state=0),
    LogisticRegression(solver="liblinear"),
]
# Of which further steps make the power of their probabilities.
OTHERS = [
    GaussianNB(),
    KNeighborsClassifier(),
    RandomForestClassifier(2, **TREE),
    SGDClassifier(loss="log_loss", random_state=0),
]
REGRESSORS = [
    Ridge(),
    RandomForestRegressor(3, random_state=0),
    MultiOutputRegressor(SVR()),
]


def distil(student, X, y, temperature):
    """Fit a student to targets that differ from the labels."""
    n_classes = y.max() + 1
    rng = np.random.RandomState(0)
    logits = 3 * np.eye(n_classes)[y] + rng.normal(size=(len(y), n_classes))
    names = np.array(["b", "c", "z"])[:n_classes]
    transfer = TransferSet(X, logits, y, names)
    return clone(student).fit_distill(transfer, DistillationLoss(temperature, 0.6))


def check_equal(student, X):
    """Check the plain form of a student, and that the student stays as it is."""
    proba, state = student.predict_proba(X), pickle.dumps(student)
    plain = student.to_sklearn()
    assert pickle.dumps(student) == state
    assert b"skdistill" not in pickle.dumps(plain)
    assert_allclose(plain.predict_proba(X), proba, atol=1e-6)
    assert_array_equal(plain.predict(X), student.predict(X))
    assert_array_equal(plain.classes_, student.classes_)
    return plain


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("estimator", AT_ANY_TEMPERATURE, ids=str)
def test_at_any_temperature(iris, estimator, n_classes, temperature):
    X, y = iris
    student = SoftTargetClassifier(estimator)
    student = distil(student, X, y % n_classes, temperature)
    check_equal(student, X)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("estimator", OF_TWO_CLASSES, ids=str)
def test_one_vs_rest_of_two_classes(cancer, estimator, temperature):
    X, y = cancer
    X = StandardScaler().fit_transform(X)
    check_equal(distil(SoftTargetClassifier(estimator), X, y, temperature), X)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("estimator", OTHERS, ids=str)
def test_further_steps_raise_probabilities(iris, estimator, n_classes):
    X, y = iris[0], iris[1] % n_classes
    student = distil(SoftTargetClassifier(estimator, random_state=0), X, y, 1.0)
    assert check_equal(student, X) is student.estimator_
    student = distil(SoftTargetClassifier(estimator, random_state=0), X, y, 2.0)
    check_equal(student, X)


def test_a_network_is_made_plain(iris):
    X, y = iris
    network = SoftmaxMLPClassifier((5,), max_iter=20, random_state=0)
    for temperature in (1.0, 2.0):
        student = distil(SoftTargetClassifier(network), X, y, temperature)
        assert type(check_equal(student, X)) is MLPClassifier


@pytest.mark.parametrize("temperature", [1.0, 3.0])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("estimator", REGRESSORS, ids=str)
def test_further_steps_normalize_regressions(iris, estimator, n_classes, temperature):
    X, y = iris[0], iris[1] % n_classes
    student = SoftTargetClassifier(estimator)
    check_equal(distil(student, X, y, temperature), X)


def test_a_regressor_that_has_one_output_only(iris):
    X, y = iris[0], iris[1] % 2
    check_equal(distil(SoftTargetClassifier(SVR()), X, y, 2.0), X)


def test_subclasses_may_predict_in_other_ways(iris):
    class Another(LogisticRegression):
        pass

    student = distil(SoftTargetClassifier(Another(max_iter=1000)), *iris, 2.0)
    plain = student.to_sklearn()
    assert type(plain) is Pipeline
    X, _ = iris
    assert_allclose(plain.predict_proba(X), student.predict_proba(X), atol=1e-6)


def test_a_regressor_of_one_output(cancer):
    X, y = cancer
    P = np.column_stack([1 - 0.8 * y, 0.8 * y])
    tree = DecisionTreeRegressor(**TREE).fit(X, P[:, 1])
    student = SoftTargetClassifier(DecisionTreeRegressor(**TREE)).fit(X, P)
    student.estimator_ = tree
    check_equal(student, X)


def test_labels_alone(iris):
    X, y = iris
    student = SoftTargetClassifier(LinearSVC(random_state=0)).fit(X, y)
    assert student.to_sklearn() is student.estimator_


def test_names_of_features(iris):
    X, y = iris
    frame = pd.DataFrame(X, columns=list("abcd"))
    for estimator in (DecisionTreeRegressor(**TREE), DecisionTreeClassifier(**TREE)):
        student = distil(SoftTargetClassifier(estimator), frame, y, 2.0)
        plain = check_equal(student, frame)
        assert_array_equal(plain.feature_names_in_, list("abcd"))


def test_a_class_without_samples_has_no_column(iris):
    X, y = iris
    P = np.zeros((150, 4))
    P[:, [0, 1, 3]] = 0.1 + 0.7 * np.eye(3)[y]
    student = SoftTargetClassifier(DecisionTreeClassifier(**TREE)).fit(X, P)
    plain = student.to_sklearn()
    assert_array_equal(plain.classes_, [0, 1, 3])
    assert_allclose(plain.predict_proba(X), student.predict_proba(X)[:, [0, 1, 3]])


def test_distilled_classifiers(iris):
    X, y = iris
    settings = {"committee": None, "synthesizer": None, "temperature": 2.0}
    model = DistilledClassifier(GaussianNB(), DecisionTreeClassifier(), **settings)
    with pytest.raises(NotFittedError):
        model.to_sklearn()
    check_equal(model.fit(X, y), X)
    model.set_params(student=KNeighborsClassifier()).fit(X, y)
    check_equal(model, X)


def test_what_scikit_learn_puts_together(iris):
    X, y = iris
    network = SoftmaxMLPClassifier((5,), max_iter=5, random_state=0)
    vote = VotingClassifier([("a", network), ("b", GaussianNB())], voting="soft")
    student = SoftTargetClassifier(make_pipeline(StandardScaler(), vote)).fit(X, y)
    assert type(check_equal(student, X)) is Pipeline
    scaler = make_pipeline(StandardScaler(), GaussianNB()).fit(X, y)
    assert as_plain(scaler) is scaler


def test_incremental_students(iris):
    X, y = iris
    student = SoftmaxMLPClassifier((5,), max_iter=5, random_state=0)
    settings = {"committee": None, "synthesizer": None, "keep_teacher": True}
    model = DistilledClassifier(GaussianNB(), student, **settings)
    check_equal(model.fit(X, y).partial_fit(X[:50], y[:50]), X)


@pytest.mark.parametrize("average", [False, True])
def test_generations(iris, average):
    X, y = iris
    student = BornAgainClassifier(DecisionTreeClassifier(**TREE), average=average)
    check_equal(distil(student, X, y, 2.0), X)


def test_students_of_third_parties(iris):
    class Third(LogisticRegression):
        def fit_distill(self, transfer, loss):
            return self.fit(transfer.X, transfer.most_likely_labels())

    student = make_pipeline(StandardScaler(), Third())
    student = distil(SoftTargetClassifier(student), *iris, 2.0)
    with pytest.raises(TypeError, match="Third has no to_sklearn of its own"):
        student.to_sklearn()


def test_needs_a_fit():
    for student in (SoftTargetClassifier(), BornAgainClassifier()):
        with pytest.raises(NotFittedError):
            student.to_sklearn()


class TestFiles:
    def students(self, iris):
        for estimator in AT_ANY_TEMPERATURE:
            yield distil(SoftTargetClassifier(estimator), *iris, 2.0).to_sklearn()

    def test_skops_trusts_them(self, iris):
        skops = pytest.importorskip("skops.io", reason="needs the extra 'export'")
        for plain in self.students(iris):
            file = skops.dumps(plain)
            untrusted = skops.get_untrusted_types(data=file)
            # Some versions trust no tree, and no optimizer, of scikit-learn itself.
            assert all(name.startswith("sklearn.") for name in untrusted)
            loaded = skops.loads(file, trusted=untrusted)
            assert_array_equal(
                loaded.predict_proba(iris[0]), plain.predict_proba(iris[0])
            )

    def test_onnx_converts_them(self, iris):
        skl2onnx = pytest.importorskip("skl2onnx", reason="needs the extra 'export'")
        onnxruntime = pytest.importorskip("onnxruntime")
        X = iris[0].astype(np.float32)
        options = {"zipmap": False}
        for plain in self.students(iris):
            last = plain[-1] if hasattr(plain, "steps") else plain
            onnx = skl2onnx.to_onnx(plain, X[:1], options={id(last): options})
            session = onnxruntime.InferenceSession(onnx.SerializeToString())
            proba = session.run(None, {session.get_inputs()[0].name: X})[1]
            assert_allclose(proba, plain.predict_proba(X), atol=1e-5)

    def test_they_predict_without_the_package(self, iris, tmp_path):
        student = make_pipeline(StandardScaler(), DecisionTreeRegressor(**TREE))
        plain = distil(SoftTargetClassifier(student), *iris, 2.0).to_sklearn()
        path = tmp_path / "student.pickle"
        path.write_bytes(pickle.dumps(plain))
        code = (
            f"import sys, pickle; model = pickle.load(open({str(path)!r}, 'rb')); "
            "print(model.predict([[5.1, 3.5, 1.4, 0.2]])[0], "
            "'skdistill' in sys.modules)"
        )
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert run.stdout.split() == ["b", "False"]
