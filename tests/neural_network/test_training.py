"""A training without an estimator: what comes out, and where it goes on."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdistill import SoftmaxMLPClassifier
from skdistill.losses import Term, distillation_terms
from skdistill.neural_network._prediction import predict_proba
from skdistill.neural_network._settings import TrainingSettings
from skdistill.neural_network._training import Training, normalize_weights


def test_normalize_weights():
    terms = [Term(np.array([0, 1, 0]), np.array([1.0, 2.0, 6.0]))]
    normalized, sample_weight, mean_weight = normalize_weights(terms, 3)
    assert_allclose(sample_weight, [1 / 3, 2 / 3, 2])
    assert mean_weight == 3
    assert_allclose(normalized[0].weights, [1 / 3, 2 / 3, 2])


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
    normalized, sample_weight, mean_weight = normalize_weights(terms, 3)
    assert_allclose(sample_weight, [0.5, 1, 1.5])
    assert mean_weight == 2
    assert_allclose(sum(term.weights for term in normalized), [0.5, 1, 1.5])


def test_normalize_weights_where_all_are_one():
    terms = [Term(np.array([0, 1, 0]))]
    assert normalize_weights(terms, 3) == (terms, None, 1.0)


SETTINGS = TrainingSettings.of(SoftmaxMLPClassifier((6,), max_iter=4))


def training(iris, settings=SETTINGS, **kwargs):
    X, y = iris
    return Training(settings, X, [Term(y)], 3, np.random.RandomState(0), **kwargs)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"solver": "lbfgs"},
        {"early_stopping": True},
        {"n_members": 2, "numeric_encoding": 4},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore:Training has not converged")
def test_result_is_what_the_estimator_has(iris, change):
    result = training(iris, replace(SETTINGS, **change)).run()
    network = SoftmaxMLPClassifier((6,), max_iter=4, random_state=0, **change)
    network.fit(*iris)
    assert result.losses == network.loss_curve_
    assert result.scores == network.validation_scores_
    assert result.n_seen == network.t_
    assert result.adam_state is None
    proba = predict_proba(
        iris[0],
        result.networks,
        "relu",
    )
    assert_array_equal(proba, network.predict_proba(iris[0]))


def test_epochs_one_by_one_are_a_run_at_a_constant_rate(iris):
    settings = replace(SETTINGS, learning_rate="constant", shuffle=False, max_iter=3)
    with pytest.warns(match="not converged"):
        expected = training(iris, settings).run()
    state, networks, losses = None, None, []
    for _ in range(3):
        result = training(iris, settings, start=networks).run_epoch(state)
        networks, state = result.networks, result.adam_state
        losses += result.losses
    assert_allclose(losses, expected.losses, rtol=1e-5)
    for found, weights in zip(networks.coefs, expected.networks.coefs, strict=True):
        assert_allclose(found, weights, atol=1e-5)


def test_an_epoch_leaves_the_state_before_alone(iris):
    first = training(iris).run_epoch()
    moments, n_steps = first.adam_state.moments.copy(), first.adam_state.n_steps
    training(iris, start=first.networks).run_epoch(first.adam_state)
    assert_array_equal(first.adam_state.moments, moments)
    assert first.adam_state.n_steps == n_steps


def test_start_from_networks(iris):
    networks = training(iris).run().networks
    unchanged = training(iris, start=networks)
    again = unchanged.networks(unchanged.theta)
    for found, weights in zip(again.coefs, networks.coefs, strict=True):
        assert_allclose(found, weights, rtol=1e-5, atol=1e-6)
    assert again.features is networks.features
