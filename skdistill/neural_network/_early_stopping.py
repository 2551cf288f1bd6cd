"""When training stops, and which weights it ends with."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np


class Monitor:
    """Follows a training run; solvers call it after each epoch.

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
        Print a line an epoch.

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

    def __init__(self, theta, score=None, tol=0.0, patience=np.inf, verbose=False):
        self.theta, self.score, self.on_epoch = theta, score, None
        self.tol, self.patience, self.verbose = tol, patience, verbose
        self.losses, self.scores = [], []
        self.best = theta.copy()
        self.stopped = self.diverged = False
        self._merit, self._waited = -np.inf, 0

    def __call__(self, loss):
        """Take note of an epoch; True ends the training."""
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
        self.stopped = asked or self._waited > self.patience
        return self.stopped

    def _print(self):
        if self.verbose:
            line = f"Iteration {len(self.losses)}, loss = {self.losses[-1]:.8f}"
            if self.scores:
                line += f", validation score = {self.scores[-1]:.6f}"
            print(line)
