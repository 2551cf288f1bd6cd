"""Distilled students that go on to learn from a stream of samples."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from skdistill import DistilledClassifier, SoftmaxMLPClassifier
from skdistill.losses import mix_targets
from skdistill.probability import proba_to_logits, soften
from skdistill.students import BornAgainClassifier


def network(**settings):
    return SoftmaxMLPClassifier((8,), **{"max_iter": 20, "random_state": 0, **settings})


def distil(X, y, teacher=None, student=None, **parameters):
    settings = {"synthesizer": None, "committee": None, "keep_teacher": True}
    teacher = GaussianNB() if teacher is None else teacher
    student = network() if student is None else student
    settings |= {"random_state": 0} | parameters
    return DistilledClassifier(teacher, student, **settings).fit(X, y)


def test_learns_from_the_teacher(iris):
    X, y = iris
    model = distil(X[::2], y[::2])
    student = pickle.loads(pickle.dumps(model.student_))
    proba = soften(proba_to_logits(model.teacher_.predict_proba(X[1::2])))
    assert model.partial_fit(X[1::2]) is model
    student.partial_fit(X[1::2], proba)
    assert_allclose(model.predict_proba(X), student.predict_proba(X), rtol=1e-6)


def test_learns_from_labels_too(iris):
    X, y = iris
    names = np.array(["a", "b", "c"])[y]
    model = distil(X[::2], names[::2], alpha=0.3)
    before = pickle.dumps(model.student_)
    proba = soften(proba_to_logits(model.teacher_.predict_proba(X[1::2])))
    model.partial_fit(X[1::2], names[1::2])

    def expected(alpha):
        student = pickle.loads(before)
        student.partial_fit(X[1::2], mix_targets(proba, y[1::2], alpha))
        return student.predict_proba(X)

    assert_allclose(model.predict_proba(X), expected(0.3), rtol=1e-5)
    for other in (0.0, 0.6, 1.0):
        assert np.abs(model.predict_proba(X) - expected(other)).max() > 1e-4
    with pytest.raises(ValueError, match="not among the known classes"):
        model.partial_fit(X[:2], ["a", "d"])


def test_a_stream_makes_a_better_student():
    X, y = make_classification(4000, 10, n_informative=6, n_classes=3, random_state=0)
    source = FrozenEstimator(
        SoftmaxMLPClassifier(random_state=0).fit(X[:1500], y[:1500])
    )
    few, test = slice(1500, 1550), slice(3000, None)
    model = distil(X[few], y[few], source, network(max_iter="auto"), alpha=1.0)
    before = model.score(X[test], y[test])
    for start in range(1550, 3000, 50):
        model.partial_fit(X[start : start + 50])
    assert model.score(X[test], y[test]) > before + 0.05


@pytest.mark.filterwarnings("ignore:The teacher has hardly any weight")
@pytest.mark.filterwarnings("ignore:The teacher's predictions are unrelated")
def test_keeps_to_the_weights_of_the_committee(iris):
    X, y = iris
    rows = np.random.RandomState(0).permutation(150)
    X, y = X[rows], y[rows]
    committee = {"committee": "auto", "student": network(max_iter=200)}
    model = distil(X, y, DummyClassifier(), **committee)
    assert model.committee_weights_["teacher"] < 0.1
    for _ in range(20):
        model.partial_fit(X)
    assert model.score(X, y) > 0.9
    believer = distil(X, y, DummyClassifier())
    for _ in range(20):
        believer.partial_fit(X)
    assert believer.predict_proba(X).max() < 0.6


def test_the_teacher_keeps_its_weight(iris):
    X, y = iris
    forest = RandomForestClassifier(30, min_samples_leaf=30, random_state=0)
    model = distil(X, y, forest, committee="auto")
    weights, offsets = model._pool
    assert np.abs(weights[0] - 1).max() > 0.05
    assert weights[1:].any()
    student = pickle.loads(pickle.dumps(model.student_))
    teacher_proba = model.teacher_.predict_proba(X)
    teacher, own = (
        logits - logits.mean(axis=1, keepdims=True)
        for logits in (
            proba_to_logits(teacher_proba, n_votes=30),
            np.log(student.predict_proba(X)),
        )
    )
    # The student stands in for all others.
    logits = weights[0] * teacher + weights[1:].sum(axis=0) * own + offsets
    student.partial_fit(X, soften(logits))
    model.partial_fit(X)
    assert_allclose(model.predict_proba(X), student.predict_proba(X), atol=1e-5)


@pytest.mark.parametrize(
    "student",
    [
        make_pipeline(StandardScaler(), network()),
        make_pipeline("passthrough", network()),
        make_pipeline(network()),
    ],
    ids=len,
)
def test_students_at_the_end_of_a_pipeline(iris, student):
    X, y = iris
    model = distil(X[::2], y[::2], student=student)
    *before, last = pickle.loads(pickle.dumps(model.student_.estimator_))
    model.partial_fit(X[1::2])
    rows = X[1::2]
    for step in before:
        rows = rows if step == "passthrough" else step.transform(rows)
    proba = soften(proba_to_logits(model.teacher_.predict_proba(X[1::2])))
    last.partial_fit(rows, proba)
    assert last.t_ == model.student_.estimator_[-1].t_
    assert_allclose(
        last.coefs_[0], model.student_.estimator_[-1].coefs_[0], rtol=1e-5, atol=1e-6
    )


def test_the_default_student_of_a_frame(iris):
    X, y = iris
    frame = pd.DataFrame(X, columns=list("abcd")).assign(
        e=np.where(X[:, 0] > 5, "+", "-")
    )
    model = DistilledClassifier(committee=None, random_state=0, keep_teacher=True)
    model.fit(frame[::2], y[::2])
    before = model.predict_proba(frame)
    model.partial_fit(frame[1::2])
    assert (model.predict_proba(frame) != before).any()
    assert model.score(frame, y) > 0.9
    with pytest.raises(ValueError, match="feature names should match"):
        model.partial_fit(frame[["b", "a", "c", "d", "e"]])
    with pytest.raises(ValueError, match="features"):
        distil(X, y).partial_fit(X[:, :3])


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"keep_teacher": False}, "keep_teacher=True"),
        ({"teacher": LinearSVC()}, "not decision-function scores"),
        ({"student": DecisionTreeClassifier()}, "not SoftTargetClassifier"),
        ({"student": GaussianNB()}, "not SoftTargetClassifier"),
        (
            {"student": network(early_stopping=True)},
            "a partial_fit that takes soft targets",
        ),
        ({"student": BornAgainClassifier(network())}, "not BornAgainClassifier"),
        ({"alpha": 0.0}, "alpha above 0"),
    ],
    ids=str,
)
def test_is_not_there_where_it_cannot_work(iris, settings, reason):
    model = distil(*iris, **settings)
    assert not hasattr(model, "partial_fit")
    with pytest.raises(AttributeError, match="partial_fit") as error:
        model.partial_fit(iris[0])
    assert reason in str(error.value.__cause__)


def test_is_not_there_before_a_fit(iris):
    model = clone(distil(*iris))
    assert not hasattr(model, "partial_fit")
    with pytest.raises(AttributeError) as error:
        model.partial_fit(iris[0])
    assert "a call of fit first" in str(error.value.__cause__)


def test_a_failure_changes_nothing(iris):
    X, y = iris
    model = distil(X, y)
    proba = model.predict_proba(X)
    with pytest.raises(ValueError, match="NaN"):
        model.partial_fit(np.full((3, 4), np.nan))
    assert_array_equal(model.predict_proba(X), proba)
