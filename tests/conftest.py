"""Data that several test modules share."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import shutil
import signal
import subprocess

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, make_moons
from sklearn.preprocessing import minmax_scale


@pytest.fixture(scope="session")
def iris():
    """Three classes, 150 rows; read-only, so that no test can change it for others."""
    return _read_only(*load_iris(return_X_y=True))


@pytest.fixture(scope="session")
def cancer():
    """Two classes, 200 rows of 30 columns on very different scales."""
    X, y = load_breast_cancer(return_X_y=True)
    return _read_only(X[:200].copy(), y[:200].copy())


@pytest.fixture(scope="session")
def rows(iris):
    """75 rows of iris that every classifier takes, with names for classes.

    Naive Bayes of counts wants no number below zero, self-training labels as objects.
    """
    X = 3 * minmax_scale(iris[0][::2])
    names = np.array(["setosa", "versicolor", "virginica"], dtype=object)
    return _read_only(X, names[iris[1][::2]])


@pytest.fixture(scope="session")
def moons():
    """Two classes with a curved boundary, 300 rows of two columns."""
    return _read_only(*make_moons(300, noise=0.2, random_state=0))


@pytest.fixture(scope="session")
def digits():
    """Ten classes, 400 rows of 64 columns."""
    X, y = load_digits(return_X_y=True)
    return _read_only(X[:400] / 16, y[:400].copy())


@pytest.fixture
def rng():
    return np.random.RandomState(0)


@pytest.fixture
def default_interrupts():
    """Ctrl-C as Python handles it; a shell ignores it for what runs in background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def open_page(tmp_path):
    """A function that opens a page in a browser, returning what scripts made of it."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("needs chromium")

    def open_page(html):
        page = tmp_path / "page.html"
        page.write_text(html, encoding="utf-8")
        # No sandbox is to be had where everybody is root.
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
        command += [f"--user-data-dir={tmp_path / 'profile'}", page.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return open_page


def _read_only(*arrays):
    for array in arrays:
        array.flags.writeable = False
    return arrays
