"""Budgets, validation rows, the monitor, and how a run ends."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from scipy.special import log_softmax

from skdistill.losses import Term, distillation_terms
from skdistill.neural_network._early_stopping import Monitor
from skdistill.neural_network._passes import Architecture
from skdistill.neural_network._training import (
    auto_batch_size,
    auto_epochs,
    hold_out,
    normalize_weights,
    validation_score,
)


@pytest.mark.parametrize(
    ("n_samples", "expected"),
    [(1, 32), (399, 32), (400, 64), (50_000, 64), (50_001, 256), (10**7, 256)],
)
def test_auto_batch_size(n_samples, expected):
    assert auto_batch_size(n_samples) == expected


@pytest.mark.parametrize(
    ("n_steps", "expected"),
    [(1, 200), (3, 67), (10, 20), (99, 20), (150, 14), (5000, 10)],
)
def test_auto_epochs_make_2000_steps_within_limits(n_steps, expected):
    assert auto_epochs(n_steps) == expected


def test_normalize_weights():
    terms = [Term(np.array([0, 1, 0]), np.array([1.0, 2.0, 6.0]))]
    normalized, row_weight, mean_weight = normalize_weights(terms, 3)
    assert_array_equal(row_weight, [1, 2, 6])
    assert mean_weight == 3
    assert_allclose(normalized[0].weights, [1 / 3, 2 / 3, 2])


def test_normalize_weights_of_two_terms():
    # A row's weight is what its terms have together; -1 has the soft one alone.
    terms = distillation_terms(
        np.array([0, 1, -1]),
        np.zeros((3, 2)),
        temperature=2.0,
        alpha=0.25,
        weights=np.array([1.0, 2.0, 3.0]),
    )
    normalized, row_weight, mean_weight = normalize_weights(terms, 3)
    assert_allclose(row_weight, [1, 2, 3])
    assert mean_weight == 2
    assert_allclose(sum(term.weights for term in normalized), [0.5, 1, 1.5])


def test_normalize_weights_where_all_are_one():
    terms = [Term(np.array([0, 1, 0]))]
    assert normalize_weights(terms, 3) == (terms, None, 1.0)


@pytest.mark.parametrize("soft", [False, True])
def test_hold_out_is_stratified(soft):
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    targets = 0.1 + 0.7 * np.eye(3)[labels] if soft else labels
    rows, held_out = hold_out([Term(targets)], 0.2, np.random.RandomState(0))
    assert_array_equal(np.sort(np.append(rows, held_out)), np.arange(100))
    assert_array_equal(np.bincount(labels[held_out]), [12, 6, 2])


def test_hold_out_has_room_for_each_class_after_rounding_up():
    labels = np.repeat([0, 1, 2], 7)
    _, held_out = hold_out([Term(labels)], 0.1, np.random.RandomState(0))
    assert_array_equal(np.sort(labels[held_out]), [0, 1, 2])


@pytest.mark.parametrize("labels", [[0] * 20 + [1], [0, 1, 2, 3, 4, 5, 6] * 2])
def test_hold_out_where_stratifying_is_impossible(labels):
    rows, held_out = hold_out([Term(np.array(labels))], 0.1, np.random.RandomState(0))
    assert_array_equal(np.sort(np.append(rows, held_out)), np.arange(len(labels)))
    assert len(held_out) == np.ceil(0.1 * len(labels))


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("temperature", [1.0, 3.0])
@pytest.mark.parametrize("weighted", [False, True])
def test_validation_score_is_the_mean_loss_with_its_sign_turned(
    rng, sparse, temperature, weighted
):
    X = rng.normal(size=(12, 4))
    labels, teacher = rng.randint(3, size=12), rng.normal(size=(12, 3))
    weights = rng.uniform(size=12) if weighted else None
    terms = distillation_terms(
        labels, teacher, temperature=temperature, alpha=0.3, weights=weights
    )
    scaling = None if sparse else (rng.normal(size=4), rng.uniform(1, 2, size=4))
    architecture = Architecture((4, 3))
    theta = architecture.initial([rng], np.float64)
    held_out = np.array([7, 2, 9])
    score = validation_score(
        architecture,
        theta,
        csr_array(X) if sparse else X,
        terms,
        held_out,
        scaling,
    )
    theta += 1.5  # the score is that of the parameters at the time of the call
    (coefs,), (intercept,) = architecture.coefs_and_intercepts(theta)
    Z = X if sparse else (X - scaling[0]) / scaling[1]
    logits = (Z @ coefs + intercept)[held_out]
    soft = np.exp(log_softmax(teacher[held_out] / temperature, axis=1))
    hard_loss = -log_softmax(logits, axis=1)[np.arange(3), labels[held_out]]
    soft_loss = -(soft * log_softmax(logits / temperature, axis=1)).sum(axis=1)
    loss = 0.7 * hard_loss + 0.3 * temperature**2 * soft_loss
    expected = -np.mean(loss if weights is None else weights[held_out] * loss)
    assert_allclose(score(), expected)


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
