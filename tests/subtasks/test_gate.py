"""The gate: centers, scale, responsibilities."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from scipy.special import softmax

from skdistill.subtasks import Gate
from skdistill.subtasks._gate import fit_gate


@pytest.fixture
def islands(rng):
    """Three far groups of samples."""
    centers = np.array([[0.0, 0.0], [20.0, 0.0], [0.0, 20.0]])
    island = np.repeat([0, 1, 2], [10, 20, 30])
    return centers[island] + rng.randn(60, 2), island


def test_gate(islands):
    X, island = islands
    gate = fit_gate(X, [np.flatnonzero(island == i) for i in range(3)])
    assert_allclose(gate.centers[2], X[island == 2].mean(axis=0))
    responsibilities = gate.responsibilities(X)
    assert_allclose(responsibilities.sum(axis=1), 1)
    assert_array_equal(responsibilities.argmax(axis=1), island)


def test_gate_halfway_is_undecided():
    gate = Gate(np.array([[0.0], [2.0]]), 1.0)
    assert_allclose(gate.responsibilities(np.array([[1.0]])), [[0.5, 0.5]])
    # Squared distances are divided by the scale.
    expected = softmax([-0.25 / 1.0, -2.25 / 1.0])
    assert_allclose(gate.responsibilities(np.array([[0.5]]))[0], expected)


def test_gate_does_not_depend_on_units(islands):
    X, island = islands
    assigned = [np.flatnonzero(island < 2), np.flatnonzero(island > 0)]
    responsibilities = fit_gate(X, assigned).responsibilities(X)
    assert_allclose(
        fit_gate(1e3 * X, assigned).responsibilities(1e3 * X), responsibilities
    )


def test_scale_is_a_fifth_of_the_mean_squared_distance():
    X = np.array([[0.0], [2.0], [10.0], [14.0]])
    gate = fit_gate(X, [np.array([0, 1]), np.array([2, 3])])
    assert_allclose(gate.scale, 0.2 * (1 + 1 + 4 + 4) / 4)


def test_gate_of_single_samples():
    X = np.array([[0.0], [5.0]])
    responsibilities = fit_gate(X, [np.array([0]), np.array([1])]).responsibilities(X)
    assert_array_equal(responsibilities.argmax(axis=1), [0, 1])


def test_sparse_rows(islands):
    X, island = islands
    assigned = [np.flatnonzero(island == i) for i in range(3)]
    sparse = fit_gate(csr_array(X), assigned)
    assert_allclose(sparse.centers, fit_gate(X, assigned).centers)
    assert_allclose(
        sparse.responsibilities(csr_array(X)),
        fit_gate(X, assigned).responsibilities(X),
        atol=1e-12,
    )


class TestLargeNumbers:
    """Squared distances would overflow, or their differences be rounding errors."""

    @pytest.fixture
    def gate(self, islands):
        X, island = islands
        return fit_gate(X, [np.flatnonzero(island == i) for i in range(3)])

    @pytest.mark.parametrize("size", [1e20, 1e160, 1e300])
    def test_far_samples(self, gate, size):
        """The nearest center is the one in their direction."""
        far = size * np.array([[1.0, 0.1], [0.1, 1.0], [-1.0, -1.1]])
        assert_array_equal(gate.responsibilities(far), np.eye(3)[[1, 2, 0]])
        sparse = gate.responsibilities(csr_array(far))
        assert_array_equal(sparse, np.eye(3)[[1, 2, 0]])

    def test_far_origin(self, gate, islands):
        """Only differences count, wherever the samples are."""
        X, _ = islands
        moved = Gate(gate.centers + 2.0**40, gate.scale)
        expected = gate.responsibilities(X)
        assert_allclose(moved.responsibilities(X + 2.0**40), expected, atol=2e-3)


def test_formula(rng):
    X, centers = rng.randn(20, 3), rng.randn(4, 3)
    distances = np.square(X[:, None] - centers).sum(axis=2)
    expected = softmax(-distances / 0.7, axis=1)
    assert_allclose(Gate(centers, 0.7).responsibilities(X), expected)
