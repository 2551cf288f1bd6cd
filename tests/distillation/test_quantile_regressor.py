"""DistilledRegressor(quantiles=...): coverage, students, and what is refused."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from joblib import parallel_config
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import norm
from sklearn.base import clone
from sklearn.ensemble import (
    GradientBoostingRegressor,
    RandomForestRegressor,
    VotingRegressor,
)
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression, QuantileRegressor, Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from skdistill import (
    DistilledRegressor,
    SquaredErrorMLPRegressor,
)

LEVELS = (0.05, 0.5, 0.95)
FOREST = RandomForestRegressor(60, min_samples_leaf=3, random_state=0)
TREE = DecisionTreeRegressor(max_leaf_nodes=16, random_state=0)
NETWORK = SquaredErrorMLPRegressor(max_iter=3, random_state=0)
LIST = [QuantileRegressor(quantile=level, alpha=0) for level in LEVELS]


def noisy(n_samples, seed):
    """Noise whose size grows with a feature, and its quantiles."""
    rng = np.random.RandomState(seed)
    X = rng.uniform(size=(n_samples, 2))
    mean, size = 3 * X[:, 0], 0.2 + X[:, 1]
    quantiles = mean[:, None] + np.multiply.outer(size, norm.ppf(LEVELS))
    return X, mean + size * rng.normal(size=n_samples), quantiles


@pytest.fixture(scope="module")
def table():
    return noisy(400, 0)[:2]


@pytest.fixture(scope="module")
def test_table():
    return noisy(3000, 1)


def distil(X, y, teacher=FOREST, **parameters):
    settings = {"student": TREE, "synthesizer": None, "committee": None}
    model = DistilledRegressor(teacher, quantiles=LEVELS, random_state=0)
    model.set_params(keep_teacher=True, **settings | parameters)
    return model.fit(X, y)


def coverage(y, quantiles):
    return np.mean((y >= quantiles[:, 0]) & (y <= quantiles[:, -1]))


@pytest.mark.parametrize(
    ("teacher", "source"),
    [
        (None, "oob"),
        (LIST, "cv"),
        (VotingRegressor([("one", FOREST), ("two", LinearRegression())]), "cv"),
    ],
    ids=["default", "list", "vote"],
)
def test_intervals_cover_what_they_should(table, test_table, teacher, source):
    model = DistilledRegressor(teacher, quantiles=LEVELS, random_state=0).fit(*table)
    X, y, expected = test_table
    found = model.predict_quantiles(X)
    assert model.target_source_ == source
    assert 0.86 < coverage(y, found) < 0.94
    assert (np.diff(found, axis=1) >= 0).all()
    width, true_width = (q[:, 2] - q[:, 0] for q in (found, expected))
    assert np.corrcoef(width, true_width)[0, 1] > (0.6 if teacher is None else 0)
    assert np.abs(found - expected).mean() < 0.35
    assert_array_equal(model.predict(X), found[:, 1])


def test_targets_are_leak_free_and_calibrated(table):
    X, y = table
    model = distil(X, y, student=KNeighborsRegressor(1))  # which tells its targets
    targets = model.student_.predict(X)
    assert_allclose((y[:, None] <= targets).mean(axis=0), LEVELS, atol=0.01)
    teacher = clone(model.teacher_).set_params(oob_score=True).fit(X, y)
    shifts = targets - teacher.oob_prediction_
    assert_allclose(np.ptp(shifts, axis=0), 0, atol=1e-9)
    # The teacher itself has seen the numbers.
    assert coverage(y, model.teacher_.predict(X) + shifts[:1]) > 0.95


@pytest.mark.parametrize(
    ("student", "committee", "members"),
    [
        (NETWORK, "auto", ["teacher", "student", "additive", "trees"]),
        (make_pipeline(StandardScaler(), NETWORK), [], ["teacher", "student"]),
        (TREE, "auto", ["teacher", "additive", "trees"]),
        (TREE, [("forest", FOREST)], ["teacher", "forest"]),
        (TREE, [], ["teacher"]),
    ],
    ids=str,
)
def test_the_committee_learns_quantiles(table, test_table, student, committee, members):
    X, y = table
    weights = np.ones(400)
    model = distil(X, y, student=student, committee=committee)
    assert list(model.committee_weights_) == members
    assert sum(model.committee_weights_.values()) == pytest.approx(1)
    weighted = clone(model).fit(X, y, sample_weight=weights)
    assert list(weighted.committee_weights_) == members


def test_the_committee_does_better_than_a_poor_teacher(table, test_table):
    X, y = table
    X_test, y_test, quantiles = test_table
    poor = RandomForestRegressor(30, max_depth=1, random_state=0)
    network = SquaredErrorMLPRegressor(random_state=0)
    errors = []
    for committee in (None, []):
        model = distil(X, y, teacher=poor, student=network, committee=committee)
        found = model.predict_quantiles(X_test)
        assert 0.84 < coverage(y_test, found) < 0.95
        errors.append(np.abs(found - quantiles).mean())
    assert errors[1] < 0.8 * errors[0]
    assert model.committee_weights_["teacher"] < 0.5


def test_several_outputs_one_regressor_each(table):
    model = distil(*table, student=GradientBoostingRegressor(n_estimators=3))
    assert model.predict_quantiles(table[0][:3]).shape == (3, 3)
    assert len(model.student_.estimator_.estimators_) == 3


@pytest.mark.parametrize(
    "student",
    [
        NETWORK,
        "fast",
        make_pipeline(StandardScaler(), NETWORK),
        make_pipeline(StandardScaler(), GradientBoostingRegressor(n_estimators=3)),
    ],
    ids=str,
)
def test_students(table, student):
    X, y = table
    model = distil(X, y, student=student, teacher=LIST)
    found = model.predict_quantiles(X)
    assert found.shape == (400, 3)
    assert (found[:, 0] < found[:, 2]).mean() > 0.99
    loaded = pickle.loads(pickle.dumps(model))
    assert_array_equal(loaded.predict_quantiles(X), found)


def test_crossing_quantiles_are_sorted(table):
    X, y = table
    crossing = FrozenEstimator(LinearRegression().fit(X, y))
    model = distil(X, y, teacher=[crossing, crossing, crossing])
    model.student_ = LinearRegression().fit(X, np.column_stack([y, -y, 0 * y]))
    assert (np.diff(model.predict_quantiles(X), axis=1) >= 0).all()


def test_the_median_alone(table):
    X, y = table
    model = distil(X, y, quantiles=[0.5])
    assert model.predict_quantiles(X).shape == (400, 1)
    assert_array_equal(model.predict(X), model.predict_quantiles(X)[:, 0])


def test_precomputed_quantiles(table, test_table):
    X, y = table
    X_unlabeled, _, quantiles = test_table
    unknown = noisy(400, 0)[2]
    unknown[:100] = np.nan
    network = SquaredErrorMLPRegressor(random_state=0)
    model = DistilledRegressor(student=network, quantiles=LEVELS, synthesizer=None)
    model.fit(
        X,
        y,
        teacher_prediction=unknown,
        X_unlabeled=X_unlabeled,
        unlabeled_prediction=quantiles,
    )
    assert model.target_source_ == "precomputed"
    assert_allclose(model.predict_quantiles(X_unlabeled), quantiles, atol=0.5)
    with pytest.raises(ValueError, match="has 2 columns, but there are 3 quantiles"):
        model.fit(X, y, teacher_prediction=unknown[:, :2])


def test_samples_that_no_fold_leaves_out_are_left_out(table):
    X, y = table
    model = distil(X, y, teacher=LIST, cv=TimeSeriesSplit(3), student=NETWORK)
    assert model.student_.t_ == 3 * 300


@pytest.mark.parametrize("teacher", [FOREST, LIST], ids=["forest", "list"])
def test_weights_of_two_are_two_samples(table, teacher):
    """For the shifts and the student; bags and folds are drawn of what there is."""
    X, y = table
    frozen = [FrozenEstimator(clone(each).fit(X, y)) for each in LIST]
    weights = np.where(np.arange(400) < 100, 2.0, 1.0)
    rows = np.repeat(np.arange(400), weights.astype(int))
    settings = {"target_source": "train", "student": TREE}
    model = distil(X[rows], y[rows], teacher=frozen, **settings)
    weighted = clone(model).fit(X, y, sample_weight=weights)
    assert_allclose(weighted.predict_quantiles(X), model.predict_quantiles(X))
    trained = distil(X, y, teacher=teacher)
    weighted = clone(trained).fit(X, y, sample_weight=weights)
    found = weighted.predict_quantiles(X)
    assert (found != trained.predict_quantiles(X)).any()
    assert coverage(y, found) > 0.8


def test_the_labels_alone(table, test_table):
    X, y = table
    network = SquaredErrorMLPRegressor((), numeric_encoding=4, random_state=0)
    model = distil(X, y, student=network, alpha=0.0)
    assert model.target_source_ is None
    assert 0.84 < coverage(test_table[1], model.predict_quantiles(test_table[0])) < 0.95
    with pytest.raises(ValueError, match="alpha=0 only networks can learn quantiles"):
        distil(X, y, alpha=0.0)


def test_results_do_not_depend_on_n_jobs(table):
    with parallel_config(backend="threading"):
        first, second = (
            distil(*table, teacher=LIST, student=NETWORK, n_jobs=n_jobs)
            for n_jobs in (None, 2)
        )
    X = table[0]
    assert_array_equal(first.predict_quantiles(X), second.predict_quantiles(X))


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"quantiles": (0.1, 0.9)}, ValueError, "0.5 among them, the median"),
        ({"quantiles": (0.9, 0.5)}, ValueError, "quantiles must be increasing numbers"),
        ({"quantiles": (0, 0.5)}, ValueError, "quantiles must be increasing numbers"),
        ({"quantiles": [[0.5]]}, ValueError, "quantiles must be increasing numbers"),
        ({"quantiles": 0.5}, ValueError, "The 'quantiles' parameter"),
        (
            {"committee": [("ridge", Ridge())], "alpha": 0.4},
            TypeError,
            "tells no quantiles",
        ),
        ({"teacher": LIST[:2]}, ValueError, "a list of 2 regressors, but there are 3"),
        ({"teacher": []}, ValueError, "a list of 0 regressors, but there are 3"),
        ({"teacher": LIST, "quantiles": None}, TypeError, "pass quantiles=, with a"),
        ({"teacher": Ridge()}, TypeError, "tells no quantiles"),
    ],
    ids=str,
)
def test_what_is_refused(table, parameters, error, message):
    X, y = table
    model = distil(X, y)
    before = model.predict_quantiles(X)
    with pytest.raises(error, match=message):
        clone(model).set_params(**parameters).fit(X, y)
    with pytest.raises(error, match=message):
        model.set_params(**parameters).fit(X, y)
    model.set_params(quantiles=LEVELS)
    assert_array_equal(model.predict_quantiles(X), before)


def test_several_numbers_have_no_quantiles(table):
    X, y = table
    with pytest.raises(ValueError, match="y has 2 outputs: quantiles are learned of a"):
        distil(X, np.column_stack([y, y]))


def test_methods(table):
    model = DistilledRegressor(quantiles=LEVELS)
    with pytest.raises(NotFittedError):
        model.predict(table[0])
    with pytest.raises(NotFittedError):
        model.predict_quantiles(table[0])
    assert not hasattr(DistilledRegressor(), "predict_quantiles")
    fitted = distil(*table, student=NETWORK)
    assert not hasattr(fitted, "partial_fit")
    assert fitted.committee_weights_ == {"teacher": 1.0}


def test_frozen_teachers_are_doubted(table):
    X, y = table
    forest = RandomForestRegressor(60, random_state=0).fit(X, y)
    with pytest.warns(UserWarning, match="as if it had been fitted on them"):
        distil(X, y, teacher=FrozenEstimator(forest))


@pytest.mark.filterwarnings("ignore:The columns .* hold dates")
def test_mixed_tables(table):
    X, y = table
    frame = pd.DataFrame(X.copy(), columns=["a", "b"])
    frame["city"] = np.where(X[:, 0] > 0.5, "Bern", "Oslo")
    frame["day"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(X[:, 1], "D")
    frame.loc[::7, "a"] = np.nan
    model = DistilledRegressor(quantiles=LEVELS, random_state=0)
    model.set_params(teacher=None, student="fast").fit(frame, y)
    found = model.predict_quantiles(frame)
    assert 0.85 < coverage(y, found) <= 1
    one = model.predict_quantiles(frame.iloc[0].to_dict())
    assert_allclose(one, found[:1], rtol=1e-5)


def test_a_search_over_students(table):
    X, y = table
    search = GridSearchCV(
        DistilledRegressor(FOREST, TREE, quantiles=LEVELS, committee=None),
        {"student__max_leaf_nodes": [2, 16]},
        cv=2,
    )
    assert search.fit(X, y).best_params_ == {"student__max_leaf_nodes": 16}


def test_metadata_routing(table):
    X, y = table
    weights = np.arange(400.0)
    expected = DistilledRegressor(LIST, TREE, quantiles=LEVELS, committee=None)
    expected.set_params(synthesizer=None).fit(X, y, sample_weight=weights)
    with sklearn.config_context(enable_metadata_routing=True):
        teachers = [clone(each).set_fit_request(sample_weight=True) for each in LIST]
        model = clone(expected).set_params(teacher=teachers)
        model.fit(X, y, sample_weight=weights)
    assert_array_equal(model.predict(X), expected.predict(X))
