"""Teachers that tell quantiles, as regressors with a column for each level.

Some regressors predict quantiles when they are asked, some learn one, and an ensemble
tells them by the spread of its members. With wrappers around them, cross-fitting,
out-of-bag predictions and freezing are what they are for several outputs.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import inspect
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin, clone
from sklearn.ensemble import (
    BaggingRegressor,
    ExtraTreesRegressor,
    RandomForestRegressor,
    VotingRegressor,
)
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils import _safe_indexing, check_array, gen_batches, get_tags
from sklearn.utils.metadata_routing import get_routing_for_object
from sklearn.utils.validation import _num_samples

from skdistill.teachers._adapters import PredictorRegressor
from skdistill.utils._metaestimators import is_frozen, set_random_states
from skdistill.utils._warnings import ignore_warnings

# Ensembles whose members are regressors of the same numbers.
VOTES = RandomForestRegressor, ExtraTreesRegressor, BaggingRegressor, VotingRegressor

# Samples whose members' predictions are held at a time.
CHUNK = 4096


def as_quantile_teacher(teacher: Any, levels: NDArray, fitted: bool = False) -> Any:
    """Wrap a teacher, so that it predicts a column for each level.

    Parameters
    ----------
    teacher : regressor
        A :class:`QuantileRegressors`; or a regressor whose `predict` takes `quantiles`;
        or a forest, a bagged ensemble or a vote; or a pipeline that ends in one; or any
        of these, frozen. What only predicts is taken to do so already.
    levels : ndarray of shape (n_levels,)
    fitted : bool, default=False
        Whether the teacher is fitted, and is to stay as it is.

    Returns
    -------
    teacher : regressor

    Raises
    ------
    TypeError
        If it tells no quantiles.
    ValueError
        If it is a list with another number of regressors than levels.
    """
    if isinstance(teacher, FrozenEstimator):
        inner = teacher.estimator
        if isinstance(inner, PredictorRegressor):
            return teacher
        return FrozenEstimator(as_quantile_teacher(inner, levels, fitted=True))
    if isinstance(teacher, Pipeline) and teacher.steps:
        *before, (name, last) = teacher.steps
        last = as_quantile_teacher(last, levels, fitted)
        return Pipeline([*before, (name, last)], memory=teacher.memory)
    if isinstance(teacher, QuantileRegressors):
        return _check_one_each(teacher, levels)
    if _takes(teacher.predict, "quantiles"):
        return ToldQuantiles(teacher, levels).as_fitted(fitted)
    if isinstance(teacher, VOTES):
        return MemberQuantiles(teacher, levels).as_fitted(fitted)
    raise TypeError(
        f"teacher={teacher!r} tells no quantiles. Pass a list of regressors, one for "
        "each of quantiles=; or a regressor whose predict takes quantiles, such as one "
        "of quantile-forest; or a forest, a bagged ensemble or a vote, whose members "
        "tell them; or, in fit, teacher_prediction= with a column for each."
    )


def _check_one_each(teacher, levels):
    """A list of regressors, one for each level; frozen where all of them are."""
    regressors = teacher.regressors
    if len(regressors) != len(levels):
        raise ValueError(
            f"teacher is a list of {len(regressors)} regressors, but there are "
            f"{len(levels)} quantiles."
        )
    if not all(map(is_frozen, regressors)):
        return teacher
    teacher.regressors_ = regressors
    return FrozenEstimator(teacher)


class BaseQuantileTeacher(RegressorMixin, MetaEstimatorMixin, BaseEstimator, ABC):
    """A regressor that predicts a column for each level, by one or more others."""

    @abstractmethod
    def _get_regressors(self):
        """Those that are fitted inside."""

    def get_metadata_routing(self):
        """Get the metadata routing of what is fitted inside."""
        return get_routing_for_object(self._get_regressors()[0])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        for regressor in self._get_regressors()[:1]:
            tags.input_tags = get_tags(regressor).input_tags
        return tags


class QuantileRegressors(BaseQuantileTeacher):
    """One regressor for each level.

    Parameters
    ----------
    regressors : list of regressor
    random_state : int, RandomState instance or None, default=None
        Seeds each of them where its own is None.
    """

    def __init__(self, regressors, random_state=None):
        self.regressors = regressors
        self.random_state = random_state

    def fit(self, X, y, **fit_params):
        """Fit clones of the regressors."""
        self.regressors_ = [clone(regressor) for regressor in self.regressors]
        for regressor in self.regressors_:
            if self.random_state is not None:
                set_random_states(regressor, self.random_state)
            regressor.fit(X, y, **fit_params)
        return self

    def predict(self, X):
        """Predict quantiles."""
        return np.column_stack([each.predict(X) for each in self.regressors_])

    def _get_regressors(self):
        return self.regressors


class BaseEnsembleQuantiles(BaseQuantileTeacher):
    """The quantiles of one regressor, with out-of-bag ones where it has bags.

    Parameters
    ----------
    estimator : regressor
    levels : ndarray of shape (n_levels,)
    oob_score : bool, default=False
        Whether to keep ``oob_prediction_``, of the shape (n_samples, n_levels): NaN
        where a sample was in every bag.
    """

    def __init__(self, estimator, levels, oob_score=False):
        self.estimator = estimator
        self.levels = levels
        self.oob_score = oob_score

    def fit(self, X, y, **fit_params):
        """Fit a clone of the estimator."""
        self.estimator_ = clone(self.estimator).fit(X, y, **fit_params)
        if self.oob_score:
            self.oob_prediction_ = self._predict_out_of_bag(X)
        return self

    def as_fitted(self, fitted):
        """Take the estimator as it is, where it is fitted."""
        if fitted:
            self.estimator_ = self.estimator
        return self

    @property
    def bootstrap(self):
        """Whether there are bags."""
        return getattr(self.estimator, "bootstrap", False) and self._has_out_of_bag()

    @property
    def warm_start(self):
        """Whether a fit goes on from the last one."""
        return getattr(self.estimator, "warm_start", False)

    @property
    def n_estimators(self):
        """Number of members."""
        return len(self.estimator_.estimators_)

    @property
    def estimators_samples_(self):
        """Indices of the samples in each bag."""
        return self.estimator_.estimators_samples_

    @abstractmethod
    def _has_out_of_bag(self):
        """Whether a bagged estimator tells out-of-bag quantiles."""

    @abstractmethod
    def _predict_out_of_bag(self, X):
        """Quantiles of the training samples, by members not fitted on them."""

    def _get_regressors(self):
        return [self.estimator]


class ToldQuantiles(BaseEnsembleQuantiles):
    """A regressor that predicts quantiles when it is asked for them."""

    def predict(self, X):
        """Predict quantiles."""
        return self._ask(X)

    def _has_out_of_bag(self):
        return _takes(self.estimator.predict, "oob_score")

    def _predict_out_of_bag(self, X):
        with ignore_warnings("Some inputs do not have OOB|All-NaN slice"):
            return self._ask(X, oob_score=True)

    def _ask(self, X, **params):
        levels = np.asarray(self.levels).tolist()
        quantiles = np.asarray(self.estimator_.predict(X, quantiles=levels, **params))
        return quantiles.reshape(_num_samples(X), -1)


class MemberQuantiles(BaseEnsembleQuantiles):
    """The quantiles of what the members of an ensemble predict."""

    def predict(self, X):
        """Predict quantiles."""
        return members_quantiles(member_predictions(self.estimator_, X), self.levels)

    def _has_out_of_bag(self):
        return True

    def _predict_out_of_bag(self, X):
        bags = self.estimators_samples_
        in_bag = np.zeros((len(bags), _num_samples(X)), dtype=bool)
        for member, bag in zip(in_bag, bags, strict=True):
            member[bag] = True
        quantiles = []
        for rows in gen_batches(_num_samples(X), CHUNK):
            values = member_predictions(self.estimator_, _safe_indexing(X, rows))
            values[in_bag[:, rows]] = np.nan
            quantiles.append(members_quantiles(values, self.levels))
        return np.concatenate(quantiles)


def member_predictions(ensemble: Any, X: Any) -> NDArray:
    """Return what each member of an ensemble predicts.

    Parameters
    ----------
    ensemble : forest, bagged ensemble or vote
        Fitted.
    X : array-like of shape (n_samples, n_features)

    Returns
    -------
    values : ndarray of shape (n_members, n_samples)
    """
    if isinstance(ensemble, VotingRegressor):
        return ensemble.transform(X).T.astype(np.float64)
    X = check_array(X, accept_sparse="csr", dtype=None, ensure_all_finite=False)
    if not isinstance(ensemble, BaggingRegressor):
        X = X.astype(np.float32)  # as trees take them
    features = getattr(ensemble, "estimators_features_", None)
    members = ensemble.estimators_
    if features is None:
        return np.array([member.predict(X) for member in members])
    pairs = zip(members, features, strict=True)
    return np.array([member.predict(X[:, columns]) for member, columns in pairs])


def members_quantiles(values: NDArray, levels: NDArray) -> NDArray:
    """Return the quantiles over the members of an ensemble, for each sample.

    Parameters
    ----------
    values : ndarray of shape (n_members, n_samples)
        NaN where a member does not count.
    levels : ndarray of shape (n_levels,)

    Returns
    -------
    quantiles : ndarray of shape (n_samples, n_levels)
        Interpolated; NaN where no member counts.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.teachers._quantile_teachers import members_quantiles
    >>> values = np.array([[3.0, 1.0], [1.0, np.nan], [2.0, 2.0]])
    >>> members_quantiles(values, np.array([0.25, 0.5]))
    array([[1.5 , 2.  ],
           [1.25, 1.5 ]])
    """
    values = np.sort(values, axis=0)  # NaN come last
    last = np.maximum(np.count_nonzero(~np.isnan(values), axis=0) - 1, 0)
    place = np.multiply.outer(np.asarray(levels), last)
    below = place.astype(int)
    above = np.minimum(below + 1, last)
    low, high = (np.take_along_axis(values, at, axis=0) for at in (below, above))
    return (low + (place - below) * (high - low)).T


def _takes(method, parameter):
    """Whether a method has a parameter of a name."""
    return parameter in inspect.signature(method).parameters
