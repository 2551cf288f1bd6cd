"""What classifiers of all kinds say, as logits with a column for every class."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import tracemalloc

import numpy as np
import pytest
from classifiers import PredictOnly
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    RandomForestClassifier,
)
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from skdistill import DistilledClassifier, SoftTargetClassifier
from skdistill.transfer._responses import (
    align_columns,
    classifier_logits,
    n_votes,
    response_method,
    unwrap,
)


@pytest.mark.parametrize(
    ("estimator", "method"),
    [
        (LogisticRegression(), "predict_proba"),
        (LinearSVC(), "decision_function"),
        (SVC(), "decision_function"),
        (RidgeClassifier(), "decision_function"),
        (PredictOnly(), "predict"),
        (make_pipeline(StandardScaler(), LinearSVC()), "decision_function"),
        (FrozenEstimator(PredictOnly()), "predict"),
    ],
)
def test_most_telling_method(estimator, method):
    assert response_method(estimator) == method


def test_an_estimator_without_any_method_is_refused():
    with pytest.raises(
        TypeError, match=r"StandardScaler.*predict_proba, decision_func"
    ):
        response_method(StandardScaler())


def test_align_columns():
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    aligned = align_columns(
        values, ["b", "d"], np.array(["a", "b", "c", "d"]), fill=-9.0
    )
    assert_array_equal(aligned, [[-9, 1, -9, 2], [-9, 3, -9, 4]])
    assert align_columns(values, ["b", "d"], np.array(["b", "d"])) is values


def test_unwrap():
    tree = LogisticRegression()
    wrapped = make_pipeline(StandardScaler(), FrozenEstimator(make_pipeline(tree)))
    assert unwrap(wrapped) is tree
    assert unwrap(tree) is tree


@pytest.mark.parametrize(
    ("estimator", "expected"),
    [
        (RandomForestClassifier(7), 7),
        (FrozenEstimator(ExtraTreesClassifier(8)), 8),
        (make_pipeline(StandardScaler(), RandomForestClassifier(9)), 9),
        (LogisticRegression(), None),
    ],
)
def test_votes(estimator, expected):
    assert n_votes(estimator) == expected


@pytest.mark.parametrize("wrap", [FrozenEstimator, make_pipeline, SoftTargetClassifier])
def test_logits_of_a_forest_are_laplace_smoothed(iris, wrap):
    X, y = iris
    forest = wrap(RandomForestClassifier(10, random_state=0).fit(X, y)).fit(X, y)
    proba = softmax(classifier_logits(forest, X, forest.classes_), axis=1)
    assert_allclose(proba, (10 * forest.predict_proba(X) + 1) / 13)


def test_logits_of_probabilities_are_cut(iris):
    X, y = iris
    bagging = BaggingClassifier(n_estimators=5, random_state=0).fit(X, y)
    logits = classifier_logits(bagging, X, bagging.classes_)
    expected = np.log(np.maximum(bagging.predict_proba(X), 1e-3))
    assert_allclose(logits, expected)


def test_logits_of_margins(iris):
    X, y = iris
    svc = LinearSVC(random_state=0).fit(X, y)
    assert_array_equal(
        classifier_logits(svc, X, svc.classes_), svc.decision_function(X)
    )
    binary = LinearSVC(random_state=0).fit(X, y == 0)
    logits = classifier_logits(binary, X, binary.classes_)
    margins = binary.decision_function(X)
    assert_array_equal(logits, np.column_stack([np.zeros(150), margins]))


def test_logits_of_labels_only(iris):
    X, y = iris
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    model = PredictOnly().fit(X, names)
    logits = classifier_logits(model, X, model.classes_)
    assert_array_equal(model.classes_[logits.argmax(axis=1)], model.predict(X))
    assert_allclose(np.unique(logits), np.log([1e-3, 1]))


@pytest.mark.parametrize(
    "estimator", [LogisticRegression(max_iter=1000), LinearSVC(), PredictOnly()]
)
@pytest.mark.parametrize("known", [[0, 2], [0, 1, 2]])
def test_classes_that_the_estimator_never_saw(iris, estimator, known):
    X, y = iris
    rows = np.isin(y, known)
    model = estimator.fit(X[rows], y[rows])
    logits = classifier_logits(model, X, np.arange(4))
    assert logits.shape == (150, 4)
    missing = np.setdiff1d(np.arange(4), known)
    others = logits[:, known]
    # No more than the least that a model of unknown resolution can tell, or than that
    # of a known class.
    least = np.maximum(others.min(axis=1), np.log(0.001) + 1e-12)
    assert (logits[:, missing].max(axis=1) <= least).all()
    assert np.isfinite(logits).all()
    assert_array_equal(np.array(known)[others.argmax(axis=1)], model.predict(X))


def test_rows_are_asked_about_in_chunks(iris, monkeypatch):
    X, y = iris
    model = LogisticRegression(max_iter=1000).fit(X, y)
    whole = classifier_logits(model, X, model.classes_)
    asked = []
    predict_proba = LogisticRegression.predict_proba

    def spy(self, X):
        asked.append(len(X))
        return predict_proba(self, X)

    monkeypatch.setattr(LogisticRegression, "predict_proba", spy)
    monkeypatch.setattr("skdistill.transfer._responses.CHUNK", 40)
    assert_allclose(classifier_logits(model, X, model.classes_), whole)
    assert asked == [40, 40, 40, 30]


def test_chunks_make_no_difference_to_margins_of_unknown_classes(iris, monkeypatch):
    X, y = iris
    model = LinearDiscriminantAnalysis().fit(X, y)
    monkeypatch.setattr(model, "classes_", np.array([0, 1, 3]))
    monkeypatch.setattr(
        "skdistill.transfer._responses.RESPONSES", ("decision_function",)
    )
    whole = classifier_logits(model, X, np.arange(4))
    monkeypatch.setattr("skdistill.transfer._responses.CHUNK", 40)
    assert_allclose(classifier_logits(model, X, np.arange(4)), whole)


@pytest.mark.parametrize("method", ["predict_proba", "decision_function", "predict"])
def test_memory_does_not_grow_with_the_rows(monkeypatch, method):
    class Hungry(ClassifierMixin, BaseEstimator):
        """Needs a kilobyte for each row that it is asked about."""

        classes_ = np.arange(3)

        def respond(self, X):
            work = np.ones((len(X), 128))
            return (work[:, :3] if method != "predict" else work[:, 0]) / 3 // 1

    setattr(Hungry, method, Hungry.respond)
    monkeypatch.setattr("skdistill.transfer._responses.CHUNK", 100)
    X = np.zeros((20_000, 1))
    tracemalloc.start()
    try:
        logits = classifier_logits(Hungry(), X, Hungry.classes_)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # All rows at a time would take 20 MB; the answers are held twice to be joined.
    assert peak < 3 * logits.nbytes < 2e6


@pytest.mark.filterwarnings("ignore:elementwise comparison failed")
def test_classes_that_are_not_those_of_the_labels_are_refused(iris):
    X, y = iris
    model = LogisticRegression(max_iter=1000).fit(X, y)
    with pytest.raises(
        ValueError, match=r"predicts \[0 1 2\], but the classes are \['a'"
    ):
        classifier_logits(model, X, np.array(["a", "b", "c"]))


def test_classes_in_another_order(iris):
    X, y = iris
    model = LogisticRegression(max_iter=1000).fit(X, y)
    proba = model.predict_proba(X)[:, ::-1]

    class Reversed(LogisticRegression):
        classes_ = model.classes_[::-1]

        def predict_proba(self, X):
            return proba

    logits = classifier_logits(Reversed(), X, model.classes_)
    assert_allclose(logits, np.log(np.maximum(proba[:, ::-1], 1e-3)))


def test_pairs_of_classes(iris):
    X, y = iris
    svm = SVC(decision_function_shape="ovo").fit(X, y)
    pairs = svm.decision_function(X)
    first = classifier_logits(make_pipeline("passthrough", svm), X, svm.classes_)[:, 0]
    assert_allclose(first, (pairs[:, 0] + pairs[:, 1]) / 3)


@pytest.mark.parametrize("part", ["teacher", "student"])
def test_answers_that_are_no_numbers_are_refused(iris, part):
    class Lost(PredictOnly):
        def predict_proba(self, X):
            return np.full((len(X), 3), np.nan)

    parts = {"teacher": GaussianNB()} | {part: Lost()}
    with pytest.raises(
        ValueError, match=f"{part}=Lost .*predicts NaN for every sample"
    ):
        DistilledClassifier(**parts, random_state=0).fit(*iris)


class Answers(ClassifierMixin, BaseEstimator):
    """Knows two classes, and answers whatever it is told to."""

    classes_ = np.array([0, 1])

    def __init__(self, answer):
        self.answer = answer

    def predict_proba(self, X):
        return np.array(self.answer)


@pytest.mark.parametrize("answer", [[[0.2, 0.8, 0.0]], [0.3]])
def test_answers_of_another_shape_are_refused(answer):
    with pytest.raises(ValueError, match=r"each of the 2 classes, but has shape \(1"):
        classifier_logits(Answers(answer), np.zeros((1, 1)), np.arange(2))


@pytest.mark.parametrize(
    "answer", [[[-0.7, -0.7]], [[1.5, -0.5]], [[20.0, 80.0]], [[0.4, 0.5]]]
)
def test_answers_that_are_no_probabilities_are_refused(answer):
    with pytest.raises(ValueError, match=r"Answers\.predict_proba\(X\) must hold"):
        classifier_logits(Answers(answer), np.zeros((1, 1)), np.arange(2))


def test_an_answer_of_zeros_says_nothing():
    logits = classifier_logits(Answers([[0.0, 0.0]]), np.zeros((1, 1)), np.arange(2))
    assert logits[0, 0] == logits[0, 1]
