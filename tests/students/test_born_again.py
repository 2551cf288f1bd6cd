"""Students that learn from students."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdistill import (
    DistillationLoss,
    DistilledClassifier,
    SoftmaxMLPClassifier,
    TransferSet,
)
from skdistill.students import BornAgainClassifier
from skdistill.students._born_again import fit_generations
from skdistill.synthesis import auto_n_samples
from skdistill.transfer._responses import classifier_logits


def network(**settings):
    return SoftmaxMLPClassifier((8,), **{"max_iter": 60, **settings})


def distil(X, y, student=None, average=False, n_generations=3):
    student = network() if student is None else student
    generations = BornAgainClassifier(
        student, n_generations=n_generations, average=average
    )
    settings = {"synthesizer": None, "committee": None, "random_state": 0}
    return DistilledClassifier(GaussianNB(), generations, **settings).fit(X, y)


def test_each_learns_from_the_one_before(iris):
    X, y = iris
    logits = 3 * np.eye(3)[np.random.RandomState(0).permutation(y)]
    labeled = np.arange(150) % 3 > 0
    transfer = TransferSet(X, logits, y, np.arange(3), labeled=labeled)
    first_loss, loss = DistillationLoss(2.0, 0.7), DistillationLoss(3.0, 0.4)
    students = [network(random_state=seed) for seed in range(3)]
    fitted = fit_generations(students, transfer, first_loss, loss)
    for seed in range(3):
        how = loss if seed else first_loss
        expected = network(random_state=seed).fit_distill(transfer, how)
        assert_array_equal(fitted[seed].predict_proba(X), expected.predict_proba(X))
        logits = classifier_logits(expected, X, np.arange(3))
        transfer = replace(transfer, raw_predictions=logits)


def test_the_last_generation_predicts(iris):
    model = distil(*iris).student_
    assert len(model.generations_) == 3
    assert model.student_ is model.generations_[-1]
    expected = model.generations_[-1].predict_proba(iris[0])
    assert_array_equal(model.predict_proba(iris[0]), expected)
    assert len({student.random_state for student in model.generations_}) == 3


def test_a_single_generation_is_the_student(iris):
    X, y = iris
    transfer = TransferSet(X, 3 * np.eye(3)[y], y, np.arange(3))
    student = network(random_state=0)
    model = BornAgainClassifier(student, n_generations=1, average=True)
    assert hasattr(model, "predict_proba")
    for method in (model.predict, model.predict_proba):
        with pytest.raises(NotFittedError, match="BornAgainClassifier"):
            method(X)
    model.fit_distill(transfer, DistillationLoss())
    assert model.n_features_in_ == 4
    assert model.student_ is model.generations_[0]
    expected = clone(student).fit_distill(transfer, DistillationLoss())
    assert_array_equal(model.predict_proba(X), expected.predict_proba(X))


def test_labels_teach_the_first_generation(iris):
    X, y = iris
    model = BornAgainClassifier(network(random_state=0)).fit(X, y)
    first, second = model.generations_
    scratch = clone(first).fit(X, y)
    assert_allclose(first.predict_proba(X), scratch.predict_proba(X), rtol=1e-5)
    assert not np.allclose(second.predict_proba(X), scratch.predict_proba(X))


@pytest.mark.parametrize(
    "student",
    [
        network(),
        LogisticRegression(max_iter=1000),
        make_pipeline(StandardScaler(), network()),
    ],
    ids=lambda student: type(student).__name__,
)
@pytest.mark.parametrize("names", [["no", "perhaps", "yes"], [3, 5, 4]], ids=str)
def test_their_mean(iris, student, names):
    X, y = iris[0], np.array(names)[iris[1]]
    model = distil(X, y, student, average=True)
    members = [each.predict_proba(X) for each in model.student_.generations_]
    assert len(members) == 3
    assert_allclose(model.predict_proba(X), np.mean(members, axis=0), rtol=1e-6)
    assert_array_equal(model.student_.classes_, np.sort(names))
    assert model.score(X, y) > 0.9
    loaded = pickle.loads(pickle.dumps(model))
    assert_array_equal(loaded.predict(X), model.predict(X))


def test_no_mean_of_labels(iris):
    model = distil(*iris, student=RidgeClassifier(), n_generations=2)
    assert model.score(*iris) > 0.7
    assert not hasattr(model, "predict_proba")
    assert not hasattr(BornAgainClassifier(RidgeClassifier()), "predict_proba")
    with pytest.raises(ValueError, match="average=True needs a student with predict"):
        distil(*iris, student=RidgeClassifier(), average=True)


def test_they_learn_on_synthetic_samples_too(iris):
    student = BornAgainClassifier(network(max_iter=2))
    model = DistilledClassifier(GaussianNB(), student, random_state=0).fit(*iris)
    assert model.student_.student_.t_ == 2 * (150 + auto_n_samples(150))
    assert model.score(*iris) > 0.8
