"""Training on sparse rows."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from itertools import repeat

import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose, assert_array_equal

from skdistill import SoftmaxMLPClassifier
from skdistill.losses import Term
from skdistill.neural_network._adam import AdamSettings, AdamState
from skdistill.neural_network._architecture import Architecture
from skdistill.neural_network._batch_loss import BatchCrossEntropy
from skdistill.neural_network._batches import Batches, BatchSizes
from skdistill.neural_network._objective import Objective
from skdistill.neural_network._optimizers import adam_steps
from skdistill.neural_network._passes import Passes
from skdistill.neural_network._settings import TrainingSettings
from skdistill.neural_network._sparse_passes import (
    SparseBatches,
    SparseObjective,
    SparsePasses,
    drop_empty_columns,
    is_thin,
)
from skdistill.neural_network._training import Training
from skdistill.neural_network._training_loss import CrossEntropy


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
    rows = drop_empty_columns(X[:7])
    assert len(rows) == 7
    assert_array_equal(rows.columns, np.flatnonzero(X[:7].toarray().any(axis=0)))
    assert_array_equal(rows.compact.toarray(), X[:7].toarray()[:, rows.columns])


@pytest.mark.parametrize("hidden", [(5,), ()])
@pytest.mark.parametrize("n_networks", [None, 3])
def test_gradient_is_that_of_dense_rows(X, n_networks, hidden):
    architecture = Architecture((200, *hidden, 4), n_networks=n_networks)
    generators = [np.random.RandomState(i) for i in range(n_networks or 1)]
    theta = architecture.initial(generators)
    gradient, sparse_gradient = np.zeros((2, theta.size), np.float32)
    targets = np.random.RandomState(1).dirichlet(np.ones(4), 60).T.astype(np.float32)
    dense = Passes(architecture, theta, gradient, 60, BatchCrossEntropy)
    dense.run(
        np.hstack([X.toarray(), np.ones((60, 1), np.float32)]), [(targets, None, 1)]
    )
    thin = SparsePasses(architecture, theta, sparse_gradient, 60, BatchCrossEntropy)
    thin.run(drop_empty_columns(X), [(targets, None, 1)])
    columns, weights, of_columns = thin.of_columns
    cut = 200 * weights.shape[1]
    assert_allclose(sparse_gradient[cut:], gradient[cut:], atol=1e-5)
    assert_array_equal(weights, theta[:cut].reshape(200, -1)[columns])
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
    monkeypatch.setattr("skdistill.neural_network._sparse_passes.HIGHEST_DENSITY", 1.0)
    thin = SoftmaxMLPClassifier(**settings).fit(scipy.sparse.csr_array(X), y)
    for weights, expected in zip(thin.coefs_, dense.coefs_, strict=True):
        assert_allclose(weights, expected, atol=1e-5)


def lazy_adam(theta, architecture, batches, orders, alpha, rate):
    """Adam as MLPClassifier's, on those parameters that a batch has to do with."""
    theta, (mean, square), n_steps = theta.copy(), np.zeros((2, theta.size)), 0
    gradient = np.zeros_like(theta)
    strength = alpha * architecture.is_weight(theta.dtype)
    first_layer = architecture.layers(np.arange(theta.size))[0]
    for order in orders:
        for X, terms in batches.epoch(order):
            Passes(architecture, theta, gradient, len(X), BatchCrossEntropy).run(
                X, terms
            )
            g = (gradient + strength * theta) / len(X)
            touched = np.ones(theta.size, bool)
            touched[first_layer[~X.any(axis=0)]] = False
            n_steps += 1
            correction = np.sqrt(1 - 0.999**n_steps) / (1 - 0.9**n_steps)
            for i in np.flatnonzero(touched):
                mean[i] = 0.9 * mean[i] + 0.1 * g[i]
                square[i] = 0.999 * square[i] + 0.001 * g[i] ** 2
                step = mean[i] / (np.sqrt(square[i]) + 1e-8)
                theta[i] -= rate * correction * step
    return theta


@pytest.mark.parametrize("alpha", [0.0, 0.5])
@pytest.mark.parametrize("n_networks", [None, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equals_plain_lazy_adam(X, alpha, n_networks, dtype, monkeypatch):
    monkeypatch.setattr(
        "skdistill.neural_network._sparse_passes.COLUMNS_BLOCK", 150
    )  # several blocks a batch
    monkeypatch.setattr(
        "skdistill.neural_network._sparse_passes.VALUES_AHEAD", 200
    )  # two batches at a time
    X = X.astype(dtype)
    architecture = Architecture((200, 5, 4), n_networks=n_networks)
    random_state = np.random.RandomState(0)
    theta = architecture.initial([random_state] * (n_networks or 1))
    terms = [Term(random_state.dirichlet(np.ones(4), 60).astype(np.float32), None, 1.0)]
    orders = [random_state.permutation(60) for _ in range(3)]
    sizes = BatchSizes(16, 60)  # and a last batch of 12
    batches = Batches(X.toarray(), CrossEntropy(terms, 4), sizes)
    expected = lazy_adam(theta, architecture, batches, orders, alpha, 0.01)
    sparse = SparseBatches(X, CrossEntropy(terms, 4), sizes)
    state = AdamState.initial(theta, 16)
    for some in (orders[:2], orders[2:]):  # the second run goes on from the first
        objective = SparseObjective(architecture, theta, sparse, alpha)
        state = state.for_batches_of(16)
        for _ in adam_steps(objective, some, repeat(0.01), AdamSettings(), state):
            pass
    assert state.n_steps == 12
    assert_allclose(theta, expected, atol=2e-5)


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


def test_stored_zeros_are_no_values():
    X = scipy.sparse.random(300, 50, density=0.05, format="csr", random_state=0)
    y = np.arange(300) % 2
    network = SoftmaxMLPClassifier((5,), max_iter=5, random_state=0)
    expected = network.fit(X, y).coefs_[0]
    entries = X.tocoo()
    rows, columns = np.append(entries.row, range(40)), np.append(entries.col, [7] * 40)
    padded = scipy.sparse.csr_array(
        (np.append(entries.data, np.zeros(40)), (rows, columns)), shape=X.shape
    )
    assert padded.nnz > X.nnz
    assert_allclose(network.fit(padded, y).coefs_[0], expected)
    assert padded.nnz > X.nnz


@pytest.mark.parametrize(
    ("solver", "density", "expected"),
    [
        ("adam", 0.05, SparseObjective),
        ("adam", 0.5, Objective),
        ("lbfgs", 0.05, Objective),
    ],
)
def test_who_learns_from_columns_alone(solver, density, expected):
    X = scipy.sparse.random(60, 50, density=density, format="csr", random_state=0)
    settings = TrainingSettings.of(SoftmaxMLPClassifier((4,), solver=solver))
    loss = CrossEntropy([Term(np.arange(60) % 2)], 2)
    training = Training(settings, X, loss, np.random.RandomState(0))
    assert type(training.objective) is expected


def test_lbfgs_on_thin_samples_is_lbfgs_on_dense_ones():
    X = scipy.sparse.random(60, 50, density=0.05, format="csr", random_state=0)
    y = np.arange(60) % 2
    settings = {"solver": "lbfgs", "standardize": False, "random_state": 0}
    sparse = SoftmaxMLPClassifier((4,), **settings).fit(X, y)
    dense = SoftmaxMLPClassifier((4,), **settings).fit(X.toarray(), y)
    assert_allclose(sparse.predict_proba(X), dense.predict_proba(X), atol=1e-6)
