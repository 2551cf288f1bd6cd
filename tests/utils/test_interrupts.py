"""Who handles Ctrl-C."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import signal
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


def swallow():
    """Do what scikit-learn's networks do."""
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        return True
    return False


@pytest.mark.usefixtures("default_interrupts")
def test_an_interrupt_that_is_swallowed_is_raised_in_the_end():
    before, swallowed = signal.getsignal(signal.SIGINT), []
    with pytest.raises(KeyboardInterrupt), raise_interrupts():
        swallowed.append(swallow())
    assert swallowed == [True]
    assert signal.getsignal(signal.SIGINT) is before
    assert swallow()  # outside nobody minds


def test_the_users_own_handler_decides():
    handled = []
    before = signal.signal(signal.SIGINT, lambda *_: handled.append(True))
    try:
        with raise_interrupts():
            assert not swallow()
    finally:
        signal.signal(signal.SIGINT, before)
    assert handled == [True]


def test_threads_have_no_handlers():
    errors = []

    def run():
        try:
            with raise_interrupts():
                pass
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not errors


def test_other_threads_see_nothing_of_it():
    found, filters = [], list(warnings.filters)
    with raise_interrupts():
        thread = threading.Thread(target=lambda: found.append(interrupts_must_raise()))
        thread.start()
        thread.join()
        assert warnings.filters == filters
    assert found == [False]
