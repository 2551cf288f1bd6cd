"""The network's passes: finite differences and identities."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime
from scipy.special import expit, softmax

from skdistill.losses import Term, distillation_terms
from skdistill.neural_network._architecture import Architecture
from skdistill.neural_network._batch_loss import BatchCrossEntropy
from skdistill.neural_network._passes import Passes

N_SAMPLES, N_FEATURES, N_CLASSES = 9, 4, 3
ACTIVATIONS = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "logistic": expit,
    "identity": lambda z: z,
}
activations = pytest.mark.parametrize("activation", list(ACTIVATIONS))

# temperature, alpha, share of samples without a label
LOSSES = {
    "hard": (1.0, 0.0, 0.0),
    "soft": (1.0, 1.0, 0.0),
    "soft, T=3": (3.0, 1.0, 0.0),
    "mixed": (1.0, 0.4, 0.0),
    "mixed, T=3": (3.0, 0.4, 0.0),
    "mixed, T=0.5": (0.5, 0.4, 0.0),
    "mixed, unlabeled samples": (1.0, 0.4, 0.5),
    "mixed, T=3, unlabeled samples": (3.0, 0.4, 0.5),
}


def draw_terms(rng, loss, weighted):
    """The loss's terms for one network, classes second last and samples last."""
    temperature, alpha, unlabeled = LOSSES[loss]
    terms = distillation_terms(
        rng.normal(scale=2, size=(N_SAMPLES, N_CLASSES)),
        rng.randint(N_CLASSES, size=N_SAMPLES),
        labeled=rng.uniform(size=N_SAMPLES) >= unlabeled,
        temperature=temperature,
        alpha=alpha,
        weights=rng.uniform(0.1, 3, size=N_SAMPLES) if weighted else None,
    )
    onehot = np.eye(N_CLASSES)
    return [
        t._replace(targets=(onehot[t.targets] if t.targets.ndim == 1 else t.targets).T)
        for t in terms
    ]


def stack_terms(terms_of_networks):
    """Terms of several networks, from the lists of each one's."""
    return [
        Term(
            np.stack([t.targets for t in terms]),
            None if terms[0].weights is None else np.stack([t.weights for t in terms]),
            terms[0].temperature,
        )
        for terms in zip(*terms_of_networks, strict=True)
    ]


def draw_rows(rng):
    return np.column_stack(
        [rng.normal(size=(N_SAMPLES, N_FEATURES)), np.ones(N_SAMPLES)]
    )


def pass_once(architecture, theta, X, terms):
    """Sum of the samples' losses, and its gradient."""
    gradient = np.empty_like(theta)
    passes = Passes(architecture, theta, gradient, len(X), BatchCrossEntropy)
    passes.run(X, terms)
    return passes.take_loss(), gradient


def parameters_of(architecture, theta, network=0):
    """One network's weights and intercepts, as views."""
    coefs, intercepts = architecture.coefs_and_intercepts(theta, network)
    return [*coefs, *intercepts]


def is_parameter(architecture):
    """Mark what is trained; the rest makes constant units."""
    mask = np.zeros(architecture.n_parameters, bool)
    for network in range(architecture.n_networks or 1):
        for view in parameters_of(architecture, mask, network):
            view[:] = True
    return mask


@pytest.mark.parametrize("hidden", [(), (6,), (5, 4), (4, 3, 5)], ids=str)
@pytest.mark.parametrize("n_networks", [None, 3])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("loss", LOSSES)
@activations
def test_gradient(rng, activation, loss, weighted, n_networks, hidden):
    architecture = Architecture(
        (N_FEATURES, *hidden, N_CLASSES), activation, n_networks
    )
    terms = draw_terms(rng, loss, weighted)
    if n_networks:
        terms = stack_terms(
            [draw_terms(rng, loss, weighted) for _ in range(n_networks)]
        )
    X = draw_rows(rng)
    theta = architecture.initial([rng] * (n_networks or 1), np.float64)
    trained = is_parameter(architecture)
    start = theta[trained]

    def value(parameters):
        changed = theta.copy()
        changed[trained] = parameters
        return pass_once(architecture, changed, X, terms)[0]

    numeric = approx_fprime(start, value)
    _, gradient = pass_once(architecture, theta, X, terms)
    assert_allclose(gradient[trained], numeric, atol=5e-5)
    assert_array_equal(gradient[~trained], 0)
    assert np.abs(numeric).max() > 1e-2


