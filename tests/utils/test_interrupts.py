"""Who handles Ctrl-C."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import threading
import warnings

import pytest

from skdistill.utils._interrupts import interrupts_must_raise, raise_interrupts


def test_only_inside():
    assert not interrupts_must_raise()
    with raise_interrupts():
        with raise_interrupts():
            pass
        assert interrupts_must_raise()
    assert not interrupts_must_raise()


def test_an_error_ends_it():
    with pytest.raises(KeyError), raise_interrupts():
        raise KeyError
    assert not interrupts_must_raise()


def test_other_threads_see_nothing_of_it():
    found, filters = [], list(warnings.filters)
    with raise_interrupts():
        thread = threading.Thread(target=lambda: found.append(interrupts_must_raise()))
        thread.start()
        thread.join()
        assert warnings.filters == filters
    assert found == [False]
