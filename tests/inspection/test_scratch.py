"""The scratch student, and what calibration alone makes of it."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from skdistill.inspection._scratch import calibrated_log_loss
from skdistill.transfer._targets import ClassTargets


def test_the_temperature_is_weighted(rng):
    """Where wrong labels count for little, a sharper prediction is right."""
    X = rng.normal(size=(300, 2))
    right = (X[:, 0] > 0).astype(int)
    is_wrong = rng.rand(300) < 0.3
    y = np.where(is_wrong, 1 - right, right)
    neighbors = KNeighborsClassifier(20).fit(X, y)  # takes no weights itself
    targets = ClassTargets(np.arange(2))

    def loss(weights):
        return calibrated_log_loss(neighbors, (X, y, weights), (X, right), targets)

    assert loss(np.where(is_wrong, 0.01, 1.0)) < 0.5 * loss(None)
