"""Batches: every sample once, in order, scaled, turned and ragged at the end."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csc_array, csr_array, csr_matrix

from skdistill.losses import Term
from skdistill.neural_network._batches import Batches, BatchSizes
from skdistill.neural_network._features import InputFeatures, Scaling
from skdistill.neural_network._training_loss import CrossEntropy

N_CLASSES = 3


def collect(batches, order):
    """Copies of an epoch's batches, which are overwritten by later ones."""
    return [
        (
            X.copy(),
            [(q.copy(), None if w is None else w.copy(), t) for q, w, t in terms],
        )
        for X, terms in batches.epoch(order)
    ]


@pytest.fixture
def rows(rng):
    X = rng.normal(size=(23, 4)) * (rng.uniform(size=(23, 4)) < 0.5)
    return (
        X,
        rng.randint(N_CLASSES, size=23),
        rng.dirichlet(np.ones(N_CLASSES), size=23),
    )


@pytest.mark.parametrize("batch_size", [1, 5, 23, 22])
def test_rows_come_in_order(rows, rng, batch_size):
    X, labels, proba = rows
    weights = rng.uniform(size=23)
    terms = [Term(labels), Term(proba, weights, 2.0)]
    order = rng.permutation(23)
    sizes = BatchSizes(batch_size, 23)
    batches = Batches(X, CrossEntropy(terms, N_CLASSES), sizes, dtype=np.float64)
    found = collect(batches, order)
    lengths = [len(X) for X, _ in found]
    assert lengths[:-1] == [batch_size] * (len(lengths) - 1)
    assert sum(lengths) == 23
    assert len(lengths) == sizes.n_steps
    assert sizes.distinct == set(lengths)
    assert_array_equal(
        np.vstack([X for X, _ in found]), np.column_stack([X[order], np.ones(23)])
    )
    hard, soft = zip(*[terms for _, terms in found], strict=True)
    assert_array_equal(
        np.hstack([q for q, _, _ in hard]), np.eye(N_CLASSES)[labels[order]].T
    )
    assert {(w, t) for _, w, t in hard} == {(None, 1.0)}
    assert_array_equal(np.hstack([q for q, _, _ in soft]), proba[order].T)
    assert_array_equal(np.hstack([w for _, w, _ in soft]), weights[order])
    assert {t for _, _, t in soft} == {2.0}


@pytest.mark.parametrize("container", [csr_matrix, csr_array, csc_array])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sparse_rows_come_as_dense_ones(rows, rng, container, dtype):
    X, labels, _ = rows
    order = rng.permutation(23)
    settings = {"sizes": BatchSizes(5, 23), "dtype": dtype}
    dense = collect(
        Batches(X, CrossEntropy([Term(labels)], N_CLASSES), **settings), order
    )
    sparse = collect(
        Batches(container(X), CrossEntropy([Term(labels)], N_CLASSES), **settings),
        order,
    )
    for (one, _), (other, _) in zip(dense, sparse, strict=True):
        assert one.dtype == other.dtype == dtype
        assert_array_equal(one, other)


def test_read_only_rows_of_any_layout(rows, rng, tmp_path):
    X, labels, _ = rows
    order = rng.permutation(23)
    mapped = np.lib.format.open_memmap(tmp_path / "X.npy", "w+", X.dtype, X.shape)
    mapped[:] = X
    mapped.flush()
    sizes = BatchSizes(5, 23)
    expected = collect(
        Batches(X, CrossEntropy([Term(labels)], N_CLASSES), sizes), order
    )
    for container in (np.load(tmp_path / "X.npy", mmap_mode="r"), np.asfortranarray(X)):
        found = collect(
            Batches(container, CrossEntropy([Term(labels)], N_CLASSES), sizes), order
        )
        for (one, _), (other, _) in zip(expected, found, strict=True):
            assert_array_equal(one, other)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scaling(rows, dtype):
    X, labels, _ = rows
    X = (X + 1e5).astype(dtype)
    center, scale = X.mean(axis=0, dtype=np.float64), np.array([0.1, 1.0, 2.0, 10.0])
    features = InputFeatures(4, Scaling(center, scale))
    batches = Batches(
        X, CrossEntropy([Term(labels)], N_CLASSES), BatchSizes(23, 23), features
    )
    ((found, _),) = batches.epoch(np.arange(23))
    assert found.dtype == np.float32
    # In double precision up to the difference: 1e5 leaves float32 two digits only.
    assert_allclose(found[:, :-1], (X.astype(np.float64) - center) / scale, rtol=1e-6)
    assert_array_equal(found[:, -1], 1)


