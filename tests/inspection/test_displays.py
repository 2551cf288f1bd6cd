"""Displays: what they hold is what they draw, and both are computed by hand here."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skdistill import DistilledClassifier
from skdistill.inspection import (
    AgreementDisplay,
    CommitteeDisplay,
    DisagreementDisplay,
    ReliabilityDisplay,
    TemperatureAlphaDisplay,
)
from skdistill.inspection._reliability_display import reliability_curve

pytest.importorskip("matplotlib").use("Agg")
Figure = pytest.importorskip("matplotlib.figure").Figure


@pytest.fixture(autouse=True)
def close_figures():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return X[::2], y[::2], X[1::2], y[1::2]


@pytest.fixture(scope="module")
def model(iris):
    tree = DecisionTreeClassifier(max_leaf_nodes=3, random_state=0)
    model = DistilledClassifier(
        GaussianNB(), tree, synthesizer=None, keep_teacher=True, random_state=0
    )
    return make_pipeline(StandardScaler(), model).fit(*iris[:2])


@pytest.fixture(scope="module")
def proba(model, iris):
    """Probabilities of teacher and student."""
    X = model[0].transform(iris[2])
    return model[1].teacher_.predict_proba(X), model.predict_proba(iris[2])


def draw(name, model, iris, **kwargs):
    """Any of the displays of a model."""
    _, _, X, y = iris
    if name == "reliability":
        return ReliabilityDisplay.from_estimator(model, X, y, **kwargs)
    if name == "committee":
        return CommitteeDisplay.from_estimator(model, **kwargs)
    display = {"agreement": AgreementDisplay, "disagreement": DisagreementDisplay}[name]
    return display.from_estimator(model, X, **kwargs)


NAMES = ["agreement", "reliability", "disagreement", "committee"]


@pytest.mark.parametrize("name", NAMES)
def test_axes(name, model, iris):
    display = draw(name, model, iris)
    assert display.figure_ is display.ax_.figure
    other = Figure().subplots()
    assert display.plot(other) is display
    assert display.ax_ is other
    assert other.get_xlabel()
    assert draw(name, model, iris, ax=other).ax_ is other


@pytest.mark.parametrize("name", NAMES[:3])
def test_a_teacher_that_is_passed(name, model, iris, proba):
    kept = draw(name, model, iris)
    passed = draw(name, model[1].student_, iris, teacher=proba[0])
    assert type(kept) is type(passed)
    with pytest.raises(ValueError, match="has not kept its teacher"):
        draw(name, model[1].student_, iris)


def test_agreement_of_several_classes(model, iris, proba):
    display = draw("agreement", model, iris)
    teacher, student = proba
    rows, labels = np.arange(len(teacher)), teacher.argmax(axis=1)
    assert_allclose(display.teacher_values, teacher.max(axis=1))
    assert_allclose(display.student_values, student[rows, labels])
    agrees = labels == student.argmax(axis=1)
    assert (display.agrees == agrees).all()
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == [
        f"same prediction: {agrees.sum()}",
        f"other prediction: {(~agrees).sum()}",
    ]


def test_agreement_of_two_classes():
    display = AgreementDisplay.from_predictions(
        [[0.9, 0.1]], [[0.8, 0.2]], classes=["no", "yes"]
    )
    assert (display.teacher_values, display.student_values) == ([0.1], [0.2])
    assert display.ax_.get_xlabel() == "teacher's probability of class yes"


def test_reliability(model, iris, proba):
    display = draw("reliability", model, iris)
    for name, values in zip(("teacher", "student"), proba, strict=True):
        expected = reliability_curve(iris[3], values)
        for found, value in zip(display.curves[name], expected, strict=True):
            assert_allclose(found, value)


def test_bins_have_equal_numbers_of_samples():
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1, 1000)
    y = (rng.uniform(size=1000) > confidence).astype(int)
    proba = np.column_stack([confidence, 1 - confidence])
    curve = reliability_curve(y, proba)
    assert_allclose(curve.n_samples, 100, atol=1)
    weights = curve.n_samples / 1000
    assert_allclose(weights @ curve.confidence, confidence.mean())
    assert_allclose(weights @ curve.accuracy, (y == 0).mean())


def test_equal_confidences_share_a_bin():
    curve = reliability_curve(np.array([0, 1]), np.array([[1.0, 0.0]] * 2))
    assert_allclose(np.stack(curve), [[1.0], [0.5], [2]])


def test_committee(model, iris):
    display = draw("committee", model, iris)
    assert display.weights == model[1].committee_weights_
    widths = [bar.get_width() for bar in display.ax_.patches][::-1]
    assert_allclose(widths, [100 * weight for weight in display.weights.values()])
    with pytest.raises(ValueError, match="has no committee_weights_"):
        CommitteeDisplay.from_estimator(GaussianNB().fit(*iris[:2]))


def test_temperature_and_alpha(model, iris):
    step = "distilledclassifier__"
    grid = {
        f"{step}temperature": [1.0, 3.0],
        f"{step}alpha": [0.0, 0.5, 1.0],
        f"{step}committee": [None, "auto"],
    }
    search = GridSearchCV(model, grid, scoring="neg_log_loss", cv=2).fit(*iris[:2])
    display = TemperatureAlphaDisplay.from_estimator(search)
    assert display.values.shape == (2, 3)
    assert_allclose(display.values.min(), -search.best_score_)
    assert display.ax_.get_ylabel() == "cross-validated loss"
    assert len(display.ax_.lines) == 2


def test_searches_with_holes_and_scores():
    results = {
        "param_temperature": [1, 2, 2],
        "param_alpha": [0, 0, 1],
        "mean_test_score": [0.5, 0.6, 0.7],
    }
    display = TemperatureAlphaDisplay.from_cv_results(results)
    assert_allclose(display.values, [[0.5, np.nan], [0.6, 0.7]])
    assert display.name == "cross-validated score"
    assert [len(line.get_xdata()) for line in display.ax_.lines] == [1, 2]
    del results["param_alpha"]
    with pytest.raises(ValueError, match="no parameter 'alpha'"):
        TemperatureAlphaDisplay.from_cv_results(results)
