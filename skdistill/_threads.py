"""One BLAS thread for products that are too small to share."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from functools import cache

from threadpoolctl import ThreadpoolController


def one_blas_thread():
    """Context in which matrix products run on one thread.

    The products of a batch take microseconds: waking a second thread for each takes
    longer, and on a busy machine, where threads wait for one another, many times so.

    Returns
    -------
    context : context manager
    """
    return _controller().limit(limits=1, user_api="blas")


@cache
def _controller():
    # Looking for the loaded libraries takes milliseconds, using what was found little.
    return ThreadpoolController()
