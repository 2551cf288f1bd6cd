"""The flat vector of parameters: views, and MLPClassifier's initial weights."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.neural_network import MLPClassifier

from skdistill.neural_network._architecture import Architecture


@pytest.mark.parametrize("n_networks", [None, 2])
@pytest.mark.parametrize("hidden", [(), (3,), (3, 5)], ids=str)
def test_parameters_are_views_without_overlap(n_networks, hidden):
    sizes = (4, *hidden, 2)
    architecture = Architecture(sizes, n_networks=n_networks)
    theta = np.zeros(architecture.n_parameters)
    weights = architecture.is_weight(bool)
    n = n_networks or 1
    n_weights = n * sum(n_in * n_out for n_in, n_out in pairwise(sizes))
    assert weights.sum() == n_weights
    for network in range(n):
        coefs, intercepts = architecture.coefs_and_intercepts(theta, network)
        assert [w.shape for w in coefs] == list(pairwise(sizes))
        assert [b.shape for b in intercepts] == [(size,) for size in sizes[1:]]
        for view in (*coefs, *intercepts):
            view += 1
    assert set(theta) <= {0, 1}
    assert theta.sum() == n_weights + n * sum(sizes[1:])
    assert (theta[weights] == 1).all()


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
def test_initial_weights_are_those_of_mlp_classifier(iris, activation):
    X, y = iris
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlp = MLPClassifier(
            (7, 5), activation, learning_rate_init=1e-12, max_iter=1, random_state=3
        ).fit(X, y)
    architecture = Architecture((4, 7, 5, 3), activation)
    theta = architecture.initial([np.random.RandomState(3)], np.float64)
    coefs, intercepts = architecture.coefs_and_intercepts(theta)
    found = [*coefs, *intercepts]
    for one, other in zip(found, [*mlp.coefs_, *mlp.intercepts_], strict=True):
        assert_allclose(one, other, atol=1e-11)
