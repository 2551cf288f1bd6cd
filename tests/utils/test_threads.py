"""One BLAS thread: other threads, interrupts, forks."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import os
import signal
import sys
import threading
import time
import warnings
from contextlib import ExitStack, contextmanager, suppress

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController, threadpool_limits

from skdistill import SoftmaxMLPClassifier
from skdistill.utils import _threads
from skdistill.utils._threads import one_blas_thread

ONE, SEVERAL = {1}, {2}


def n_threads():
    """Numbers of threads that the BLAS libraries use."""
    blas = ThreadpoolController().select(user_api="blas").info()
    return {library["num_threads"] for library in blas}


def set_threads(numbers):
    """Set the libraries' numbers, and leave it to any thread to change them."""
    blas = ThreadpoolController().select(user_api="blas").lib_controllers
    for library, number in zip(blas, numbers, strict=True):
        library.set_num_threads(number)
        getattr(library, "clear_controlling_thread", lambda: None)()


@pytest.fixture(autouse=True)
def several():
    """Two threads for each library, whatever the machine and its settings."""
    blas = ThreadpoolController().select(user_api="blas").info()
    if not blas:
        pytest.skip("threadpoolctl knows no BLAS library here")
    set_threads([2] * len(blas))
    yield
    assert n_threads() == SEVERAL
    set_threads([library["num_threads"] for library in blas])


class OtherThread:
    """A thread that does what it is told, one thing after another."""

    def __init__(self):
        self._calls, self._done = [], threading.Semaphore(0)
        self._todo = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __call__(self, function):
        self._calls.append(function)
        self._todo.release()
        assert self._done.acquire(timeout=30)

    def _run(self):
        while self._todo.acquire():
            function = self._calls.pop()
            if function is None:
                break
            function()
            self._done.release()

    def end(self):
        self._calls.append(None)
        self._todo.release()
        self._thread.join(30)


@pytest.fixture
def other():
    thread = OtherThread()
    yield thread
    thread.end()


def test_inside_there_is_one():
    with one_blas_thread():
        assert n_threads() == ONE
        with one_blas_thread():
            assert n_threads() == ONE
        assert n_threads() == ONE
    assert n_threads() == SEVERAL


def test_an_error_restores_the_setting():
    with suppress(KeyError), one_blas_thread():
        raise KeyError
    assert n_threads() == SEVERAL


@pytest.mark.parametrize("other_leaves_first", [True, False])
def test_contexts_of_two_threads_overlap(other, other_leaves_first):
    first, second = ExitStack(), ExitStack()
    first.enter_context(one_blas_thread())
    other(lambda: second.enter_context(one_blas_thread()))
    assert n_threads() == ONE
    for is_other in (other_leaves_first, not other_leaves_first):
        other(second.close) if is_other else first.close()
        is_last = is_other is not other_leaves_first
        assert n_threads() == (SEVERAL if is_last else ONE)


def test_later_limits_of_other_threads_work(other):
    with one_blas_thread():
        pass
    found = []

    def limit():
        with threadpool_limits(1, "blas"):
            found.append(n_threads())

    other(limit)
    assert found == [ONE]


def test_a_limit_that_the_user_sets_meanwhile_is_left_alone():
    with one_blas_thread():
        threadpool_limits(3, "blas")
    assert n_threads() == {3}
    set_threads([2] * len(_threads._libraries()[1]))


def test_many_threads_at_once():
    def work():
        rng = np.random.RandomState()
        for _ in range(200):
            with one_blas_thread():
                time.sleep(rng.uniform(0, 1e-4))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert n_threads() == SEVERAL


