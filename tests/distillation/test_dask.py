"""Folds, members and subtasks on a cluster: the same bits as in one process."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from joblib import parallel_config
from numpy.testing import assert_array_equal
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from skdistill import (
    DistilledClassifier,
    DistilledClassifierCV,
    SoftmaxMLPClassifier,
    SubtaskEnsembleClassifier,
)

distributed = pytest.importorskip("distributed")

# The cluster's own affairs: logs, and sockets that it closes late.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def client():
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def on_cluster(model, X, y):
    with parallel_config(backend="dask"):
        return model.fit(X, y)


@pytest.mark.parametrize(
    "model",
    [
        DistilledClassifier(
            DecisionTreeClassifier(max_depth=3),
            SoftmaxMLPClassifier((8,), max_iter=10),
            random_state=0,
            n_jobs=2,
        ),
        DistilledClassifierCV(
            GaussianNB(),
            students=[("tree", DecisionTreeClassifier(max_depth=2, random_state=0))],
            committee=None,
            random_state=0,
            cv=3,
            n_jobs=2,
        ),
        SubtaskEnsembleClassifier(
            DecisionTreeClassifier(max_depth=2), n_subtasks=3, random_state=0, n_jobs=2
        ),
    ],
    ids=lambda model: type(model).__name__,
)
def test_same_bits_as_in_one_process(client, iris, model):
    X, y = iris[0].copy(), iris[1].copy()
    before = client.cluster.scheduler.transition_counter
    found = on_cluster(model, X, y).predict_proba(X)
    assert client.cluster.scheduler.transition_counter > before + 5  # it did run there
    assert_array_equal(model.set_params(n_jobs=None).fit(X, y).predict_proba(X), found)


def test_classes_that_live_in_a_notebook(client, iris):
    # A class of no module that a worker could import.
    namespace = {"GaussianNB": GaussianNB, "__name__": "__main__"}
    exec("class Own(GaussianNB):\n    pass", namespace)
    X, y = iris[0].copy(), iris[1].copy()
    model = DistilledClassifier(
        namespace["Own"](), GaussianNB(), synthesizer=None, random_state=0, n_jobs=2
    )
    found = on_cluster(model, X, y).predict_proba(X)
    assert_array_equal(model.set_params(n_jobs=None).fit(X, y).predict_proba(X), found)
    assert np.isfinite(found).all()
