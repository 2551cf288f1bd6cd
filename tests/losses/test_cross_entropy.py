"""The distillation loss against its formula, finite differences and limits."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime
from scipy.special import log_softmax, softmax

from skdistill.losses import (
    Term,
    distillation_terms,
    mix_targets,
    softmax_cross_entropy,
)

N_SAMPLES, N_CLASSES = 12, 3


@pytest.fixture
def lesson(rng):
    """Labels (a third of the rows have none), teacher's logits, row weights."""
    labels = rng.randint(N_CLASSES, size=N_SAMPLES)
    labels[::3] = -1
    logits = rng.normal(scale=2, size=(N_SAMPLES, N_CLASSES))
    return labels, logits, rng.uniform(0.1, 3, size=N_SAMPLES)


def formula(student, labels, logits, temperature, alpha, weights=None):
    """The loss as the documentation writes it, a row at a time."""
    total = 0.0
    weights = np.ones(len(labels)) if weights is None else weights
    for u, z, label, weight in zip(student, logits, labels, weights, strict=True):
        soft = -softmax(z / temperature) @ log_softmax(u / temperature)
        loss = temperature**2 * soft
        if label >= 0:
            loss = (1 - alpha) * -log_softmax(u)[label] + alpha * loss
        total += weight * loss
    return total


def evaluate(student, terms):
    """Sum of the terms and of their gradients, rows first."""
    value, gradient = 0.0, np.zeros_like(student)
    for targets, weights, temperature in terms:
        if targets.ndim == 1:
            targets = np.eye(student.shape[1])[targets]
        buffer = student.T.copy()
        value += softmax_cross_entropy(buffer, targets.T, weights, temperature)
        gradient += buffer.T
    return value, gradient


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_terms_are_the_formula(lesson, rng, temperature, alpha, weighted):
    labels, logits, weights = lesson
    weights = weights if weighted else None
    student = rng.normal(size=logits.shape)
    terms = distillation_terms(
        labels, logits, temperature=temperature, alpha=alpha, weights=weights
    )
    expected = formula(student, labels, logits, temperature, alpha, weights)
    value, gradient = evaluate(student, terms)
    assert_allclose(value, expected, rtol=1e-12)
    numeric = approx_fprime(
        student.ravel(),
        lambda u: formula(
            u.reshape(student.shape), labels, logits, temperature, alpha, weights
        ),
    )
    assert_allclose(gradient.ravel(), numeric, atol=2e-5)


def test_unlabelled_rows_weigh_as_much_as_labelled_ones(lesson):
    labels, logits, _ = lesson
    terms = distillation_terms(labels, logits, temperature=2.0, alpha=0.3)
    assert_allclose(sum(term.weights for term in terms), np.ones(N_SAMPLES))


def test_one_term_at_temperature_one(lesson):
    labels, logits, weights = lesson
    (term,) = distillation_terms(labels, logits, alpha=0.3, weights=weights)
    assert term.temperature == 1
    assert term.weights is weights
    assert_allclose(term.targets.sum(axis=1), 1)


@pytest.mark.parametrize(("alpha", "kept"), [(0.0, 1.0), (1.0, 4.0)])
def test_terms_without_weight_are_dropped(lesson, alpha, kept):
    labels, logits, _ = lesson
    labelled = np.abs(labels)
    (term,) = distillation_terms(labelled, logits, temperature=4.0, alpha=alpha)
    assert term.temperature == kept
    assert term.weights is None


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_alpha_zero_is_the_loss_of_the_labels(lesson, rng, temperature):
    _, logits, _ = lesson
    labels = rng.randint(N_CLASSES, size=N_SAMPLES)
    student = rng.normal(size=logits.shape)
    terms = distillation_terms(labels, logits, temperature=temperature, alpha=0.0)
    value, gradient = evaluate(student, terms)
    assert_allclose(value, evaluate(student, [Term(labels)])[0])
    expected = softmax(student, axis=1) - np.eye(N_CLASSES)[labels]
    assert_allclose(gradient, expected, atol=1e-14)


def test_alpha_one_ignores_the_labels(lesson, rng):
    labels, logits, weights = lesson
    student = rng.normal(size=logits.shape)
    values = [
        evaluate(
            student,
            distillation_terms(y, logits, temperature=2.0, alpha=1.0, weights=weights),
        )
        for y in (labels, np.full(N_SAMPLES, -1), np.zeros(N_SAMPLES, int))
    ]
    for value, gradient in values[1:]:
        assert_allclose(value, values[0][0], rtol=1e-12)
        assert_allclose(gradient, values[0][1], rtol=1e-12)


