"""Teachers of no use are told."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from skdistill import DistilledClassifier
from skdistill.distillation._doubts import is_uninformative
from skdistill.exceptions import CommitteeWarning
from skdistill.transfer._real_targets import read_numbers
from skdistill.transfer._targets import ClassTargets
from skdistill.transfer._training_data import TrainingData

STUDENT = DecisionTreeClassifier(max_depth=3, random_state=0)
NOTHING = "predictions are unrelated to y: .* than the frequencies of the classes"


@pytest.fixture(scope="module")
def table():
    return make_classification(300, 6, n_informative=4, flip_y=0.1, random_state=0)


def noise(X):
    proba = np.random.RandomState(0).dirichlet([1, 1], size=len(X))
    return proba


@pytest.mark.parametrize("settings", [{}, {"committee": None}, {"alpha": 1.0}], ids=str)
def test_noise_is_told(table, settings):
    model = DistilledClassifier(noise, STUDENT, fallback=False, **settings)
    with pytest.warns(CommitteeWarning, match=NOTHING):
        model.set_params(random_state=0, synthesizer=None).fit(*table)


def test_probabilities_of_other_rows_are_told(table):
    X, y = table
    proba = GaussianNB().fit(X[150:], y[150:]).predict_proba(X[:150])
    model = DistilledClassifier(student=STUDENT, committee=None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(X[:150], y[:150], teacher_proba=proba)
    with pytest.warns(CommitteeWarning, match=rf"{NOTHING}\. Are its rows"):
        model.fit(X[:150], y[:150], teacher_proba=proba[::-1])


def test_weak_teachers_are_left_alone(table):
    X, y = table
    stump = DecisionTreeClassifier(max_depth=1).fit(X[200:], y[200:])
    model = DistilledClassifier(FrozenEstimator(stump), STUDENT, synthesizer=None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.set_params(committee=None).fit(X[:200], y[:200])


def test_a_teacher_without_weight_is_told(table):
    # Sure and often wrong, but not of nothing.
    X, y = table
    y = (X[:, 0] + X[:, 1] > 0).astype(int)
    teacher = DecisionTreeClassifier(max_depth=1, random_state=0)
    student = LogisticRegression(C=100)
    model = DistilledClassifier(teacher, student, synthesizer=None, committee=[])
    with pytest.warns(CommitteeWarning, match="hardly any weight in the committee"):
        model.set_params(random_state=0).fit(X, y)
    assert model.committee_weights_["teacher"] < 0.005


class TestRule:
    @pytest.mark.parametrize("n_samples", [99, 100])
    def test_few_samples_prove_nothing(self, n_samples):
        y = np.arange(n_samples) % 2
        data = TrainingData(y, y, ClassTargets(np.arange(2)), y)
        assert is_uninformative(np.zeros((n_samples, 2)), data) == (n_samples == 100)

    def test_samples_without_prediction_do_not_count(self):
        y = np.arange(200) % 2
        raw = np.where(np.arange(200)[:, None] < 101, np.nan, np.eye(2)[y])
        data = TrainingData(y, y, ClassTargets(np.arange(2)), y)
        assert not is_uninformative(raw, data)
        assert not is_uninformative(raw[::-1], data)

    def test_classes_without_a_sample_do_not_count(self):
        y = np.arange(200) % 2
        data = TrainingData(y, y, ClassTargets(np.arange(3)), y)
        raw = np.column_stack([np.eye(2)[y], np.full(200, 9.0)])
        assert not is_uninformative(raw, data)
        alone = TrainingData(y, y, data.targets, np.zeros(200, int))
        assert not is_uninformative(raw, alone)

    def test_numbers(self):
        rng = np.random.RandomState(0)
        y = rng.normal(size=(200, 2))
        data = TrainingData(y, y, read_numbers(y)[0], y)
        assert is_uninformative(rng.normal(size=(200, 2)), data)
        assert is_uninformative(np.zeros((200, 2)), data)
        assert is_uninformative(-y, data)
        half = np.column_stack([rng.normal(size=200), y[:, 1] + rng.normal(size=200)])
        assert not is_uninformative(half, data)
        assert not is_uninformative(y, data)
