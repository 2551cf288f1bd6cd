"""Arithmetic by scikit-learn's own transformers and classifiers, made ready to use.

They hold numbers and NumPy's own functions only, so that files of skops need no trust.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import StackingRegressor, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from skdistill.utils._voting import as_voting_classifier

# What stands for a probability of zero, which has no logarithm.
LEAST = 1e-300


def chain(*parts: BaseEstimator) -> Pipeline:
    """A pipeline of parts, whose names say what they are and where."""
    return Pipeline([(f"{i}_{_name(part)}", part) for i, part in enumerate(parts)])


def side_by_side(*parts: BaseEstimator | str) -> FeatureUnion:
    """Transformers of the same samples, whose outputs become one matrix."""
    return FeatureUnion([(f"{i}_{_name(part)}", part) for i, part in enumerate(parts)])


def append(part: BaseEstimator) -> FeatureUnion:
    """A transformer that returns its input, and beside it what a part makes of that."""
    return side_by_side("passthrough", part)


def linear(weights: NDArray) -> TruncatedSVD:
    """A transformer that returns ``X @ weights``.

    Parameters
    ----------
    weights : ndarray of shape (n_inputs, n_outputs)

    Returns
    -------
    transformer : TruncatedSVD

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.export._plain_parts import linear
    >>> linear(np.array([[1.0], [2.0]])).transform(np.array([[3.0, 4.0]]))
    array([[11.]])
    """
    n_inputs, n_outputs = weights.shape
    transformer = TruncatedSVD(n_outputs)
    transformer.components_ = np.ascontiguousarray(weights.T, dtype=np.float64)
    transformer.n_features_in_ = n_inputs
    return transformer.set_output(transform="default")


def scaled(center: ArrayLike, scale: ArrayLike) -> StandardScaler:
    """A transformer that returns ``(X - center) / scale``, feature by feature."""
    scaler = StandardScaler()
    scaler.mean_, scaler.scale_ = np.broadcast_arrays(
        np.array(center, dtype=np.float64), np.array(scale, dtype=np.float64)
    )
    scaler.mean_, scaler.scale_ = scaler.mean_.copy(), scaler.scale_.copy()
    scaler.n_features_in_ = len(scaler.mean_)
    return scaler.set_output(transform="default")


def clipped(
    scale: ArrayLike, offset: ArrayLike = 0.0, low: float = LEAST
) -> MinMaxScaler:
    """A transformer that returns ``clip(X * scale + offset, low, 1)``."""
    scaler = MinMaxScaler((low, 1.0), clip=True)
    scaler.scale_ = np.array(scale, dtype=np.float64)
    scaler.min_ = scaler.scale_ * 0 + np.array(offset, dtype=np.float64)
    scaler.n_features_in_ = len(scaler.scale_)
    return scaler.set_output(transform="default")


def function(ufunc: np.ufunc) -> FunctionTransformer:
    """A transformer that calls a function of NumPy or SciPy on each number."""
    return FunctionTransformer(ufunc).set_output(transform="default")


def logarithms(n_inputs: int, low: float = LEAST) -> list[BaseEstimator]:
    """Transformers that together return ``log(clip(X, low, 1))``."""
    return [clipped(np.ones(n_inputs), low=low), function(np.log)]


def squashed(n_features: int, temperature: float) -> list[BaseEstimator]:
    """Transformers that return ``sigmoid(log(sigmoid(X)) / temperature)``."""
    divided = scaled(np.zeros(n_features), np.full(n_features, temperature))
    return [function(log_expit), divided, function(expit)]


def checked(estimator: BaseEstimator) -> FunctionTransformer:
    """A transformer that validates samples as a fitted estimator does, no more."""
    transformer = FunctionTransformer(validate=True, accept_sparse=True)
    for name in ("n_features_in_", "feature_names_in_"):
        if hasattr(estimator, name):
            setattr(transformer, name, getattr(estimator, name))
    return transformer.set_output(transform="default")


def chosen(features: NDArray, n_features: int) -> ColumnTransformer:
    """A transformer that returns some of the features."""
    parts = [("chosen", "passthrough", [int(feature) for feature in features])]
    return ColumnTransformer(parts).fit(np.zeros((1, n_features)))


def softmax(
    weights: NDArray, classes: NDArray, intercept: ArrayLike = 0.0
) -> LogisticRegression:
    """A classifier with the probabilities ``softmax(X @ weights + intercept)``.

    Parameters
    ----------
    weights : ndarray of shape (n_inputs, n_classes)
    classes : ndarray of shape (n_classes,)
        Two or more.
    intercept : array-like of shape (n_classes,), default=0.0

    Returns
    -------
    classifier : LogisticRegression
    """
    coef = weights.T
    intercept = np.broadcast_to(intercept, len(classes))
    if len(classes) == 2:
        coef, intercept = coef[1:] - coef[:1], intercept[1:] - intercept[:1]
    classifier = LogisticRegression()
    classifier.coef_, classifier.intercept_ = coef, intercept
    classifier.classes_, classifier.n_features_in_ = classes, len(weights)
    return classifier


def probabilities(classifier: BaseEstimator) -> VotingClassifier:
    """A transformer that returns the probabilities of a fitted classifier."""
    transformer = as_voting_classifier([classifier], classifier.classes_)
    transformer.flatten_transform = True
    return transformer.set_output(transform="default")


def predictions(regressor: BaseEstimator) -> StackingRegressor:
    """A transformer that returns the predictions of a fitted regressor."""
    transformer = StackingRegressor([("regressor", regressor)])
    transformer.estimators_, transformer.stack_method_ = [regressor], ["predict"]
    return transformer.set_output(transform="default")


def raised(classifier: BaseEstimator, exponent: float) -> Pipeline:
    """A classifier with a power of another one's probabilities, normalized."""
    classes = classifier.classes_
    n_classes = len(classes)
    return chain(
        probabilities(classifier),
        *logarithms(n_classes),
        softmax(exponent * np.eye(n_classes), classes),
    )


def _name(part):
    return part if isinstance(part, str) else type(part).__name__.lower()
