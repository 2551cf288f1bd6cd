"""Fair timing on a noisy machine: one thread, contenders in turns, medians."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import tracemalloc
from time import process_time

import numpy as np
from threadpoolctl import threadpool_limits


def interleaved(contenders, *, rounds=7, number=1):
    """Time functions in turns A B A B ..., each with one BLAS thread.

    Processor time is taken, which other programs on the machine hardly lengthen.

    Parameters
    ----------
    contenders : dict of str to callable
        By name.
    rounds : int, default=7
        How often each has its turn, after one turn that does not count.
    number : int or dict of str to int, default=1
        Calls in a turn.

    Returns
    -------
    seconds : dict of str to ndarray of shape (rounds,)
        Of one call, in each round.
    """
    numbers = number if isinstance(number, dict) else dict.fromkeys(contenders, number)
    seconds = {name: np.empty(rounds + 1) for name in contenders}
    with threadpool_limits(1):
        for i in range(rounds + 1):
            for name, function in contenders.items():
                start = process_time()
                for _ in range(numbers[name]):
                    function()
                seconds[name][i] = (process_time() - start) / numbers[name]
    return {name: values[1:] for name, values in seconds.items()}


def ratio(seconds, slow, fast):
    """Median over the rounds of one contender's time over another's."""
    return float(np.median(seconds[slow] / seconds[fast]))


def peak_megabytes(function):
    """Most memory that a call allocates at a time, in units of 1e6 bytes."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
