"""Validation samples, their score, and when training stops."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import log_softmax

from skdistill.losses import Term, distillation_terms
from skdistill.neural_network._architecture import Architecture
from skdistill.neural_network._early_stopping import (
    Monitor,
    hold_out,
    validation_score,
)
from skdistill.neural_network._training_loss import CrossEntropy


def loss_of(targets):
    """Cross-entropy to labels or probabilities of no matter how many classes."""
    return CrossEntropy([Term(targets)], 7)


@pytest.mark.parametrize("soft", [False, True])
def test_hold_out_is_stratified(soft):
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    targets = 0.1 + 0.7 * np.eye(3)[labels] if soft else labels
    rows, held_out = hold_out(loss_of(targets), 0.2, np.random.RandomState(0))
    assert_array_equal(np.sort(np.append(rows, held_out)), np.arange(100))
    assert_array_equal(np.bincount(labels[held_out]), [12, 6, 2])


def test_hold_out_has_room_for_each_class_after_rounding_up():
    labels = np.repeat([0, 1, 2], 7)
    _, held_out = hold_out(loss_of(labels), 0.1, np.random.RandomState(0))
    assert_array_equal(np.sort(labels[held_out]), [0, 1, 2])


@pytest.mark.parametrize("labels", [[0] * 20 + [1], [0, 1, 2, 3, 4, 5, 6] * 2])
def test_hold_out_where_stratifying_is_impossible(labels):
    rows, held_out = hold_out(loss_of(np.array(labels)), 0.1, np.random.RandomState(0))
    assert_array_equal(np.sort(np.append(rows, held_out)), np.arange(len(labels)))
    assert len(held_out) == np.ceil(0.1 * len(labels))


def test_hold_out_of_classes_of_two_samples():
    # The smallest class that can be stratified: one sample is on either side.
    labels = np.repeat([0, 1, 2], [8, 10, 2])
    for seed in range(5):
        _, held_out = hold_out(loss_of(labels), 0.5, np.random.RandomState(seed))
        assert_array_equal(np.bincount(labels[held_out]), [4, 5, 1])


@pytest.mark.parametrize("temperature", [1.0, 3.0])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n_networks", [None, 2])
def test_validation_score_is_the_mean_loss_with_its_sign_turned(
    rng, temperature, weighted, n_networks
):
    X, teacher = rng.normal(size=(12, 4)), rng.normal(size=(12, 3))
    labels = rng.randint(3, size=12)
    weights = rng.uniform(size=12) if weighted else None
    terms = distillation_terms(
        teacher, labels, temperature=temperature, alpha=0.3, weights=weights
    )
    architecture = Architecture((4, 3), n_networks=n_networks)
    theta = architecture.initial([rng] * (n_networks or 1), np.float64)
    score = validation_score(architecture, theta, X, CrossEntropy(terms, 3))
    theta += 1.5  # the score is that of the parameters at the time of the call
    losses = []
    for (coefs,), (intercept,) in architecture.networks(theta):
        logits = X @ coefs + intercept
        soft = np.exp(log_softmax(teacher / temperature, axis=1))
        hard_loss = -log_softmax(logits, axis=1)[np.arange(12), labels]
        soft_loss = -(soft * log_softmax(logits / temperature, axis=1)).sum(axis=1)
        loss = 0.7 * hard_loss + 0.3 * temperature**2 * soft_loss
        losses.append(loss if weights is None else weights * loss)
    assert_allclose(score(), -np.mean(losses))


def follow(monitor, losses):
    """Call a monitor until it stops; the parameters count the epochs."""
    for epoch, loss in enumerate(losses):
        monitor.theta[:] = epoch
        if monitor(loss):
            return epoch
    return None


def test_monitor_ends_with_the_last_weights_without_a_score():
    monitor = Monitor(np.zeros(2))
    assert follow(monitor, [3.0, 1.0, 2.0]) is None
    assert_array_equal(monitor.best, [2, 2])
    assert monitor.losses == [3.0, 1.0, 2.0]
    assert monitor.scores == []
    assert not monitor.stopped


def test_monitor_ends_with_the_weights_of_the_best_score():
    scores = iter([-3.0, -1.0, -2.0, -1.0])
    monitor = Monitor(np.zeros(2), score=lambda: next(scores))
    follow(monitor, [4.0, 3.0, 2.0, 1.0])
    assert_array_equal(monitor.best, [1, 1])
    assert monitor.scores == [-3.0, -1.0, -2.0, -1.0]


def test_monitor_keeps_the_best_score_although_it_improves_by_less_than_tol():
    scores = iter([-3.0, -2.95])
    monitor = Monitor(np.zeros(2), score=lambda: next(scores), tol=0.1)
    follow(monitor, [1.0, 1.0])
    assert_array_equal(monitor.best, [1, 1])


@pytest.mark.parametrize(("patience", "epoch"), [(1, 3), (2, 4), (np.inf, None)])
def test_monitor_patience(patience, epoch):
    # Improvements of at most tol do not count; one of more starts the count again.
    monitor = Monitor(np.zeros(2), tol=0.1, patience=patience)
    assert follow(monitor, [3.0, 2.0, 1.95, 1.95, 1.92, 1.91, 1.91]) == epoch
    assert monitor.stopped == (epoch is not None)
    assert not monitor.diverged


def test_monitor_counts_from_the_last_improvement():
    monitor = Monitor(np.zeros(2), tol=0.1, patience=1)
    assert follow(monitor, [3.0, 3.0, 2.0, 2.0, 2.0]) == 4


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_monitor_stops_at_a_loss_that_is_not_finite(bad):
    monitor = Monitor(np.zeros(2))
    assert follow(monitor, [3.0, 2.0, bad, 1.0]) == 2
    assert monitor.diverged
    assert_array_equal(monitor.best, [1, 1])


def test_monitor_stops_at_weights_that_are_not_finite():
    theta = np.zeros(2)
    monitor = Monitor(theta)
    assert not monitor(1.0)
    theta[1] = np.inf
    assert monitor(1.0)
    assert monitor.diverged
    assert_array_equal(monitor.best, [0, 0])


def test_monitor_prints_when_asked(capsys):
    follow(Monitor(np.zeros(2)), [0.5])
    assert capsys.readouterr().out == ""
    follow(Monitor(np.zeros(2), score=lambda: -0.25, verbose=True), [0.5])
    expected = "Iteration 1, loss = 0.50000000, validation score = -0.250000\n"
    assert capsys.readouterr().out == expected
