"""What a meta-estimator does with the estimators that it holds."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Iterator
from contextlib import contextmanager
from pickle import PicklingError
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn import get_config
from sklearn.base import is_classifier
from sklearn.compose import TransformedTargetRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state, get_tags
from sklearn.utils.metadata_routing import get_routing_for_object
from sklearn.utils.validation import has_fit_parameter

MAX_SEED = np.iinfo(np.int32).max

# What to do about samples that an estimator refused, by a word of its error.
ENCODE = (
    "Where X has strings or dates, put an encoder in front of the {part}, as in "
    "{part}=make_pipeline(TableEncoder(), ...), or leave {part}=None, which brings its "
    "own."
)
REMEDIES = {
    "NaN": "Where X has missing values, put an imputer in front of the {part}, as in "
    "{part}=make_pipeline(SimpleImputer(), ...), or leave {part}=None, which brings "
    "its own.",
    "could not convert string": "Where X has strings, put an encoder in front of the "
    "{part}, as in {part}=make_pipeline(OneHotEncoder(), ...) for categorical columns "
    "or make_pipeline(TfidfVectorizer(), ...) for texts, or leave {part}=None, which "
    "brings its own.",
    "Bad value for num_feature": ENCODE,  # CatBoost
    "dtypes must be": ENCODE,  # LightGBM
    "dtypes for data must be": ENCODE,  # XGBoost
    "could not be promoted": ENCODE,  # dates and numbers, by NumPy
    "modifies parameter cat_features": "Name the categorical columns in fit, as in "
    "fit(X, y, cat_features=[...]), which hands them to the teacher; or pass a fitted "
    "teacher, FrozenEstimator(CatBoostClassifier(cat_features=[...]).fit(X, y)). A "
    "student needs an encoder in place of cat_features, as in "
    "student=make_pipeline(TableEncoder(), CatBoostClassifier()).",
}


def unwrap(estimator: Any) -> Any:
    """Get the estimator at the heart of a frozen one, a pipeline or a wrapper.

    Parameters
    ----------
    estimator : estimator
        A wrapper, such as a SoftTargetClassifier, has a method ``_get_wrapped`` that
        returns the fitted estimator inside, or None before there is one.

    Returns
    -------
    core : estimator

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skdistill.utils._metaestimators import unwrap
    >>> unwrap(make_pipeline(StandardScaler(), LogisticRegression()))
    LogisticRegression()
    """
    if isinstance(estimator, FrozenEstimator):
        inner = estimator.estimator
    elif isinstance(estimator, Pipeline):
        inner = last_step(estimator)[1]
    else:
        inner = getattr(estimator, "_get_wrapped", lambda: None)()
    return estimator if inner is None else unwrap(inner)


def last_step(pipeline: Pipeline) -> tuple[str, Any]:
    """Get the name and the estimator of the last step of a pipeline.

    Parameters
    ----------
    pipeline : Pipeline

    Returns
    -------
    name : str
    estimator : estimator

    Raises
    ------
    ValueError
        If it has no steps.
    """
    if not pipeline.steps:
        raise ValueError(f"{pipeline!r} has no steps.")
    return pipeline.steps[-1]


def check_single_label(estimator: Any) -> None:
    """Refuse a classifier that cannot do with one label for each sample.

    Parameters
    ----------
    estimator : estimator

    Raises
    ------
    ValueError
        If it learns and predicts several labels for each sample.
    """
    core = unwrap(estimator)
    if is_classifier(core) and not get_tags(core).target_tags.single_output:
        raise ValueError(
            f"{core!r} learns several labels for each sample, and here each has one. "
            "Use the classifier inside it."
        )


def is_frozen(estimator: Any) -> bool:
    """Return whether an estimator, or the last step of a pipeline, is fitted already.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    frozen : bool
    """
    if isinstance(estimator, Pipeline):
        return is_frozen(last_step(estimator)[1])
    return isinstance(estimator, FrozenEstimator)


def has_frozen_part(estimator: Any) -> bool:
    """Return whether an estimator that predicts is fitted already, somewhere inside.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    has : bool
    """
    return is_frozen(estimator) or any(
        isinstance(part, FrozenEstimator) and hasattr(part, "predict")
        for part in estimator.get_params(deep=True).values()
    )


def set_random_states(estimator: Any, seed: int | RandomState | None) -> None:
    """Seed the parts of an estimator that have no seed of their own.

    Parameters
    ----------
    estimator : estimator
        Changed in place, unless it is frozen or has no parameters.
    seed : int, RandomState or None
    """
    if isinstance(estimator, FrozenEstimator) or not hasattr(estimator, "get_params"):
        return
    random_state = check_random_state(seed)
    for name, value in sorted(estimator.get_params(deep=True).items()):
        if name.split("__")[-1] == "random_state" and value is None:
            estimator.set_params(**{name: random_state.randint(MAX_SEED)})


def weight_parameter(estimator: Any) -> str | None:
    """Get the name by which an estimator's `fit` takes weights.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    name : str or None
        None if it takes none.
    """
    if isinstance(estimator, Pipeline):
        name, last = last_step(estimator)
        inner = weight_parameter(last)
        return inner and f"{name}__{inner}"
    if isinstance(estimator, TransformedTargetRegressor):
        # Its `fit` hands on whatever comes; None is a linear regression.
        inner = estimator.regressor
        if _declines_weights(inner):
            return None
        return "sample_weight" if inner is None else weight_parameter(inner)
    if hasattr(estimator, "_get_regressors"):
        # So does that of a teacher of quantiles, to one or more.
        names = {weight_parameter(inner) for inner in estimator._get_regressors()}
        return names.pop() if len(names) == 1 else None
    takes = isinstance(estimator, FrozenEstimator)
    takes = takes or has_fit_parameter(estimator, "sample_weight")
    return "sample_weight" if takes else None


def _declines_weights(estimator):
    """Whether metadata routing is told to keep weights from an estimator."""
    if not get_config().get("enable_metadata_routing"):
        return False
    request = getattr(get_routing_for_object(estimator), "fit", None)
    return request is not None and request.requests.get("sample_weight") is False


def weight_params(estimator: Any, sample_weight: ArrayLike | None) -> dict:
    """Make the keyword argument by which `fit` takes weights, where there are any.

    Parameters
    ----------
    estimator : estimator
    sample_weight : array-like of shape (n_samples,) or None

    Returns
    -------
    params : dict
        Empty without weights, and for an estimator that takes none.
    """
    name = weight_parameter(estimator)
    return {} if sample_weight is None or name is None else {name: sample_weight}


@contextmanager
def name_errors(part: str, estimator: Any) -> Iterator[None]:
    """Say in an error which part of a distillation refused its input.

    Parameters
    ----------
    part : {"teacher", "student"}
    estimator : estimator

    Raises
    ------
    Exception
        The error that came, with the part in its message. Errors that make their
        message of several arguments have it in a note, as have all errors what can be
        done.
    """
    name = f"{part}={type(estimator).__name__} failed"
    try:
        yield
    except Exception as error:
        message = str(error)
        # Some errors make their message of other arguments than that.
        if error.args == (message,):
            error.args = (f"{name}: {message}",)
        else:
            error.add_note(f"{name}.")
        for word, remedy in REMEDIES.items():
            if word in message:
                error.add_note(remedy.format(part=part))
        raise


@contextmanager
def explain_pickling() -> Iterator[None]:
    """Say in an error what can be done about an estimator that cannot be pickled."""
    try:
        yield
    except PicklingError as error:
        error.add_note(
            "A class or function of a notebook, or one inside another function, cannot "
            "be pickled, as memory= and processes need it. Define it in a module, or "
            "leave memory=None and n_jobs=None."
        )
        raise
