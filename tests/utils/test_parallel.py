"""Calls in parallel, and what they tell."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings

import pytest
from sklearn import config_context, get_config

from skdistill.exceptions import CommitteeWarning
from skdistill.utils._parallel import call_each
from skdistill.utils._warnings import warn_user


def doubt(number, limit):
    """Warn of all numbers above a limit, and of this one."""
    if number > limit:
        warn_user("too large", CommitteeWarning)
        warn_user(f"{number}")
    return -number


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_results_and_warnings_are_those_of_one_process(n_jobs):
    calls = ((number, 1) for number in (1, 3, 2))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert call_each(doubt, calls, n_jobs) == [-1, -3, -2]
    assert [str(each.message) for each in caught] == ["too large", "3", "2"]
    assert [each.category for each in caught] == [
        CommitteeWarning,
        UserWarning,
        UserWarning,
    ]
    assert {each.filename for each in caught} == {__file__}


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_a_call_inside_of_another(n_jobs):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert call_each(call_each, [(doubt, [(4, 3)])] * 2, n_jobs) == [[-4], [-4]]
    assert [str(each.message) for each in caught] == ["too large", "4"]


def test_errors_come_through():
    with pytest.raises(TypeError, match="not supported"):
        call_each(doubt, [(1, None)])


def test_configuration_goes_along():
    with config_context(transform_output="pandas"):
        (inside,) = call_each(get_config, [()], 2)
    assert inside["transform_output"] == "pandas"
