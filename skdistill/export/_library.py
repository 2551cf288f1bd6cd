"""C sources built by the system's compiler and loaded into the process."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import ctypes
import os
import platform
import shlex
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FLAGS = ("-O3", "-shared", "-fPIC")


class CompilerError(RuntimeError):
    """There is no C compiler, or it cannot build or load the library."""


class Library:
    """A compiled student; it may be called from several threads at once.

    Its pickle holds the source and the library. Where the processor or the system is
    another one, the library is built again from the source.

    Parameters
    ----------
    source : str
        As `c_source` writes it.
    function : str
        Name of the function that predicts batches.
    n_outputs : int

    Attributes
    ----------
    content : bytes
        The shared library.

    Raises
    ------
    CompilerError
        If the source cannot be built.
    """

    def __init__(self, source: str, function: str, n_outputs: int) -> None:
        self.source = source
        self.function = function
        self.n_outputs = n_outputs
        self._start(build(source))

    def predict(self, X: NDArray) -> NDArray | None:
        """Predict class probabilities, or numbers.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            In double precision, C-contiguous.

        Returns
        -------
        outputs : ndarray of shape (n_samples, n_outputs), or None
            None where the student takes no such numbers, such as infinite ones.
        """
        outputs = np.empty((len(X), self.n_outputs))
        refused = self._predict(
            X.__array_interface__["data"][0],
            len(X),
            outputs.__array_interface__["data"][0],
        )
        return None if refused else outputs

    def __getstate__(self):
        return {
            "source": self.source,
            "function": self.function,
            "n_outputs": self.n_outputs,
            "machine": machine(),
            "binary": self.content,
        }

    def __setstate__(self, state):
        self.source, self.function = state["source"], state["function"]
        self.n_outputs = state["n_outputs"]
        is_same = state["machine"] == machine()
        self._start(state["binary"] if is_same else build(self.source))

    def _start(self, binary):
        self.content = binary
        self._predict = load(binary)[self.function]
        pointer = ctypes.c_void_p
        self._predict.argtypes = [pointer, ctypes.c_size_t, pointer]
        self._predict.restype = ctypes.c_int


def build(source: str) -> bytes:
    """Build a shared library.

    Parameters
    ----------
    source : str
        In C99. The compiler is that of the environment variable CC, else "cc".

    Returns
    -------
    binary : bytes
        For this processor.

    Raises
    ------
    CompilerError
        If there is no compiler, or it fails.
    """
    compiler = shlex.split(os.environ.get("CC", "")) or ["cc"]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "student.c").write_text(source, encoding="ascii")
        # Not every compiler knows the second.
        for flags in ((*FLAGS, "-march=native"), FLAGS):
            command = [*compiler, *flags, "student.c", "-o", "student.so", "-lm"]
            done = _run(command, folder)
            if done.returncode == 0:
                return (Path(folder) / "student.so").read_bytes()
    raise CompilerError(f"{shlex.join(command)} failed:\n{done.stderr.strip()}")


def _run(command, folder):
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True)
    except OSError as error:
        raise CompilerError(
            f"Compiling a student needs a C compiler, but {command[0]!r} cannot be "
            f"run ({error.strerror}). Install gcc or clang (Debian, Ubuntu: apt-get "
            "install gcc; Fedora: dnf install gcc; macOS: xcode-select --install), or "
            "name one in the environment variable CC."
        ) from error


def load(binary: bytes) -> ctypes.CDLL:
    """Load a shared library into the process.

    Parameters
    ----------
    binary : bytes

    Returns
    -------
    library : CDLL

    Raises
    ------
    CompilerError
        If the system refuses.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "student.so"
        path.write_bytes(binary)
        try:
            return ctypes.CDLL(str(path))
        except OSError as error:
            raise CompilerError(
                f"The compiled student cannot be loaded: {error}. If files in {folder} "
                "may not be executed, name another folder in TMPDIR."
            ) from error


def machine() -> str:
    """What a library is built for: system, C library and abilities of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        abilities = next(x for x in lines if x.startswith(("flags", "Features")))
    except (OSError, StopIteration):
        abilities = platform.processor()
    digest = sha256(abilities.encode()).hexdigest()[:16]
    parts = platform.system(), platform.machine(), *platform.libc_ver(), digest
    return "-".join(parts)
