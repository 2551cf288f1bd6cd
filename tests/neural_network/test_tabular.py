"""A network behind an encoder: equal to a pipeline of the two, and faster."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from checks import parametrize_estimator_checks
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone, is_regressor
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skdistill import (
    DistillationLoss,
    DistilledClassifier,
    SoftmaxMLPClassifier,
    SquaredErrorDistillation,
    SquaredErrorMLPRegressor,
    TabularMLPClassifier,
    TabularMLPRegressor,
    TransferSet,
)
from skdistill.tables import TableEncoder

NETWORK = SoftmaxMLPClassifier(
    (8,), n_members=2, numeric_encoding=4, max_iter=5, random_state=0
)
BATCHES = "The order of the rows decides which of them share a batch."


@pytest.fixture
def table(rng):
    amount = rng.normal(size=120)
    city = rng.choice(["Bern", "Oslo", "Rome"], size=120)
    y = np.where(amount + 2 * (city == "Oslo") > 0.5, "yes", "no")
    amount[::9] = np.nan
    return pd.DataFrame({"amount": amount, "city": city}), y


# Checks for which seven digits are not enough.
NINE_DIGITS = {
    "check_methods_sample_order_invariance",
    "check_methods_subset_invariance",
}


@parametrize_estimator_checks(
    [
        TabularMLPClassifier(),
        TabularMLPClassifier(SoftmaxMLPClassifier((10,))),
        TabularMLPRegressor(),
        TabularMLPRegressor(SquaredErrorMLPRegressor((10,))),
    ],
    lambda estimator: {"check_sample_weight_equivalence_on_dense_data": BATCHES},
)
def test_estimator_checks(estimator, check):
    if is_regressor(estimator) and check.func.__name__ in NINE_DIGITS:
        pytest.skip("Single precision; see test_numbers.")
    check(estimator)


@pytest.fixture
def numbers(table, rng):
    """A table with numbers to predict, and a column of many categories."""
    X, y = table
    X = X.assign(code=rng.choice([f"code {i}" for i in range(12)], size=120))
    effect = X["code"].str.len() + 3 * (y == "yes")
    return X, np.column_stack([1e2 + effect, -effect])


@pytest.mark.parametrize("several", [False, True])
def test_numbers(numbers, several):
    X, y = numbers
    y = y if several else y[:, 0]
    network = SquaredErrorMLPRegressor(
        (8,), n_members=2, numeric_encoding=4, random_state=0
    )
    model = TabularMLPRegressor(network).fit(X, y)
    encoded = TableEncoder().fit_transform(X)
    expected = clone(network).fit(encoded, y).predict(encoded)
    assert model._lookup is not None
    assert_allclose(model.predict(X), expected, rtol=1e-5)
    assert_allclose(model.predict(X.to_dict("records")[0]), expected[:1], rtol=1e-5)
    one_by_one = [model.predict(X[i : i + 1]) for i in range(120)]
    assert_allclose(np.concatenate(one_by_one), expected, rtol=1e-5)
    assert model.score(X, y) > 0.8
    assert_array_equal(model.feature_names_in_, ["amount", "city", "code"])
    assert not hasattr(model, "classes_")


def test_numbers_from_a_teacher(numbers):
    X, Y = numbers
    transfer = TransferSet(X, Y + 1, Y)
    network = SquaredErrorMLPRegressor((8,), random_state=0)
    losses = [SquaredErrorDistillation(alpha) for alpha in (0.0, 1.0)]
    models = TabularMLPRegressor(network).fit_distill_path(transfer, losses)
    for model, loss in zip(models, losses, strict=True):
        single = TabularMLPRegressor(network).fit_distill(transfer, loss)
        assert_allclose(model.predict(X), single.predict(X), atol=1e-2)
        expected = TabularMLPRegressor(network).fit(X, Y + loss.alpha)
        assert_array_equal(single.predict(X), expected.predict(X))


def test_numbers_one_epoch_at_a_time(numbers):
    X, Y = numbers
    model = TabularMLPRegressor(SquaredErrorMLPRegressor((8,), random_state=0))
    for _ in range(60):
        model.partial_fit(X, Y[:, 0])
    assert model.score(X, Y[:, 0]) > 0.8
    stopped = SquaredErrorMLPRegressor(early_stopping=True)
    assert not hasattr(TabularMLPRegressor(stopped), "partial_fit")


def test_predictions_are_those_of_a_pipeline(table):
    X, y = table
    model = TabularMLPClassifier(NETWORK).fit(X, y)
    pipeline = make_pipeline(TableEncoder(), NETWORK).fit(X, y)
    expected = pipeline.predict_proba(X)
    assert_array_equal(model.predict_proba(X), expected)
    logs = pipeline.predict_log_proba(X)
    assert_array_equal(model.predict_log_proba(X), logs)
    assert_allclose(model.predict_proba(X[:1]), expected[:1], atol=1e-6)
    assert_allclose(
        model.predict_proba(X[:1].to_dict("records")[0]), expected[:1], atol=1e-6
    )
    assert_array_equal(model.predict(X), pipeline.predict(X))
    assert model.n_features_in_ == 2
    assert_array_equal(model.feature_names_in_, ["amount", "city"])
    new = {"city": "Lima", "amount": None, "further": 1}
    assert_allclose(
        model.predict_proba(new), pipeline.predict_proba(pd.DataFrame([new])), atol=1e-6
    )


def test_it_learns_from_a_teacher_as_its_network_does(table):
    X, y = table
    logits = np.random.RandomState(1).normal(size=(120, 2))
    y, classes = (y == "yes").astype(int), np.array([0, 1])
    loss = DistillationLoss(temperature=2.0, alpha=0.7)
    model = TabularMLPClassifier(NETWORK).fit_distill(
        TransferSet(X, logits, y, classes), loss
    )
    encoded = TableEncoder().fit_transform(X)
    network = clone(NETWORK).fit_distill(TransferSet(encoded, logits, y, classes), loss)
    assert_array_equal(model.predict_proba(X), network.predict_proba(encoded))


def test_one_epoch_at_a_time(table):
    X, y = table
    model = TabularMLPClassifier(NETWORK)
    model.partial_fit(X[:60], y[:60], classes=["no", "yes"])
    encoder = model.encoder_
    before = model.predict_proba(X)
    model.partial_fit(X[60:], y[60:])
    assert model.encoder_ is encoder
    assert np.abs(model.predict_proba(X) - before).max() > 0.01
    with pytest.raises(ValueError, match="Column 'amount'"):
        model.partial_fit(X.assign(amount="much"), y)
    stopped = SoftmaxMLPClassifier(early_stopping=True)
    assert not hasattr(TabularMLPClassifier(stopped), "partial_fit")


def test_seeds(table):
    X, y = table
    unseeded = clone(NETWORK).set_params(random_state=None)
    first, second, third = (
        TabularMLPClassifier(network, random_state=seed).fit(X, y).predict_proba(X)
        for network, seed in [(unseeded, 1), (unseeded, 1), (unseeded, 2)]
    )
    assert_array_equal(first, second)
    assert np.abs(first - third).max() > 0.001


def test_whatever_the_output_is_to_be(table):
    X, y = table
    expected = TabularMLPClassifier(NETWORK).fit(X, y).predict_proba(X)
    with sklearn.config_context(transform_output="pandas"):
        model = TabularMLPClassifier(NETWORK).fit(X, y)
        assert_array_equal(model.predict_proba(X), expected)
    assert_array_equal(model.predict_proba(X), expected)


def test_a_refit_that_fails_changes_nothing(table):
    X, y = table
    model = TabularMLPClassifier(NETWORK).fit(X, y)
    expected = model.predict_proba(X)
    with pytest.raises(ValueError, match="inconsistent numbers"):
        model.fit(X[["city"]], y[:-1])
    assert_array_equal(model.predict_proba(X), expected)
    assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(X), expected)


def test_the_student_is_tuned_behind_its_encoder(table):
    X, y = table
    model = DistilledClassifier(
        make_pipeline(TableEncoder(), LogisticRegression()),
        TabularMLPClassifier(NETWORK),
        synthesizer=None,
        committee=None,
        random_state=0,
    )
    grid = {
        "student__network__hidden_layer_sizes": [(2,), (4,)],
        "student__encoder": [TableEncoder(), TableEncoder(kinds={"city": "drop"})],
    }
    search = GridSearchCV(model, grid, cv=2).fit(X, y)
    assert search.best_params_["student__encoder"].kinds is None
    assert type(search.best_estimator_.student_) is TabularMLPClassifier
