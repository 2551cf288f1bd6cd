"""A training set as the network's solvers see it: rows, loss, validation rows."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from functools import partial
from itertools import repeat
from math import ceil

import numpy as np
from scipy.sparse import issparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils import _safe_indexing

from skdistill.losses._cross_entropy import softmax_cross_entropy
from skdistill.neural_network._batches import Batches, write_inputs
from skdistill.neural_network._early_stopping import Monitor
from skdistill.neural_network._optimizers import adam, cosine_decay, lbfgs
from skdistill.neural_network._prediction import predict_logits
from skdistill.neural_network._sparse_passes import is_thin, sparse_adam
from skdistill.utils._threads import one_blas_thread

# What "auto" aims at along a cosine: enough steps to converge, enough passes to see
# each row, and not so many that labels are learnt by heart, but for few rows.
AUTO_STEPS, FEWEST_STEPS = 2000, 200
FEWEST_EPOCHS, MOST_EPOCHS = 10, 20

# What it is elsewhere, where training ends by itself.
LIMIT = 200

# How the warning of a network that was interrupted begins, and MLPClassifier's too.
INTERRUPTED = "Training interrupted"

# Rows that L-BFGS passes through the network at a time: more only take more memory.
FULL_BATCH = 4096


def auto_batch_size(n_samples):
    """Batch size for a number of rows: more, noisier steps where rows are few."""
    if n_samples < 400:
        return 32
    return 64 if n_samples <= 50_000 else 256


def auto_epochs(n_steps):
    """Epochs of `n_steps` steps that make AUTO_STEPS, within bounds."""
    most = max(MOST_EPOCHS, ceil(FEWEST_STEPS / n_steps))
    return min(max(ceil(AUTO_STEPS / n_steps), FEWEST_EPOCHS), most)


def normalize_weights(terms, n_samples):
    """Scale the weights of a loss to a mean of one.

    Parameters
    ----------
    terms : list of Term
    n_samples : int

    Returns
    -------
    terms : list of Term
        Weighted so that those of a row sum to one on average.
    row_weight : ndarray of shape (n_samples,) or None
        Sum over the terms of each row's weights before; None where all are one.
    mean_weight : float
        What they were divided by.
    """
    if all(term.weights is None for term in terms):
        return terms, None, 1.0
    row_weight = sum(term.weights for term in terms)
    mean_weight = row_weight.sum() / n_samples
    terms = [term._replace(weights=term.weights / mean_weight) for term in terms]
    return terms, row_weight, mean_weight


def most_likely_labels(terms):
    """Class indices of the largest targets, those of the last term.

    Parameters
    ----------
    terms : list of Term

    Returns
    -------
    labels : ndarray of shape (n_samples,)
    """
    targets = terms[-1].targets
    return targets if targets.ndim == 1 else targets.argmax(axis=-1)


def hold_out(terms, fraction, random_state):
    """Choose validation rows, stratified by their likeliest class where possible.

    Parameters
    ----------
    terms : list of Term
    fraction : float
        Share of the rows to hold out.
    random_state : RandomState

    Returns
    -------
    rows, held_out : ndarray of int
        Indices of the rows to train on and of the others.
    """
    labels = most_likely_labels(terms)
    counts = np.bincount(labels)
    n_held_out = int(np.ceil(fraction * len(labels)))
    stratify = labels
    if counts[counts > 0].min() < 2 or n_held_out < np.count_nonzero(counts):
        stratify = None
    return train_test_split(
        np.arange(len(labels)),
        test_size=fraction,
        random_state=random_state,
        stratify=stratify,
    )


def validation_score(architecture, theta, X, terms, rows, scaling, ramps=None):
    """Build the function that scores the parameters on rows held out.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_parameters,)
        Read at each call.
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    terms : list of Term
    rows : ndarray of int
        The rows held out.
    scaling : tuple or None
        Centre and scale of the columns.
    ramps : PiecewiseLinear, default=None
        Further inputs.

    Returns
    -------
    score : callable
        ``score() -> float``, the mean loss with its sign turned.
    """
    X = _safe_indexing(X, rows)
    if not issparse(X):
        inputs = np.empty((len(rows), architecture.sizes[0]), theta.dtype)
        X = write_inputs(X, scaling, ramps, inputs)
    n_classes = architecture.sizes[-1]
    terms = [_validation_term(term, rows, n_classes) for term in terms]
    networks = [
        architecture.coefs_and_intercepts(theta, network)
        for network in range(architecture.n_networks or 1)
    ]

    def score():
        loss = 0.0
        for network in networks:
            logits = predict_logits(X, *network, architecture.activation)
            loss += sum(softmax_cross_entropy(logits.T.copy(), *term) for term in terms)
        return -loss / (len(rows) * len(networks))

    return score


def _validation_term(term, rows, n_classes):
    targets = term.targets[rows]
    if targets.ndim == 1:
        targets = np.eye(n_classes)[targets]
    weights = None if term.weights is None else term.weights[rows]
    return targets.T, weights, term.temperature


class TrainingRun:
    """One run of a solver over a training set.

    Parameters
    ----------
    theta : ndarray of shape (n_parameters,)
        Where to start.
    architecture : Architecture
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
        Raw rows.
    terms : list of Term
        The loss, weights with a mean of one.
    scaling : tuple or None
        Centre and scale of the columns.
    ramps : PiecewiseLinear or None
        Further inputs.
    settings : object
        Has MLPClassifier's parameters as attributes.
    alpha : float
        Strength of the L2 penalty.
    random_state : RandomState
        Draws validation rows and orders.
    incremental : bool, default=False
        Whether it is to be one epoch only.

    Attributes
    ----------
    monitor : Monitor
        What happened, and the weights to end with.
    n_samples : int
        Number of rows trained on.
    """

    def __init__(
        self,
        theta,
        architecture,
        X,
        terms,
        *,
        scaling,
        ramps,
        settings,
        alpha,
        random_state,
        incremental=False,
    ):
        self.theta, self.architecture, self.X = theta, architecture, X
        self.settings, self.alpha, self.random_state = settings, alpha, random_state
        self.incremental = incremental
        rows, score = np.arange(X.shape[0]), None
        if settings.early_stopping:
            rows, held_out = hold_out(terms, settings.validation_fraction, random_state)
            score = validation_score(
                architecture, theta, X, terms, held_out, scaling, ramps
            )
        self.rows, self.n_samples = rows, len(rows)
        # A cosine is run to its end; only a constant rate can tell that it is done.
        may_stop = settings.early_stopping or self._constant
        self.monitor = Monitor(
            theta,
            score=score,
            tol=settings.tol,
            patience=settings.n_iter_no_change if may_stop else np.inf,
            verbose=settings.verbose,
        )
        self.batches = Batches(
            X,
            terms,
            architecture.sizes[-1],
            batch_size=self._batch_size(),
            n_samples=self.n_samples,
            scaling=scaling,
            ramps=ramps,
            dtype=theta.dtype,
        )

    @property
    def n_epochs(self):
        """How many epochs, or iterations, there are at most."""
        if self.incremental:
            return 1
        if self.settings.max_iter != "auto":
            return self.settings.max_iter
        if self.settings.solver == "lbfgs" or self._constant:
            return LIMIT
        return auto_epochs(self.batches.n_steps)

    def minimize(self):
        """Run the solver to its end, warning where that is not a good one."""
        solve = self._lbfgs if self.settings.solver == "lbfgs" else self._adam
        converged = True
        try:
            with one_blas_thread(), np.errstate(all="ignore"):
                converged = solve()
        except KeyboardInterrupt:
            warnings.warn(
                f"{INTERRUPTED}: the best weights so far are kept.", stacklevel=5
            )
        self._warn_unless(converged)

    def epoch(self, state=None):
        """Run Adam for one epoch, from and to a state of the moments."""
        if state is not None:
            state = state[0].copy(), state[1]
        rates = repeat(self.settings.learning_rate_init)
        with one_blas_thread(), np.errstate(all="ignore"):
            state = self._run_adam(rates, state)
        self._warn_unless(True)
        # Moments that are not finite would spoil every epoch to come.
        return None if self.monitor.diverged else state

    def _warn_unless(self, converged):
        if self.monitor.diverged:
            warnings.warn(
                "Training diverged: the loss is not finite any more. The last finite "
                "weights are kept; try a smaller learning_rate_init or a larger alpha.",
                ConvergenceWarning,
                stacklevel=6,
            )
        elif not converged and self.settings.max_iter != "auto":
            warnings.warn(
                f"Training has not converged within max_iter={self.settings.max_iter}.",
                ConvergenceWarning,
                stacklevel=6,
            )

    @property
    def _constant(self):
        settings = self.settings
        return settings.solver == "adam" and settings.learning_rate == "constant"

    def _batch_size(self):
        if self.settings.solver == "lbfgs":
            return min(FULL_BATCH, self.n_samples)
        if self.settings.batch_size == "auto":
            return min(auto_batch_size(self.n_samples), self.n_samples)
        return min(self.settings.batch_size, self.n_samples)

    def _adam(self):
        settings, n_steps = self.settings, self.batches.n_steps
        rates = repeat(settings.learning_rate_init)
        if not self._constant:
            rates = cosine_decay(settings.learning_rate_init, self.n_epochs * n_steps)
        self._run_adam(rates)
        return self.monitor.stopped or not self._constant

    def _run_adam(self, learning_rates, state=None):
        settings = self.settings
        if is_thin(self.X):
            solve = partial(
                sparse_adam,
                X=self.X,
                terms=self.batches.terms,
                batch_size=self.batches.batch_size,
                n_samples=self.n_samples,
            )
        else:
            solve = partial(adam, batches=self.batches)
        return solve(
            self.theta,
            self.architecture,
            orders=self._orders(),
            monitor=self.monitor,
            learning_rates=learning_rates,
            beta_1=settings.beta_1,
            beta_2=settings.beta_2,
            epsilon=settings.epsilon,
            alpha=self.alpha,
            state=state,
        )

    def _orders(self):
        # One array shuffled over and over, as MLPClassifier's orders come about.
        for _ in range(self.n_epochs):
            if self.settings.shuffle:
                self.random_state.shuffle(self.rows)
            yield self.rows

    def _lbfgs(self):
        settings = self.settings
        return lbfgs(
            self.theta,
            self.architecture,
            self.batches,
            self.rows,
            self.monitor,
            tol=settings.tol,
            max_iter=self.n_epochs,
            max_fun=settings.max_fun,
            alpha=self.alpha,
        )
