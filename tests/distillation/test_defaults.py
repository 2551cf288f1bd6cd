"""The students that None and a name stand for."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.utils._param_validation import InvalidParameterError

from skdistill import (
    DistilledClassifier,
    DistilledClassifierCV,
    DistilledRegressor,
    DistilledRegressorCV,
    SoftmaxMLPClassifier,
    TabularMLPClassifier,
)
from skdistill.distillation._defaults import CLASS_DEFAULTS


def distilled(student, **parameters):
    """Distill without a committee and without synthetic samples."""
    return DistilledClassifier(
        GaussianNB(),
        student,
        synthesizer=None,
        committee=None,
        random_state=0,
        **parameters,
    )


@pytest.mark.parametrize("name", [None, "fast"])
def test_a_name_stands_for_a_network(iris, name):
    X, y = iris
    by_name = distilled(name).fit(X, y)
    spelled_out = distilled(CLASS_DEFAULTS.student(name)).fit(X, y)
    assert isinstance(by_name.student_, SoftmaxMLPClassifier)
    assert np.array_equal(by_name.predict_proba(X), spelled_out.predict_proba(X))


def test_the_fast_student_has_fewer_weights(iris):
    def n_weights(name):
        student = distilled(name).fit(*iris).student_
        return sum(weights.size for weights in student.coefs_)

    assert n_weights("fast") < n_weights(None) / 10


def test_the_fast_student_takes_records():
    records = [{"age": 20, "city": "Bern"}, {"age": None, "city": "Oslo"}] * 20
    model = DistilledClassifier(student="fast", random_state=0)
    model.fit(records, ["no", "yes"] * 20)
    assert isinstance(model.student_, TabularMLPClassifier)
    assert model.student_.network_.n_members == 1
    assert model.predict({"age": 50, "city": "Oslo"}) == ["yes"]


def test_the_fast_student_takes_texts():
    model = distilled("fast").set_params(teacher=None)
    model.fit(["good", "very good", "bad", "very bad"] * 10, [1, 1, 0, 0] * 10)
    assert list(model.predict(["good", "bad"])) == [1, 0]


def test_students_by_name_can_be_searched(iris):
    grid = {"student": [None, "fast", LogisticRegression()]}
    search = GridSearchCV(distilled(None), grid, cv=2).fit(*iris)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize("model", [DistilledClassifier, DistilledRegressor])
def test_the_default_student_is_what_docstrings_say(iris, model):
    student = model(committee=None, random_state=0).fit(*iris).student_
    assert student.hidden_layer_sizes == (64, 64)
    assert student.n_members == 2
    assert student.numeric_encoding == "selective"


@pytest.mark.parametrize(
    "model", [DistilledRegressor, DistilledRegressorCV, DistilledClassifierCV]
)
def test_other_models_take_the_fast_student(iris, model):
    search = {"students": None} if model is not DistilledRegressor else {}
    model = model(student="fast", committee=None, random_state=0, **search)
    student = model.fit(*iris).student_
    assert student.hidden_layer_sizes == (100,)
    assert student.n_members == 1


def test_unknown_names_are_refused(iris):
    model = distilled("quick")
    assert hasattr(model, "predict_proba")
    with pytest.raises(InvalidParameterError, match="'student' parameter"):
        model.fit(*iris)
