"""Frozen teachers that were fitted on the training samples."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.datasets import make_classification
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skdistill import DistilledClassifier
from skdistill.tables import TableEncoder
from skdistill.teachers._memorization import (
    is_memorized,
    is_suspect,
    predict_held_out,
)
from skdistill.transfer._real_targets import RealTargets
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


@pytest.mark.parametrize(
    "settings",
    [{}, {"committee": None}, {"alpha": 1.0}],
    ids=["committee", "no committee", "no labels"],
)
def test_boosting_that_is_wrong_on_some_is_told(table, settings):
    X, y = table[0][:500], table[1][:500]
    teacher = HistGradientBoostingClassifier(max_iter=50, random_state=0).fit(X, y)
    assert teacher.score(X, y) < 0.995
    assert is_told(teacher, X, y, **settings)
    teacher.fit(table[0][500:], table[1][500:])
    assert not is_told(teacher, X, y, **settings)


@pytest.mark.parametrize("committee", ["auto", None])
def test_few_samples_are_enough(table, committee):
    X, y = table[0][:60], table[1][:60]
    teacher = RandomForestClassifier(50, random_state=0).fit(X, y)
    assert is_told(teacher, X, y, committee=committee)
    teacher.fit(table[0][60:], table[1][60:])
    assert not is_told(teacher, X, y, committee=committee)


def test_labels_that_anybody_could_predict_are_no_sign(cancer):
    easy = cancer[0][:, [0]] > 15
    teacher = DecisionTreeClassifier(random_state=0).fit(easy[:100], easy[:100, 0])
    assert teacher.score(easy, easy[:, 0]) == 1
    assert not is_told(teacher, easy, easy[:, 0], committee=None)


def as_records(X):
    return [{f"x{j}": value for j, value in enumerate(row)} for row in X.tolist()]


def as_texts(X):
    return [" ".join(f"w{j}{value:.0f}" for j, value in enumerate(row)) for row in X]


@pytest.mark.parametrize(
    ("convert", "encoder"),
    [
        (csr_array, StandardScaler(with_mean=False)),
        (as_records, TableEncoder()),
        (as_texts, TfidfVectorizer()),
    ],
    ids=["sparse", "records", "texts"],
)
def test_samples_of_any_kind(table, convert, encoder):
    X, y = convert(table[0][:200]), table[1][:200]
    forest = RandomForestClassifier(50, random_state=0)
    teacher = FrozenEstimator(make_pipeline(encoder, forest).fit(X, y))
    student = make_pipeline(encoder, DecisionTreeClassifier(max_depth=3))
    with pytest.warns(UserWarning, match="as if it had been fitted on them"):
        DistilledClassifier(teacher, student, committee=None).fit(X, y)


def test_what_trees_cannot_read_is_not_judged(table):
    X, y = list(table[0][:200].reshape(200, 2, 4)), table[1][:200]
    flatten = FunctionTransformer(lambda X: np.array(X).reshape(len(X), -1))
    teacher = make_pipeline(flatten, DecisionTreeClassifier()).fit(X, y)
    student = make_pipeline(flatten, GaussianNB())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        DistilledClassifier(FrozenEstimator(teacher), student, committee=None).fit(X, y)


def test_a_frozen_part_is_told(table):
    X, y = table[0][:500], table[1][:500]
    forest = FrozenEstimator(RandomForestClassifier(50, random_state=0).fit(X, y))
    stack = StackingClassifier([("forest", forest)], LogisticRegression(), cv="prefit")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        DistilledClassifier(stack, GaussianNB(), committee=None).fit(X, y)
    assert any("as if it had been fitted" in str(w.message) for w in told)


class TestRule:
    """Of 100 samples of two classes, half of them of each."""

    y = np.arange(100) % 2

    def raw(self, n_errors=0, proba=0.9, n_samples=100):
        """Logits that are right, but for the first samples."""
        guessed = np.where(np.arange(100) < n_errors, 1 - self.y, self.y)
        logits = np.log([1 - proba, proba])
        return logits[(guessed[:, None] == [0, 1]).astype(int)][:n_samples]

    def data(self, n_samples=100):
        y = self.y[:n_samples]
        return TrainingData(y[:, None], y, ClassTargets(np.arange(2)), y)

    def test_suspects(self):
        assert is_suspect(self.raw(), self.data())
        # Of a thousand samples of this certainty a hundred would be wrong.
        assert is_suspect(self.raw(n_errors=1), self.data())
        assert not is_suspect(self.raw(n_errors=9), self.data())
        gap = self.raw(n_errors=50)
        gap[:50] = np.nan
        assert is_suspect(gap, self.data())

    def test_numbers_are_always_compared(self):
        y = np.linspace(0, 1, 100)[:, None]
        data = TrainingData(y, y[:, 0], RealTargets(y.std(axis=0)), y)
        noise = np.random.RandomState(0).normal(size=y.shape)
        raw, held_out = y + 0.05 * noise, y + 0.1 * noise[::-1]
        assert is_suspect(raw, data)
        assert is_memorized(raw, held_out, data)
        assert not is_memorized(held_out, raw, data)
        assert not is_memorized(raw, y + 0.07 * noise[::-1], data)

    @pytest.mark.parametrize(("n_errors", "is_better"), [(4, False), (5, True)])
    def test_scores_differ_significantly(self, n_errors, is_better):
        held_out = self.raw(n_errors, 0.6)
        assert is_memorized(self.raw(), held_out, self.data()) is is_better

    def test_losses_differ_by_much(self):
        assert is_memorized(self.raw(), self.raw(20, 0.7), self.data())
        assert not is_memorized(self.raw(proba=0.7), self.raw(20, 0.8), self.data())

    def test_samples_without_prediction_do_not_count(self):
        held_out = self.raw(20, 0.7)
        held_out[:16] = np.nan
        assert not is_memorized(self.raw(), held_out, self.data())

    def test_folds_need_samples(self):
        model = GaussianNB()
        assert predict_held_out(model, self.data(2)) is None
        assert predict_held_out(model, self.data(3)) is None  # One class in a fold.
        assert predict_held_out(model, self.data(20)).shape == (20, 2)
