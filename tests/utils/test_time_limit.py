"""A limit to the time of a fit."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from concurrent.futures import ThreadPoolExecutor

from skdistill.utils._time_limit import time_is_up, time_limit


def test_limits_are_nested():
    with time_limit(1e-9):
        assert time_is_up()
        with time_limit(None):
            assert not time_is_up()
        assert time_is_up()
    assert not time_is_up()


def test_there_is_time():
    with time_limit(100):
        assert not time_is_up()


def test_other_threads_have_their_own():
    with time_limit(1e-9), ThreadPoolExecutor() as pool:
        assert not pool.submit(time_is_up).result()