def test_concurrent_fits(iris):
    def fit():
        SoftmaxMLPClassifier((8,), max_iter=5, random_state=0).fit(*iris)

    threads = [threading.Thread(target=fit) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert n_threads() == SEVERAL


class Library:
    """Looks like one, and is interrupted at a call of its own."""

    def __init__(self, n_threads, interrupt):
        self.n_threads, self.interrupt = n_threads, interrupt

    def get_num_threads(self):
        with self.interrupt():
            return self.n_threads

    def set_num_threads(self, n_threads):
        with self.interrupt():
            self.n_threads = n_threads

    def clear_controlling_thread(self):
        with self.interrupt():
            pass


class Interrupt:
    """Raises before or after the call that has the number `at`."""

    def __init__(self, at, after):
        self.at, self.after, self.count = at, after, 0

    @contextmanager
    def __call__(self):
        self.count += 1
        if self.count == self.at and not self.after:
            raise KeyboardInterrupt
        yield
        if self.count == self.at and self.after:
            raise KeyboardInterrupt


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("layer", ["pthreads", "openmp"])
def test_an_interrupt_at_any_call_restores_the_setting(monkeypatch, after, layer):
    for at in range(1, 99):
        interrupt = Interrupt(at, after)
        libraries = [Library(n, interrupt) for n in (4, 1, 8)]
        pair = ([], libraries) if layer == "pthreads" else (libraries, [])
        monkeypatch.setattr(_threads, "_libraries", lambda pair=pair: pair)
        try:
            with one_blas_thread():
                assert [library.n_threads for library in libraries] == [1, 1, 1]
        except KeyboardInterrupt:
            assert [library.n_threads for library in libraries] == [4, 1, 8]
        else:
            break
        assert not _threads._process_limit.inside
        assert not _threads._thread_limit.inside
    assert at == 14  # One more than there are calls.


def test_a_library_of_openmp_is_set_in_each_thread(monkeypatch, other):
    of_thread = threading.local()

    class OpenMP:
        threading_layer = "openmp"

        def get_num_threads(self):
            return getattr(of_thread, "n", 4)

        def set_num_threads(self, n_threads):
            of_thread.n = n_threads

    library = OpenMP()
    monkeypatch.setattr(_threads, "_libraries", lambda: ([library], []))
    found, stack = [], ExitStack()

    def look():
        found.append(library.get_num_threads())

    with one_blas_thread():
        other(lambda: stack.enter_context(one_blas_thread()))
        other(look)
    look()
    other(look)
    other(stack.close)
    other(look)
    assert found == [1, 4, 1, 4]


def test_which_libraries_openmp_runs(monkeypatch):
    class Found:
        def __init__(self, threading_layer=None):
            if threading_layer:
                self.threading_layer = threading_layer

    libraries = [Found("openmp"), Found("pthreads"), Found()]

    class Controller:
        lib_controllers = libraries

        def select(self, user_api):
            assert user_api == "blas"
            return self

    monkeypatch.setattr(_threads, "ThreadpoolController", Controller)
    found = _threads._libraries.__wrapped__()
    assert found == (libraries[:1], libraries[1:])


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers of Unix")
def test_interrupts_at_random_times_restore_the_setting():
    rng = np.random.RandomState(0)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    n_interrupted = 0
    try:
        for _ in range(1000):
            try:
                signal.setitimer(signal.ITIMER_REAL, rng.uniform(1e-6, 1e-4))
                while True:
                    with one_blas_thread():
                        pass
            except KeyboardInterrupt:
                n_interrupted += 1
            assert not _threads._process_limit.inside
            assert not _threads._process_limit.changed
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert n_interrupted == 1000


def fork(in_child):
    """Run a function in a forked child; its exit code, None if it hangs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # There are threads.
        child = os.fork()
    if child == 0:  # pragma: no cover
        code = 9
        with suppress(BaseException):
            code = in_child()
        os._exit(code)
    for _ in range(500):
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs forks")


@needs_fork
def test_a_fork_under_threads_leaves_the_child_a_free_lock():
    stop = threading.Event()

    def work():
        while not stop.is_set():
            with one_blas_thread():
                pass

    def in_child():
        found = []
        thread = threading.Thread(target=look, args=[found], daemon=True)
        thread.start()
        thread.join(5)
        look(found)
        return 0 if found == [(1, ONE)] * 2 else 1

    def look(found):
        with one_blas_thread():
            found.append((len(_threads._process_limit.inside), n_threads()))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=work) for _ in range(3)]
    try:
        for thread in threads:
            thread.start()
        assert [fork(in_child) for _ in range(6)] == [0] * 6
    finally:
        stop.set()
        sys.setswitchinterval(interval)
        for thread in threads:
            thread.join()


@needs_fork
def test_a_fork_waits_for_a_change_to_be_complete(monkeypatch):
    class Slow:
        def __init__(self):
            self.began, self.n_threads = threading.Event(), 4

        def get_num_threads(self):
            return self.n_threads

        def set_num_threads(self, n_threads):
            self.began.set()
            time.sleep(0.1)
            self.n_threads = n_threads

    slow, stop = Slow(), threading.Event()
    monkeypatch.setattr(_threads, "_libraries", lambda: ([], [slow]))

    def work():
        with one_blas_thread():
            stop.wait(30)

    thread = threading.Thread(target=work)
    thread.start()
    slow.began.wait(30)
    # The child has got rid of the other thread's limit, which was there.
    assert fork(lambda: slow.n_threads + len(_threads._process_limit.changed)) == 4
    assert slow.n_threads == 1
    stop.set()
    thread.join()
    assert slow.n_threads == 4


@needs_fork
def test_a_child_of_a_predicting_process_predicts(iris):
    network = SoftmaxMLPClassifier((8,), max_iter=5, random_state=0).fit(*iris)
    X = np.tile(iris[0], (4, 1))
    expected = network.predict_proba(X)
    stop = threading.Event()

    def work():
        while not stop.is_set():
            network.predict_proba(X)

    def in_child():
        return int(not np.array_equal(network.predict_proba(X), expected))

    threads = [threading.Thread(target=work) for _ in range(3)]
    try:
        for thread in threads:
            thread.start()
        assert [fork(in_child) for _ in range(5)] == [0] * 5
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@needs_fork
def test_a_child_has_the_contexts_of_its_own_thread_alone(other):
    with ExitStack() as stack:
        other(lambda: stack.enter_context(one_blas_thread()))
        # The other thread is not in the child, so nobody else restores the setting.
        assert fork(lambda: int(n_threads() != SEVERAL)) == 0
        with one_blas_thread():
            assert fork(lambda: int(n_threads() != ONE)) == 0
        assert n_threads() == ONE
        other(stack.close)
