"""The mixture of teacher and student."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from skdistill import SoftTargetClassifier
from skdistill._committee import best_share, fold_answers, form_committee
from skdistill.softening import soften


def informed(labels, correctness, n_classes=3):
    proba = np.full((len(labels), n_classes), (1 - correctness) / (n_classes - 1))
    proba[np.arange(len(labels)), labels] = correctness
    return proba


@pytest.fixture
def labels():
    return np.random.RandomState(0).randint(3, size=300)


def log_loss(logits, labels):
    proba = soften(logits)
    return -np.log(proba[np.arange(len(labels)), labels]).mean()


def noisy_logits(labels, noise, seed):
    random_state = np.random.RandomState(seed)
    return 3 * np.eye(3)[labels] + noise * random_state.normal(size=(len(labels), 3))


def test_best_share_is_the_minimum(labels):
    first = soften(noisy_logits(labels, 2.0, 1))
    second = soften(noisy_logits(labels, 2.0, 2))
    share = best_share(first, second, labels)
    # A row that the one is right on alone, and one for the other.
    rows = np.arange(len(labels))
    first = np.append(first[rows, labels], [1.0, 0.0])
    second = np.append(second[rows, labels], [0.0, 1.0])
    losses = [
        -np.log((1 - s) * first + s * second).mean()
        for s in (share - 0.01, share, share + 0.01)
    ]
    assert 0.1 < share < 0.9
    assert losses[1] < min(losses[0], losses[2])


def test_equal_members_share_equally(labels):
    proba = informed(labels, 1 - 1e-9)
    assert best_share(proba, proba, labels) == pytest.approx(0.5, abs=1e-4)
    # A row or two are no reason to dismiss one of them.
    other = proba.copy()
    other[0] = np.roll(other[0], 1)
    assert 0.2 < best_share(proba, other, labels) < 0.5


@pytest.mark.parametrize(("worse", "share"), [("teacher", 1.0), ("student", 0.0)])
def test_the_worse_one_has_hardly_a_say(labels, worse, share):
    good, bad = noisy_logits(labels, 0.5, 1), np.zeros((300, 3))
    pair = (bad, good) if worse == "teacher" else (good, bad)
    committee = form_committee((pair[0], None), (pair[1], None), labels)
    assert committee.student_share == pytest.approx(share, abs=0.02)


def test_better_than_either_calibrated_member(labels):
    teacher, student = noisy_logits(labels, 2.0, 1), noisy_logits(labels, 2.0, 2)
    committee = form_committee((teacher, None), (student, None), labels)
    alone = [
        log_loss(logits / temperature, labels)
        for logits, temperature in zip(
            (teacher, student), committee.temperatures, strict=True
        )
    ]
    assert log_loss(committee.logits, labels) < min(alone) - 0.01


def test_weights_are_repeated_rows(labels):
    weights = 1 + np.arange(300) % 3
    rows = np.repeat(np.arange(300), weights)
    teacher, student = noisy_logits(labels, 2.0, 1), noisy_logits(labels, 1.0, 2)
    weighted = form_committee((teacher, None), (student, None), labels, weights)
    repeated = form_committee(
        (teacher[rows], None), (student[rows], None), labels[rows]
    )
    assert weighted.student_share == pytest.approx(repeated.student_share, abs=0.02)


def test_unseen_rows_get_the_same_mixture(labels):
    teacher, student = noisy_logits(labels, 2.0, 1), noisy_logits(labels, 1.0, 2)
    committee = form_committee(
        (teacher, teacher[:7]), (student, [student[:7], student[:7]]), labels
    )
    assert_allclose(committee.unseen_logits, committee.logits[:7])


def test_fold_answers_are_out_of_fold():
    X, y = load_iris(return_X_y=True)
    splits = list(StratifiedKFold(3).split(X, y))
    student = SoftTargetClassifier(LogisticRegression(max_iter=1000))
    logits, unseen = fold_answers(
        student, X, y, X[:5], np.arange(3), splits, None, n_jobs=None
    )
    assert len(unseen) == 3
    for (train, test), of_unseen in zip(splits, unseen, strict=True):
        fold = LogisticRegression(max_iter=1000).fit(X[train], y[train])
        expected = np.maximum(fold.predict_proba(X[test]), 1e-3)
        assert_allclose(soften(logits[test]), expected / expected.sum(1, keepdims=True))
        assert of_unseen.shape == (5, 3)
