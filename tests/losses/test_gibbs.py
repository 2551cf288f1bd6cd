"""Inverse temperature and log pressure."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import kstest, loguniform, uniform
from sklearn.model_selection import ParameterSampler

from skdistill.losses import DistillationLoss, from_gibbs
from skdistill.probability import soften


def test_the_gibbs_form():
    logits = np.log([[0.7, 0.2, 0.1]])
    temperature, _ = from_gibbs(0.4, 0.0)
    gibbs = np.exp(0.4 * logits)
    assert_allclose(soften(logits, temperature), gibbs / gibbs.sum())


def test_the_pressure_is_the_ratio_of_the_weights():
    _, alpha = from_gibbs(1.0, np.log(3.0))
    assert_allclose(alpha / (1 - alpha), 3.0)
    assert from_gibbs([1], [-np.inf, np.inf])[1] == [0.0, 1.0]


def test_every_value_suits_the_loss():
    for temperature, alpha in zip(
        *from_gibbs([1e-6, 1.0, 1e3], [-800.0, 0.0, 800.0]), strict=True
    ):
        DistillationLoss(temperature, alpha)


def test_distributions_are_on_a_logarithmic_scale():
    temperature, alpha = from_gibbs(loguniform(0.1, 2), uniform(-2, 5))
    sampler = ParameterSampler(
        {"temperature": temperature, "alpha": alpha}, n_iter=500, random_state=0
    )
    drawn = list(sampler)
    betas = [1 / params["temperature"] for params in drawn]
    pressures = [params["alpha"] / (1 - params["alpha"]) for params in drawn]
    assert kstest(betas, loguniform(0.1, 2).cdf).pvalue > 0.01
    assert kstest(np.log(pressures), uniform(-2, 5).cdf).pvalue > 0.01
    again = pickle.loads(pickle.dumps(temperature))
    assert again.rvs(random_state=1) == temperature.rvs(random_state=1)


@pytest.mark.parametrize("beta", [0, -1.0, [1.0, np.nan], np.inf])
def test_beta_must_be_positive(beta):
    with pytest.raises(ValueError, match="beta must be from 1e-06 to 1000"):
        from_gibbs(beta, 0.0)


def test_log_pressure_must_be_a_number():
    with pytest.raises(ValueError, match="log_pressure must not be NaN"):
        from_gibbs(1.0, np.nan)
