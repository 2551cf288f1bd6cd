"""Contributions: their means are scikit-learn's scores, their spread the error's."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn import metrics

from skdistill.inspection import _class_metrics
from skdistill.inspection._class_metrics import ClassMetrics, ClassPredictions


def simulate(n_samples, n_classes, seed=0):
    """Labels, and probabilities that know something about them, with ties."""
    rng = np.random.default_rng(seed)
    y = rng.integers(n_classes, size=n_samples)
    raw = rng.normal(size=(n_samples, n_classes)) + np.eye(n_classes)[y]
    proba = np.exp(raw).round(1) + 0.1
    return y, proba / proba.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_means_are_the_scores(n_classes):
    y, proba = simulate(300, n_classes)
    predictions = ClassPredictions(proba.argmax(axis=1), proba)
    found = ClassMetrics(np.arange(n_classes)).contributions(
        y, predictions, predictions
    )
    scores = proba[:, 1] if n_classes == 2 else proba
    brier = np.square(proba - np.eye(n_classes)[y]).sum(axis=1).mean()
    expected = {
        "accuracy": metrics.accuracy_score(y, predictions.labels),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, predictions.labels),
        "log_loss": metrics.log_loss(y, proba),
        "brier": brier / 2 if n_classes == 2 else brier,
        "auc": metrics.roc_auc_score(y, scores, multi_class="ovr"),
        "agreement": 1,
        "divergence": 0,
    }
    for name, value in expected.items():
        assert_allclose(found[name].mean(), value, atol=1e-12)


def test_calibration_error_is_the_mean_gap_of_the_bins():
    y, proba = simulate(500, 3)
    confidence, is_right = proba.max(axis=1), proba.argmax(axis=1) == y
    expected = 0
    for low in np.arange(15) / 15:
        inside = (confidence >= low) & (confidence < low + 1 / 15)
        if inside.any():
            gap = confidence[inside].mean() - is_right[inside].mean()
            expected += inside.mean() * abs(gap)
    found = _class_metrics.calibration_error(y, proba)
    assert_allclose(found.mean(), expected)


def test_certain_predictions_are_in_the_last_bin():
    assert_allclose(_class_metrics.calibration_error(np.array([0]), np.eye(2)[:1]), 0)


@pytest.mark.parametrize(
    ("contributions", "score"),
    [
        (_class_metrics.roc_auc, lambda y, p: metrics.roc_auc_score(y, p[:, 1])),
        (
            lambda y, p: _class_metrics.balanced_accuracy(
                y, (p.argmax(axis=1) == y).astype(float)
            ),
            lambda y, p: metrics.balanced_accuracy_score(y, p.argmax(axis=1)),
        ),
    ],
)
def test_influences_have_the_spread_of_the_score(contributions, score):
    """The standard error from one sample is that over many samples."""
    samples = [simulate(200, 2, seed) for seed in range(400)]
    spread = np.std([score(y, proba) for y, proba in samples])
    errors = [contributions(y, p).std() / np.sqrt(len(y)) for y, p in samples[:50]]
    assert_allclose(np.mean(errors), spread, rtol=0.1)


def test_a_single_class_has_no_auc():
    proba = simulate(5, 2)[1]
    assert np.isnan(_class_metrics.roc_auc(np.ones(5, int), proba)).all()


def test_divergence_of_zeros_is_finite():
    found = _class_metrics.divergence(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]))
    assert_allclose(found, -np.log(_class_metrics.EPSILON))


def test_breakdown_by_class():
    y, predicted = np.array([0, 0, 1]), np.array([0, 1, 1])
    predictions = ClassPredictions(predicted, np.eye(2)[predicted])
    first, second = ClassMetrics(np.array(["a", "b"])).breakdown(y, predictions)
    assert first == {
        "class": "a",
        "precision": 1.0,
        "recall": 0.5,
        "f1": pytest.approx(2 / 3),
        "n_samples": 2,
    }
    assert (second["precision"], second["recall"]) == (0.5, 1.0)
