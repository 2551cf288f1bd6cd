"""Folds, and predictions of models that were fitted on others."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import signal
import warnings
from dataclasses import replace

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier

from skdistill import SoftmaxMLPClassifier, SoftTargetClassifier
from skdistill.neural_network._early_stopping import Monitor
from skdistill.probability import soften
from skdistill.transfer._cross_fitting import cross_val_raw, split_samples
from skdistill.transfer._real_targets import RealTargets
from skdistill.transfer._targets import ClassTargets
from skdistill.transfer._training_data import TrainingData


def labeled(y):
    """Data of two classes, without a feature that tells them."""
    return TrainingData(np.zeros((len(y), 1)), y, ClassTargets(np.arange(2)), y)


@pytest.fixture
def data(iris):
    X, y = iris
    splits = list(StratifiedKFold(3).split(X, y))
    targets = ClassTargets(np.arange(3))
    return TrainingData(X, y, targets, y, X_unlabeled=X[:5], splits=splits)


@pytest.mark.parametrize("wrap", [SoftTargetClassifier, lambda model: model])
def test_predictions_are_out_of_fold(data, wrap):
    model = LogisticRegression(max_iter=1000)
    predictions = cross_val_raw(wrap(model), data, on_unlabeled=True)
    X, y, mean = data.X, data.y, 0
    for train, test in data.splits:
        model.fit(X[train], y[train])
        expected = model.predict_proba(X[test])
        assert_allclose(soften(predictions.raw[test]), expected)
        mean = mean + model.predict_proba(X[:5]) / 3
    assert_allclose(soften(predictions.raw_unlabeled), mean, rtol=2e-3)
    assert not predictions.is_uncalibrated


def test_unlabeled_samples_only_where_they_are_wanted(data):
    assert cross_val_raw(LogisticRegression(max_iter=1000), data)[1] is None


@pytest.mark.parametrize("with_weights", [False, True])
def test_weights_are_split(data, with_weights):
    weights = np.random.RandomState(0).uniform(0, 3, 150)
    params = {"sample_weight": weights} if with_weights else None
    model = LogisticRegression(max_iter=1000)
    raw = cross_val_raw(model, data, params).raw
    train, test = data.splits[0]
    by_weights, without = (
        model.fit(data.X[train], data.y[train], w).predict_proba(data.X[test])
        for w in (weights[train], None)
    )
    expected, other = (by_weights, without)[:: 1 if with_weights else -1]
    assert_allclose(soften(raw[test]), expected)
    assert not np.allclose(soften(raw[test]), other, rtol=1e-3)


def test_five_folds_by_default():
    data, few = labeled(np.arange(20) % 2), labeled(np.arange(6) % 2)
    default, five = (split_samples(cv, data, {}) for cv in (None, 5))
    for one, other in zip(default, five, strict=True):
        assert_array_equal(one[1], other[1])
    assert len(split_samples(None, few, {})) == 3


def test_folds_of_numbers_are_shuffled_in_the_same_way_each_time():
    y = np.arange(20.0)
    data = TrainingData(y[:, None], y, RealTargets(np.ones(1)), y[:, None])
    splits, again = (split_samples(5, data, {}) for _ in range(2))
    for (_, test), (_, same) in zip(splits, again, strict=True):
        assert_array_equal(test, same)
        assert np.ptp(test) > 4
    assert len(split_samples(50, data, {})) == 20


def test_splitters_get_the_users_labels():
    given = []

    class Splitter(StratifiedKFold):
        def split(self, X, y=None, groups=None):
            given.append(y)
            return super().split(X, y)

    data = replace(labeled(np.arange(20) % 2), y=["no", "yes"] * 10)
    split_samples(Splitter(), data, {})
    assert given[0] is data.y


@pytest.mark.parametrize(
    "cv",
    [
        [],
        [1, 2],
        [([0], [1], [2])],
        [([0, 1], [999])],
        [([0, 1], [])],
        [([], [0, 1])],
        [("a", "b")],
        [(np.ones(4, bool), np.zeros(5, bool))],
    ],
    ids=str,
)
def test_what_makes_no_folds_is_refused(cv):
    y = np.array([0, 1, 0, 1, 0])
    data = TrainingData(np.zeros((5, 1)), y, ClassTargets(np.arange(2)), y)
    with pytest.raises(ValueError, match=r"^cv=.* of indices of the 5 samples"):
        split_samples(cv, data, {})


def test_a_splitter_that_fails_is_named():
    data = labeled(np.arange(3))
    with pytest.raises(ValueError, match=r"^cv=5 cannot split the samples: n_splits"):
        split_samples(5, data, {})


def test_masks_make_folds():
    y = np.array([0, 1, 0, 1])
    data = TrainingData(np.zeros((4, 1)), y, ClassTargets(np.arange(2)), y)
    mask = np.array([True, True, False, False])
    ((train, test),) = split_samples([(mask, ~mask)], data, {})
    assert_array_equal(train, mask)
    assert_array_equal(test, ~mask)


def test_an_interrupt_ends_it_all(data, monkeypatch):
    """Though a network alone would keep the weights that it has."""
    fits = []

    class Impatient(Monitor):
        def __call__(self, loss):
            fits.append(self)
            raise KeyboardInterrupt

    monkeypatch.setattr("skdistill.neural_network._training.Monitor", Impatient)
    network = SoftmaxMLPClassifier(max_iter=2)
    with pytest.raises(KeyboardInterrupt):
        cross_val_raw(network, data)
    assert len(fits) == 1
    with pytest.warns(UserWarning, match="Training interrupted"):
        network.fit(data.X, data.y)


@pytest.mark.usefixtures("default_interrupts")
def test_an_interrupted_network_of_scikit_learn_ends_it_all(data, monkeypatch):
    fits = []

    def interrupt(self, *args):
        fits.append(self)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(MLPClassifier, "_update_no_improvement_count", interrupt)
    with (
        pytest.warns(UserWarning, match="Training interrupted"),
        pytest.raises(KeyboardInterrupt),
    ):
        cross_val_raw(MLPClassifier(max_iter=3), data)
    assert len(fits) == 1


def test_fits_in_threads_leave_the_warnings_filters_alone(data):
    with joblib.parallel_config(backend="threading"):
        cross_val_raw(SoftmaxMLPClassifier((4,), max_iter=2), data, n_jobs=3)
        split_samples(5, labeled(np.repeat([0, 1], [18, 2])), {})
    # Threads of scikit-learn's own `delayed` may leave others behind.
    patterns = [message.pattern for _, message, *_ in warnings.filters if message]
    assert not [p for p in patterns if "interrupted" in p or "least populated" in p]
