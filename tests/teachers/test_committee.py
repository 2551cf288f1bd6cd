"""The mixture of teacher and student."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from answers import log_losses, noisy_logits
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.datasets import load_iris, make_blobs
from sklearn.dummy import DummyClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skdistill import DistilledClassifier, SoftTargetClassifier
from skdistill.distillation._defaults import CLASS_DEFAULTS
from skdistill.exceptions import CommitteeWarning
from skdistill.probability import fit_temperature
from skdistill.probability._pooling import fit_pool
from skdistill.teachers._committee import pool_members
from skdistill.transfer._cross_fitting import OutOfFold
from skdistill.transfer._predictions import TeacherPredictions
from skdistill.transfer._targets import ClassTargets
from skdistill.transfer._training_data import TrainingData
from skdistill.utils._metaestimators import unwrap


@pytest.fixture
def labels():
    return np.random.RandomState(0).randint(3, size=300)


def pool(teacher, student, labels, weights=None, n_unlabeled=None):
    """The committee of a teacher and a student with these logits."""
    first = slice(n_unlabeled)
    unlabeled = [
        None if n_unlabeled is None else logits[first] for logits in (teacher, student)
    ]
    targets = ClassTargets(np.arange(3))
    data = TrainingData(labels, labels, targets, labels, weights, unlabeled[0])
    predictions = TeacherPredictions(teacher, "cv", unlabeled[0])
    answers = {"student": OutOfFold(student, unlabeled[1], False)}
    return pool_members(predictions, answers, data)


@pytest.mark.parametrize(("worse", "weight"), [("teacher", 1.0), ("student", 0.0)])
def test_the_worse_one_has_hardly_any_weight(labels, worse, weight):
    good, bad = noisy_logits(labels, 0.5, 1), np.zeros((300, 3))
    committee = pool(*((bad, good) if worse == "teacher" else (good, bad)), labels)
    assert committee.weights["student"] == pytest.approx(weight, abs=0.02)
    assert sum(committee.weights.values()) == pytest.approx(1)


def test_where_none_is_of_use_the_teacher_has_the_weight(labels):
    against = -3 * np.eye(3)[labels]
    committee = pool(against, against, labels)
    assert committee.weights == {"teacher": 1.0, "student": 0.0}
    assert log_losses(committee.predictions.raw, labels).mean() < 1.2


def test_better_than_either_calibrated_member(labels):
    teacher, student = noisy_logits(labels, 2.0, 1), noisy_logits(labels, 2.0, 2)
    committee = pool(teacher, student, labels)
    alone = [
        log_losses(logits / fit_temperature(logits, labels), labels).mean()
        for logits in (teacher, student)
    ]
    assert log_losses(committee.predictions.raw, labels).mean() < min(alone) - 0.01


def test_weights_are_repeated_samples(labels):
    weights = 1 + np.arange(300) % 3
    rows = np.repeat(np.arange(300), weights)
    teacher, student = noisy_logits(labels, 2.0, 1), noisy_logits(labels, 1.0, 2)
    student[weights == 3] = noisy_logits(labels, 4.0, 3)[weights == 3]
    weighted, repeated, equal = (
        committee.weights["student"]
        for committee in (
            pool(teacher, student, labels, weights),
            pool(teacher[rows], student[rows], labels[rows]),
            pool(teacher, student, labels),
        )
    )
    # The prior counts samples, not weights.
    assert weighted == pytest.approx(repeated, abs=0.01)
    assert weighted != pytest.approx(equal, abs=0.02)


def test_unlabeled_samples_get_the_same_pool(labels):
    teacher, student = noisy_logits(labels, 2.0, 1), noisy_logits(labels, 1.0, 2)
    predictions = pool(teacher, student, labels, n_unlabeled=7).predictions
    assert_allclose(predictions.raw_unlabeled, predictions.raw[:7])
    assert predictions.source == "cv"


def test_samples_that_no_fold_leaves_out_are_the_teachers(labels):
    teacher, student = noisy_logits(labels, 2.0, 1), noisy_logits(labels, 1.0, 2)
    student[:10] = np.nan
    raw = pool(teacher, student, labels).predictions.raw
    # As if the student agreed.
    agreeing = np.where(np.isnan(student), teacher, student)
    fitted = fit_pool(np.stack([teacher, student])[:, 10:], labels[10:])
    assert_allclose(raw, fitted.mix(np.stack([teacher, agreeing])))
    others = pool(teacher[10:], student[10:], labels[10:])
    assert_allclose(raw[10:], others.predictions.raw)


class TestMembers:
    @staticmethod
    def members(X):
        student = SoftTargetClassifier(DummyClassifier())
        return dict(CLASS_DEFAULTS.members("auto", student, X))

    @pytest.mark.parametrize("name", ["additive", "trees"])
    def test_models_of_other_kinds_join_for_tables(self, name):
        X, y = load_iris(return_X_y=True)
        assert list(self.members(X)) == ["student", "additive", "trees"]
        assert self.members(X)[name].fit(X, y).score(X, y) > 0.9
        X[0, 0] = np.nan
        assert self.members(X)[name].fit(X, y).score(X, y) > 0.9
        frame = pd.DataFrame({"name": load_iris().target_names[y]})
        assert self.members(frame)[name].fit(frame, y).score(frame, y) == 1

    def test_trees_draw_from_many_samples(self, monkeypatch):
        monkeypatch.setattr("skdistill.distillation._defaults.TREE_SAMPLES", 10)
        X, y = make_blobs(100, centers=4, random_state=0)
        trees = unwrap(self.members(X)["trees"].fit(X, y))
        assert max(tree.get_n_leaves() for tree in trees.estimators_) <= 10

    @pytest.mark.parametrize(
        "X",
        [
            csr_array(np.eye(3)),
            ["a text", "another", "a third"],
            pd.DataFrame({"a": [{}, []]}),
            np.array([[1.0], [2.0], [3.0], [np.inf]]),
            pd.DataFrame({"x": [1.0, np.inf], "name": ["a", "b"]}),
            np.array([[1.0, "a"], [np.inf, "b"]], dtype=object),
        ],
    )
    def test_the_student_is_alone_where_they_can_read_nothing(self, X):
        assert list(self.members(X)) == ["student"]

    def test_a_list_joins_the_student(self, iris):
        X, y = iris
        members = [("bayes", GaussianNB()), ("tree", DecisionTreeClassifier())]
        model = DistilledClassifier(GaussianNB(), GaussianNB(), committee=members)
        weights = model.fit(X, y).committee_weights_
        assert list(weights) == ["teacher", "student", "bayes", "tree"]

    @pytest.mark.parametrize("kind", [ValueError, RuntimeError])
    def test_one_that_fails_is_named_by_a_warning(self, iris, kind):
        class Broken(GaussianNB):
            def fit(self, X, y, sample_weight=None):
                raise kind("a real bug")

        members = [("broken", Broken()), ("tree", DecisionTreeClassifier())]
        model = DistilledClassifier(GaussianNB(), GaussianNB(), committee=members)
        with pytest.warns(CommitteeWarning, match=r"'broken'.*Error: a real bug"):
            model.fit(*iris)
        assert list(model.committee_weights_) == ["teacher", "student", "tree"]

    @pytest.mark.parametrize("weighted", [False, True])
    def test_members_are_fitted_with_weights_that_they_take(self, iris, weighted):
        class Remembers(GaussianNB):
            fits: ClassVar[list] = []

            def fit(self, X, y, sample_weight=None):
                type(self).fits.append((X[:, 0], sample_weight))
                return super().fit(X, y, sample_weight)

        X, y = iris
        X = np.column_stack([np.arange(150), X])
        weights = np.random.RandomState(0).uniform(0.5, 2, 150) if weighted else None
        members = [("remembers", Remembers()), ("neighbors", KNeighborsClassifier())]
        settings = {"committee": members, "synthesizer": None, "cv": 3}
        model = DistilledClassifier(GaussianNB(), GaussianNB(), **settings)
        model.fit(X, y, sample_weight=weights)
        assert "neighbors" in model.committee_weights_
        assert len(Remembers.fits) == 3
        expected = weights if weighted else np.ones(150)
        for rows, fold_weights in Remembers.fits:
            assert_array_equal(fold_weights, expected[rows.astype(int)])

    def test_the_student_is_fitted_with_weights(self, iris):
        class Remembers(GaussianNB):
            fits: ClassVar[list] = []

            def fit(self, X, y, sample_weight=None):
                type(self).fits.append(sample_weight.sum())
                return super().fit(X, y, sample_weight)

        X, y = iris
        weights = np.random.RandomState(0).uniform(0.5, 2, 150)
        settings = {"committee": [], "synthesizer": None, "cv": 3}
        model = DistilledClassifier(GaussianNB(), Remembers(), **settings)
        model.fit(X, y, sample_weight=weights)
        *folds, all_of_them = Remembers.fits
        assert len(folds) == 3
        assert_allclose(np.sum(folds), 2 * weights.sum())
        assert_allclose(all_of_them, weights.sum())

    @pytest.mark.parametrize(
        "committee",
        [
            [GaussianNB()],
            [("teacher", GaussianNB())],
            [("a", GaussianNB()), ("a", GaussianNB())],
            [("a", "auto")],
        ],
    )
    def test_wrong_lists_are_refused(self, iris, committee):
        with pytest.raises(ValueError, match="committee must be a list of"):
            DistilledClassifier(committee=committee).fit(*iris)
