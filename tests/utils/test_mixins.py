"""What the estimators share: predictions from probabilities, rows, failed fits."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.naive_bayes import GaussianNB

from skdistill import (
    DistilledClassifier,
    SoftmaxMLPClassifier,
    SoftTargetClassifier,
    SubtaskEnsembleClassifier,
)
from skdistill.utils._mixins import (
    ProbabilityClassifierMixin,
    check_X_lazily,
    restore_on_error,
)


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


def test_rows_pass_as_they_are():
    texts = ["one", "two"]
    model = Fixed(None)
    X, y, weights = check_X_lazily(model, texts, [0, 1], None)
    assert X is texts
    assert (y, weights) == ([0, 1], None)
    assert not hasattr(model, "n_features_in_")
    array = np.array([[np.nan, 1.0, "x"]], dtype=object)
    assert check_X_lazily(model, array)[0] is array
    assert model.n_features_in_ == 3


def test_rows_of_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[2, 3\]"):
        check_X_lazily(Fixed(None), ["one", "two"], [0, 1, 0])


@pytest.mark.parametrize(
    ("X", "message"),
    [([], "0 sample"), (np.ones((0, 3)), "0 sample"), (np.ones((3, 0)), "0 feature")],
)
def test_nothing_to_learn_from_is_refused(X, message):
    with pytest.raises(ValueError, match=message):
        check_X_lazily(Fixed(None), X)


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


@pytest.mark.parametrize(
    ("X", "dtype"),
    [
        ([[1, 2], [3, 4]], "int64"),
        ([[1.0, True], (3, 4)], "float64"),
        ([["red", 1], ["blue", 2]], "object"),
        ([np.array([1.0, 2.0]), np.array([3.0, 4.0])], "float64"),
    ],
)
def test_lists_of_rows_become_arrays(X, dtype):
    (rows,) = check_X_lazily(GaussianNB(), X)
    assert rows.dtype == dtype
    assert rows.tolist() == [list(row) for row in X]


@pytest.mark.parametrize(
    "X",
    [
        ["a text", "another"],
        [["two", "words"], ["one"]],
        [{"a": 1}, {"b": 2}],
        [[[1], [2]], [[3], [4]]],
    ],
)
def test_other_lists_stay(X):
    (rows,) = check_X_lazily(GaussianNB(), X)
    assert rows == X


@pytest.mark.parametrize("gap", [None, np.nan, 3])
@pytest.mark.parametrize("container", [list, tuple, lambda X: np.array(X, object)])
def test_a_gap_among_texts_is_refused(container, gap):
    with pytest.raises(ValueError, match=rf"holds texts, but has {gap} in place 1"):
        check_X_lazily(BaseEstimator(), container(["one", gap, "three"]))


def test_other_objects_than_texts_pass():
    for X in ([{"a": 1}, {"b": 2}], [1.0, None], [["a", "b"], ["c"]]):
        assert check_X_lazily(BaseEstimator(), X)[0] == X


def test_a_table_after_a_fit_to_texts_is_refused():
    estimator = BaseEstimator()
    check_X_lazily(estimator, ["a text", "another"])
    check_X_lazily(estimator, ["a text"], reset=False)
    with pytest.raises(ValueError, match=r"table of shape \(1, 1\)"):
        check_X_lazily(estimator, np.array([["a text"]]), reset=False)
    check_X_lazily(estimator, np.array([["a text"]]))
