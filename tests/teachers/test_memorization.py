"""Frozen teachers that were fitted on the training samples."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
)
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from skdistill import DistilledClassifier
from skdistill.teachers._memorization import looks_memorized
from skdistill.transfer._targets import ClassTargets
from skdistill.transfer._training_data import TrainingData


@pytest.fixture(scope="module")
def table():
    return make_classification(
        1500, 8, n_informative=5, flip_y=0.15, class_sep=0.8, random_state=0
    )


def is_told(teacher, X, y, **settings):
    """Whether a fit warns that the teacher was fitted on the samples."""
    settings = {"synthesizer": None, "random_state": 0} | settings
    model = DistilledClassifier(FrozenEstimator(teacher), GaussianNB(), **settings)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        model.fit(X, y)
    return any("as if it had been fitted on them" in str(w.message) for w in told)


@pytest.mark.parametrize(
    "teacher",
    [
        HistGradientBoostingClassifier(max_iter=60, random_state=0),
        RandomForestClassifier(50, random_state=0),
        DecisionTreeClassifier(max_depth=12, random_state=0),
    ],
    ids=lambda teacher: type(teacher).__name__,
)
def test_memorized_samples_are_told(table, teacher):
    X, y = table
    seen, unseen = slice(0, 500), slice(500, 1500)
    assert teacher.fit(X[seen], y[seen]).score(X[seen], y[seen]) > 0.97
    assert is_told(teacher, X[seen], y[seen])
    # A teacher of other samples is none of these, though it be of more of them.
    teacher.fit(X[unseen], y[unseen])
    assert not is_told(teacher, X[seen], y[seen])


def test_boosting_that_is_wrong_on_some_is_told(table):
    X, y = table[0][:500], table[1][:500]
    teacher = HistGradientBoostingClassifier(max_iter=40, random_state=0).fit(X, y)
    assert teacher.score(X, y) < 0.995
    assert is_told(teacher, X, y)
    assert not is_told(teacher, X, y, committee=None)  # there accuracy alone counts


def test_a_frozen_part_is_told(table):
    X, y = table[0][:500], table[1][:500]
    forest = FrozenEstimator(RandomForestClassifier(50, random_state=0).fit(X, y))
    stack = StackingClassifier([("forest", forest)], LogisticRegression(), cv="prefit")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        DistilledClassifier(stack, GaussianNB(), committee=None).fit(X, y)
    assert any("as if it had been fitted" in str(w.message) for w in told)


class TestRule:
    @staticmethod
    def memorized(proba_of_truth, n_samples=200, held_out_loss=None):
        y = np.arange(n_samples) % 2
        proba = np.full((n_samples, 2), 1 - proba_of_truth)
        proba[np.arange(n_samples), y] = proba_of_truth
        data = TrainingData(y, y, ClassTargets(np.arange(2)), y)
        return looks_memorized(np.log(proba), data, held_out_loss)

    def test_accuracy_counts_where_nothing_is_held_out(self):
        assert self.memorized(0.9)
        assert not self.memorized(0.4)

    def test_few_samples_prove_nothing(self):
        assert not self.memorized(0.9, n_samples=99)
        assert self.memorized(0.9, n_samples=100)

    def test_a_loss_that_others_reach_is_honest(self):
        assert self.memorized(0.9, held_out_loss=0.3)
        assert not self.memorized(0.9, held_out_loss=0.2)

    def test_samples_without_prediction_do_not_count(self):
        y = np.arange(200) % 2
        raw = np.where(np.arange(200)[:, None] < 150, np.nan, 3.0 * np.eye(2)[y])
        data = TrainingData(y, y, ClassTargets(np.arange(2)), y)
        assert not looks_memorized(raw, data)
