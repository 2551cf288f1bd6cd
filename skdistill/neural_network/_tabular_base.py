"""What tabular networks share: a network behind an encoder of tables."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, MetaEstimatorMixin, _fit_context, clone
from sklearn.pipeline import make_pipeline
from sklearn.utils.validation import check_is_fitted

from skdistill.losses._pinball import Loss
from skdistill.neural_network._base import BaseNetwork
from skdistill.neural_network._lookup import CategoryLookup
from skdistill.tables import TableEncoder
from skdistill.transfer import TransferSet
from skdistill.transfer._transfer_set import check_distillation
from skdistill.utils._callbacks import CallbackSupportMixin, fit_task, root_task
from skdistill.utils._metaestimators import set_random_states
from skdistill.utils._mixins import restore_on_error

# Fewer samples are predicted as fast without looking categories up.
MIN_SAMPLES = 32


def can_grow(model: "BaseTabularMLP") -> bool:
    """Whether the network of a tabular network can be trained by single epochs."""
    return hasattr(vars(model).get("network_", model._get_network()), "partial_fit")


class BaseTabularMLP(CallbackSupportMixin, MetaEstimatorMixin, BaseEstimator, ABC):
    """A network behind an encoder of tables."""

    def __init__(
        self,
        network: BaseNetwork | None = None,
        encoder: TableEncoder | None = None,
        *,
        random_state: int | RandomState | None = None,
    ) -> None:
        self.network = network
        self.encoder = encoder
        self.random_state = random_state

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the encoder, and train the network.

        Parameters
        ----------
        X : {DataFrame, array-like, list of dict} of shape (n_samples, n_features)
            A table of pandas or polars, an array, or records.
        y : {array-like, DataFrame} of shape (n_samples,) or (n_samples, n_outputs)
            What the network learns: class labels, class probabilities, or numbers.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights.

        Returns
        -------
        self : estimator
        """
        with root_task(self, X, y):
            rows = self._start(X)
            with fit_task(self, "network", self.network_):
                self.network_.fit(rows, y, sample_weight)
            return self._finish()

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=True)
    def fit_distill(
        self,
        transfer: TransferSet,
        loss: Loss,
    ) -> Self:
        """Train the network on a teacher's predictions and on known targets.

        Parameters
        ----------
        transfer : TransferSet
            Samples, the teacher's raw predictions, targets and weights.
        loss : DistillationLoss, SquaredErrorDistillation or PinballDistillation
            How predictions and targets are mixed.

        Returns
        -------
        self : estimator
        """
        check_distillation(transfer, loss)
        with root_task(self, transfer.X, transfer.y):
            X = self._start(transfer.X)
            with fit_task(self, "network", self.network_):
                self.network_.fit_distill(replace(transfer, X=X), loss)
            return self._finish()

    def fit_distill_path(
        self,
        transfer: TransferSet,
        losses: Sequence[Loss],
    ) -> list[Self]:
        """Fit the encoder once, and train one network for each of several losses.

        Parameters
        ----------
        transfer : TransferSet
            Samples, the teacher's raw predictions, targets and weights.
        losses : sequence of loss
            How predictions and targets are mixed.

        Returns
        -------
        models : list of estimator
            Fitted clones of this model, as :meth:`fit_distill` would fit them.

        See Also
        --------
        SoftmaxMLPClassifier.fit_distill_path : How the networks are trained.
        """
        first = clone(self)
        X = first._start(transfer.X)
        networks = first.network_.fit_distill_path(replace(transfer, X=X), losses)
        models = [clone(self) for _ in losses]
        for model, network in zip(models, networks, strict=True):
            model.encoder_, model.network_ = first.encoder_, network
            model._finish()
        return models

    @abstractmethod
    def _default_network(self) -> BaseNetwork:
        """Make the network that None stands for."""

    def _fit_epoch(self, X, *targets):
        X = self._encode(X) if "network_" in vars(self) else self._start(X)
        self.network_.partial_fit(X, *targets)
        return self._finish()

    def _predict(self, function, X):
        # The check takes as long as the rest needs for a sample.
        if "network_" not in vars(self):
            check_is_fitted(self)
        encoded = self.encoder_.encode(X)
        if self._lookup is not None and len(encoded.codes) >= MIN_SAMPLES:
            return self._lookup.predict(function, encoded)
        return self.network_._predict(
            function, self.encoder_.layout_.to_matrix(encoded)
        )

    def to_sklearn(self) -> BaseEstimator:
        """Make an equal estimator of scikit-learn's own classes.

        It predicts without this package.

        Returns
        -------
        pipeline : Pipeline
            Of a ColumnTransformer, and what the network's ``to_sklearn`` returns. It
            takes no records, and dates as seconds since 1970.

        Raises
        ------
        TypeError
            If the categories of a column are neither strings nor numbers.
        """
        check_is_fitted(self)
        parts = (self.encoder_, self.network_)
        return make_pipeline(*(part.to_sklearn() for part in parts))

    def _get_network(self):
        return self._default_network() if self.network is None else self.network

    def _start(self, X):
        """Fit the encoder, make the network, and encode samples."""
        self.encoder_ = clone(self.encoder or TableEncoder()).fit(X)
        self.network_ = clone(self._get_network())
        if self.random_state is not None:
            set_random_states(self.network_, self.random_state)
        return self._encode(X)

    def _encode(self, X):
        # No DataFrame on the way, whatever the configuration says.
        return self.encoder_.layout_.to_matrix(self.encoder_.encode(X))

    def _finish(self):
        self._lookup = CategoryLookup.of(self.network_, self.encoder_.layout_)
        self.n_features_in_ = self.encoder_.n_features_in_
        vars(self).pop("feature_names_in_", None)
        if hasattr(self.encoder_, "feature_names_in_"):
            self.feature_names_in_ = self.encoder_.feature_names_in_
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inputs = tags.input_tags
        inputs.allow_nan = inputs.string = inputs.categorical = True
        return tags
