"""The cross-entropy of several networks at once, in place."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skdistill.losses import softmax_cross_entropy
from skdistill.losses._kernels import cross_entropies_in_place, cross_entropy_in_place

N_SAMPLES, N_CLASSES = 12, 3


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_one_network_has_the_public_value_and_gradient(rng, temperature, weighted):
    student = rng.normal(size=(N_SAMPLES, N_CLASSES))
    targets = rng.dirichlet(np.ones(N_CLASSES), size=N_SAMPLES)
    weights = rng.uniform(size=N_SAMPLES) if weighted else None
    expected, gradient = softmax_cross_entropy(student, targets, weights, temperature)
    in_place = student.T.copy()
    value = cross_entropy_in_place(in_place, targets.T, weights, temperature)
    assert_allclose(value, expected)
    assert_allclose(in_place.T, gradient)


def test_several_networks_add_up(rng):
    shape = (4, N_CLASSES, N_SAMPLES)
    student = rng.normal(size=shape)
    targets = rng.dirichlet(np.ones(N_CLASSES), size=(4, N_SAMPLES)).swapaxes(1, 2)
    weights = rng.uniform(size=(4, N_SAMPLES))
    stacked, single = student.copy(), student.copy()
    total = cross_entropy_in_place(stacked, targets, weights, 3.0)
    parts = [
        cross_entropy_in_place(single[i], targets[i], weights[i], 3.0) for i in range(4)
    ]
    assert_allclose(total, sum(parts))
    assert_allclose(stacked, single)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_several_networks_may_share_targets(rng, temperature, weighted):
    student = rng.normal(size=(4, N_CLASSES, N_SAMPLES))
    targets = rng.dirichlet(np.ones(N_CLASSES), size=N_SAMPLES).T
    weights = rng.uniform(size=N_SAMPLES) if weighted else None
    shared, own = student.copy(), student.copy()
    total = cross_entropy_in_place(shared, targets, weights, temperature)
    parts = [cross_entropy_in_place(u, targets, weights, temperature) for u in own]
    assert_allclose(total, sum(parts))
    assert_allclose(shared, own)


@pytest.mark.parametrize("weighted", [False, True])
def test_several_networks_with_temperatures_of_their_own(rng, weighted):
    student = rng.normal(size=(3, N_CLASSES, N_SAMPLES))
    targets = rng.dirichlet(np.ones(N_CLASSES), size=(3, N_SAMPLES)).swapaxes(1, 2)
    weights = rng.uniform(size=(3, N_SAMPLES)) if weighted else None
    temperatures = np.array([0.5, 1.0, 4.0])
    stacked, single = student.copy(), student.copy()
    total = cross_entropy_in_place(
        stacked, targets, weights, temperatures[:, None, None]
    )
    parts = [
        cross_entropy_in_place(
            single[i], targets[i], None if weights is None else weights[i], temperature
        )
        for i, temperature in enumerate(temperatures)
    ]
    assert_allclose(total, sum(parts))
    assert_allclose(stacked, single)


@pytest.mark.parametrize("temperature", [1.0, 3.0])
@pytest.mark.parametrize("weighted", [False, True])
def test_logarithms_may_be_left_to_the_caller(rng, temperature, weighted):
    student = rng.normal(size=(N_CLASSES, N_SAMPLES))
    targets = rng.dirichlet(np.ones(N_CLASSES), size=N_SAMPLES).T
    weights = rng.uniform(size=N_SAMPLES) if weighted else None
    settings = targets, weights, temperature
    expected = cross_entropy_in_place(student.copy(), *settings)
    normalizers = np.full((1, N_SAMPLES), np.nan)
    value = cross_entropy_in_place(student, *settings, normalizers)
    assert_allclose(value + np.log(normalizers).sum(), expected)


@pytest.mark.parametrize("network_axis", [(), (4,)])
def test_several_terms_add_up(rng, network_axis):
    student = rng.normal(size=(*network_axis, N_CLASSES, N_SAMPLES))
    shared = rng.dirichlet(np.ones(N_CLASSES), size=N_SAMPLES).T
    own = rng.dirichlet(np.ones(N_CLASSES), size=(*network_axis, N_SAMPLES))
    temperatures = rng.uniform(
        0.5, 5, size=(*network_axis, *(1, 1)[: 2 * bool(network_axis)])
    )
    terms = [
        (shared, None, 1.0),
        (shared, rng.uniform(size=N_SAMPLES), 3.0),
        (
            own.swapaxes(-1, -2),
            rng.uniform(size=(*network_axis, N_SAMPLES)),
            temperatures,
        ),
    ]
    gradients = [student.copy() for _ in terms]
    parts = [
        cross_entropy_in_place(u, *term)
        for u, term in zip(gradients, terms, strict=True)
    ]
    total = cross_entropies_in_place(student, terms)
    assert_allclose(total, sum(parts))
    assert_allclose(student, sum(gradients))


def test_large_logits_do_not_overflow():
    logits = np.array([[1000.0], [-1000.0]])
    value = cross_entropies_in_place(logits, [(np.array([[0.0], [1.0]]), None, 0.5)])
    assert_allclose(value, 1000.0)
    assert_allclose(logits, [[0.5], [-0.5]])
