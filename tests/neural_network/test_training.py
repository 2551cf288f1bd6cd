"""A training without an estimator: what comes out, and where it goes on."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdistill import SoftmaxMLPClassifier
from skdistill.losses import Term
from skdistill.neural_network._prediction import predict_proba
from skdistill.neural_network._settings import TrainingSettings
from skdistill.neural_network._training import Training
from skdistill.neural_network._training_loss import CrossEntropy

SETTINGS = TrainingSettings.of(SoftmaxMLPClassifier((6,), max_iter=4))


def training(iris, settings=SETTINGS, **kwargs):
    X, y = iris
    loss = CrossEntropy([Term(y)], 3)
    return Training(settings, X, loss, np.random.RandomState(0), **kwargs)


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
