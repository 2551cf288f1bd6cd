"""What estimators share that predict by something other than Python."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from abc import ABC, abstractmethod
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator

from skdistill.utils._mixins import (
    MultiOutputRegressorMixin,
    ProbabilityClassifierMixin,
)


class Signature(NamedTuple):
    """What a fitted student takes and gives.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,) or None
        None: it predicts numbers.
    n_features : int
    feature_names : tuple of str or None
    encoder : TableEncoder or None
        What reads tables.
    """

    classes: NDArray | None
    n_features: int
    feature_names: tuple[str, ...] | None = None
    encoder: BaseEstimator | None = None


class Served(BaseEstimator, ABC):
    """A fitted student whose predictions are made by an engine.

    Parameters
    ----------
    engine : object
    signature : Signature
    """

    def __init__(self, engine: Any, signature: Signature) -> None:
        self.engine = engine
        self.signature = signature

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Do nothing: the student is fitted.

        Parameters
        ----------
        X : object
            Ignored.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : estimator
        """
        return self

    @property
    def n_features_in_(self) -> int:
        return self.signature.n_features

    @property
    def feature_names_in_(self) -> NDArray:
        if self.signature.feature_names is None:
            raise AttributeError("The student knows no names of features.")
        return np.array(self.signature.feature_names, dtype=object)

    @abstractmethod
    def _outputs(self, X: Any) -> NDArray:
        """Probabilities or numbers of samples, (n_samples, n_outputs)."""

    def _is_plain(self, X):
        """Whether samples need no validation, but that their numbers are finite.

        Validation takes many times as long as a prediction of a sample.
        """
        signature = self.signature
        return (
            type(X) is np.ndarray
            and X.dtype.char in "df"
            and X.shape[1:] == (signature.n_features,)
            and signature.feature_names is None
            and signature.encoder is None
            and len(X) > 0
        )

    def __sklearn_clone__(self) -> Self:
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True


class ServedClassifier(ProbabilityClassifierMixin, Served):
    """A fitted classifier whose predictions are made by an engine."""

    @property
    def classes_(self) -> NDArray | None:
        return self.signature.classes

    def predict_proba(self, X: Any) -> NDArray:
        """Predict class probabilities.

        Parameters
        ----------
        X : {array-like, DataFrame, dict, list of dict} of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """
        return self._outputs(X)


class ServedRegressor(MultiOutputRegressorMixin, Served):
    """A fitted regressor whose predictions are made by an engine."""

    def predict(self, X: Any) -> NDArray:
        """Predict numbers.

        Parameters
        ----------
        X : {array-like, DataFrame, dict, list of dict} of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        """
        numbers = self._outputs(X)
        return numbers[:, 0] if numbers.shape[1] == 1 else numbers
