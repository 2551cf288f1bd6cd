"""The training of a network: made ready, run, and returned as a result.

Nothing here knows an estimator. Parameters come in as :class:`TrainingSettings`, and a
:class:`TrainingResult` comes out.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from itertools import islice, repeat
from typing import NamedTuple

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import _safe_indexing

from skdistill.neural_network._adam import AdamState
from skdistill.neural_network._architecture import Architecture
from skdistill.neural_network._batches import Batches, BatchSizes
from skdistill.neural_network._early_stopping import (
    Monitor,
    hold_out,
    validation_score,
)
from skdistill.neural_network._features import InputFeatures
from skdistill.neural_network._folding import (
    FoldedNetworks,
    fold_networks,
    unfold_networks,
)
from skdistill.neural_network._objective import Objective
from skdistill.neural_network._optimizers import adam_steps, cosine_decay, lbfgs
from skdistill.neural_network._settings import TrainingSettings
from skdistill.neural_network._sparse_passes import (
    SparseBatches,
    SparseObjective,
    is_thin,
)
from skdistill.neural_network._training_loss import TrainingLoss
from skdistill.utils._interrupts import interrupts_must_raise
from skdistill.utils._threads import one_blas_thread
from skdistill.utils._warnings import warn_user

# Samples that tell which features need a numeric encoding.
SELECTION_SAMPLES = 5000


class TrainingResult(NamedTuple):
    """What a training ended with.

    Attributes
    ----------
    networks : FoldedNetworks
    losses : list of float
        Mean training loss of each epoch.
    scores : list of float or None
        Validation score after each epoch; None without early stopping.
    n_seen : int
        Number of samples that training went through.
    adam_state : AdamState or None
        Where the next epoch of an incremental training starts; None after any other.
    """

    networks: FoldedNetworks
    losses: list[float]
    scores: list[float] | None
    n_seen: int
    adam_state: AdamState | None


@contextmanager
def interruptible() -> Iterator[None]:
    """Run on one BLAS thread, without floating-point warnings, until an interrupt."""
    try:
        with one_blas_thread(), np.errstate(all="ignore"):
            yield
    except KeyboardInterrupt:
        if interrupts_must_raise():
            raise
        warn_user("Training interrupted: the best weights so far are kept.")


class Training:
    """A network's training, made ready for its first step.

    Parameters
    ----------
    settings : TrainingSettings
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    loss : TrainingLoss
        Of these samples.
    random_state : RandomState
        Draws initial weights, validation samples and orders.
    start : FoldedNetworks, default=None
        Where to go on from. None: from new weights, and from features learned of X.

    Attributes
    ----------
    features : InputFeatures
    architecture : Architecture
    theta : ndarray of shape (n_parameters,)
        The parameters in training.
    objective : Objective
    monitor : Monitor
        What happened, and the parameters to end with.
    """

    def __init__(
        self,
        settings: TrainingSettings,
        X: NDArray,
        loss: TrainingLoss,
        random_state: RandomState,
        start: FoldedNetworks | None = None,
    ) -> None:
        self.settings, self.random_state = settings, random_state
        loss, sample_weight, mean_weight = loss.normalize_weights(X.shape[0])
        if start is None:
            self.features = self._learn_features(X, loss, sample_weight)
        else:
            self.features = start.features
        self._target_scaling = loss.target_scaling
        self._set_initial_parameters(loss, settings.dtype(X), start)
        self._rows, score = self._hold_out(X, loss)
        self.monitor = Monitor(
            self.theta,
            score,
            tol=settings.tol,
            patience=self._patience,
            verbose=settings.verbose,
        )
        self.objective = self._make_objective(X, loss, settings.alpha / mean_weight)

    @property
    def n_epochs(self) -> int:
        """Number of epochs, or of iterations, at most."""
        return self.settings.n_epochs(self.objective.batches.sizes.n_steps)

    def run(self) -> TrainingResult:
        """Train to the end, and warn where it is not a good one.

        Returns
        -------
        result : TrainingResult
        """
        minimize = self._lbfgs if self.settings.solver == "lbfgs" else self._adam
        converged = True
        with interruptible():
            converged = minimize()
        self.warn_unless(converged)
        return self.result()

    def run_epoch(self, state: AdamState | None = None) -> TrainingResult:
        """Train for one epoch of Adam, at a constant learning rate.

        Parameters
        ----------
        state : AdamState, default=None
            Where the last epoch ended; it is left as it is.

        Returns
        -------
        result : TrainingResult
        """
        state = self.initial_state(state)
        rates = repeat(self.settings.learning_rate_init)
        with one_blas_thread(), np.errstate(all="ignore"):
            self._follow(self.steps(islice(self.orders(), 1), rates, state))
        self.warn_unless(True)
        # Moments that are not finite would spoil every epoch to come.
        return self.result(None if self.monitor.diverged else state)

    def result(self, state: AdamState | None = None) -> TrainingResult:
        """Return what the training ended with.

        Parameters
        ----------
        state : AdamState, default=None
            Where another epoch may start.

        Returns
        -------
        result : TrainingResult
        """
        return TrainingResult(
            networks=self.networks(self.monitor.best),
            losses=self.monitor.losses,
            scores=self.monitor.scores if self.settings.early_stopping else None,
            n_seen=len(self._rows) * len(self.monitor.losses),
            adam_state=state,
        )

    def networks(self, theta: NDArray) -> FoldedNetworks:
        """Make networks of a parameter vector, such as the one in training."""
        return fold_networks(
            self.architecture, theta, self.features, self._target_scaling
        )

    def steps(
        self,
        orders: Iterable[NDArray],
        learning_rates: Iterable[float] | None = None,
        state: AdamState | None = None,
    ) -> Iterator[tuple[tuple | None, float | None]]:
        """Yield the batches and the epochs' losses of Adam.

        Parameters
        ----------
        orders : iterable of ndarray of shape (n_samples,)
            Order of the samples in each epoch.
        learning_rates : iterable of float, default=None
            One for each step. None: those of the settings.
        state : AdamState, default=None
            Changed in place. None: as before the first step.

        Returns
        -------
        steps : iterator
            As :func:`~skdistill.neural_network._optimizers.adam_steps` makes it.
        """
        return adam_steps(
            self.objective,
            orders,
            self._learning_rates() if learning_rates is None else learning_rates,
            self.settings.adam,
            state or self.initial_state(),
        )

    def initial_state(self, last: AdamState | None = None) -> AdamState:
        """Make the state to start from: the last one, or before the first step."""
        batch_size = self.objective.batches.sizes.batch_size
        if last is None:
            return AdamState.initial(self.theta, batch_size)
        return last.for_batches_of(batch_size)

    def orders(self) -> Iterator[NDArray]:
        """Yield the order of the samples in each epoch."""
        # One array shuffled over and over, as MLPClassifier's orders come about.
        for _ in range(self.n_epochs):
            if self.settings.shuffle:
                self.random_state.shuffle(self._rows)
            yield self._rows

    def warn_unless(self, converged: bool) -> None:
        """Warn if the training diverged, or did not converge."""
        max_iter, message = self.settings.max_iter, None
        if self.monitor.diverged:
            message = (
                "Training diverged: the loss is not finite any more. The last finite "
                "weights are kept; try a smaller learning_rate_init or a larger alpha."
            )
        elif not converged and max_iter != "auto":
            message = f"Training has not converged within max_iter={max_iter}."
        if message:
            warn_user(message, ConvergenceWarning)

    @property
    def _patience(self):
        settings = self.settings
        # A cosine is run to its end; L-BFGS tells by itself that it is done.
        may_stop = settings.learning_rate == "constant" and settings.solver == "adam"
        can_wait = settings.early_stopping or may_stop
        return settings.n_iter_no_change if can_wait else np.inf

    def _learn_features(self, X, loss, sample_weight):
        encoding = self.settings.numeric_encoding
        features = InputFeatures.learn(
            X,
            sample_weight,
            standardize=self.settings.standardize,
            numeric_encoding=encoding,
        )
        if encoding != "selective":
            return features
        n_samples = X.shape[0]
        rows = np.arange(0, n_samples, -(-n_samples // SELECTION_SAMPLES))
        weights = None if sample_weight is None else sample_weight[rows]
        return features.drop_linear(X[rows], loss.take(rows).mean_targets(), weights)

    def _set_initial_parameters(self, loss, dtype, start):
        settings = self.settings
        n_networks = settings.n_members * settings.n_losses
        self.architecture = Architecture(
            (self.features.n_inputs, *settings.hidden_layer_sizes, loss.n_outputs),
            settings.activation,
            n_networks=None if n_networks == 1 else n_networks,
        )
        # The groups of all losses start from the same weights.
        copies = [deepcopy(self.random_state) for _ in range(settings.n_losses - 1)]
        generators = [
            generator
            for generator in (*copies, self.random_state)
            for _ in range(settings.n_members)
        ]
        generators = generators if start is None else []
        self.theta = self.architecture.initial(generators, dtype)
        if loss.starts_at_zero:
            self.architecture.layers(self.theta)[-1].fill(0)
        if start is not None:
            unfold_networks(self.architecture, self.theta, start)

    def _hold_out(self, X, loss):
        """Indices of the samples to train on, and the score on the others, if any."""
        settings = self.settings
        if not settings.early_stopping:
            return np.arange(X.shape[0]), None
        rows, held_out = hold_out(loss, settings.validation_fraction, self.random_state)
        inputs = self.features.transform(_safe_indexing(X, held_out), self.theta.dtype)
        loss = loss.take(held_out)
        return rows, validation_score(self.architecture, self.theta, inputs, loss)

    def _make_objective(self, X, loss, alpha):
        settings, n_samples = self.settings, len(self._rows)
        sizes = BatchSizes(settings.n_samples_of_batch(n_samples), n_samples)
        dtype = self.theta.dtype
        if is_thin(X) and settings.solver == "adam":
            batches = SparseBatches(X, loss, sizes, dtype)
            return SparseObjective(self.architecture, self.theta, batches, alpha)
        batches = Batches(X, loss, sizes, self.features, dtype)
        return Objective(self.architecture, self.theta, batches, alpha)

    def _learning_rates(self):
        rate = self.settings.learning_rate_init
        if self.settings.learning_rate == "constant":
            return repeat(rate)
        n_steps = self.objective.batches.sizes.n_steps
        return cosine_decay(rate, self.n_epochs * n_steps)

    def _adam(self):
        self._follow(self.steps(self.orders()))
        return self.monitor.stopped or self.settings.learning_rate == "cosine"

    def _follow(self, steps):
        for _, loss in steps:
            if loss is not None and self.monitor(loss):
                break

    def _lbfgs(self):
        settings = self.settings
        return lbfgs(
            self.objective,
            self._rows,
            self.monitor,
            tol=settings.tol,
            max_iter=self.n_epochs,
            max_fun=settings.max_fun,
        )
