"""Losses over all training samples: weights, strata, values, and targets in units."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime

from skdistill.losses import QuantileTerms, Term, distillation_terms
from skdistill.losses._pinball import pinball
from skdistill.neural_network._training_loss import (
    CrossEntropy,
    Pinball,
    SquaredError,
)


def test_normalize_weights():
    loss = CrossEntropy([Term(np.array([0, 1, 0]), np.array([1.0, 2.0, 6.0]))], 2)
    normalized, sample_weight, mean_weight = loss.normalize_weights(3)
    assert_allclose(sample_weight, [1 / 3, 2 / 3, 2])
    assert mean_weight == 3
    assert_allclose(normalized.terms[0].weights, [1 / 3, 2 / 3, 2])
    assert normalized.n_outputs == 2


def test_normalize_weights_of_two_terms():
    # A sample's weight is what its terms have together; one has the soft term alone.
    terms = distillation_terms(
        np.zeros((3, 2)),
        np.array([0, 1, 0]),
        labeled=np.array([True, True, False]),
        temperature=2.0,
        alpha=0.25,
        weights=np.array([1.0, 2.0, 3.0]),
    )
    loss = CrossEntropy(terms, 2)
    normalized, sample_weight, mean_weight = loss.normalize_weights(3)
    assert_allclose(sample_weight, [0.5, 1, 1.5])
    assert mean_weight == 2
    assert_allclose(sum(term.weights for term in normalized.terms), [0.5, 1, 1.5])


def test_normalize_weights_where_all_are_one():
    loss = CrossEntropy([Term(np.array([0, 1, 0]))], 2)
    assert loss.normalize_weights(3) == (loss, None, 1.0)


def test_strata_are_the_most_likely_classes_of_the_last_term():
    labels, soft = Term(np.array([0, 0])), Term(np.array([[0.2, 0.8], [0.6, 0.4]]))
    assert_array_equal(CrossEntropy([labels, soft], 2).strata, [1, 0])
    assert_array_equal(CrossEntropy([Term(np.array([0, 1]))], 2).strata, [0, 1])
    assert SquaredError.standardized(soft).strata is None


@pytest.fixture(params=[False, True], ids=["unweighted", "weighted"])
def numbers(request, rng):
    """Targets of two units, far from zero, and weights."""
    weights = rng.uniform(0.5, 2, size=8) if request.param else None
    return Term(rng.normal([1e3, -5], [10, 0.1], size=(8, 2)), weights)


def test_squared_error_is_of_standardized_targets(numbers, rng):
    loss = SquaredError.standardized(numbers)
    weights = np.ones(8) if numbers.weights is None else numbers.weights
    ((targets, _, _),) = loss.terms
    assert_allclose(np.average(targets, axis=0, weights=weights), 0, atol=1e-12)
    assert_allclose(np.average(targets**2, axis=0, weights=weights), 1)
    outputs = rng.normal(size=(8, 2))
    expected = 0.5 * (weights[:, None] * (outputs - targets) ** 2).sum()
    assert_allclose(loss.value(outputs), expected)
    some = np.array([1, 5])
    expected = 0.5 * (weights[:, None] * (outputs - targets) ** 2)[some].sum()
    assert_allclose(loss.take(some).value(outputs[some]), expected)


def test_squared_error_by_the_scaling_of_other_targets(numbers):
    first = SquaredError.standardized(numbers)
    second = numbers._replace(targets=numbers.targets + 10)
    again = SquaredError.standardized(second, first.target_scaling)
    shift = again.terms[0].targets - first.terms[0].targets
    assert_allclose(shift * first.target_scaling.scale, 10)


@pytest.mark.parametrize("network_axis", [(), (3,)])
@pytest.mark.parametrize("weights_of_networks", [False, True])
def test_gradient_of_batches(rng, network_axis, weights_of_networks):
    shape = (*network_axis, 2, 5)
    outputs, targets = rng.normal(size=shape), rng.normal(size=shape)
    weights = rng.uniform(size=(*network_axis, 5) if weights_of_networks else 5)
    if not network_axis and weights_of_networks:
        weights = None
    start = outputs.copy()
    batches = SquaredError.standardized(Term(np.eye(2))).bind(outputs)

    def value(parameters):
        def compute():
            outputs[:] = parameters.reshape(shape)

        batches.add(compute, [(targets, weights, 1.0)])
        return batches.take()

    numeric = approx_fprime(start.ravel(), value)
    value(start.ravel())
    assert_allclose(outputs.ravel(), numeric, atol=1e-6)
    assert batches.take() == 0
    value(start.ravel())
    factor = 1.0 if weights is None else weights[..., None, :]
    expected = 0.5 * (factor * (start - targets) ** 2).sum()
    for _ in range(2):
        batches.add(lambda: np.copyto(outputs, start), [(targets, weights, 1.0)])
    assert_allclose(batches.take(), 2 * expected)


@pytest.fixture
def quantiles(rng):
    """Terms of numbers in a unit, far from zero."""
    y = np.repeat(rng.normal(1e3, 10, size=(8, 1)), 3, axis=1)
    teacher = np.sort(rng.normal(1e3, 10, size=(8, 3)), axis=1)
    weights = rng.uniform(size=(2, 8))
    weights[0, :2] = 0  # without a label
    terms = (Term(*both) for both in zip((y, teacher), weights, strict=True))
    return QuantileTerms(*terms, np.array([0.1, 0.5, 0.9]))


def test_pinball_has_one_unit_for_all_levels(quantiles, rng):
    loss = Pinball.standardized(quantiles)
    scale, center = loss.target_scaling.scale, loss.target_scaling.center
    assert np.ptp(scale) == np.ptp(center) == 0
    outputs, labels, teacher = rng.normal(size=(8, 3)), *quantiles[:2]
    numbers = outputs * scale + center
    expected = labels.weights @ pinball(labels.targets, numbers, quantiles.levels)
    expected = (expected / scale).sum() + 0.5 * np.sum(
        teacher.weights[:, None] * ((numbers - teacher.targets) / scale) ** 2
    )
    assert_allclose(loss.value(outputs), expected)
    some = np.array([1, 5])
    others = np.delete(np.arange(8), some)
    parts = (loss.take(rows).value(outputs[rows]) for rows in (some, others))
    assert_allclose(sum(parts), expected)
    again = Pinball.standardized(quantiles, loss.target_scaling)
    assert_allclose(again.value(outputs), expected)
    assert loss.strata is None


@pytest.mark.parametrize("network_axis", [(), (3,)])
def test_gradient_of_batches_of_quantiles(quantiles, rng, network_axis):
    loss = Pinball.standardized(quantiles)
    start = rng.normal(size=(*network_axis, 3, 8))
    outputs = start.copy()
    batches = loss.bind(outputs)
    terms = [(term.targets.T, *term[1:]) for term in loss.terms]

    def value(parameters):
        batches.add(lambda: np.copyto(outputs, parameters.reshape(start.shape)), terms)
        return batches.take()

    numeric = approx_fprime(start.ravel(), value)
    value(start.ravel())
    assert_allclose(outputs.ravel(), numeric, rtol=1e-4, atol=1e-6)
    assert batches.take() == 0


def test_targets_are_averaged_over_terms_and_networks():
    def mean_targets(*terms):
        return CrossEntropy(terms, 2).mean_targets()

    labels, proba = np.array([0, 1]), np.array([[0.5, 0.5], [0.2, 0.8]])
    hard, soft = Term(labels), Term(proba, np.array([1.0, 3.0]))
    assert_allclose(mean_targets(hard), [[1, 0], [0, 1]])
    assert_allclose(mean_targets(hard, soft), [[0.75, 0.25], [0.15, 0.85]])
    per_network = np.stack([proba, [[1, 0], [0, 1]]], axis=1)
    networks = Term(per_network, np.array([[1.0, 1.0], [1.0, 3.0]]))
    assert_allclose(mean_targets(networks), [[0.75, 0.25], [0.05, 0.95]])
    nothing = Term(labels, np.array([1.0, 0.0]))
    assert_allclose(mean_targets(nothing), [[1, 0], [0, 0]])
