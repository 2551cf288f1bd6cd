"""Temperature, floors and margins: limits and identities."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, log_softmax, softmax

from skdistill.probability import (
    UNKNOWN_RESOLUTION,
    fit_calibration,
    fit_temperature,
    labels_to_logits,
    pairwise_to_class_scores,
    proba_to_logits,
    scores_to_logits,
    sharpen,
    soften,
)


@pytest.fixture
def logits(rng):
    return rng.normal(scale=3, size=(50, 4))


def test_soften_at_one_is_softmax(logits):
    assert_array_equal(soften(logits), softmax(logits, axis=1))


def test_soften_is_continuous_at_one(logits):
    assert_allclose(soften(logits, 1 + 1e-9), soften(logits), atol=1e-8)


@pytest.mark.parametrize("temperature", [0.3, 2.0, 7.0])
def test_soften_is_a_power_of_the_probabilities(logits, temperature):
    # The Gibbs form: exp(-L / T) / Z with L = -log p.
    power = softmax(logits, axis=1) ** (1 / temperature)
    expected = power / power.sum(axis=1, keepdims=True)
    assert_allclose(soften(logits, temperature), expected, rtol=1e-12)


def test_soften_limits(logits):
    assert_allclose(soften(logits, 1e9), np.full((50, 4), 0.25), atol=1e-8)
    cold = soften(logits, 1e-3)
    assert_allclose(cold, np.eye(4)[logits.argmax(axis=1)], atol=1e-6)


def test_soften_ignores_a_constant_per_row(logits):
    shifted = logits + np.linspace(-500, 500, 50)[:, None]
    assert_allclose(soften(shifted, 3.0), soften(logits, 3.0), rtol=1e-9)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 20.0])
def test_soften_keeps_probabilities_of_zero(temperature):
    proba = soften(np.array([[0.0, -np.inf, 0.0]]), temperature)
    assert_array_equal(proba, [[0.5, 0.0, 0.5]])


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_softmax_of_two_classes_is_the_logistic_of_their_difference(rng, temperature):
    logits = rng.normal(size=(20, 2))
    difference = (logits[:, 1] - logits[:, 0]) / temperature
    assert_allclose(soften(logits, temperature)[:, 1], expit(difference), rtol=1e-12)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0, 50.0])
def test_sharpen_undoes_soften(logits, temperature):
    softened = soften(logits, temperature)
    assert_allclose(sharpen(softened, temperature), soften(logits), atol=1e-10)


def test_sharpen_at_one_gives_the_very_array():
    proba = np.array([[0.3, 0.7]])
    assert sharpen(proba, 1.0) is proba


def test_sharpen_does_not_underflow():
    # Any of these to the power of 500 is zero in double precision.
    proba = np.full((1, 100), 0.01)
    assert_allclose(sharpen(proba, 500.0), proba)


@pytest.mark.parametrize("n_votes", [1, 10, 300])
def test_votes_are_floored_by_laplace(rng, n_votes):
    proba = rng.multinomial(n_votes, [0.7, 0.2, 0.1, 0.0], size=30) / n_votes
    expected = (n_votes * proba + 1) / (n_votes + 4)
    assert_allclose(softmax(proba_to_logits(proba, n_votes), axis=1), expected)


def test_probabilities_of_unknown_resolution_are_cut():
    proba = np.array([[0.0, 0.0005, 0.2, 0.7995]])
    logits = proba_to_logits(proba)
    cut = [[UNKNOWN_RESOLUTION, UNKNOWN_RESOLUTION, 0.2, 0.7995]]
    assert UNKNOWN_RESOLUTION == 1e-3
    assert_allclose(np.exp(logits), cut)


def test_logits_of_probabilities_above_the_floor_give_them_back(rng):
    proba = rng.dirichlet([5, 5, 5], size=20)
    assert proba.min() > UNKNOWN_RESOLUTION
    assert_allclose(softmax(proba_to_logits(proba), axis=1), proba)


def test_binary_margins_become_zero_and_the_margin():
    margins = np.array([-3.0, 0.0, 2.5])
    logits = scores_to_logits(margins)
    assert_array_equal(logits, [[0, -3.0], [0, 0.0], [0, 2.5]])
    assert_allclose(softmax(logits, axis=1)[:, 1], expit(margins))


def test_multiclass_margins_are_logits(logits):
    assert_array_equal(scores_to_logits(logits), logits)


def test_labels_become_smoothed_one_hot_rows():
    proba = softmax(labels_to_logits([2, 0], n_classes=3), axis=1)
    floor = 1e-3 / (1 + 2e-3)
    assert_allclose(
        proba, [[floor, floor, 1 - 2 * floor], [1 - 2 * floor, floor, floor]]
    )


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


def test_fit_temperature_minimises_the_log_loss(logits, rng):
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
    def margins(self, rng):
        return rng.normal(scale=50, size=(20_000, 3))

    @pytest.fixture
    def labels(self, margins, rng):
        proba = softmax(0.04 * margins + [1.0, 0.0, -1.0], axis=1)
        return (rng.uniform(size=(20_000, 1)) > proba.cumsum(axis=1)).sum(axis=1)

    def test_finds_what_the_labels_were_drawn_by(self, margins, labels):
        slope, biases = fit_calibration(margins, labels)
        assert_allclose(slope, 0.04, rtol=0.05)
        assert_allclose(biases, [1, 0, -1], atol=0.06)

    def test_is_the_optimum(self, margins, labels, rng):
        margins, labels = margins[:200], labels[:200]
        weights = rng.uniform(0.5, 2, size=200)
        slope, biases = fit_calibration(margins, labels, weights)
        error = softmax(slope * margins + biases, axis=1) - np.eye(3)[labels]
        assert_allclose(weights @ error, 0, atol=1e-3)
        assert_allclose((weights[:, None] * error * margins).sum(), 0, atol=0.05)

    def test_weights_are_repetitions(self, margins, labels, rng):
        weights = rng.randint(0, 4, size=200)
        repeated = np.repeat(np.arange(200), weights)
        slope, biases = fit_calibration(margins[:200], labels[:200], weights)
        again, biases_again = fit_calibration(margins[repeated], labels[repeated])
        assert_allclose(slope, again, rtol=1e-9)
        assert_allclose(biases, biases_again, atol=1e-9)

    def test_of_two_classes_is_a_sigmoid_with_an_intercept(self, rng):
        margins = rng.normal(size=5000)
        labels = (rng.uniform(size=5000) < expit(3 * margins - 2)).astype(int)
        slope, biases = fit_calibration(scores_to_logits(margins), labels)
        assert_allclose([slope, biases[1] - biases[0]], [3, -2], rtol=0.1)

    def test_unit_of_the_margins_does_not_matter(self, margins, labels):
        slope, biases = fit_calibration(margins, labels)
        slope_of_small, biases_of_small = fit_calibration(margins * 1e-6, labels)
        assert_allclose(slope_of_small * 1e-6, slope, rtol=1e-3)
        assert_allclose(biases_of_small, biases, atol=1e-3)

    def test_classes_without_labels_keep_their_margins(self, margins, labels):
        rows = labels != 1
        slope, biases = fit_calibration(margins[rows], labels[rows])
        assert biases[1] == 0
        assert_allclose(biases[0] - biases[2], 2, atol=0.2)
        assert_allclose(slope, 0.04, rtol=0.1)

    def test_a_single_label_changes_nothing(self, margins):
        slope, biases = fit_calibration(margins, np.ones(20_000, int))
        assert slope > 0
        assert_array_equal(biases, 0)

    def test_separable_margins_stay_finite(self):
        margins = np.repeat(np.eye(3), 10, axis=0)
        slope, biases = fit_calibration(margins, np.repeat([0, 1, 2], 10))
        proba = soften(slope * margins + biases)
        assert np.isfinite(slope)
        assert np.isfinite(biases).all()
        assert (proba.max(axis=1) > 0.999).all()


def test_pairs_of_true_logits_give_them_back(logits):
    first, second = np.triu_indices(4, k=1)
    pairs = logits[:, first] - logits[:, second]
    expected = logits - logits.mean(axis=1, keepdims=True)
    assert_allclose(pairwise_to_class_scores(pairs, 4), expected, atol=1e-12)
