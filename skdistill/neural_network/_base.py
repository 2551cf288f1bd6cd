"""What network estimators share: parameters, training, and the samples they take."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, _fit_context, clone
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from skdistill.losses._pinball import Loss
from skdistill.neural_network._features import check_range, is_within_single
from skdistill.neural_network._fitted_attributes import (
    network_attributes,
    training_attributes,
)
from skdistill.neural_network._folding import FoldedNetworks
from skdistill.neural_network._path import (
    can_be_stacked,
    can_share_batches,
    train_path,
)
from skdistill.neural_network._prediction import predict_by_chunks
from skdistill.neural_network._settings import (
    PARAMETER_CONSTRAINTS,
    TrainingSettings,
    check_parameters,
)
from skdistill.neural_network._training import Training
from skdistill.transfer import TransferSet
from skdistill.transfer._transfer_set import check_distillation
from skdistill.transfer._validation import check_complete
from skdistill.utils._callbacks import CallbackSupportMixin, FitCallbacks
from skdistill.utils._mixins import restore_on_error
from skdistill.utils._threads import one_blas_thread

# Samples below which a prediction leaves the threads alone.
FEW_SAMPLES = 256


def trains_by_epochs(network: Any) -> bool:
    """Whether a network can be trained by one epoch after another."""
    return network.solver == "adam" and not network.early_stopping


class BaseNetwork(CallbackSupportMixin, BaseEstimator, ABC):
    """An estimator that trains a fully connected network."""

    _parameter_constraints: dict = PARAMETER_CONSTRAINTS

    def __init__(
        self,
        hidden_layer_sizes: ArrayLike = (100,),
        activation: str = "relu",
        *,
        solver: str = "adam",
        alpha: float = 1e-4,
        batch_size: int | str = "auto",
        learning_rate: str = "cosine",
        learning_rate_init: float = 1e-2,
        max_iter: int | str = "auto",
        shuffle: bool = True,
        random_state: int | RandomState | None = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        standardize: bool = True,
        numeric_encoding: int | str | None = None,
        n_members: int = 1,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.standardize = standardize
        self.numeric_encoding = numeric_encoding
        self.n_members = n_members

    # Activation of the outputs, by scikit-learn's name.
    _out_activation: str

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
        X = self._validate_samples(transfer.X, transfer.y)
        return self._learn(X, loss.terms(transfer), transfer.classes)

    def fit_distill_path(
        self,
        transfer: TransferSet,
        losses: Sequence[Loss],
    ) -> list[Self]:
        """Train one network for each of several losses, in one pass over the samples.

        The networks are those that :meth:`fit_distill` would train one by one. They
        train side by side where all of them run to the end of a cosine schedule, which
        is faster. Callbacks are not called then. Those that learn quantiles, or have
        bins by ``numeric_encoding="selective"``, train one by one.

        Parameters
        ----------
        transfer : TransferSet
            Samples, the teacher's raw predictions, targets and weights.
        losses : sequence of loss
            How predictions and targets are mixed.

        Returns
        -------
        networks : list of estimator
            Fitted clones of this network. Of networks that train side by side, the
            attributes about losses are means over the networks.
        """
        check_parameters(self)
        settings = TrainingSettings.of(self)
        networks = [clone(self) for _ in losses]
        results = []
        if can_share_batches(settings) and can_be_stacked(losses):
            for network in networks:
                X = network._validate_samples(transfer.X, transfer.y)
            loss = self._stack_losses(transfer, losses)
            random_state = check_random_state(networks[0].random_state)
            results = train_path(settings, X, loss, len(losses), random_state)
        if not results:
            pairs = zip(networks, losses, strict=True)
            return [network.fit_distill(transfer, loss) for network, loss in pairs]
        for network, result in zip(networks, results, strict=True):
            network._set_classes(transfer.classes)
            network._set_result(result)
        return networks

    def to_sklearn(self) -> BaseEstimator:
        """Make an equal estimator of scikit-learn's own classes.

        It predicts without this package. Everything that reads scikit-learn's models
        (skops, skl2onnx) reads it.

        Returns
        -------
        estimator : MLPRegressor, MLPClassifier, VotingClassifier or Pipeline
            The third if several members predict probabilities. A numeric encoding
            becomes one more hidden layer if the activation is "relu", else other steps.
        """
        from skdistill.export._scikit_learn import as_sklearn

        check_is_fitted(self)
        estimator = as_sklearn(
            self._folded_networks().split(),
            self.activation,
            vars(self).get("classes_"),
            self._features.piecewise,
        )
        if hasattr(self, "feature_names_in_"):
            # Of a pipeline, the first step validates samples.
            first = next(
                iter(getattr(estimator, "named_steps", {}).values()), estimator
            )
            for part in (first, *getattr(first, "estimators_", ())):
                part.feature_names_in_ = self.feature_names_in_
        return estimator

    @abstractmethod
    def _learn(self, X, terms, classes, incremental=False):
        """Train on validated samples, to the end or for one epoch."""

    @abstractmethod
    def _stack_losses(self, transfer, losses):
        """Make one training loss, with targets for each network, of several losses."""

    def _set_classes(self, classes):
        """Keep the classes, where there are some."""

    def _train(self, X, y, loss, incremental=False):
        """Train on validated samples, to the end or for one epoch.

        Callbacks may score on X and y.
        """
        goes_on = self._goes_on(incremental)
        training = Training(
            TrainingSettings.of(self),
            X,
            loss,
            check_random_state(self.random_state),
            start=self._folded_networks() if goes_on else None,
        )
        callbacks = FitCallbacks(
            self,
            X,
            y,
            1 if incremental else training.n_epochs,
            lambda: network_attributes(training.networks(training.theta)),
        )
        training.monitor.on_epoch = callbacks.end_epoch
        if incremental:
            result = training.run_epoch(getattr(self, "_adam_state", None))
        else:
            result = training.run()
        before = (self.loss_curve_, self.t_) if goes_on else ()
        self._set_result(result, *before)
        callbacks.end()
        return self

    def _set_result(self, result, *before):
        vars(self).update(network_attributes(result.networks))
        vars(self).update(training_attributes(result, *before))
        self.out_activation_ = self._out_activation

    def _goes_on(self, incremental=False):
        """Whether to start from the weights of the last fit."""
        return hasattr(self, "coefs_") and (incremental or self.warm_start)

    def _folded_networks(self):
        return FoldedNetworks(
            self._features, self.coefs_, self.intercepts_, self._target_scaling
        )

    def _predict(self, function, X):
        """Predict by a function of samples, networks and activation."""
        rows, dtype = X, None
        if not self._is_ready(X):
            rows, dtype = self._validate_queries(X)
        arguments = rows, self._folded_networks(), self.activation, dtype
        if rows.shape[0] < FEW_SAMPLES:
            # Limiting threads takes as long as predicting a sample or two.
            return function(*arguments)
        with one_blas_thread():
            return predict_by_chunks(function, *arguments)

    def _is_ready(self, X):
        """Whether samples to predict need no validation.

        Validation takes ten times as long as the network needs for one sample. An
        ordinary array of ordinary numbers and of the right width can do without.
        """
        fitted = vars(self)
        return (
            type(X) is np.ndarray
            and X.dtype.char in "df"
            and "coefs_" in fitted
            and "feature_names_in_" not in fitted
            and X.shape[1:] == (self.n_features_in_,)
            and len(X) > 0
            and is_within_single(X)
        )

    def _validate_queries(self, X):
        """Samples to predict, and the precision to predict them in."""
        check_is_fitted(self)
        X = validate_data(
            self, X, accept_sparse="csr", dtype=(np.float64, np.float32), reset=False
        )
        dtype = self.coefs_[0].dtype
        values = X.data if issparse(X) else X
        check_range(values, dtype)
        return X, dtype if is_within_single(values) else np.dtype(np.float64)

    def _validate_samples(self, X, y, reset=True):
        check_complete(y)
        X, _ = validate_data(
            self,
            X,
            y,
            accept_sparse="csr",
            multi_output=True,
            dtype=(np.float64, np.float32),
            reset=reset and not self._goes_on(),
        )
        check_range(X.data if issparse(X) else X, TrainingSettings.of(self).dtype(X))
        return X

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
