"""The mixture of teacher and student."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings

import numpy as np
import pandas as pd
import pytest
from answers import log_losses, noisy_logits
from numpy.testing import assert_allclose
from scipy.sparse import csr_array
from sklearn.datasets import load_iris, make_blobs
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from skdistill import SoftmaxMLPClassifier, SoftTargetClassifier, TransferSet
from skdistill.neural_network._training import INTERRUPTED
from skdistill.probability import fit_temperature, soften
from skdistill.probability._pooling import fit_pool
from skdistill.teachers._committee import (
    ask_label_members,
    fold_answers,
    form_committee,
    misled,
)
from skdistill.transfer._responses import unwrap


@pytest.fixture
def labels():
    return np.random.RandomState(0).randint(3, size=300)


def pair(teacher, student, n_unseen=None):
    unseen = slice(n_unseen)
    first, second = (
        (logits, None if n_unseen is None else logits[unseen])
        for logits in (teacher, student)
    )
    return first, {"student": second}


@pytest.mark.parametrize(("worse", "share"), [("teacher", 1.0), ("student", 0.0)])
def test_the_worse_one_has_hardly_a_say(labels, worse, share):
    good, bad = noisy_logits(labels, 0.5, 1), np.zeros((300, 3))
    members = pair(bad, good) if worse == "teacher" else pair(good, bad)
    committee = form_committee(*members, labels)
    assert committee.shares["student"] == pytest.approx(share, abs=0.02)
    assert sum(committee.shares.values()) == pytest.approx(1)


def test_where_nobody_has_a_say_the_teacher_has_it(labels):
    against = -3 * np.eye(3)[labels]
    committee = form_committee(*pair(against, against), labels)
    assert committee.shares == {"teacher": 1.0, "student": 0.0}
    assert log_losses(committee.logits, labels).mean() < 1.2


def test_better_than_either_calibrated_member(labels):
    teacher, student = noisy_logits(labels, 2.0, 1), noisy_logits(labels, 2.0, 2)
    committee = form_committee(*pair(teacher, student), labels)
    alone = [
        log_losses(logits / fit_temperature(logits, labels), labels).mean()
        for logits in (teacher, student)
    ]
    assert log_losses(committee.logits, labels).mean() < min(alone) - 0.01


def test_what_the_teacher_adds(labels):
    teacher, student = noisy_logits(labels, 2.0, 1), noisy_logits(labels, 1.0, 2)
    committee = form_committee(*pair(teacher, student), labels)
    pool = fit_pool(np.stack([teacher, student]), labels)
    share = committee.shares["teacher"]
    assert 0.1 < share < 0.9
    rest = pool.part(1, 1 - share).mix(student[None])
    added = committee.teacher_part.mix(teacher[None])
    assert_allclose(added + rest, committee.logits)


def test_weights_are_repeated_rows(labels):
    weights = 1 + np.arange(300) % 3
    rows = np.repeat(np.arange(300), weights)
    teacher, student = noisy_logits(labels, 2.0, 1), noisy_logits(labels, 1.0, 2)
    student[weights == 3] = noisy_logits(labels, 4.0, 3)[weights == 3]
    weighted, repeated, equal = (
        form_committee(*members).shares["student"]
        for members in (
            (*pair(teacher, student), labels, weights),
            (*pair(teacher[rows], student[rows]), labels[rows]),
            (*pair(teacher, student), labels),
        )
    )
    # The prior counts rows, not weights.
    assert weighted == pytest.approx(repeated, abs=0.01)
    assert weighted != pytest.approx(equal, abs=0.02)


def test_unseen_rows_get_the_same_mixture(labels):
    teacher, student = noisy_logits(labels, 2.0, 1), noisy_logits(labels, 1.0, 2)
    committee = form_committee(*pair(teacher, student, n_unseen=7), labels)
    assert_allclose(committee.unseen_logits, committee.logits[:7])


def test_rows_that_no_fold_leaves_out_are_the_teachers(labels):
    teacher, student = noisy_logits(labels, 2.0, 1), noisy_logits(labels, 1.0, 2)
    student[:10] = np.nan
    committee = form_committee(*pair(teacher, student), labels)
    # As if the student agreed.
    agreeing = np.where(np.isnan(student), teacher, student)
    pool = fit_pool(np.stack([teacher, student])[:, 10:], labels[10:])
    expected = pool.mix(np.stack([teacher, agreeing]))
    assert_allclose(committee.logits, expected)
    others = form_committee(*pair(teacher[10:], student[10:]), labels[10:])
    assert_allclose(committee.logits[10:], others.logits)


class TestLabelMembers:
    @staticmethod
    def members(X, y):
        def ask(member):
            return member.fit(X, y).score(X, y)

        return ask_label_members(ask, SoftTargetClassifier(DummyClassifier()), X)

    @pytest.mark.parametrize("name", ["additive", "trees"])
    def test_models_of_other_kinds_join_for_tables(self, name):
        X, y = load_iris(return_X_y=True)
        members = self.members(X, y)
        assert list(members) == ["student", "additive", "trees"]
        assert members[name] > 0.9
        X[0, 0] = np.nan
        assert self.members(X, y)[name] > 0.9
        frame = pd.DataFrame({"name": load_iris().target_names[y]})
        assert self.members(frame, y)[name] == 1

    def test_trees_draw_from_many_rows(self, monkeypatch):
        monkeypatch.setattr("skdistill.teachers._committee.TREE_ROWS", 10)
        X, y = make_blobs(100, centers=4, random_state=0)
        asked = []
        ask_label_members(asked.append, SoftTargetClassifier(DummyClassifier()), X)
        trees = unwrap(asked[-1].fit(X, y))
        assert max(tree.get_n_leaves() for tree in trees.estimators_) <= 10

    @pytest.mark.parametrize(
        "X",
        [
            csr_array(np.eye(3)),
            ["a text", "another", "a third"],
            pd.DataFrame({"day": pd.to_datetime(["2020-01-01", "2021-01-01"] * 2)}),
            np.array([[1.0], [2.0], [3.0], [np.inf]]),
        ],
    )
    def test_nobody_else_joins_for_other_rows(self, X):
        y = np.arange(X.shape[0] if hasattr(X, "shape") else len(X)) % 2
        assert list(self.members(X, y)) == ["student"]


def test_fold_answers_are_out_of_fold():
    X, y = load_iris(return_X_y=True)
    splits = list(StratifiedKFold(3).split(X, y))
    student = SoftTargetClassifier(LogisticRegression(max_iter=1000))
    logits, unseen = fold_answers(
        student, X, y, X[:5], np.arange(3), splits, None, n_jobs=None
    )
    mean = 0
    for train, test in splits:
        fold = LogisticRegression(max_iter=1000).fit(X[train], y[train])
        expected = np.maximum(fold.predict_proba(X[test]), 1e-3)
        assert_allclose(soften(logits[test]), expected / expected.sum(1, keepdims=True))
        mean = mean + np.maximum(fold.predict_proba(X[:5]), 1e-3) / 3
    assert_allclose(soften(unseen), mean / mean.sum(1, keepdims=True), rtol=2e-3)


@pytest.mark.filterwarnings("default:Training interrupted")
def test_an_interrupt_ends_it_all():
    """Though a network alone would make do with what it has learnt."""
    X, y = load_iris(return_X_y=True)
    fits = []

    class Interrupted(SoftmaxMLPClassifier):
        def fit(self, X, y, sample_weight=None):
            fits.append(self)
            warnings.warn(f"{INTERRUPTED} by the user", stacklevel=2)
            return self

    splits = list(StratifiedKFold(3).split(X, y))
    with pytest.raises(KeyboardInterrupt):
        fold_answers(Interrupted(), X, y, None, np.arange(3), splits, None, None)
    assert len(fits) == 1


class Answering:
    """A fitted student whose answers are its rows."""

    def predict_proba(self, X):
        return soften(X)


class TestMisled:
    @staticmethod
    def misled(taught, untaught, labels, weights=None):
        transfer = TransferSet(taught, taught, labels, np.arange(3), weights)
        return misled(Answering(), transfer, untaught)

    def test_needs_a_clear_difference(self, labels):
        good, bad = noisy_logits(labels, 1.0, 1), noisy_logits(labels, 3.0, 2)
        assert self.misled(bad, good, labels)
        assert not self.misled(good, bad, labels)
        assert not self.misled(good, noisy_logits(labels, 1.0, 2), labels)
        some = [self.misled(bad[i::60], good[i::60], labels[i::60]) for i in range(60)]
        assert np.mean(some) < 0.3

    def test_a_dozen_easy_rows_prove_nothing(self, labels):
        modest, sure = np.eye(3)[labels], 6 * np.eye(3)[labels]
        assert not self.misled(modest[:12], sure[:12], labels[:12])
        assert self.misled(modest, sure, labels)

    def test_compares_on_rows_that_folds_left_out(self, labels):
        good, bad = noisy_logits(labels, 1.0, 1), noisy_logits(labels, 3.0, 2)
        taught, untaught = good.copy(), bad.copy()
        taught[::2], untaught[::2] = bad[::2], np.nan
        assert not self.misled(taught, untaught, labels)

    def test_heeds_weights(self, labels):
        good, bad = noisy_logits(labels, 1.0, 1), noisy_logits(labels, 3.0, 2)
        taught, untaught = good.copy(), bad.copy()
        taught[:75], untaught[:75] = bad[:75], good[:75]
        weights = np.where(np.arange(300) < 75, 1.0, 1e-3)
        assert not self.misled(taught, untaught, labels)
        assert self.misled(taught, untaught, labels, weights)
