"""What a meta-estimator does with the estimators that it holds."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import traceback

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skdistill.utils._metaestimators import (
    check_single_label,
    has_frozen_part,
    is_frozen,
    last_step,
    name_errors,
    set_random_states,
    unwrap,
    weight_parameter,
    weight_params,
)


class Wrapper(BaseEstimator):
    """Holds an estimator once it is fitted."""

    def __init__(self, fitted=None):
        self.fitted = fitted

    def _get_wrapped(self):
        return self.fitted


TREE = RandomForestClassifier()


@pytest.mark.parametrize(
    ("estimator", "core"),
    [
        (TREE, TREE),
        (FrozenEstimator(TREE), TREE),
        (make_pipeline(StandardScaler(), FrozenEstimator(TREE)), TREE),
        (FrozenEstimator(make_pipeline(Wrapper(make_pipeline(TREE)))), TREE),
    ],
)
def test_unwrap(estimator, core):
    assert unwrap(estimator) is core


def test_a_wrapper_that_is_not_fitted_is_its_own_core():
    wrapper = Wrapper()
    assert unwrap(make_pipeline(wrapper)) is wrapper


def test_single_labels():
    several = MultiOutputClassifier(TREE)
    # Nearest neighbors can do with both.
    for estimator in (TREE, KNeighborsClassifier(), make_pipeline(TREE), Wrapper()):
        check_single_label(estimator)
    for estimator in (several, make_pipeline(FrozenEstimator(several))):
        with pytest.raises(ValueError, match=r"MultiOutputClassifier.* several labels"):
            check_single_label(estimator)


@pytest.mark.parametrize("function", [unwrap, is_frozen, last_step, weight_parameter])
def test_a_pipeline_without_steps(function):
    with pytest.raises(ValueError, match=r"Pipeline.* has no steps"):
        function(Pipeline([]))


def test_frozen():
    frozen = FrozenEstimator(TREE)
    assert is_frozen(make_pipeline(StandardScaler(), frozen))
    assert not is_frozen(make_pipeline(frozen, TREE))
    assert has_frozen_part(make_pipeline(frozen, TREE))
    assert has_frozen_part(BaggingClassifier(frozen))
    # Frozen, but it predicts nothing.
    scaler = FrozenEstimator(StandardScaler())
    assert not has_frozen_part(make_pipeline(scaler, TREE))


def test_random_states():
    estimator = BaggingClassifier(RandomForestClassifier(random_state=3))
    again = clone(estimator)
    for each in (estimator, again):
        set_random_states(each, 0)
    assert estimator.random_state == again.random_state is not None
    assert estimator.estimator.random_state == 3
    set_random_states(pipeline := make_pipeline(clone(TREE), clone(TREE)), 0)
    first, second = (step.random_state for _, step in pipeline.steps)
    assert first != second
    frozen = FrozenEstimator(clone(TREE))
    set_random_states(frozen, 0)
    assert frozen.estimator.random_state is None
    set_random_states(object(), 0)


def test_weights():
    knn, weights = KNeighborsClassifier(), np.ones(3)
    assert weight_parameter(TREE) == "sample_weight"
    assert weight_parameter(knn) is None
    name = "randomforestclassifier__sample_weight"
    assert weight_parameter(make_pipeline(StandardScaler(), TREE)) == name
    assert weight_parameter(make_pipeline(StandardScaler(), knn)) is None
    assert weight_parameter(FrozenEstimator(knn)) == "sample_weight"
    assert weight_params(TREE, weights) == {"sample_weight": weights}
    assert weight_params(TREE, None) == weight_params(knn, weights) == {}


@pytest.mark.parametrize("regressor", [Ridge(), make_pipeline(Ridge()), None])
def test_weights_of_a_transformed_target(regressor):
    name = (
        "ridge__sample_weight" if isinstance(regressor, Pipeline) else "sample_weight"
    )
    assert weight_parameter(TransformedTargetRegressor(regressor)) == name


def test_weights_that_metadata_routing_keeps_from_a_transformed_target():
    with config_context(enable_metadata_routing=True):
        ridge = Ridge().set_fit_request(sample_weight=False)
        assert weight_parameter(TransformedTargetRegressor(ridge)) is None
        ridge = Ridge().set_fit_request(sample_weight=True)
        assert weight_parameter(TransformedTargetRegressor(ridge)) == "sample_weight"


class Error(ValueError):
    """An error with more to it than its message."""


def fail(error):
    with name_errors("teacher", TREE):
        raise error


class ServiceError(Exception):
    """Of another package."""


@pytest.mark.parametrize("kind", [ValueError, TypeError, RuntimeError, ServiceError])
def test_errors_name_the_part(kind):
    error = kind("Input X contains NaN.")
    with pytest.raises(kind) as caught:
        fail(error)
    # The very error, so that there is one traceback to read.
    assert caught.value is error
    assert error.__cause__ is error.__context__ is None
    message = "teacher=RandomForestClassifier failed: Input X contains NaN."
    assert str(error) == message
    (remedy,) = error.__notes__
    assert "teacher=make_pipeline(SimpleImputer(), ...)" in remedy
    assert remedy in "".join(traceback.format_exception(error))


def test_remedies():
    named = name_errors("student", LogisticRegression())
    with pytest.raises(ValueError, match="student=LogisticReg") as caught, named:
        raise ValueError("could not convert string to float: 'a'")
    (remedy,) = caught.value.__notes__
    assert "student=make_pipeline(OneHotEncoder(), ...)" in remedy
    with pytest.raises(ValueError, match=r"^teacher=.* failed: other$") as caught:
        fail(ValueError("other"))
    assert not hasattr(caught.value, "__notes__")


def test_dates_and_numbers_need_an_encoder():
    numbers, dates = np.ones(1), np.array(["2026-11-25"], dtype="datetime64[s]")
    message = r"^teacher=.* could not be promoted"
    with (
        pytest.raises(TypeError, match=message) as caught,
        name_errors("teacher", TREE),
    ):
        np.concatenate([numbers, dates])
    (remedy,) = caught.value.__notes__
    assert "teacher=make_pipeline(TableEncoder(), ...)" in remedy


@pytest.mark.parametrize("error", [Error("as it is", 3), KeyError("a")])
def test_other_errors_stay_and_have_a_note(error):
    args = error.args
    with pytest.raises(type(error)) as caught:
        fail(error)
    assert caught.value is error
    assert error.args == args
    assert error.__notes__ == ["teacher=RandomForestClassifier failed."]


def test_an_interrupt_is_no_error():
    with pytest.raises(KeyboardInterrupt) as caught:
        fail(KeyboardInterrupt())
    assert not hasattr(caught.value, "__notes__")
