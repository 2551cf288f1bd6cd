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
def logits(rng):
    """The teacher's."""
    return rng.normal(scale=2, size=(N_SAMPLES, N_CLASSES))


@pytest.fixture
def labels(rng):
    return rng.randint(N_CLASSES, size=N_SAMPLES)


@pytest.fixture
def labeled():
    """A third of the samples have no label."""
    return np.arange(N_SAMPLES) % 3 > 0


@pytest.fixture
def weights(rng):
    return rng.uniform(0.1, 3, size=N_SAMPLES)


@pytest.fixture
def student(rng):
    """The student's logits."""
    return rng.normal(size=(N_SAMPLES, N_CLASSES))


def formula(student, logits, labels, *, labeled, temperature, alpha, weights=None):
    """The loss as the documentation writes it, a sample at a time."""
    total = 0.0
    weights = np.ones(len(labels)) if weights is None else weights
    for i, (u, z) in enumerate(zip(student, logits, strict=True)):
        soft = -softmax(z / temperature) @ log_softmax(u / temperature)
        loss = temperature**2 * soft
        if labeled[i]:
            loss = (1 - alpha) * -log_softmax(u)[labels[i]] + alpha * loss
        total += weights[i] * loss
    return total


def evaluate(student, terms):
    """Sum of the terms and of their gradients."""
    parts = [softmax_cross_entropy(student, *term) for term in terms]
    return tuple(map(sum, zip(*parts, strict=True)))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_terms_are_the_formula(
    student, logits, labels, labeled, weights, temperature, alpha, weighted
):
    settings = {
        "labeled": labeled,
        "temperature": temperature,
        "alpha": alpha,
        "weights": weights if weighted else None,
    }
    terms = distillation_terms(logits, labels, **settings)
    value, gradient = evaluate(student, terms)
    expected = formula(student, logits, labels, **settings)
    assert_allclose(value, expected, rtol=1e-12)
    numeric = approx_fprime(
        student.ravel(),
        lambda u: formula(u.reshape(student.shape), logits, labels, **settings),
    )
    assert_allclose(gradient.ravel(), numeric, atol=2e-5)


def test_unlabeled_samples_weigh_as_much_as_labeled_ones(logits, labels, labeled):
    terms = distillation_terms(
        logits, labels, labeled=labeled, temperature=2.0, alpha=0.3
    )
    assert_allclose(sum(term.weights for term in terms), np.ones(N_SAMPLES))
    assert_array_equal(terms[0].weights, np.where(labeled, 0.7, 0.0))


def test_one_term_at_temperature_one(logits, labels, labeled, weights):
    (term,) = distillation_terms(
        logits, labels, labeled=labeled, alpha=0.3, weights=weights
    )
    assert term.temperature == 1
    assert term.weights is weights
    assert_allclose(term.targets.sum(axis=1), 1)


@pytest.mark.parametrize(("alpha", "kept"), [(0.0, 1.0), (1.0, 4.0)])
def test_terms_without_weight_are_dropped(logits, labels, alpha, kept):
    (term,) = distillation_terms(logits, labels, temperature=4.0, alpha=alpha)
    assert term.temperature == kept
    assert term.weights is None


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_alpha_zero_is_the_loss_of_the_labels(student, logits, labels, temperature):
    terms = distillation_terms(logits, labels, temperature=temperature, alpha=0.0)
    value, gradient = evaluate(student, terms)
    assert_allclose(value, evaluate(student, [Term(labels)])[0])
    expected = softmax(student, axis=1) - np.eye(N_CLASSES)[labels]
    assert_allclose(gradient, expected, atol=1e-14)


def test_alpha_one_ignores_the_labels(student, logits, labels, labeled, weights):
    settings = {"temperature": 2.0, "alpha": 1.0, "weights": weights}
    cases = [
        (labels, labeled),
        (labels, np.zeros(N_SAMPLES, bool)),
        (np.zeros(N_SAMPLES, int), None),
    ]
    values = [
        evaluate(student, distillation_terms(logits, y, labeled=known, **settings))
        for y, known in cases
    ]
    for value, gradient in values[1:]:
        assert_allclose(value, values[0][0], rtol=1e-12)
        assert_allclose(gradient, values[0][1], rtol=1e-12)


@pytest.mark.parametrize("alpha", [1e-10, 0.5, 1 - 1e-10])
def test_loss_is_continuous_at_temperature_one(
    student, logits, labels, labeled, weights, alpha
):
    settings = {"labeled": labeled, "alpha": alpha, "weights": weights}
    merged = distillation_terms(logits, labels, **settings)
    split = distillation_terms(logits, labels, temperature=1 + 1e-9, **settings)
    assert (len(merged), len(split)) == (1, 2)
    for one, other in zip(
        evaluate(student, merged), evaluate(student, split), strict=True
    ):
        assert_allclose(one, other, atol=1e-7)


def test_loss_is_continuous_at_the_ends_of_alpha(
    student, logits, labels, labeled, weights
):
    settings = {"labeled": labeled, "temperature": 3.0, "weights": weights}
    for end, near in [(0.0, 1e-10), (1.0, 1 - 1e-10)]:
        values = [
            evaluate(
                student, distillation_terms(logits, labels, alpha=alpha, **settings)
            )
            for alpha in (end, near)
        ]
        assert_allclose(values[0][0], values[1][0], rtol=1e-8)
        assert_allclose(values[0][1], values[1][1], atol=1e-8)


