"""What synthetic members of a committee predict."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np

from skdistill.probability import soften


def noisy_logits(labels, noise, seed):
    """Logits that are right but for noise, of three classes."""
    random_state = np.random.RandomState(seed)
    return 3 * np.eye(3)[labels] + noise * random_state.normal(size=(len(labels), 3))


def log_losses(logits, labels):
    """What each row costs."""
    return -np.log(soften(logits)[np.arange(len(labels)), labels])
