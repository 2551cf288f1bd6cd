"""Temperatures, slopes and biases that fit labels."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import check_grad
from scipy.special import expit, log_softmax, softmax

from skdistill.probability import (
    fit_calibration,
    fit_inverse_temperature,
    fit_temperature,
    scores_to_logits,
    sharpen,
    soften,
)
from skdistill.probability._calibration import LEAST_PROBABILITY, log_loss


@pytest.fixture
def logits(rng):
    return rng.normal(scale=3, size=(50, 4))


def test_log_loss_is_the_weighted_sum(rng, logits):
    targets, weights = rng.dirichlet(np.ones(4), 50), rng.uniform(size=50)
    expected = sum(
        -w * t @ np.log(p)
        for w, t, p in zip(weights, targets, softmax(logits, axis=1), strict=True)
    )
    assert_allclose(log_loss(logits, targets, weights)[0], expected)


def test_gradient_of_the_log_loss(rng, logits):
    targets, weights = rng.dirichlet(np.ones(4), 50), rng.uniform(size=50)

    def loss(z):
        return log_loss(z.reshape(50, 4), targets, weights)[0]

    def gradient(z):
        return log_loss(z.reshape(50, 4), targets, weights)[1].ravel()

    assert check_grad(loss, gradient, logits.ravel()) < 1e-4


def _draw_labels(logits, rng):
    cumulative = softmax(logits, axis=1).cumsum(axis=1)
    return (rng.uniform(size=(len(logits), 1)) > cumulative).sum(axis=1)


@pytest.mark.parametrize("temperature", [0.2, 1.0, 30.0])
@pytest.mark.parametrize("n_classes", [2, 5])
def test_fit_temperature_recovers_the_one_labels_were_drawn_at(
    rng, temperature, n_classes
):
    logits = rng.normal(scale=2, size=(20_000, n_classes))
    labels = _draw_labels(logits, rng)
    assert_allclose(
        fit_temperature(temperature * logits, labels), temperature, rtol=0.05
    )


def test_fit_temperature_minimizes_the_log_loss(logits, rng):
    labels = _draw_labels(logits, rng)

    def log_loss(temperature):
        return -log_softmax(logits / temperature, axis=1)[np.arange(50), labels].mean()

    best = fit_temperature(logits, labels)
    assert log_loss(best) < min(log_loss(0.98 * best), log_loss(1.02 * best))


def test_fit_temperature_has_the_unit_of_the_logits(logits, rng):
    labels = _draw_labels(logits, rng)
    expected = 1e6 * fit_temperature(logits, labels)
    assert_allclose(fit_temperature(1e6 * logits, labels), expected, rtol=1e-6)


def test_fit_temperature_weights_are_repetitions(logits, rng):
    labels = _draw_labels(logits, rng)
    weights = rng.randint(0, 4, size=50)
    repeated = np.repeat(np.arange(50), weights)
    assert_allclose(
        fit_temperature(logits, labels, weights),
        fit_temperature(logits[repeated], labels[repeated]),
        rtol=1e-2,
    )


def test_fit_temperature_of_constant_logits_is_finite():
    temperature = fit_temperature(np.zeros((4, 2)), [0, 1, 0, 1])
    assert np.isfinite(temperature)
    assert temperature > 0


class TestCalibration:
    """A slope and a bias for each class, by the labels."""

    @pytest.fixture
    def scores(self, rng):
        return rng.normal(scale=50, size=(20_000, 3))

    @pytest.fixture
    def labels(self, scores, rng):
        proba = softmax(0.04 * scores + [1.0, 0.0, -1.0], axis=1)
        return (rng.uniform(size=(20_000, 1)) > proba.cumsum(axis=1)).sum(axis=1)

    def test_finds_what_the_labels_were_drawn_by(self, scores, labels):
        slope, biases = fit_calibration(scores, labels)
        assert_allclose(slope, 0.04, rtol=0.05)
        assert_allclose(biases, [1, 0, -1], atol=0.06)

    def test_is_the_optimum(self, scores, labels, rng):
        scores, labels = scores[:200], labels[:200]
        weights = rng.uniform(0.5, 2, size=200)
        slope, biases = fit_calibration(scores, labels, weights)
        error = softmax(slope * scores + biases, axis=1) - np.eye(3)[labels]
        assert_allclose(weights @ error, 0, atol=1e-3)
        assert_allclose((weights[:, None] * error * scores).sum(), 0, atol=0.05)

    def test_weights_are_repetitions(self, scores, labels, rng):
        weights = rng.randint(0, 4, size=200)
        repeated = np.repeat(np.arange(200), weights)
        slope, biases = fit_calibration(scores[:200], labels[:200], weights)
        again, biases_again = fit_calibration(scores[repeated], labels[repeated])
        assert_allclose(slope, again, rtol=1e-9)
        assert_allclose(biases, biases_again, atol=1e-9)

    def test_of_two_classes_is_a_sigmoid_with_an_intercept(self, rng):
        scores = rng.normal(size=5000)
        labels = (rng.uniform(size=5000) < expit(3 * scores - 2)).astype(int)
        slope, biases = fit_calibration(scores_to_logits(scores), labels)
        assert_allclose([slope, biases[1] - biases[0]], [3, -2], rtol=0.1)

    def test_unit_of_the_scores_does_not_matter(self, scores, labels):
        slope, biases = fit_calibration(scores, labels)
        slope_of_small, biases_of_small = fit_calibration(scores * 1e-6, labels)
        assert_allclose(slope_of_small * 1e-6, slope, rtol=1e-3)
        assert_allclose(biases_of_small, biases, atol=1e-3)

    def test_classes_without_labels_keep_their_scores(self, scores, labels):
        rows = labels != 1
        slope, biases = fit_calibration(scores[rows], labels[rows])
        assert biases[1] == 0
        assert_allclose(biases[0] - biases[2], 2, atol=0.2)
        assert_allclose(slope, 0.04, rtol=0.1)

    def test_a_single_label_changes_nothing(self, scores):
        slope, biases = fit_calibration(scores, np.ones(20_000, int))
        assert slope > 0
        assert_array_equal(biases, 0)

    def test_separable_margins_stay_finite(self):
        scores = np.repeat(np.eye(3), 10, axis=0)
        slope, biases = fit_calibration(scores, np.repeat([0, 1, 2], 10))
        proba = soften(slope * scores + biases)
        assert np.isfinite(slope)
        assert np.isfinite(biases).all()
        assert (proba.max(axis=1) > 0.999).all()


class TestInverseTemperature:
    """A power of probabilities, by targets."""

    @pytest.mark.parametrize("power", [0.3, 1.0, 3.0])
    def test_finds_the_power_that_targets_have(self, logits, power):
        proba = soften(np.repeat(logits, 40, axis=0))
        found, loss = fit_inverse_temperature(proba, sharpen(proba, power))
        assert_allclose(found, power, rtol=0.03)
        expected = -np.mean(sharpen(proba, power) * np.log(sharpen(proba, power)))
        assert_allclose(loss, 4 * expected, rtol=0.04)

    def test_is_the_minimum_with_its_prior(self, logits, rng):
        proba, weights = soften(logits[:9]), rng.uniform(0.5, 2, size=9)
        targets = np.eye(4)[_draw_labels(logits[:9], rng)]

        def objective(power):
            total = weights.sum()
            prior = np.full(4, 0.25)
            y = (total * targets + prior) / (total + 1)
            losses = -(y * log_softmax(power * np.log(proba), axis=1)).sum(axis=1)
            return (weights @ losses + np.log(power) ** 2) / total

        found, loss = fit_inverse_temperature(proba, targets, weights)
        assert_allclose(loss, objective(found), rtol=1e-10)
        assert objective(found) < min(objective(0.9 * found), objective(1.1 * found))

    def test_stays_within_its_bounds(self):
        sure = np.array([[1.0, 0.0]] * 1000)
        assert 0.1 < fit_inverse_temperature(sure, sure[:, ::-1])[0] < 0.11
        timid = np.array([[0.51, 0.49]] * 10**5)
        assert 9 < fit_inverse_temperature(timid, sure[[0] * 10**5])[0] < 10

    def test_zeros_cost_a_finite_amount(self):
        sure = np.array([[1.0, 0.0]] * 10**5)
        power, loss = fit_inverse_temperature(sure, sure[:, ::-1])
        expected = np.log(1 + LEAST_PROBABILITY**-power)
        assert_allclose(loss, expected, rtol=0.01)