@pytest.mark.parametrize("alpha", [1e-10, 0.5, 1 - 1e-10])
def test_loss_is_continuous_at_temperature_one(lesson, rng, alpha):
    labels, logits, weights = lesson
    student = rng.normal(size=logits.shape)
    merged = distillation_terms(labels, logits, alpha=alpha, weights=weights)
    split = distillation_terms(
        labels, logits, temperature=1 + 1e-9, alpha=alpha, weights=weights
    )
    assert (len(merged), len(split)) == (1, 2)
    for one, other in zip(
        evaluate(student, merged), evaluate(student, split), strict=True
    ):
        assert_allclose(one, other, atol=1e-7)


def test_loss_is_continuous_at_the_ends_of_alpha(lesson, rng):
    labels, logits, weights = lesson
    student = rng.normal(size=logits.shape)
    for end, near in [(0.0, 1e-10), (1.0, 1 - 1e-10)]:
        values = [
            evaluate(
                student,
                distillation_terms(
                    labels, logits, temperature=3.0, alpha=alpha, weights=weights
                ),
            )
            for alpha in (end, near)
        ]
        assert_allclose(values[0][0], values[1][0], rtol=1e-8)
        assert_allclose(values[0][1], values[1][1], atol=1e-8)


def test_high_temperature_matches_centred_logits(lesson, rng):
    # Hinton et al., section 2.1: with T^2 the gradient tends to (u - z) / k. Without
    # it the soft term would die away, with T alone the limit would be that by T.
    _, logits, _ = lesson
    student = rng.normal(size=logits.shape)
    terms = distillation_terms(
        np.full(N_SAMPLES, -1), logits, temperature=1e5, alpha=1.0
    )
    _, gradient = evaluate(student, terms)
    difference = student - logits
    difference -= difference.mean(axis=1, keepdims=True)
    assert_allclose(gradient, difference / N_CLASSES, atol=1e-3)


def test_row_weights_are_repetitions(lesson, rng):
    labels, logits, _ = lesson
    student = rng.normal(size=logits.shape)
    weights = rng.randint(0, 4, size=N_SAMPLES)
    again = np.repeat(np.arange(N_SAMPLES), weights)
    settings = {"temperature": 2.0, "alpha": 0.4}
    weighted = distillation_terms(labels, logits, weights=weights, **settings)
    repeated = distillation_terms(labels[again], logits[again], **settings)
    value, gradient = evaluate(student, weighted)
    expected_value, expected_gradient = evaluate(student[again], repeated)
    assert_allclose(value, expected_value)
    assert_allclose(gradient.sum(axis=0), expected_gradient.sum(axis=0))


def test_several_networks_add_up(rng):
    shape = (4, N_CLASSES, N_SAMPLES)
    student = rng.normal(size=shape)
    targets = rng.dirichlet(np.ones(N_CLASSES), size=(4, N_SAMPLES)).swapaxes(1, 2)
    weights = rng.uniform(size=(4, N_SAMPLES))
    stacked, single = student.copy(), student.copy()
    total = softmax_cross_entropy(stacked, targets, weights, 3.0)
    parts = [
        softmax_cross_entropy(single[i], targets[i], weights[i], 3.0) for i in range(4)
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
    total = softmax_cross_entropy(shared, targets, weights, temperature)
    parts = [softmax_cross_entropy(u, targets, weights, temperature) for u in own]
    assert_allclose(total, sum(parts))
    assert_allclose(shared, own)


@pytest.mark.parametrize("weighted", [False, True])
def test_several_networks_with_temperatures_of_their_own(rng, weighted):
    student = rng.normal(size=(3, N_CLASSES, N_SAMPLES))
    targets = rng.dirichlet(np.ones(N_CLASSES), size=(3, N_SAMPLES)).swapaxes(1, 2)
    weights = rng.uniform(size=(3, N_SAMPLES)) if weighted else None
    temperatures = np.array([0.5, 1.0, 4.0])
    stacked, single = student.copy(), student.copy()
    total = softmax_cross_entropy(
        stacked, targets, weights, temperatures[:, None, None]
    )
    parts = [
        softmax_cross_entropy(
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
    expected = softmax_cross_entropy(student.copy(), *settings)
    normalizers = np.full((1, N_SAMPLES), np.nan)
    value = softmax_cross_entropy(student, *settings, normalizers)
    assert_allclose(value + np.log(normalizers).sum(), expected)


def test_cross_entropy_of_large_logits_is_finite():
    student = np.array([[1e4, -1e4]]).T
    value = softmax_cross_entropy(student, np.array([[0.0, 1.0]]).T)
    assert value == 2e4
    assert_array_equal(student.T, [[1.0, -1.0]])


def test_mix_targets_leaves_its_input_alone(lesson):
    labels, logits, _ = lesson
    proba = softmax(logits, axis=1)
    before = proba.copy()
    mixed = mix_targets(labels, proba, 0.25)
    assert_array_equal(proba, before)
    labelled = labels >= 0
    assert_array_equal(mixed[~labelled], proba[~labelled])
    expected = 0.25 * proba + 0.75 * np.eye(N_CLASSES)[labels]
    assert_allclose(mixed[labelled], expected[labelled])
