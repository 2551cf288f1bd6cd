"""Warnings that point at the line of the user, and warnings that are ignored."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import threading
import warnings
from contextlib import ExitStack

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skdistill.exceptions import ColumnKindWarning
from skdistill.tables import TableEncoder
from skdistill.utils._warnings import ignore_warnings, tell_once, warn_user


def test_through_several_packages():
    texts = np.array([[f"text {i}", 1] for i in range(40)], dtype=object)
    with pytest.warns(ColumnKindWarning) as caught:
        make_pipeline(TableEncoder()).fit(texts)
    assert [warning.filename for warning in caught] == [__file__]


def test_where_it_is_called():
    with pytest.warns(UserWarning, match=r"Look\.") as caught:
        warn_user("Look.")
    assert caught[0].filename == __file__


def package_function(package):
    """A function that warns, of a module of a package."""
    names = {"__name__": f"{package}.imagined", "warn_user": warn_user}
    exec("def function():\n    warn_user('Look.')", names)
    return names["function"]


@pytest.mark.parametrize("package", ["skdistill", "sklearn", "joblib"])
def test_over_frames_of_libraries(package):
    with pytest.warns(UserWarning, match="Look") as caught:
        package_function(package)()
    assert caught[0].filename == __file__


def test_a_package_of_another_name_is_the_user():
    with pytest.warns(UserWarning, match="Look") as caught:
        package_function("skdistill_plugin")()
    assert caught[0].filename != __file__


def test_a_thread_without_frames_of_the_user_is_no_error():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        thread = threading.Thread(target=package_function("skdistill"))
        thread.start()
        thread.join()
    assert [str(warning.message) for warning in caught] == ["Look."]


class TestIgnored:
    """Warnings that are ignored meanwhile."""

    def test_by_message_and_category(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with ignore_warnings("no.e", UserWarning):
                warnings.warn("None of this", UserWarning, stacklevel=2)
                warnings.warn("none", DeprecationWarning, stacklevel=2)
            warnings.warn("None again", UserWarning, stacklevel=2)
        assert [str(each.message) for each in caught] == ["none", "None again"]

    @pytest.mark.parametrize("error", [None, KeyError])
    def test_filters_are_as_before(self, error):
        before = list(warnings.filters)
        with pytest.raises(error) if error else ExitStack(), ignore_warnings("this"):
            assert len(warnings.filters) == len(before) + 1
            if error:
                raise error
        assert warnings.filters == before

    def test_contexts_overlap(self):
        before = list(warnings.filters)
        first, second = ExitStack(), ExitStack()
        first.enter_context(ignore_warnings("one"))
        second.enter_context(ignore_warnings("two"))
        first.close()
        warnings.warn("two", stacklevel=2)
        with pytest.warns(UserWarning, match="one"):
            warnings.warn("one", stacklevel=2)
        second.close()
        assert warnings.filters == before

    @pytest.mark.parametrize("ours_ends_first", [True, False])
    def test_filters_of_another_thread_that_end_meanwhile(self, ours_ends_first):
        before = list(warnings.filters)
        ours, theirs = ExitStack(), ExitStack()
        ours.enter_context(ignore_warnings("this"))
        theirs.enter_context(warnings.catch_warnings())
        warnings.simplefilter("error")
        for stack in (ours, theirs) if ours_ends_first else (theirs, ours):
            stack.close()
        assert warnings.filters == before


def test_once_is_enough():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with tell_once():
            warn_user("first")
            with tell_once():
                warn_user("first")
                warn_user("second")
            warn_user("second")
        warn_user("first")
        warn_user("first")
    told = [str(warning.message) for warning in caught]
    assert told == ["first", "second", "first", "first"]


def test_an_error_ends_it_too():
    with pytest.raises(KeyError), tell_once():
        raise KeyError
    with pytest.warns(UserWarning, match="again"), warnings.catch_warnings():
        warn_user("again")
