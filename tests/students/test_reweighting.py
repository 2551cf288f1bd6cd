"""Soft targets as weighted labels, as sampled labels and as numbers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.random import RandomState
from numpy.testing import assert_allclose, assert_array_equal

from skdistill.students._reweighting import (
    N_DRAWS,
    NEGLIGIBLE,
    balance_classes,
    normalize_predictions,
    sample_hard_labels,
    sample_rows,
    to_weighted_labels,
)


class TestWeightedLabels:
    def test_weights_add_up_to_the_targets(self, rng):
        P = rng.dirichlet(np.ones(4), size=30)
        P[:5] = np.eye(4)[[0, 1, 2, 3, 0]]
        weights = rng.uniform(size=30)
        rows, labels, copies = to_weighted_labels(P, weights)
        restored = np.zeros_like(P)
        np.add.at(restored, (rows, labels), copies)
        assert_allclose(restored, weights[:, None] * np.where(P > NEGLIGIBLE, P, 0))
        assert len(rows) == (P > NEGLIGIBLE).sum() < P.size

    def test_negligible_probabilities_get_no_copy(self):
        P = np.array([[1 - 1e-4, 1e-4], [1 - 1.1e-4, 1.1e-4]])
        assert_array_equal(to_weighted_labels(P)[0], [0, 1, 1])


class TestBalance:
    def test_classes_weigh_the_same(self, rng):
        labels, weights = rng.randint(3, size=90), rng.uniform(size=90)
        balanced = balance_classes(labels, weights)
        assert_allclose(np.bincount(labels, balanced), weights.sum() / 3)
        for label in range(3):
            ratio = (balanced / weights)[labels == label]
            assert_allclose(ratio, ratio[0])

    def test_a_class_without_weight_has_no_share(self):
        labels, weights = np.array([0, 0, 1, 2]), np.array([1.0, 2.0, 3.0, 0.0])
        balanced = balance_classes(labels, weights)
        assert_allclose(np.bincount(labels, balanced), [3, 3, 0])


class TestSampling:
    def test_weights_are_numbers_of_draws(self, rng):
        P = rng.dirichlet(np.ones(3), size=40)
        weights = np.repeat([0.0, 1.0, 3.0, 0.0], 10)
        rows, labels = sample_hard_labels(P, weights, rng)
        assert_array_equal(np.bincount(rows, minlength=40), N_DRAWS * weights)
        assert set(labels) == {0, 1, 2}

    def test_draws_are_stratified(self, rng):
        P = rng.dirichlet(np.ones(3), size=100)
        rows, labels = sample_hard_labels(P, None, rng)
        counts = np.zeros((100, 3))
        np.add.at(counts, (rows, labels), 1)
        assert_array_equal(counts.sum(axis=1), N_DRAWS)
        # Each share is a stretch of the line from which equal parts have one draw each.
        assert np.abs(counts - N_DRAWS * P).max() < 2

    def test_the_order_of_memory_does_not_matter(self):
        P = RandomState(0).dirichlet(np.ones(3), size=20)
        for weights in (None, np.linspace(0, 2, 20)):
            found = sample_hard_labels(np.asfortranarray(P), weights, RandomState(1))
            assert_array_equal(found, sample_hard_labels(P, weights, RandomState(1)))

    @pytest.mark.parametrize("weights", [[0.0, 2.0, 1.0, 0.0], [1e-300, 3e-300]])
    def test_rows(self, weights):
        weights = np.array(weights)
        n_draws = N_DRAWS * len(weights)
        counts = np.bincount(sample_rows(weights, RandomState(0)))
        expected = n_draws * weights / weights.sum()
        assert counts.sum() == n_draws
        assert np.abs(counts - expected[: len(counts)]).max() < 2
        assert not counts[weights[: len(counts)] == 0].any()

    def test_rounding_does_not_reach_samples_without_weight(self):
        class Highest:
            def uniform(self, size):
                return np.full(size, np.nextafter(1, 0))

        # The last point is rounded up to the sum of all weights.
        weights = np.append(np.full(4, 0.1), 0.0)
        assert sample_rows(weights, Highest()).max() == 3


class TestPredictionsOfRegressors:
    def test_one_output_is_the_second_class(self):
        proba = normalize_predictions(np.array([0.25, 0.5, -3.0, 2.0]))
        assert_allclose(proba[:2], [[0.75, 0.25], [0.5, 0.5]])
        assert_allclose(proba[2:, 1], [0.001 / 1.001, 1 / 1.001])

    def test_several_outputs_are_cut_and_normalized(self):
        proba = normalize_predictions(np.array([[0.4, 0.6, -0.2], [3.0, 0.0, 0.0]]))
        assert_allclose(proba[0], np.array([0.4, 0.6, 0.001]) / 1.001)
        assert_allclose(proba[1], np.array([1, 0.001, 0.001]) / 1.002)
