"""scikit-learn's own checks of estimators, and the manners of parameters."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import inspect

import numpy as np
import pytest
from checks import parametrize_estimator_checks
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.exceptions import DataConversionWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils._param_validation import InvalidParameterError
from sklearn.utils._testing import set_random_state
from sklearn.utils.estimator_checks import check_param_validation

import skdistill
from skdistill import (
    DistilledClassifier,
    DistilledClassifierCV,
    DistilledRegressor,
    DistilledRegressorCV,
    SoftmaxMLPClassifier,
    SoftTargetClassifier,
    SoftTargetRegressor,
    SquaredErrorMLPRegressor,
    SubtaskEnsembleClassifier,
)
from skdistill.neural_network import JointlyDistilledClassifier
from skdistill.students import BornAgainClassifier


def plain(teacher=None, student=None, **parameters):
    """Distill on the training rows, and from the teacher alone."""
    parameters = {"synthesizer": None, "committee": None} | parameters
    return DistilledClassifier(teacher, student, **parameters)


SEARCH = DistilledClassifierCV(
    LogisticRegression(),
    SoftmaxMLPClassifier((5,), solver="lbfgs", max_iter="auto"),
    alphas=[0.0, 0.5],
    temperatures=[1.0],
    synthesizer=None,
    committee=None,
    cv=3,
)
NUMBERS = DistilledRegressorCV(
    Ridge(), Ridge(), alphas=[0.0, 0.5], synthesizer=None, committee=None, cv=3
)
QUANTILES = DistilledRegressor(
    RandomForestRegressor(10),
    DecisionTreeRegressor(max_leaf_nodes=8),
    quantiles=(0.05, 0.5, 0.95),
    synthesizer=None,
    committee=None,
)
FULL_BATCH = SoftmaxMLPClassifier((5,), solver="lbfgs", max_iter="auto")
MINIBATCH = SoftmaxMLPClassifier((10,), learning_rate_init=0.02, max_iter=20)
TREE = DecisionTreeClassifier(random_state=0)
RIDGE = make_pipeline(StandardScaler(with_mean=False), Ridge())
SCALED = make_pipeline(StandardScaler(with_mean=False), LogisticRegression())

BATCHES = "The order of the rows decides which of them share a batch."
HELD_OUT = "The rows held back are drawn, and copies of a row are rows of their own."
BOOTSTRAP = "Trees draw rows, and copies of a row are rows of their own."
FOLDS = "A row of weight 2 is in one fold, its two copies may be in two."
SCALER = "The scaler of the pipeline learns from the rows without their weights."
NO_WEIGHTS = "Nearest neighbors take no weights, so the teacher never sees them."

NAN_LATER = "Trees predict for missing values, which the teacher refuses in fit."

GROWTH = "A model can only grow after a fit, which gives it a teacher."

DENSE = "check_sample_weight_equivalence_on_dense_data"
ORDER = "check_methods_sample_order_invariance"
SPARSE = "check_sample_weight_equivalence_on_sparse_data"

# Each with the checks it is expected to fail, and why.
ESTIMATORS = [
    (MINIBATCH, {DENSE: BATCHES, SPARSE: BATCHES}),
    (SoftmaxMLPClassifier((5,), solver="lbfgs", standardize=False), {}),
    (FULL_BATCH, {}),
    (
        clone(MINIBATCH).set_params(early_stopping=True),
        {DENSE: HELD_OUT, SPARSE: HELD_OUT},
    ),
    (
        clone(MINIBATCH).set_params(
            learning_rate="constant", max_iter=200, tol=0.1, n_iter_no_change=2
        ),
        {DENSE: BATCHES, SPARSE: BATCHES},
    ),
    (JointlyDistilledClassifier(MINIBATCH, MINIBATCH), {DENSE: BATCHES}),
    # What is shipped, as it is shipped.
    (DistilledClassifier(), {DENSE: BATCHES, SPARSE: BATCHES}),
    (DistilledRegressor(), {DENSE: BATCHES, SPARSE: BATCHES}),
    (DistilledRegressor(Ridge(), Ridge(), committee=None, synthesizer=None), {}),
    (QUANTILES, {DENSE: BOOTSTRAP, SPARSE: BOOTSTRAP}),
    (NUMBERS, {}),
    (SoftmaxMLPClassifier(), {DENSE: BATCHES, SPARSE: BATCHES}),
    (JointlyDistilledClassifier(), {DENSE: BATCHES}),
    (SoftTargetRegressor(), {}),
    (SoftTargetRegressor(DecisionTreeRegressor(random_state=0)), {}),
    (SoftTargetRegressor(RIDGE), {DENSE: SCALER, SPARSE: SCALER}),
    (SoftTargetClassifier(), {}),
    (SoftTargetClassifier(TREE), {}),
    (SoftTargetClassifier(DecisionTreeRegressor(random_state=0)), {}),
    (SoftTargetClassifier(SCALED), {DENSE: SCALER, SPARSE: SCALER}),
    (BornAgainClassifier(), {}),
    (BornAgainClassifier(average=True), {}),
    (plain(LogisticRegression(), FULL_BATCH), {}),
    (SEARCH, {}),
    (
        plain(RandomForestClassifier(10), MINIBATCH),
        {DENSE: BOOTSTRAP, SPARSE: BOOTSTRAP},
    ),
    (
        plain(LogisticRegression(), MINIBATCH, keep_teacher=True),
        {DENSE: BATCHES, SPARSE: BATCHES, "check_n_features_in_after_fitting": GROWTH},
    ),
    (plain(LinearSVC(), LogisticRegression(), temperature=2.0), {}),
    (
        plain(LogisticRegression(), TREE, target_source="train", alpha=1.0),
        {"check_estimators_nan_inf": NAN_LATER},
    ),
    (
        plain(KNeighborsClassifier(3), SCALED),
        {DENSE: NO_WEIGHTS, SPARSE: NO_WEIGHTS},
    ),
    (
        plain(SCALED, LogisticRegression(), keep_teacher=True),
        {DENSE: SCALER, SPARSE: SCALER},
    ),
]


def expected_failures(estimator):
    """The second halves of ESTIMATORS, by the first."""
    (reasons,) = [reasons for known, reasons in ESTIMATORS if known is estimator]
    return reasons


# Documented: the student learns with weights that its teacher cannot take.
@pytest.mark.filterwarnings(
    "ignore:teacher=KNeighborsClassifier.*takes no sample_weight"
)
# On labels drawn at random nobody has anything to teach.
@pytest.mark.filterwarnings("ignore:The teacher has hardly any weight")
@pytest.mark.filterwarnings("ignore:The teacher's predictions are unrelated")
@parametrize_estimator_checks(
    [estimator for estimator, _ in ESTIMATORS], expected_failures
)
def test_estimator_checks(estimator, check):
    default = repr(estimator) in ("DistilledClassifier()", "DistilledRegressor()")
    if check.func.__name__ == ORDER and default:
        pytest.skip("Single precision; see test_the_default_does_not_depend_on_order.")
    check(estimator)


def test_the_default_does_not_depend_on_order(iris):
    X, y = iris
    model = DistilledClassifier(random_state=0).fit(X, y)
    order = np.random.RandomState(0).permutation(150)
    proba = model.predict_proba(X)
    # scikit-learn's check wants nine digits, and single precision has seven.
    assert_allclose(model.predict_proba(X[order]), proba[order], rtol=1e-5)
    assert_array_equal(model.predict(X[order]), model.predict(X)[order])
    regressor = DistilledRegressor(random_state=0).fit(X[:, :3], X[:, 3])
    values = regressor.predict(X[:, :3])
    assert_allclose(regressor.predict(X[order, :3]), values[order], rtol=1e-5)


CLASSES = [
    value
    for value in [*map(vars(skdistill).get, skdistill.__all__), BornAgainClassifier]
    if inspect.isclass(value)
]
ESTIMATOR_CLASSES = [kind for kind in CLASSES if issubclass(kind, BaseEstimator)]
METHODS = [
    method
    for kind in CLASSES
    for name, method in inspect.getmembers(kind, inspect.isroutine)
    if not name.startswith("_") and method.__module__.startswith("skdistill")
]
FUNCTIONS = [
    function
    for module in (skdistill, skdistill.probability, skdistill.losses)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if not name.startswith("_") and function.__module__.startswith("skdistill")
]


# Quick to fit, one a class.
FITTABLE = [
    MINIBATCH,
    SquaredErrorMLPRegressor((10,), max_iter=20),
    JointlyDistilledClassifier(MINIBATCH, MINIBATCH),
    SoftTargetClassifier(GaussianNB()),
    BornAgainClassifier(GaussianNB()),
    plain(GaussianNB(), MINIBATCH),
    clone(SEARCH).set_params(teacher=GaussianNB(), student=MINIBATCH),
    NUMBERS,
    SubtaskEnsembleClassifier(GaussianNB(), n_subtasks=2),
]


def documented(docstring, section):
    """Names that a section of a numpydoc docstring lists."""
    lines = inspect.cleandoc(docstring).splitlines()
    if section not in lines:
        return []
    lines = lines[lines.index(section) + 2 :]
    ends = [i for i, line in enumerate(lines) if line and set(line) == {"-"}]
    entries = lines[: ends[0] - 1] if ends else lines
    names = [line.partition(" : ")[0] for line in entries if line[:1].strip()]
    return [name.lstrip("*") for entry in names for name in entry.split(", ")]


def arguments(callable_):
    names = inspect.signature(callable_).parameters
    return [name for name in names if name not in ("self", "cls")]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_parameters_are_documented(kind):
    # A report is made by a function, so its fields are attributes.
    names = documented(kind.__doc__, "Parameters") or documented(
        kind.__doc__, "Attributes"
    )
    assert names == arguments(kind)


@pytest.mark.parametrize(
    "function", METHODS + FUNCTIONS, ids=lambda function: function.__qualname__
)
def test_arguments_are_documented(function):
    assert documented(function.__doc__, "Parameters") == arguments(function)


@pytest.mark.parametrize("estimator", FITTABLE, ids=lambda e: type(e).__name__)
def test_fitted_attributes_are_documented(estimator, iris):
    model = clone(estimator).fit(*iris)
    public = {
        name for name in vars(model) if name.endswith("_") and not name.startswith("_")
    }
    names = documented(type(model).__doc__, "Attributes")
    assert public <= set(names)
    assert [name for name in names if not name.endswith("_")] == []
    # Two of them depend on what the estimator is given.
    assert set(names) - public <= {"feature_names_in_", "teacher_"}


@pytest.mark.parametrize("gap", [None, np.nan, "NA"], ids=str)
@pytest.mark.parametrize("estimator", FITTABLE, ids=lambda e: type(e).__name__)
def test_a_missing_target_is_told_of_y(estimator, gap, iris):
    gap = pytest.importorskip("pandas").NA if gap == "NA" else gap
    y = iris[1].astype(object)
    y[[3, 8]] = gap
    with pytest.raises(ValueError, match=r"y contains NaN.* for 2 of 150 samples"):
        clone(estimator).fit(iris[0], y)


def seeded(estimator):
    model = clone(estimator)
    set_random_state(model)
    return model


@pytest.mark.parametrize("estimator", FITTABLE, ids=lambda e: type(e).__name__)
def test_a_column_of_targets_is_told_once_at_the_users_line(estimator, iris):
    X, y = iris
    with pytest.warns(DataConversionWarning, match="A column-vector y") as caught:
        model = seeded(estimator).fit(X, y[:, None])
    assert [warning.filename for warning in caught] == [__file__]
    same = seeded(estimator).fit(X, y)
    assert_array_equal(model.predict(X), same.predict(X))


@pytest.mark.parametrize("kind", ESTIMATOR_CLASSES, ids=lambda kind: kind.__name__)
def test_every_constraint_refuses_what_it_should(kind):
    check_param_validation(kind.__name__, kind())


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in ESTIMATOR_CLASSES for name in arguments(kind)],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_nonsense_is_refused_by_name(kind, name, iris):
    model = kind().set_params(**{name: object()})
    with pytest.raises(InvalidParameterError, match=f"'{name}' parameter of"):
        model.fit(*iris)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", 0),
        ("temperature", -1.0),
        ("temperature", float("nan")),
        ("alpha", -0.1),
        ("alpha", 1.1),
        ("target_source", "oof"),
        ("teacher", "forest"),
        ("student", 3),
        ("cv", "five"),
    ],
)
def test_wrong_parameters_of_a_distillation(name, value, iris):
    with pytest.raises(InvalidParameterError, match=f"'{name}' parameter of Distilled"):
        plain(**{name: value}).fit(*iris)
