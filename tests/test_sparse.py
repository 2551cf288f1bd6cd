"""Training on sparse rows."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from skdistill import SoftmaxMLPClassifier
from skdistill._network import Architecture, Passes
from skdistill._sparse import SparsePasses, drop_empty_columns, is_thin


@pytest.fixture
def X():
    return scipy.sparse.random(
        60, 200, density=0.03, format="csr", random_state=0, dtype=np.float32
    )


def test_thin_is_less_than_a_tenth():
    assert is_thin(scipy.sparse.csr_array(np.eye(20)))
    assert not is_thin(scipy.sparse.csr_array(np.eye(5)))
    assert not is_thin(np.eye(20))


def test_drop_empty_columns(X):
    compact, columns = drop_empty_columns(X[:7])
    assert_array_equal(columns, np.flatnonzero(X[:7].toarray().any(axis=0)))
    assert_array_equal(compact.toarray(), X[:7].toarray()[:, columns])


@pytest.mark.parametrize("n_networks", [None, 3])
def test_gradient_is_that_of_dense_rows(X, n_networks):
    architecture = Architecture((200, 5, 4), n_networks=n_networks)
    generators = [np.random.RandomState(i) for i in range(n_networks or 1)]
    theta = architecture.initial(generators)
    gradient, sparse_gradient = np.zeros((2, theta.size), np.float32)
    targets = np.random.RandomState(1).dirichlet(np.ones(4), 60).T.astype(np.float32)
    dense = Passes(architecture, theta, gradient, 60)
    dense(np.hstack([X.toarray(), np.ones((60, 1), np.float32)]), [(targets, None, 1)])
    thin = SparsePasses(architecture, theta, sparse_gradient, 60)
    thin(X, [(targets, None, 1)])
    columns, of_columns = thin.column_gradient
    cut = 200 * thin.width
    assert_allclose(sparse_gradient[cut:], gradient[cut:], atol=1e-5)
    first = gradient[:cut].reshape(200, -1)
    assert_allclose(of_columns, first[columns], atol=1e-5)
    others = np.setdiff1d(np.arange(200), columns)
    assert not first[others].any()
    assert_allclose(thin.take_loss(), dense.take_loss(), rtol=1e-5)


def test_equals_dense_adam_while_every_batch_has_every_column(monkeypatch):
    X = np.random.RandomState(0).uniform(0.1, 1, (50, 6)).astype(np.float32)
    y = np.arange(50) % 3
    settings = {
        "max_iter": 4,
        "batch_size": 20,  # and a last batch of 10
        "random_state": 0,
        "alpha": 0.1,
        "standardize": False,
    }
    dense = SoftmaxMLPClassifier(**settings).fit(X, y)
    monkeypatch.setattr("skdistill._sparse.HIGHEST_DENSITY", 1.0)
    thin = SoftmaxMLPClassifier(**settings).fit(scipy.sparse.csr_array(X), y)
    for weights, expected in zip(thin.coefs_, dense.coefs_, strict=True):
        assert_allclose(weights, expected, atol=1e-5)


def test_weights_of_absent_columns_stay(X):
    X = X.copy()
    X.data[np.isin(X.indices, [3, 5])] = 0
    X.eliminate_zeros()
    y = np.arange(60) % 2
    settings = {"random_state": 0, "alpha": 0.0}
    few = SoftmaxMLPClassifier(max_iter=1, **settings).fit(X, y)
    many = SoftmaxMLPClassifier(max_iter=5, **settings).fit(X, y)
    assert_array_equal(few.coefs_[0][[3, 5]], many.coefs_[0][[3, 5]])
    assert not np.allclose(few.coefs_[0][7], many.coefs_[0][7])


def test_learns_from_thin_rows():
    random_state = np.random.RandomState(0)
    y = random_state.randint(4, size=400)
    words = random_state.randint(50, size=(400, 5)) + 50 * y[:, None]
    rows = np.repeat(np.arange(400), 5)
    X = scipy.sparse.csr_matrix((np.ones(2000), (rows, words.ravel())), (400, 200))
    network = SoftmaxMLPClassifier(random_state=0).fit(X[:300], y[:300])
    assert network.score(X[300:], y[300:]) > 0.95
