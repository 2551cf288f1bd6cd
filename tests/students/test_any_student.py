"""Every classifier of scikit-learn can learn from a teacher, and regressors too."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle

import numpy as np
import pytest
from classifiers import REASONS, TWO_CLASSES, every_classifier, make
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.ensemble import (
    ExtraTreesRegressor,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.frozen import FrozenEstimator
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.multioutput import MultiOutputRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor
from sklearn.utils.validation import has_fit_parameter

from skdistill import DistilledClassifier

pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore:y contains no unlabeled samples"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


def distiller(teacher, student, **settings):
    """One with nothing but the teacher's own answers about the rows."""
    settings = {"synthesizer": None, "committee": None, **settings}
    return DistilledClassifier(teacher, student, **settings)


@every_classifier
def test_every_classifier(rows, rng, name):
    X, y = rows[0], np.unique(rows[1], return_inverse=True)[1]
    if name in TWO_CLASSES:
        y = (y == 0).astype(int)
    student = make(name)
    # The labels are wrong: all that is learned is from the teacher.
    teacher = FrozenEstimator(GaussianNB().fit(X, y))
    model = distiller(teacher, student, alpha=1.0, random_state=0)
    model.fit(X, rng.permutation(y))
    takes_weights = has_fit_parameter(student, "sample_weight")
    assert model.student_.strategy_ == (
        "sample_weight" if takes_weights else "sampling"
    )
    alone = clone(student).fit(X, y)
    assert model.score(X, y) >= min(0.95, alone.score(X, y)) - 0.15
    assert hasattr(model, "predict_proba") == hasattr(alone, "predict_proba")
    if hasattr(model, "predict_proba"):
        proba = model.predict_proba(X)
        assert proba.shape == (75, len(np.unique(y)))
        assert_allclose(proba.sum(axis=1), 1)
    again = pickle.loads(pickle.dumps(model)).predict(X)
    assert_array_equal(again, model.predict(X))


@pytest.mark.parametrize("name", REASONS)
@pytest.mark.parametrize("wrap", [lambda model: model, make_pipeline])
def test_classifiers_of_several_labels_are_refused_by_name(rows, name, wrap):
    with pytest.raises(ValueError, match=rf"student=.*{name}.*learns several labels"):
        distiller(GaussianNB(), wrap(make(name))).fit(*rows)


REGRESSORS = [
    DecisionTreeRegressor(max_leaf_nodes=8, random_state=0),
    ExtraTreesRegressor(10, random_state=0),
    GaussianProcessRegressor(alpha=0.1),
    KNeighborsRegressor(),
    LinearRegression(),
    MLPRegressor(max_iter=500, random_state=0),
    MultiOutputRegressor(HistGradientBoostingRegressor(max_iter=20)),
    MultiOutputRegressor(SVR()),
    RandomForestRegressor(10, random_state=0),
    Ridge(),
    TransformedTargetRegressor(Ridge()),
    make_pipeline(StandardScaler(), Ridge()),
]


@pytest.mark.parametrize("student", REGRESSORS, ids=str)
@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_regressors(rows, student, temperature):
    X, y = rows
    model = distiller(GaussianNB(), student, temperature=temperature)
    model.fit(X, y)
    assert model.score(X, y) > 0.8
    proba = model.predict_proba(X)
    assert_allclose(proba.sum(axis=1), 1)
    assert proba.min() >= 0
    binary = model.fit(X, y == "virginica")
    assert binary.score(X, y == "virginica") > 0.85


def test_lightgbm(rows):
    # Without OpenMP on the machine its import is an OSError.
    lightgbm = pytest.importorskip(
        "lightgbm", reason="no LightGBM", exc_type=(ImportError, OSError)
    )
    settings = {"n_estimators": 20, "min_child_samples": 5, "verbose": -1}
    student = lightgbm.LGBMClassifier(**settings)
    model = distiller(GaussianNB(), student, random_state=0).fit(*rows)
    assert model.student_.strategy_ == "sample_weight"
    assert model.score(*rows) > 0.9
    student = MultiOutputRegressor(lightgbm.LGBMRegressor(**settings))
    assert distiller(GaussianNB(), student).fit(*rows).score(*rows) > 0.9


def test_column_transformer(rows):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(rows[0], columns=list("abcd"))
    columns = make_column_transformer((StandardScaler(), ["c", "d"]))
    student = make_pipeline(columns, LogisticRegression())
    model = distiller(GaussianNB(), student).fit(frame, rows[1])
    assert model.student_.strategy_ == "final_step"
    assert model.student_.estimator_[-1].strategy_ == "sample_weight"
    assert model.score(frame, rows[1]) > 0.9


def test_draws_are_seeded(rows):
    def fit(seed):
        student = make_pipeline(StandardScaler(), KNeighborsClassifier(3))
        model = distiller(GaussianNB(), student, alpha=1.0, random_state=seed)
        return model.fit(*rows).predict_proba(rows[0])

    assert_array_equal(fit(0), fit(0))
    assert (fit(0) != fit(1)).any()
