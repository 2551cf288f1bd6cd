"""Many logistic regressions at once, by Newton's method on stacked arrays.

Small regressions spend their time in Python, not in arithmetic. Stacked, all of them
take each step together, in one call of NumPy.

The logits of a row x are ``basis @ (Z @ x + z)``: an orthonormal basis of the contrasts
between classes (the penalty then equals that of one coefficient vector a class, and
nothing is redundant), or for two classes a single vector for the second one. Both are
what scikit-learn's LogisticRegression fits.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple

import numpy as np
from scipy.linalg import helmert
from scipy.special import log_softmax

MAX_ITER = 100
MAX_HALVINGS = 30


def contrasts(n_classes):
    """Directions in which logits differ.

    Parameters
    ----------
    n_classes : int

    Returns
    -------
    basis : ndarray of shape (n_classes, n_contrasts)
        Orthonormal, each column with a sum of zero; for two classes ``[[0], [1]]``.
    """
    if n_classes == 2:
        return np.array([[0.0], [1.0]])
    return helmert(n_classes).T


def fit_logistic_regressions(X, targets, weights, C=1.0, *, tol=1e-7):
    """Fit a stack of logistic regressions with an L2 penalty.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features) or (n_models, n_samples, n_features)
        Rows, shared by all models or one matrix for each.
    targets : ndarray of shape (..., n_samples, n_classes)
        Class probabilities, shared or one matrix for each.
    weights : ndarray of shape (n_models, n_samples)
        Weights of the rows in each model. A weight of zero leaves a row out.
    C : float or ndarray of shape (n_models,), default=1.0
        Inverse strength of the penalty: ``C * sum of losses + ||coef||^2 / 2``.
    tol : float, default=1e-7
        Largest element of the gradient of the mean loss at which to stop.

    Returns
    -------
    coefs : ndarray of shape (n_models, n_classes, n_features)
        ``(n_models, 1, n_features)`` for two classes.
    intercepts : ndarray of shape (n_models, n_classes) or (n_models, 1)
    n_iter : int
        Steps that the slowest model took.

    Raises
    ------
    numpy.linalg.LinAlgError
        If a model does not converge, such as one without any row of some class.
    """
    n_models, n_classes = len(weights), targets.shape[-1]
    basis = contrasts(n_classes)
    total = weights.sum(axis=1)
    weights = weights / total[:, None]
    penalty = 1.0 / (np.broadcast_to(C, n_models) * total)
    rows = np.concatenate([X, np.ones((*X.shape[:-1], 1), X.dtype)], axis=-1)
    stack = _Stack(rows, targets, weights, penalty, basis)
    Z = np.zeros((n_models, rows.shape[-1], basis.shape[1]))
    active = np.arange(n_models)
    state = stack.evaluate(Z)
    for n_iter in range(1, MAX_ITER + 1):
        Z[active], state = _descend(stack, Z[active], *state)
        unfinished = np.abs(state[1]).max(axis=(1, 2)) > tol
        if not unfinished.any():
            break
        if not unfinished.all():
            active, stack = active[unfinished], stack.select(unfinished)
            state = tuple(part[unfinished] for part in state)
    else:
        raise np.linalg.LinAlgError("Newton's method did not converge.")
    solution = Z if n_classes == 2 else Z @ basis.T
    return solution[:, :-1].transpose(0, 2, 1), solution[:, -1], n_iter


class _Stack(NamedTuple):
    """The data of several regressions; those of rank two are shared by all."""

    rows: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    penalty: np.ndarray
    basis: np.ndarray

    def select(self, models):
        """The same for some of the models."""
        rows, targets = (
            part[models] if part.ndim == 3 else part
            for part in (self.rows, self.targets)
        )
        return _Stack(
            rows, targets, self.weights[models], self.penalty[models], self.basis
        )

    def evaluate(self, Z):
        """Loss and gradient of each model, and the probabilities it gives."""
        log_proba = log_softmax(self.rows @ Z @ self.basis.T, axis=-1)
        proba = np.exp(log_proba)
        loss = -(self.weights * (self.targets * log_proba).sum(axis=2)).sum(axis=1)
        residual = self.weights[:, :, None] * (proba - self.targets)
        slope = self.rows.swapaxes(-1, -2) @ (residual @ self.basis)
        loss += self.penalty * np.square(Z[:, :-1]).sum(axis=(1, 2)) / 2
        slope[:, :-1] += self.penalty[:, None, None] * Z[:, :-1]
        return loss, slope, proba

    def hessian(self, proba):
        """Second derivatives, (n_models, m, p, m, p) for m contrasts of p inputs."""
        n_inputs, n_contrasts = self.rows.shape[-1], self.basis.shape[1]
        curved = np.empty((len(proba), n_contrasts, n_inputs, n_contrasts, n_inputs))
        mean = proba @ self.basis
        columns = self.rows.swapaxes(-1, -2)
        for i in range(n_contrasts):
            for j in range(i + 1):
                both = proba @ (self.basis[:, i] * self.basis[:, j])
                spread = self.weights * (both - mean[..., i] * mean[..., j])
                block = columns @ (spread[:, :, None] * self.rows)
                curved[:, i, :, j] = curved[:, j, :, i] = block
        inputs = np.arange(n_inputs - 1)
        for i in range(n_contrasts):
            curved[:, i, inputs, i, inputs] += self.penalty[:, None]
        return curved


def _descend(stack, Z, loss, slope, proba):
    """One Newton step of every model, halved until its loss goes down."""
    n_models, n_inputs, n_contrasts = Z.shape
    size = n_contrasts * n_inputs
    curved = stack.hessian(proba).reshape(n_models, size, size)
    downhill = slope.swapaxes(1, 2).reshape(n_models, size, 1)
    step = np.linalg.solve(curved, downhill)
    decrease = (step * downhill).sum(axis=(1, 2))
    step = step.reshape(n_models, n_contrasts, n_inputs).swapaxes(1, 2)
    share = np.ones(n_models)
    # Where the decrease drowns in rounding, the step is taken as it is.
    slack = 1e-13 * (1 + np.abs(loss))
    for _ in range(MAX_HALVINGS):
        state = stack.evaluate(Z - share[:, None, None] * step)
        too_far = state[0] > loss - 1e-4 * share * decrease + slack
        if not too_far.any():
            break
        share[too_far] /= 2
    return Z - share[:, None, None] * step, state
