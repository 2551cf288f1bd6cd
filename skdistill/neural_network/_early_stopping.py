"""When training stops, and which weights it ends with."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from skdistill.neural_network._architecture import Architecture
from skdistill.neural_network._prediction import predict_raw
from skdistill.neural_network._training_loss import TrainingLoss
from skdistill.utils._time_limit import time_is_up


class Monitor:
    """Follows a training, and says when it is to stop.

    Parameters
    ----------
    theta : ndarray of shape (n_parameters,)
        The parameters in training.
    score : callable or None, default=None
        ``score() -> float``, the validation score of `theta`, higher is better. None:
        the training loss is followed instead.
    tol : float, default=0.0
        Least improvement that counts.
    patience : float, default=inf
        How many epochs in a row may pass without improvement.
    verbose : bool, default=False
        Print a line for each epoch.

    Attributes
    ----------
    on_epoch : callable or None
        Set it to ``on_epoch() -> bool``, to be called after each epoch; True ends the
        training.
    losses : list of float
        Mean training loss of each epoch.
    scores : list of float
        Validation score after each epoch.
    best : ndarray of shape (n_parameters,)
        The parameters to end with: those of the best validation score, else the last
        ones whose loss was finite.
    stopped : bool
        Whether the patience ran out, or `on_epoch` asked to stop.
    diverged : bool
        Whether the loss stopped being finite.
    """

    def __init__(
        self,
        theta: NDArray,
        score: Callable[[], float] | None = None,
        tol: float = 0.0,
        patience: float = np.inf,
        verbose: bool = False,
    ) -> None:
        self.theta, self.score = theta, score
        self.on_epoch: Callable[[], bool] | None = None
        self.tol, self.patience, self.verbose = tol, patience, verbose
        self.losses: list[float] = []
        self.scores: list[float] = []
        self.best = theta.copy()
        self.stopped = self.diverged = False
        self._merit, self._waited = -np.inf, 0

    def __call__(self, loss: float) -> bool:
        """Record an epoch.

        Parameters
        ----------
        loss : float
            Mean training loss of the epoch.

        Returns
        -------
        stop : bool
            Whether to end the training.
        """
        if not (np.isfinite(loss) and np.isfinite(self.theta).all()):
            self.diverged = True
            return True
        self.losses.append(loss)
        merit = -loss
        if self.score is not None:
            merit = self.score()
            self.scores.append(merit)
        self._print()
        if self.score is None or merit > max(self.scores[:-1], default=-np.inf):
            self.best[:] = self.theta
        self._waited = 0 if merit > self._merit + self.tol else self._waited + 1
        self._merit = max(self._merit, merit)
        asked = self.on_epoch is not None and self.on_epoch()
        self.stopped = asked or self._waited > self.patience or time_is_up()
        return self.stopped

    def _print(self):
        if self.verbose:
            line = f"Iteration {len(self.losses)}, loss = {self.losses[-1]:.8f}"
            if self.scores:
                line += f", validation score = {self.scores[-1]:.6f}"
            print(line)


def hold_out(
    loss: TrainingLoss, fraction: float, random_state: RandomState
) -> tuple[NDArray, NDArray]:
    """Draw validation samples, stratified by the strata of the loss where possible.

    Parameters
    ----------
    loss : TrainingLoss
    fraction : float
        Share of the samples to hold out.
    random_state : RandomState

    Returns
    -------
    rows, held_out : ndarray of int
        Indices of the samples to train on and of the others.
    """
    n_samples = len(loss.terms[0].targets)
    return train_test_split(
        np.arange(n_samples),
        test_size=fraction,
        random_state=random_state,
        stratify=_strata_to_keep(loss.strata, fraction),
    )


def _strata_to_keep(strata, fraction):
    """The strata, or None if one has too few samples to be on either side."""
    if strata is None:
        return None
    counts = np.bincount(strata)
    n_held_out = int(np.ceil(fraction * len(strata)))
    if counts[counts > 0].min() < 2 or n_held_out < np.count_nonzero(counts):
        return None
    return strata


def validation_score(
    architecture: Architecture, theta: NDArray, inputs: NDArray, loss: TrainingLoss
) -> Callable[[], float]:
    """Make the function that scores parameters on samples held out.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_parameters,)
        Read at each call.
    inputs : {ndarray, sparse matrix} of shape (n_samples, n_inputs)
        The samples held out, as the network sees them.
    loss : TrainingLoss
        Of these samples.

    Returns
    -------
    score : callable
        ``score() -> float``, the mean loss with its sign turned.
    """
    networks = architecture.networks(theta)

    def score():
        total = sum(
            loss.value(predict_raw(inputs, *network, architecture.activation))
            for network in networks
        )
        return -total / (inputs.shape[0] * len(networks))

    return score
