"""RealTargets: numbers to predict."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import inspect

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import RandomForestRegressor
from sklearn.exceptions import DataConversionWarning
from sklearn.linear_model import LinearRegression

from skdistill.transfer._real_targets import RealTargets, read_numbers
from skdistill.transfer._targets import ClassTargets

NUMBERS = np.array([[1.0, 10.0], [2.0, 30.0], [4.0, 20.0]])


class Says(RegressorMixin, BaseEstimator):
    """Predicts what it is told."""

    def __init__(self, values):
        self.values = values

    def predict(self, X):
        return self.values


def test_it_has_the_face_of_class_targets():
    def face(targets):
        members = inspect.getmembers(targets, inspect.isfunction)
        return {
            name: [*inspect.signature(member).parameters]
            for name, member in members
            if not name.startswith("_")
        }

    expected = face(ClassTargets)
    del expected["calibrate"]  # asked where predictions are uncalibrated alone
    assert face(RealTargets) == expected
    shared = {"n_outputs", "classes", "score_name", "constant_name"}
    for targets in (RealTargets(np.ones(2)), ClassTargets(np.arange(2))):
        assert shared <= set(dir(targets))


@pytest.mark.parametrize(
    "y", [[1, 2, 4], pd.Series([1, 2, 4]), np.array([1, 2, 4], dtype=object)]
)
def test_numbers_become_a_matrix(y):
    targets = read_numbers(y)[0]
    assert targets.n_outputs == 1
    encoded = targets.encode(y)
    assert encoded.dtype == np.float64
    assert_array_equal(encoded, NUMBERS[:, :1])
    assert_allclose(targets.scale, np.std([1, 2, 4]))


def test_columns_become_vectors_with_a_warning():
    with pytest.warns(DataConversionWarning, match="A column-vector y was passed"):
        _, y, encoded = read_numbers(NUMBERS[:, :1])
    assert_array_equal(y, NUMBERS[:, 0])
    assert_array_equal(encoded, NUMBERS[:, :1])
    assert_array_equal(read_numbers(NUMBERS)[1], NUMBERS)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([1.0, np.nan], "Input y contains NaN"),
        ([1.0, np.inf], "Input y contains infinity"),
        (["a", "b"], "y must hold real numbers"),
        ([1j, 2j], "Complex data not supported"),
        (np.zeros((2, 2, 2)), r"y must have shape \(n_samples,\) or"),
        (np.zeros((2, 0)), r"y must have shape \(n_samples,\) or"),
        (NUMBERS, "y has 2 outputs, but there were 1"),
    ],
)
def test_what_is_no_number_is_refused(y, message):
    with pytest.raises(ValueError, match=message):
        RealTargets(np.ones(1)).encode(y)


def test_losses_are_in_units_of_the_variance():
    targets = read_numbers(NUMBERS)[0]
    assert_allclose(targets.sample_loss(NUMBERS.mean(axis=0), NUMBERS).mean(), 1)
    assert targets.sample_score(NUMBERS.mean(axis=0), NUMBERS).mean() == pytest.approx(
        0
    )
    assert targets.sample_score(NUMBERS, NUMBERS).mean() == 1
    assert np.isnan(targets.expected_loss(NUMBERS)).all()
    assert_allclose(read_numbers([5.0, 5.0])[0].scale, 1)


def test_likelihoods_of_predictions_and_of_the_mean(rng):
    y = rng.normal(size=(50, 2))
    raw = y + rng.normal(size=(50, 2)) * [3, 0.5]
    # The second output is predicted best: by least squares of y on the predictions.
    residuals = y[:, 1] - LinearRegression().fit(raw[:, 1:], y[:, 1]).predict(
        raw[:, 1:]
    )
    expected = -50 * np.log(residuals.var() / y[:, 1].var())
    targets = RealTargets(np.ones(2))
    assert targets.likelihood_ratio(raw, y) == pytest.approx(expected)
    # Predictions that go the wrong way are no better than the mean.
    assert targets.likelihood_ratio(-raw, y) == 0
    exact = np.array([[1.0], [3.0]])
    assert RealTargets(np.ones(1)).likelihood_ratio(exact, exact) == np.inf


def test_predictions_are_a_matrix():
    one, two = RealTargets(np.ones(1)), RealTargets(np.ones(2))
    X = np.arange(3.0)[:, None]
    model = LinearRegression().fit(X, NUMBERS[:, 0])
    assert_allclose(one.predict_raw(model, X)[:, 0], model.predict(X))
    gap = [[1.0, np.nan], [1.0, 2.0], [3.0, 4.0]]
    assert_array_equal(
        np.isnan(two.predict_raw(Says(gap), X)), [[True] * 2, *[[0, 0]] * 2]
    )
    for values, message in (
        ([np.nan] * 3, "predicts NaN for every sample"),
        ([1.0, 2.0, np.inf], "must not be infinite"),
        ([1.0, 2.0], "predicts 2 rows for 3 samples"),
        (["a", "b", "c"], r"Says.predict\(X\) must hold real numbers"),
        (NUMBERS, r"Says.predict\(X\) has 2 columns, but y has 1"),
    ):
        with pytest.raises(ValueError, match=message):
            one.predict_raw(Says(values), X)


def test_out_of_bag_predictions():
    X = np.random.RandomState(0).normal(size=(60, 2))
    for y in (X[:, 0], X):
        forest = RandomForestRegressor(30, oob_score=True, random_state=0).fit(X, y)
        targets = read_numbers(y)[0]
        raw = targets.out_of_bag_raw(forest)
        assert raw.shape == (60, targets.n_outputs)
        assert_array_equal(
            raw.reshape(forest.oob_prediction_.shape), forest.oob_prediction_
        )


def test_folds_need_samples_to_learn_and_to_judge():
    targets, y = RealTargets(np.ones(1)), np.arange(4.0)[:, None]
    assert targets.can_be_split(y)
    assert not targets.can_be_split(y[:1])
    first, second = np.arange(2), np.arange(2, 4)
    splits = [(first, second), (second, first)]
    assert targets.has_valid_folds(y, splits)
    assert not targets.has_valid_folds(y, [])
    assert not targets.has_valid_folds(y, splits, np.array([1.0, 0.0, 1.0, 1.0]))
    assert not targets.has_valid_folds(y, [(np.arange(4), second)], first.repeat(2) * 0)


def test_averages_and_labels():
    targets = RealTargets(np.ones(2))
    assert_allclose(targets.average([NUMBERS, 3 * NUMBERS]), 2 * NUMBERS)
    assert targets.label_raw(NUMBERS) is NUMBERS
    assert not targets.is_uncalibrated(LinearRegression())
    assert_allclose(targets.pool_of_teacher(1.0).mix(NUMBERS[None]), NUMBERS)
    pool = targets.fit_pool(np.stack([NUMBERS, 0 * NUMBERS]), NUMBERS)
    assert_allclose(pool.mix(np.stack([NUMBERS, 0 * NUMBERS])), NUMBERS)


def test_likelihood_ratios_do_not_depend_on_the_scale():
    rng = np.random.default_rng(0)
    y = rng.normal(size=(200, 1))
    raw, targets = y + rng.normal(size=y.shape), RealTargets(np.ones(1))
    expected = targets.likelihood_ratio(raw, y)
    assert expected > 50
    for scale in (1e-200, 1e200):
        assert_allclose(targets.likelihood_ratio(scale * raw, scale * y), expected)
    assert targets.likelihood_ratio(np.ones_like(y), y) == 0
    assert targets.likelihood_ratio(raw, np.full_like(y, 7.5)) == np.inf
