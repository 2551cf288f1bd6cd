"""Warnings are silenced without changing what other threads see."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import threading
import warnings

import pytest

from skdistill.utils._quiet import quiet


def test_silences_its_message_and_no_other():
    with quiet("nothing to say"):
        warnings.warn("nothing to say, really", stacklevel=1)
        with pytest.raises(UserWarning, match="important"):
            warnings.warn("important", stacklevel=1)
    with pytest.raises(UserWarning, match="nothing"):
        warnings.warn("nothing to say", stacklevel=1)


def test_overlapping_threads_leave_the_filters_as_they_are():
    before = list(warnings.filters)
    inside, leave = threading.Event(), threading.Event()

    def work():
        with quiet("anything"):
            inside.set()
            leave.wait()

    thread = threading.Thread(target=work)
    with quiet("something"):
        thread.start()
        inside.wait()
    leave.set()
    thread.join()
    assert warnings.filters == before
