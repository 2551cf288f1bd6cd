"""Data of the tests of subtasks."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pytest
from sklearn.datasets import load_digits, make_moons


@pytest.fixture(scope="package")
def moons():
    return make_moons(300, noise=0.2, random_state=0)


@pytest.fixture(scope="package")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:400] / 16, y[:400]
