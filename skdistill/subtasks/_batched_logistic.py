"""Many logistic regressions at once, by Newton's method on stacked arrays.

Small regressions spend their time in Python, not in arithmetic. Stacked, all of them
take each step together, in one call of NumPy.

The logits of a sample x are ``basis @ (Z @ x + z)``. The basis is an orthonormal one of
the contrasts between classes: the penalty then equals that of one coefficient vector a
class, and nothing is redundant. For two classes it is a single vector for the second
one. Both are what scikit-learn's LogisticRegression fits.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple

import numpy as np
from scipy.linalg import helmert

MAX_ITER = 100
MAX_HALVINGS = 50
# Time of scikit-learn's solver besides arithmetic, in products of the Hessian, as
# measured where the two are level.
SOLVER_OVERHEAD = 2e6
# Rounding errors of a gradient, in units of the largest input.
GRADIENT_ROUNDING = 1e-14
# Curvature of the loss along the intercept of a class that few samples have.
MIN_INTERCEPT_CURVATURE = 1e-2


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


def is_worthwhile(n_samples, n_features, n_classes):
    """Whether Newton's method beats scikit-learn's solver, one model after another.

    Parameters
    ----------
    n_samples, n_features, n_classes : int

    Returns
    -------
    worthwhile : bool
    """
    n_inputs, n_contrasts = n_features + 1, contrasts(n_classes).shape[1]
    n_blocks = n_contrasts * (n_contrasts + 1) // 2
    second_derivatives = n_samples * n_inputs**2 * n_blocks
    solution = 0.1 * (n_inputs * n_contrasts) ** 3
    first_derivatives = 5.0 * n_samples * n_inputs * n_classes
    overhead = SOLVER_OVERHEAD * (1 if n_classes == 2 else 3)
    return second_derivatives + solution <= overhead + first_derivatives


def fit_logistic_regressions(X, targets, weights, C=1.0, *, tol=1e-6):
    """Fit a stack of logistic regressions with an L2 penalty.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features) or (n_models, n_samples, n_features)
        Samples, shared by all models or one matrix for each.
    targets : ndarray of shape (..., n_samples, n_classes)
        Class probabilities, shared or one matrix for each.
    weights : ndarray of shape (n_models, n_samples)
        Weights of the samples in each model. A weight of zero leaves one out.
    C : float or ndarray of shape (n_models,), default=1.0
        Inverse strength of the penalty: ``C * sum of losses + ||coef||^2 / 2``.
    tol : float, default=1e-6
        Largest error of a coefficient at which to stop.

    Returns
    -------
    coefs : ndarray of shape (n_models, n_classes, n_features)
        ``(n_models, 1, n_features)`` for two classes.
    intercepts : ndarray of shape (n_models, n_classes) or (n_models, 1)
    n_iter : ndarray of shape (n_models,)
        Steps taken.

    Raises
    ------
    numpy.linalg.LinAlgError
        If a model does not converge.
    """
    n_models, n_classes = len(weights), targets.shape[-1]
    basis = contrasts(n_classes)
    total = weights.sum(axis=1)
    ones = np.ones((*X.shape[:-1], 1), X.dtype)
    stack = _Stack(
        inputs=np.concatenate([X, ones], axis=-1).swapaxes(-1, -2).copy(),
        targets=np.ascontiguousarray(targets.swapaxes(-1, -2)),
        weights=weights / total[:, None],
        penalty=1.0 / (np.broadcast_to(C, n_models) * total),
        basis=basis,
    )
    Z = np.zeros((n_models, basis.shape[1], X.shape[-1] + 1))
    n_iter = np.zeros(n_models, dtype=np.int32)
    active, state = np.arange(n_models), stack.evaluate(Z)
    for _ in range(MAX_ITER):
        n_iter[active] += 1
        Z[active], state = _descend(stack, Z[active], *state)
        unfinished = np.abs(state[1]).max(axis=(1, 2)) > stack.tolerance(tol)
        if not unfinished.any():
            break
        if not unfinished.all():
            active, stack = active[unfinished], stack.select(unfinished)
            state = tuple(part[unfinished] for part in state)
    else:
        raise np.linalg.LinAlgError("Newton's method did not converge.")
    solution = Z if n_classes == 2 else basis @ Z
    return solution[..., :-1], solution[..., -1], n_iter


class _Stack(NamedTuple):
    """The data of several regressions; what has one axis less is shared by all.

    Samples are the last axis, so that sums over classes run along contiguous ones.
    """

    inputs: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    penalty: np.ndarray
    basis: np.ndarray

    def select(self, models):
        """The same for some of the models."""
        inputs, targets = (
            part[models] if part.ndim == 3 else part
            for part in (self.inputs, self.targets)
        )
        return _Stack(
            inputs, targets, self.weights[models], self.penalty[models], self.basis
        )

    def tolerance(self, tol):
        """Size of a gradient that is small enough.

        The loss curves at least as the penalty does, so that coefficients are off by
        no more than the gradient divided by it. Intercepts have none. And no gradient
        is more exact than the sums that it is made of.
        """
        curvature = np.minimum(self.penalty, MIN_INTERCEPT_CURVATURE)
        size = np.abs(self.inputs).max(axis=(-2, -1))
        return np.maximum(tol * curvature, GRADIENT_ROUNDING * size)

    def evaluate(self, Z):
        """Loss and gradient of each model, and the probabilities it gives."""
        logits = self.basis @ (Z @ self.inputs)
        logits -= logits.max(axis=1, keepdims=True)
        proba = np.exp(logits)
        norm = proba.sum(axis=1, keepdims=True)
        proba /= norm
        losses = np.log(norm[:, 0]) - (self.targets * logits).sum(axis=1)
        loss = (self.weights * losses).sum(axis=1)
        loss += self.penalty * np.square(Z[..., :-1]).sum(axis=(1, 2)) / 2
        residual = self.basis.T @ (proba - self.targets)
        residual *= self.weights[:, None]
        slope = residual @ self.inputs.swapaxes(-1, -2)
        slope[..., :-1] += self.penalty[:, None, None] * Z[..., :-1]
        return loss, slope, proba

    def hessian(self, proba):
        """Second derivatives, (n_models, m, p, m, p) for m contrasts of p inputs."""
        n_inputs, n_contrasts = self.inputs.shape[-2], self.basis.shape[1]
        curved = np.empty((len(proba), n_contrasts, n_inputs, n_contrasts, n_inputs))
        mean = self.basis.T @ proba
        samples = self.inputs.swapaxes(-1, -2)
        penalized = np.arange(n_inputs - 1)
        for i in range(n_contrasts):
            for j in range(i + 1):
                both = (self.basis[:, i] * self.basis[:, j]) @ proba
                spread = self.weights * (both - mean[:, i] * mean[:, j])
                block = (spread[:, None] * self.inputs) @ samples
                curved[:, i, :, j] = curved[:, j, :, i] = block
            curved[:, i, penalized, i, penalized] += self.penalty[:, None]
        return curved


def _descend(stack, Z, loss, slope, proba):
    """One Newton step of every model, halved until its loss goes down."""
    n_models, size = len(Z), Z[0].size
    curved = stack.hessian(proba).reshape(n_models, size, size)
    step = np.linalg.solve(curved, slope.reshape(n_models, size, 1)).reshape(Z.shape)
    decrease = (step * slope).sum(axis=(1, 2))
    # Where the decrease is lost in rounding errors, the step is taken as it is.
    slack = 1e-13 * (1 + np.abs(loss))
    length = np.ones(n_models)
    for _ in range(MAX_HALVINGS):
        shorter = Z - length[:, None, None] * step
        state = stack.evaluate(shorter)
        too_far = state[0] > loss - 1e-4 * length * decrease + slack
        if not too_far.any():
            break
        length[too_far] /= 2
    return shorter, state
