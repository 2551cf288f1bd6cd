"""When a student falls back to the labels."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from answers import log_losses, noisy_logits

from skdistill.students._scratch_fallback import is_worse_than_scratch


@pytest.fixture
def labels():
    return np.random.RandomState(0).randint(3, size=300)


@pytest.fixture
def good(labels):
    return log_losses(noisy_logits(labels, 1.0, 1), labels)


@pytest.fixture
def bad(labels):
    return log_losses(noisy_logits(labels, 3.0, 2), labels)


def test_needs_a_clear_difference(labels, good, bad):
    assert is_worse_than_scratch(bad, good)
    assert not is_worse_than_scratch(good, bad)
    as_good = log_losses(noisy_logits(labels, 1.0, 2), labels)
    assert not is_worse_than_scratch(good, as_good)
    few = [is_worse_than_scratch(bad[i::60], good[i::60]) for i in range(60)]
    assert np.mean(few) < 0.3


def test_a_dozen_easy_samples_prove_nothing(labels):
    modest, sure = (log_losses(z * np.eye(3)[labels], labels) for z in (1, 6))
    assert not is_worse_than_scratch(modest[:12], sure[:12])
    assert is_worse_than_scratch(modest, sure)


def test_compares_on_samples_that_folds_left_out(good, bad):
    loss, scratch = good.copy(), bad.copy()
    loss[::2], scratch[::2] = bad[::2], np.nan
    assert not is_worse_than_scratch(loss, scratch)
    assert not is_worse_than_scratch(bad, np.full(300, np.nan))


def test_weights_count(good, bad):
    loss, scratch = good.copy(), bad.copy()
    loss[:75], scratch[:75] = bad[:75], good[:75]
    weights = np.where(np.arange(300) < 75, 1.0, 1e-3)
    assert not is_worse_than_scratch(loss, scratch)
    assert is_worse_than_scratch(loss, scratch, weights)