@activations
@pytest.mark.parametrize("hidden", [(), (6,), (5, 4)], ids=str)
def test_loss_is_the_sum_of_cross_entropies(rng, activation, hidden):
    architecture = Architecture((N_FEATURES, *hidden, N_CLASSES), activation)
    theta = architecture.initial([rng], np.float64)
    X = draw_rows(rng)
    (term,) = draw_terms(rng, "soft", True)
    coefs, intercepts = architecture.coefs_and_intercepts(theta)
    a = X[:, :-1]
    for i, (weights, intercept) in enumerate(zip(coefs, intercepts, strict=True)):
        a = (ACTIVATIONS[activation](a) if i else a) @ weights + intercept
    cross_entropy = -(term.targets.T * np.log(softmax(a, axis=1))).sum(axis=1)
    loss, _ = pass_once(architecture, theta, X, [term])
    assert_allclose(loss, term.weights @ cross_entropy)


@activations
@pytest.mark.parametrize("loss", ["mixed", "mixed, T=3"])
@pytest.mark.parametrize("hidden", [(), (6,), (5, 4)], ids=str)
def test_several_networks_are_each_one_alone(rng, activation, loss, hidden):
    sizes, n_networks = (N_FEATURES, *hidden, N_CLASSES), 3
    together = Architecture(sizes, activation, n_networks)
    alone = Architecture(sizes, activation)
    terms = [draw_terms(rng, loss, True) for _ in range(n_networks)]
    X = draw_rows(rng)
    seeds = [np.random.RandomState(seed) for seed in range(n_networks)]
    theta = together.initial(seeds, np.float64)
    total, gradient = pass_once(together, theta, X, stack_terms(terms))
    losses = []
    for i in range(n_networks):
        own = alone.initial([np.random.RandomState(i)], np.float64)
        loss, own_gradient = pass_once(alone, own, X, terms[i])
        losses.append(loss)
        for vectors, tolerance in [
            ((own, theta), 0),
            ((own_gradient, gradient), 1e-13),
        ]:
            for one, stacked in zip(
                parameters_of(alone, vectors[0]),
                parameters_of(together, vectors[1], i),
                strict=True,
            ):
                assert_allclose(one, stacked, rtol=0, atol=tolerance)
    assert_allclose(total, sum(losses))


@pytest.mark.parametrize("log_batches", [1, 2, 100])
@pytest.mark.parametrize("loss", ["hard", "soft, T=3", "mixed, T=3"])
def test_losses_add_up_over_batches(rng, monkeypatch, loss, log_batches):
    monkeypatch.setattr("skdistill.neural_network._batch_loss.LOG_BATCHES", log_batches)
    architecture = Architecture((N_FEATURES, 5, N_CLASSES))
    theta = architecture.initial([rng], np.float64)
    passes = Passes(
        architecture, theta, np.empty_like(theta), N_SAMPLES, BatchCrossEntropy
    )
    assert passes.take_loss() == 0
    expected = []
    for _ in range(5):
        theta += 0.1  # the passes read parameters as they are
        batch = draw_rows(rng), draw_terms(rng, loss, False)
        passes.run(*batch)
        expected.append(pass_once(architecture, theta, *batch)[0])
    assert len(set(expected)) == 5
    assert_allclose(passes.take_loss(), sum(expected))
    assert passes.take_loss() == 0


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("n_networks", [None, 3])
@pytest.mark.parametrize("hidden", [(), (6,), (5, 4)], ids=str)
def test_logits_of_any_size_give_the_same_pass(rng, hidden, n_networks, shared):
    """Intercepts far from zero change no probability, only the way to it."""
    architecture = Architecture((N_FEATURES, *hidden, N_CLASSES), "relu", n_networks)
    theta = architecture.initial([rng] * (n_networks or 1))
    X = draw_rows(rng).astype(np.float32)
    (term,) = draw_terms(rng, "mixed", False)
    if n_networks and not shared:
        (term,) = stack_terms([[term]] * n_networks)
    small = pass_once(architecture, theta, X, [term])
    for shift in (-60.0, 60.0, 300.0, -300.0):
        shifted = theta.copy()
        for network in range(n_networks or 1):
            parameters_of(architecture, shifted, network)[-1][:] += shift
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            large = pass_once(architecture, shifted, X, [term])
        assert_allclose(large[0], small[0], rtol=1e-4)
        assert_allclose(large[1], small[1], atol=1e-3)
