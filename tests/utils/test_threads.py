"""One BLAS thread, whoever else is about."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from contextlib import ExitStack

from threadpoolctl import ThreadpoolController

from skdistill.utils._threads import one_blas_thread


def n_threads():
    blas = ThreadpoolController().select(user_api="blas").info()
    return [library["num_threads"] for library in blas]


def test_contexts_that_overlap_put_the_setting_back():
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        before = n_threads()
        first, second = ExitStack(), ExitStack()
        first.enter_context(one_blas_thread())
        second.enter_context(one_blas_thread())
        first.close()
        assert set(n_threads()) == {1}
        second.close()
        assert n_threads() == before
        assert set(before) == {2}


def test_an_error_puts_the_setting_back():
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        try:
            with one_blas_thread():
                raise KeyError
        except KeyError:
            assert set(n_threads()) == {2}
