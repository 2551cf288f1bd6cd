"""Students that learn from students."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdistill import DistilledClassifier, SoftmaxMLPClassifier, TransferSet
from skdistill.students._born_again import fit_generations
from skdistill.synthesis import auto_n_samples
from skdistill.transfer._responses import classifier_logits


def network(**settings):
    return SoftmaxMLPClassifier((8,), **{"max_iter": 60, **settings})


def distil(X, y, student=None, **parameters):
    settings = {"synthesizer": None, "committee": False, "random_state": 0}
    student = network() if student is None else student
    return DistilledClassifier(GaussianNB(), student, **settings | parameters).fit(X, y)


def test_each_learns_from_the_one_before(iris):
    X, y = iris
    logits = 3 * np.eye(3)[np.random.RandomState(0).permutation(y)]
    labels = np.where(np.arange(150) % 3, y, -1)
    transfer = TransferSet(X, logits, labels, np.arange(3))
    how = {"temperature": 2.0, "alpha": 0.7}
    fitted = fit_generations(
        [network(random_state=seed) for seed in range(3)], transfer, **how
    )
    for seed in range(3):
        expected = network(random_state=seed).fit_distill(transfer, **how)
        assert_array_equal(fitted[seed].predict_proba(X), expected.predict_proba(X))
        transfer = replace(
            transfer, logits=classifier_logits(expected, X, np.arange(3))
        )


def test_the_first_is_the_student_of_no_generations(iris):
    X, y = iris
    plain = distil(X, y)
    all_of_them = distil(X, y, n_generations=2, average_generations=True).student_
    first, *later = all_of_them.estimators_
    assert_array_equal(first.predict_proba(X), plain.predict_proba(X))
    assert len(later) == 2
    last = distil(X, y, n_generations=2)
    assert_array_equal(last.predict_proba(X), later[-1].predict_proba(X))
    assert len({student.random_state for student in all_of_them.estimators_}) == 3


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
    model = distil(X, y, student, n_generations=2, average_generations=True)
    assert isinstance(model.student_, VotingClassifier)
    members = [each.predict_proba(X) for each in model.student_.estimators_]
    assert_allclose(model.predict_proba(X), np.mean(members, axis=0), rtol=1e-6)
    assert_array_equal(model.student_.classes_, np.sort(names))
    assert model.score(X, y) > 0.9
    loaded = pickle.loads(pickle.dumps(model))
    assert_array_equal(loaded.predict(X), model.predict(X))
    # As a student from scratch: as many, of the same kind.
    scratch = clone(model.student_).fit(X, y)
    assert len(scratch.estimators_) == 3
    assert not hasattr(clone(model), "student_")


def test_the_mean_of_none_is_the_student(iris):
    model = distil(*iris, average_generations=True)
    assert isinstance(model.student_, SoftmaxMLPClassifier)


def test_no_mean_of_labels(iris):
    parameters = {"student": RidgeClassifier(), "n_generations": 1}
    assert distil(*iris, **parameters).score(*iris) > 0.7
    with pytest.raises(ValueError, match="tells probabilities"):
        distil(*iris, average_generations=True, **parameters)


def test_they_learn_on_synthetic_rows_too(iris):
    settings = {"synthesizer": "auto", "committee": True, "n_generations": 1}
    model = distil(*iris, student=network(max_iter=2), **settings)
    assert model.student_.t_ == 2 * (150 + auto_n_samples(150))
    assert model.score(*iris) > 0.8