def test_high_temperature_matches_centered_logits(student, logits, labels):
    # Hinton et al., section 2.1: with T^2 the gradient tends to (u - z) / k. Without
    # it the soft term would die away, with T alone the limit would be that by T.
    terms = distillation_terms(logits, labels, temperature=1e5, alpha=1.0)
    _, gradient = evaluate(student, terms)
    difference = student - logits
    difference -= difference.mean(axis=1, keepdims=True)
    assert_allclose(gradient, difference / N_CLASSES, atol=1e-3)


def test_sample_weights_are_repetitions(student, logits, labels, labeled, rng):
    weights = rng.randint(0, 4, size=N_SAMPLES)
    again = np.repeat(np.arange(N_SAMPLES), weights)
    settings = {"temperature": 2.0, "alpha": 0.4}
    weighted = distillation_terms(
        logits, labels, labeled=labeled, weights=weights, **settings
    )
    repeated = distillation_terms(
        logits[again], labels[again], labeled=labeled[again], **settings
    )
    value, gradient = evaluate(student, weighted)
    expected_value, expected_gradient = evaluate(student[again], repeated)
    assert_allclose(value, expected_value)
    assert_allclose(gradient.sum(axis=0), expected_gradient.sum(axis=0))


def test_cross_entropy_takes_lists_and_class_indices(student, labels, weights):
    onehot = np.eye(N_CLASSES)[labels]
    expected = softmax_cross_entropy(student, onehot, weights, 2.0)
    found = softmax_cross_entropy(
        student.tolist(), labels.tolist(), weights.tolist(), 2.0
    )
    assert_allclose(found[0], expected[0])
    assert_allclose(found[1], expected[1])
    assert found[1].shape == student.shape


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"logits": [0.0, 1.0]}, "logits must have two dimensions"),
        ({"logits": [[0.0, np.nan]]}, "logits must be finite"),
        ({"targets": [2]}, "labels must be class indices from 0 to 1, got 2"),
        ({"targets": [0, 1]}, "one class index for each sample"),
        ({"targets": [[0.5, 0.6]]}, "targets must hold class probabilities"),
        ({"sample_weight": [-1.0]}, "sample_weight must be finite and not negative"),
        ({"temperature": 0.0}, "temperature must be a finite number above 0"),
    ],
    ids=str,
)
def test_cross_entropy_refuses_by_name(change, message):
    arguments = {"logits": [[0.0, 1.0]], "targets": [1]} | change
    with pytest.raises(ValueError, match=message):
        softmax_cross_entropy(**arguments)


@pytest.mark.parametrize("temperature", [1.0, 2.0])
@pytest.mark.parametrize("labels", [[0, 1, 2], [0, 1, -1], [0, 1], [0.5, 1, 1]])
def test_terms_refuse_labels_that_are_no_indices(temperature, labels):
    logits = np.zeros((3, 2))
    with pytest.raises(ValueError, match="labels must be"):
        distillation_terms(logits, np.array(labels), temperature=temperature)


@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_labels_of_unlabeled_samples_are_ignored(temperature):
    logits, labeled = np.zeros((3, 2)), np.array([True, True, False])
    expected, found = (
        distillation_terms(
            logits, np.array(labels), labeled=labeled, temperature=temperature
        )
        for labels in ([0, 1, 0], [0, 1, -1])
    )
    for one, other in zip(expected, found, strict=True):
        assert_array_equal(one.targets, other.targets)


def test_cross_entropy_leaves_its_input_alone(student, labels):
    before = student.copy()
    softmax_cross_entropy(student, labels)
    assert_array_equal(student, before)


def test_cross_entropy_of_large_logits_is_finite():
    value, gradient = softmax_cross_entropy([[1e4, -1e4]], [[0.0, 1.0]])
    assert value == 2e4
    assert_array_equal(gradient, [[1.0, -1.0]])


def test_mix_targets_leaves_its_input_alone(logits, labels, labeled):
    proba = softmax(logits, axis=1)
    before = proba.copy()
    mixed = mix_targets(proba, labels, 0.25, labeled)
    assert_array_equal(proba, before)
    assert_array_equal(mixed[~labeled], proba[~labeled])
    expected = 0.25 * proba + 0.75 * np.eye(N_CLASSES)[labels]
    assert_allclose(mixed[labeled], expected[labeled])
    assert_allclose(mix_targets(proba, labels, 0.25), expected)


def test_terms_of_some_samples(logits, labels, weights):
    hard, soft = distillation_terms(logits, labels, temperature=2.0, weights=weights)
    assert_array_equal(hard.take([3, 1]).targets, labels[[3, 1]])
    assert_array_equal(soft.take([3, 1]).targets, soft.targets[[3, 1]])
    assert_array_equal(soft.take([3, 1]).weights, weights[[3, 1]] / 2)
    assert soft.take([3, 1]).temperature == 2
    assert Term(labels).take([3]).weights is None
