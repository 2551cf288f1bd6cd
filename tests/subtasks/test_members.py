"""Members: what each is taught, and what all predict."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from subtask_models import partly_labeled

from skdistill import DistillationLoss, SoftTargetClassifier
from skdistill.probability import scores_to_logits, soften
from skdistill.subtasks import Subtask
from skdistill.subtasks._members import MemberFitter, member_proba, predict_members
from skdistill.subtasks._subtask import Task

NAMES = np.array(["a", "b", "c"])


class Noting(ClassifierMixin, BaseEstimator):
    """Notes what it is given."""

    def fit(self, X, y, sample_weight=None):
        self.X_, self.y_, self.sample_weight_ = X, y, sample_weight
        self.classes_ = np.unique(y)
        return self


@pytest.fixture
def transfer(rng):
    """Twelve samples with labels, and a teacher that disagrees with them."""
    y = np.arange(12) % 3
    logits = 2 * np.eye(3)[(y + 1) % 3] + rng.randn(12, 3)
    return partly_labeled(rng.randn(12, 2), logits, y, NAMES, 1 + rng.rand(12))


@pytest.fixture
def labels(transfer):
    return Task(transfer, DistillationLoss(alpha=0.0))


@pytest.fixture
def soft(transfer):
    return Task(transfer, DistillationLoss(temperature=2.0, alpha=1.0))


@pytest.fixture
def fitter(rng):
    return MemberFitter(None, rng)


class TestFitting:
    def test_labels_and_weights(self, labels, fitter):
        subtask = Subtask(samples=np.array([3, 4, 5, 3]), weights=np.arange(1.0, 5.0))
        (member,) = fitter.fit(Noting(), labels, [subtask])
        transfer = labels.transfer
        assert_array_equal(member.X_, transfer.X[[3, 4, 5, 3]])
        assert_array_equal(member.y_, ["a", "b", "c", "a"])
        expected = transfer.sample_weight[[3, 4, 5, 3]] * np.arange(1, 5)
        assert_array_equal(member.sample_weight_, expected)

    def test_soft_targets(self, soft, fitter):
        (member,) = fitter.fit(GaussianNB(), soft, [Subtask()])
        expected = SoftTargetClassifier(GaussianNB())
        expected.fit_distill(soft.transfer, soft.loss)
        X = soft.transfer.X
        assert_array_equal(member.predict_proba(X), expected.predict_proba(X))
        assert member.temperature_ == 2.0

    def test_weights_that_a_member_does_not_take(self, labels, fitter):
        (member,) = fitter.fit(KNeighborsClassifier(), labels, [Subtask()])
        assert member.strategy_ == "sampling"

    def test_one_class(self, labels, soft, fitter):
        subtask = Subtask(samples=np.array([0, 3, 6]))
        (member,) = fitter.fit(GaussianNB(), labels, [subtask])
        assert type(member) is DummyClassifier
        assert_array_equal(member.classes_, ["a"])
        # A teacher may know of others.
        (member,) = fitter.fit(GaussianNB(), soft, [subtask])
        assert_array_equal(member.classes_, NAMES)

    def test_seeds(self, labels, rng):
        tree = DecisionTreeClassifier(max_features=1)
        first = MemberFitter(None, np.random.RandomState(0))
        members = first.fit(tree, labels, [Subtask()] * 3)
        seeds = [member.random_state for member in members]
        assert len(set(seeds)) == 3
        assert tree.random_state is None
        again = MemberFitter(None, np.random.RandomState(0))
        repeated = again.fit(tree, labels, [Subtask()] * 3)
        assert [member.random_state for member in repeated] == seeds
        assert first.fit(tree, labels, [Subtask()])[0].random_state not in seeds

    def test_the_solver_does_not_move_later_draws(self, labels):
        """Whatever fits the members, what is drawn after them is the same."""
        draws = []
        for member in (LogisticRegression(), GaussianNB()):
            random_state = np.random.RandomState(0)
            MemberFitter(None, random_state).fit(member, labels, [Subtask()])
            draws.append(random_state.randint(1000))
        assert draws[0] == draws[1]


class TestPrediction:
    def test_features(self, labels, fitter):
        subtasks = [Subtask(features=np.array([1])), Subtask()]
        members = fitter.fit(GaussianNB(), labels, subtasks)
        X = labels.transfer.X
        probas = predict_members(members, subtasks, X, NAMES)
        assert_array_equal(probas[0], members[0].predict_proba(X[:, [1]]))
        assert_array_equal(probas[1], members[1].predict_proba(X))

    def test_absent_classes_are_aligned(self, labels, fitter):
        subtask = Subtask(samples=np.flatnonzero(labels.transfer.y != 1))
        members = fitter.fit(GaussianNB(), labels, [subtask])
        X = labels.transfer.X
        (proba,) = predict_members(members, [subtask], X, NAMES)
        assert_array_equal(proba[:, [0, 2]], members[0].predict_proba(X))
        assert_array_equal(proba[:, 1], 0)

    def test_specialists(self, labels, fitter, rng):
        subtask = Subtask(classes=np.array([0, 2]))
        members = fitter.fit(GaussianNB(), labels, [subtask])
        generalist = rng.dirichlet(np.ones(3), size=12)
        X = labels.transfer.X
        probas = predict_members(members, [subtask], X, NAMES, generalist)
        expected = members[0].predict_proba(X)
        assert_allclose(probas[0], expected[:, [0, 2, 1]])
        assert_array_equal(probas[1], generalist)

    def test_a_specialist_of_all_classes(self, labels, fitter, rng):
        subtask = Subtask(classes=np.arange(3))
        members = fitter.fit(GaussianNB(), labels, [subtask])
        generalist, X = rng.dirichlet(np.ones(3), size=12), labels.transfer.X
        probas = predict_members(members, [subtask], X, NAMES, generalist)
        assert_array_equal(probas[0], members[0].predict_proba(X))

    def test_scores(self, labels):
        X, y = labels.transfer.X, labels.transfer.y
        svm = LinearSVC().fit(X, y)
        expected = soften(scores_to_logits(svm.decision_function(X)))
        assert_allclose(member_proba(svm, X, np.arange(3)), expected)
