"""Softmax by products and by columns: the values of the usual one."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import logsumexp, softmax

from skdistill.neural_network._fast_softmax import UnshiftedSoftmax


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(3, 7), (2, 1), (4, 3, 7)], ids=str)
def test_values_and_normalizers(rng, shape, dtype):
    logits = rng.normal(scale=5, size=shape).astype(dtype)
    expected, sums = softmax(logits, axis=-2), logsumexp(logits, axis=-2)
    normalizers = np.empty((shape[0] if len(shape) == 3 else 1, shape[-1]), dtype)
    assert UnshiftedSoftmax(logits)(normalizers)
    assert_allclose(logits, expected, rtol=1e-5)
    assert_allclose(np.log(normalizers), sums.reshape(normalizers.shape), rtol=1e-5)


@pytest.mark.parametrize("logit", [200.0, -200.0, np.nan, np.inf, -np.inf])
def test_overflow_is_told(rng, logit):
    logits = rng.normal(size=(3, 5)).astype(np.float32)
    logits[:, 2] = logit
    with np.errstate(all="ignore"):
        assert not UnshiftedSoftmax(logits)(np.empty((1, 5), np.float32))


@pytest.mark.parametrize(
    ("level", "error"), [(-80.0, 1e-4), (80.0, 1e-4), (-95.0, 0.01)]
)
def test_values_next_to_overflow_are_precise(rng, level, error):
    logits = (level + rng.normal(size=(3, 5))).astype(np.float32)
    expected = softmax(logits.astype(float), axis=0)
    assert UnshiftedSoftmax(logits)(np.empty((1, 5), np.float32))
    assert_allclose(logits, expected, rtol=error)