def test_fewer_rows_than_there_are(rows):
    X, labels, _ = rows
    order = np.array([20, 3, 7, 11, 0])
    sizes = BatchSizes(2, n_samples=5)
    batches = Batches(
        X, CrossEntropy([Term(labels)], N_CLASSES), sizes, dtype=np.float64
    )
    found = np.vstack([X for X, _ in collect(batches, order)])
    assert_array_equal(found[:, :-1], X[order])


def test_batches_of_one_buffer_and_of_many_are_the_same(rows, rng, monkeypatch):
    X, labels, proba = rows
    order = rng.permutation(23)
    terms = [Term(labels), Term(proba)]
    sizes = BatchSizes(3, 23)
    one = collect(Batches(X, CrossEntropy(terms, N_CLASSES), sizes), order)
    monkeypatch.setattr("skdistill.neural_network._batches.BUFFER_SIZE", 1)
    many = collect(Batches(X, CrossEntropy(terms, N_CLASSES), sizes), order)
    for (X_one, terms_one), (X_many, terms_many) in zip(one, many, strict=True):
        assert_array_equal(X_one, X_many)
        for (q_one, _, _), (q_many, _, _) in zip(terms_one, terms_many, strict=True):
            assert_array_equal(q_one, q_many)


def test_memory_does_not_grow_with_the_rows():
    # 10 million rows of one number, stored once: a copy would take 40 MB.
    X = np.broadcast_to(np.float32(2), (10_000_000, 1))
    labels = np.broadcast_to(np.int8(1), (10_000_000,))
    batches = Batches(X, CrossEntropy([Term(labels)], 2), BatchSizes(100, 10_000_000))
    assert batches._whole.raw.nbytes + batches._whole.rows.nbytes < 2**21
    assert batches.sizes.remainder == 0
    X_batch, _ = next(batches.epoch(np.arange(100_000)))
    assert_array_equal(X_batch, np.tile([2, 1], (100, 1)))


def test_no_buffers_where_nobody_asks_for_them():
    X = csr_array((1000, 2**18), dtype=np.float32)
    tracemalloc.start()
    try:
        terms = [Term(np.zeros(1000, np.int64))]
        batches = Batches(X, CrossEntropy(terms, 2), BatchSizes(300, 1000))
        assert batches.sizes.distinct == {300, 100}
        assert tracemalloc.get_traced_memory()[1] < 1e6  # a batch would take 300 MB
    finally:
        tracemalloc.stop()


def test_targets_and_weights_of_several_networks(rows, rng):
    X, _, _ = rows
    proba = rng.dirichlet(np.ones(N_CLASSES), size=(23, 4))
    weights = rng.uniform(size=(23, 4))
    terms, sizes = [Term(proba, weights)], BatchSizes(5, 23)
    batches = Batches(X, CrossEntropy(terms, N_CLASSES), sizes, dtype=np.float64)
    order = rng.permutation(23)
    start = 0
    for batch, ((q, w, _),) in collect(batches, order):
        chosen = order[start : start + len(batch)]
        assert_array_equal(q, proba[chosen].transpose(1, 2, 0))
        assert_array_equal(w, weights[chosen].T)
        start += len(batch)
    assert start == 23
