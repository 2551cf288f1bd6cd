"""The sigmoid squashing transform."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csr_array
from scipy.special import expit

from skdistill.subtasks._squashing import squash


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_formula(temperature, rng):
    X = rng.randn(5, 3)
    expected = expit(np.log(expit(X)) / temperature)
    assert_allclose(squash(X, temperature), expected)


def test_none_leaves_features_as_they_are(rng):
    X = rng.randn(5, 3)
    assert squash(X, None) is X


def test_extremes():
    assert_allclose(squash(np.array([[-1e4, 1e4]]), 0.5), [[0.0, 0.5]])


def test_sparse_is_an_error(rng):
    with pytest.raises(ValueError, match="dense"):
        squash(csr_array(rng.randn(5, 3)), 0.5)
