"""Settings of a training: what "auto" means, and what is refused."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from sklearn.utils._param_validation import InvalidParameterError

from skdistill import SoftmaxMLPClassifier
from skdistill.neural_network._settings import (
    TrainingSettings,
    auto_batch_size,
    auto_epochs,
    check_parameters,
)


@pytest.mark.parametrize(
    ("n_samples", "expected"),
    [(1, 32), (399, 32), (400, 64), (50_000, 64), (50_001, 256), (10**7, 256)],
)
def test_auto_batch_size(n_samples, expected):
    assert auto_batch_size(n_samples) == expected


@pytest.mark.parametrize(
    ("n_steps", "expected"),
    [(1, 200), (3, 67), (10, 20), (99, 20), (150, 14), (5000, 10)],
)
def test_auto_epochs_make_2000_steps_within_limits(n_steps, expected):
    assert auto_epochs(n_steps) == expected


def test_settings_are_the_parameters():
    network = SoftmaxMLPClassifier(7, alpha=0.5, beta_1=0.8, n_members=2)
    settings = TrainingSettings.of(network)
    assert settings.hidden_layer_sizes == (7,)
    assert settings.alpha == 0.5
    assert settings.adam == (0.8, 0.999, 1e-8)
    assert settings.n_members == 2


def test_parameters_are_validated():
    with pytest.raises(InvalidParameterError, match="'alpha' parameter"):
        check_parameters(SoftmaxMLPClassifier(alpha=-1))


@pytest.mark.parametrize(
    ("params", "n_epochs"),
    [
        ({"max_iter": 7}, 7),
        ({}, 20),
        ({"learning_rate": "constant"}, 200),
        ({"solver": "lbfgs"}, 200),
    ],
    ids=str,
)
def test_number_of_epochs(params, n_epochs):
    settings = TrainingSettings.of(SoftmaxMLPClassifier(**params))
    assert settings.n_epochs(n_steps=50) == n_epochs


@pytest.mark.parametrize(
    ("params", "n_samples", "size"),
    [
        ({"batch_size": 7}, 100, 7),
        ({"batch_size": 7}, 5, 5),
        ({}, 1000, 64),
        ({}, 20, 20),
        ({"solver": "lbfgs", "batch_size": 7}, 100, 100),
        ({"solver": "lbfgs"}, 100_000, 4096),
    ],
    ids=str,
)
def test_batch_size(params, n_samples, size):
    settings = TrainingSettings.of(SoftmaxMLPClassifier(**params))
    assert settings.n_samples_of_batch(n_samples) == size


def test_precision():
    X = np.ones((2, 2))
    assert TrainingSettings.of(SoftmaxMLPClassifier()).dtype(X) == np.float32
    lbfgs = TrainingSettings.of(SoftmaxMLPClassifier(solver="lbfgs"))
    assert lbfgs.dtype(X) == np.float64
    assert lbfgs.dtype(X.astype(np.float32)) == np.float32
