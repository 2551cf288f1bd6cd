"""What the estimators share: predictions from probabilities, failed fits, links."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator

from skdistill import (
    DistilledClassifier,
    SoftmaxMLPClassifier,
    SoftTargetClassifier,
    SubtaskEnsembleClassifier,
)
from skdistill.utils._mixins import ProbabilityClassifierMixin, restore_on_error


class Fixed(ProbabilityClassifierMixin, BaseEstimator):
    """Says what it is told to."""

    def __init__(self, proba):
        self.proba = proba
        self.classes_ = np.array(["a", "b", "c"])

    def predict_proba(self, X):
        return np.array(self.proba)

    @restore_on_error
    def fit(self, X, y, error=None):
        self.new_ = "new"
        self.classes_ = np.unique(y)
        if error:
            raise error
        return self


def test_predictions_follow_from_probabilities():
    model = Fixed([[0.2, 0.5, 0.3], [0.0, 0.0, 1.0]])
    assert_array_equal(model.predict([[0], [0]]), ["b", "c"])
    log_proba = model.predict_log_proba([[0], [0]])
    assert_allclose(log_proba[0], np.log([0.2, 0.5, 0.3]))
    assert_array_equal(log_proba[1], [-np.inf, -np.inf, 0.0])
    assert model.score([[0], [0]], ["b", "a"]) == 0.5


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_a_failed_fit_leaves_things_as_they_were(error):
    model = Fixed([[1.0, 0.0, 0.0]])
    before = dict(vars(model))
    with pytest.raises(type(error)):
        model.fit([[0]], ["z"], error=error)
    assert vars(model) == before
    assert model.fit([[0]], ["z"]).new_ == "new"


def test_nobody_finds_the_estimator_empty_when_a_fit_fails():
    model = Fixed([[1.0, 0.0, 0.0]])
    found = []

    class Watched(dict):
        """Attributes that tell what others see while they are changed."""

        def clear(self):  # pragma: no cover
            super().clear()
            found.append("empty")

    model.__dict__ = Watched(vars(model))
    with pytest.raises(ValueError, match="no"):
        model.fit([[0]], ["z"], error=ValueError("no"))
    assert not found
    assert not hasattr(model, "new_")


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize(
    "estimator",
    [
        SoftmaxMLPClassifier(random_state=0),
        SoftTargetClassifier(),
        SubtaskEnsembleClassifier(random_state=0),
    ],
)
def test_probabilities_in_a_frame_name_their_classes(iris, library, estimator):
    X, y = iris
    names = np.array(["lily", "iris", "rose"])
    P = 0.9 * np.eye(3)[y] + 0.1 / 3
    columns = dict(zip(names, P.T, strict=True))
    frame = pytest.importorskip(library).DataFrame(columns)
    model = estimator.fit(X, frame)
    assert_array_equal(model.classes_, ["iris", "lily", "rose"])
    assert model.score(X, names[y]) > 0.9
    if hasattr(model, "partial_fit"):
        assert model.partial_fit(X, frame).score(X, names[y]) > 0.9
    assert_array_equal(estimator.fit(X, P).classes_, [0, 1, 2])


@pytest.mark.parametrize(
    "estimator", [DistilledClassifier(), SoftmaxMLPClassifier(), SoftTargetClassifier()]
)
def test_html_links_to_the_documentation(estimator):
    name = type(estimator).__name__
    link = f"https://skdistill.readthedocs.io/en/stable/api/skdistill.{name}.html"
    assert link in estimator._repr_html_()
