"""What a meta-estimator does with the estimators that it holds."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from contextlib import contextmanager
from pickle import PicklingError

import numpy as np
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state
from sklearn.utils.validation import has_fit_parameter

MAX_SEED = np.iinfo(np.int32).max

# What to do about rows that an estimator refused, by a word of its error.
REMEDIES = {
    "NaN": "Where X has missing values, put an imputer in front of the {part}, as in "
    "{part}=make_pipeline(SimpleImputer(), ...), or leave {part}=None, which brings "
    "its own.",
    "could not convert string": "Where X has strings, put an encoder in front of the "
    "{part}, as in {part}=make_pipeline(OneHotEncoder(), ...) for nominal columns or "
    "make_pipeline(TfidfVectorizer(), ...) for texts, or leave {part}=None, which "
    "brings its own.",
}


def is_frozen(estimator):
    """Whether an estimator, or the last step of a pipeline, is fitted already.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    frozen : bool
    """
    if isinstance(estimator, Pipeline):
        return is_frozen(estimator.steps[-1][1])
    return isinstance(estimator, FrozenEstimator)


def has_frozen_part(estimator):
    """Whether an estimator that predicts is fitted already, somewhere inside.

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


def set_random_states(estimator, seed):
    """Seed the parts of an estimator that have no seed of their own.

    Parameters
    ----------
    estimator : estimator
        Changed in place, unless it is frozen or has no parameters.
    seed : int or RandomState
    """
    if isinstance(estimator, FrozenEstimator) or not hasattr(estimator, "get_params"):
        return
    random_state = check_random_state(seed)
    for name, value in sorted(estimator.get_params(deep=True).items()):
        if name.split("__")[-1] == "random_state" and value is None:
            estimator.set_params(**{name: random_state.randint(MAX_SEED)})


def weight_parameter(estimator):
    """Name by which an estimator's `fit` takes weights, or None."""
    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        inner = weight_parameter(last)
        return inner and f"{name}__{inner}"
    takes = isinstance(estimator, FrozenEstimator)
    takes = takes or has_fit_parameter(estimator, "sample_weight")
    return "sample_weight" if takes else None


def weight_params(estimator, sample_weight) -> dict:
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
def name_errors(part, estimator):
    """Say in an error which part of a distillation refused its input.

    Parameters
    ----------
    part : {"teacher", "student"}
    estimator : estimator
    """
    try:
        yield
    except (ValueError, TypeError) as error:
        if type(error) not in (ValueError, TypeError):
            raise
        message = f"{part}={type(estimator).__name__} failed: {error}"
        for word, remedy in REMEDIES.items():
            if word in str(error):
                message += "\n" + remedy.format(part=part)
        raise type(error)(message) from error


@contextmanager
def explain_pickling():
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
