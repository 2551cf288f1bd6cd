"""Classifiers that take the labels 0, 1, ... alone."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdistill import DistilledClassifier, SoftTargetClassifier
from skdistill.transfer._label_encoder import (
    LabelEncodedClassifier,
    with_label_encoder,
)

NAMES = np.array(["a", "b", "c"])


def distiller(teacher, student=None, **settings):
    settings = {"synthesizer": None, "committee": None, "random_state": 0} | settings
    student = student or LogisticRegression(max_iter=10_000)
    return DistilledClassifier(teacher, student, **settings)


class Integers(GaussianNB):
    """Takes the labels 0, 1, ... only."""

    __module__ = "xgboost.sklearn"

    def fit(self, X, y, sample_weight=None):
        assert_array_equal(np.unique(y), np.arange(len(np.unique(y))))
        return super().fit(X, y, sample_weight)


class TestLabelEncoder:
    @pytest.mark.parametrize("piped", [False, True])
    @pytest.mark.parametrize("weighted", [False, True])
    @pytest.mark.parametrize("names", [NAMES, np.array([3, 5, 9])], ids=str)
    def test_predictions_are_those_of_the_labels(self, iris, piped, weighted, names):
        X, y = iris[0], names[iris[1]]
        weights = np.linspace(0, 2, 150) if weighted else None
        models = [
            make_pipeline(StandardScaler(), kind()) if piped else kind()
            for kind in (Integers, GaussianNB)
        ]
        fits = [
            distiller(model, keep_teacher=True).fit(X, y, weights) for model in models
        ]
        assert_allclose(*(fitted.predict_proba(X) for fitted in fits))
        assert isinstance(fits[0].teacher_, LabelEncodedClassifier)
        assert_array_equal(*(fitted.teacher_.predict(X) for fitted in fits))
        assert_array_equal(fits[0].teacher_.classes_, names)

    def test_only_where_it_is_needed(self, iris):
        integers = Integers()
        assert with_label_encoder(integers, iris[1]) is integers
        bayes = GaussianNB()
        assert with_label_encoder(bayes, NAMES[iris[1]]) is bayes

    def test_xgboost(self, iris):
        xgboost = pytest.importorskip("xgboost")
        X, y = iris[0], NAMES[iris[1]]
        model = distiller(xgboost.XGBClassifier(n_estimators=5, n_jobs=1)).fit(X, y)
        assert model.score(X, y) > 0.9
        assert_array_equal(model.classes_, NAMES)

    @pytest.mark.parametrize(
        "wrap",
        [
            lambda inner: CalibratedClassifierCV(inner, cv=3),
            lambda inner: CalibratedClassifierCV(make_pipeline(inner), cv=3),
            lambda inner: GridSearchCV(inner, {"var_smoothing": [1e-9, 1e-3]}, cv=3),
        ],
        ids=["calibrated", "calibrated pipeline", "searched"],
    )
    def test_what_passes_labels_on_needs_it_too(self, iris, wrap):
        X, y = iris[0], NAMES[iris[1]]
        models = [distiller(wrap(kind())).fit(X, y) for kind in (Integers, GaussianNB)]
        assert_allclose(*(model.predict_proba(X) for model in models))

    def test_ensembles_encode_labels_themselves(self, iris):
        bagged = BaggingClassifier(Integers())
        assert with_label_encoder(bagged, NAMES[iris[1]]) is bagged
        distiller(bagged).fit(iris[0], NAMES[iris[1]])

    @pytest.mark.parametrize("piped", [False, True])
    def test_students(self, iris, piped):
        X, y = iris[0], NAMES[iris[1]]
        students = [
            make_pipeline(StandardScaler(), kind()) if piped else kind()
            for kind in (Integers, GaussianNB)
        ]
        models = [distiller(GaussianNB(), student).fit(X, y) for student in students]
        assert_allclose(*(model.predict_proba(X) for model in models))
        assert_array_equal(*(model.predict(X) for model in models))

    def test_regressors_have_no_labels(self):
        xgboost = pytest.importorskip("xgboost")
        regressor = xgboost.XGBRegressor(n_estimators=2, n_jobs=1)
        model = SoftTargetClassifier(regressor).fit([[0.0], [1.0]], ["a", "b"])
        assert model.estimator_.__class__ is xgboost.XGBRegressor
