"""Subtask ensembles as scikit-learn's own estimators."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle
from itertools import product

import numpy as np
import pandas as pd
import pytest
from compiling import samples, table
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from skdistill import (
    DistilledClassifier,
    SoftmaxMLPClassifier,
    SubtaskEnsembleClassifier,
)

KINDS = [
    {"partition": partition, "combine": combine}
    for partition, combine in product(
        ["cluster", "random", "features", "classes"], ["gate", "mean", "vote", "stack"]
    )
]
FURTHER = [
    {"temperature": 3.0},
    {"temperature": 0.5, "combine": "vote"},
    {"temperature": 2.0, "partition": "classes"},
    {"feature_temperature": 2.0},
    {"n_subtasks": 1},
]


def check_equal(ensemble, X):
    plain = ensemble.to_sklearn()
    assert b"skdistill" not in pickle.dumps(plain)
    proba = ensemble.predict_proba(X)
    assert_allclose(plain.predict_proba(X), proba, rtol=0, atol=1e-9)
    assert_array_equal(plain.predict(X), ensemble.predict(X))
    assert_array_equal(plain.classes_, ensemble.classes_)
    return plain


@pytest.mark.parametrize("estimator", [None, DecisionTreeClassifier(max_depth=3)])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("parameters", [*KINDS, *FURTHER], ids=str)
def test_equal_probabilities(parameters, n_classes, estimator):
    ensemble = SubtaskEnsembleClassifier(estimator, n_subtasks=3, random_state=0)
    ensemble.set_params(**parameters).fit(*table(n_classes))
    check_equal(ensemble, samples(n_classes))


@pytest.mark.parametrize("combine", ["gate", "stack"])
def test_skops_trusts_them(combine):
    skops = pytest.importorskip("skops.io", reason="needs the extra 'export'")
    ensemble = SubtaskEnsembleClassifier(
        combine=combine, feature_temperature=2.0, random_state=0
    ).fit(*table(3))
    file = skops.dumps(ensemble.to_sklearn())
    assert skops.get_untrusted_types(data=file) == []
    loaded, X = skops.loads(file), samples(3)
    assert_allclose(loaded.predict_proba(X), ensemble.predict_proba(X))


def test_as_a_student(iris):
    X, y = iris
    model = DistilledClassifier(
        DecisionTreeClassifier(random_state=0),
        SubtaskEnsembleClassifier(random_state=0),
        committee=None,
        temperature=2.0,
        random_state=0,
    ).fit(X, y)
    assert model.student_.hard_label_ensemble_ is not None
    check_equal(model, X)


def test_members_of_this_package(iris):
    X, y = iris
    network = SoftmaxMLPClassifier((5,), max_iter=5, random_state=0)
    ensemble = SubtaskEnsembleClassifier(network, n_subtasks=2, random_state=0)
    assert_allclose(
        ensemble.fit(X, y).to_sklearn().predict_proba(X),
        ensemble.predict_proba(X),
        atol=1e-6,
    )


def test_samples_of_all_forms(iris):
    X, y = iris
    frame = pd.DataFrame(X, columns=list("abcd"))
    ensemble = SubtaskEnsembleClassifier(random_state=0).fit(frame, y)
    plain = check_equal(ensemble, frame)
    assert_array_equal(plain.feature_names_in_, list("abcd"))
    with pytest.raises(ValueError, match="feature names"):
        plain.predict(frame[list("dcba")])
    # Some subtasks lack classes.
    few = SubtaskEnsembleClassifier(n_subtasks=3, random_state=0).fit(X, y)
    check_equal(few, X)
    sparse = csr_array(np.where(X > 2, X, 0))
    ensemble = SubtaskEnsembleClassifier(partition="features", random_state=0)
    check_equal(ensemble.fit(sparse, y), sparse)


def test_members_without_probabilities_are_refused(iris):
    ensemble = SubtaskEnsembleClassifier(LinearSVC(), n_subtasks=2, combine="mean")
    ensemble.fit(*iris)
    with pytest.raises(TypeError, match=r"LinearSVC.*no probabilities"):
        ensemble.to_sklearn()
