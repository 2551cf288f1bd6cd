"""save and load: one door to all files, whose suffix says what they are."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import joblib
from sklearn.base import BaseEstimator

from skdistill.export._c import c_bytes
from skdistill.export._files import StrPath, write_atomically
from skdistill.export._javascript import to_javascript
from skdistill.export._onnx import to_onnx
from skdistill.export._onnx_served import read_onnx
from skdistill.export._optional import import_optional
from skdistill.export._wrapped import as_plain

# What scikit-learn's imputers hold, and skops 0.16 does not know.
HARMLESS = {"numpy.dtype"}
# A forged tree could read other memory, so skops 0.16 trusts none.
TREES = {"sklearn.tree._tree.Tree"}


class UntrustedError(Exception):
    """A file has to be trusted; the message says why."""


def save(model: BaseEstimator, path: StrPath) -> None:
    """Save a fitted model in the form that the suffix of the file names.

    Read more in the :ref:`User Guide <export>`.

    Parameters
    ----------
    model : estimator
        Fitted.
    path : str or path-like
        What is there is replaced only when the new file is complete.

        - ``.skops``: scikit-learn's own estimators, by ``to_sklearn()`` where the model
          has it. Needs no trust, unless there are trees in it, and no skdistill.
        - ``.onnx``: as by :func:`to_onnx`.
        - ``.c``: as by :func:`to_c`.
        - ``.js``: as by :func:`to_javascript`.
        - ``.joblib``: the model as it is. A file of this kind can run any code when it
          is loaded, and needs this package then.

    Raises
    ------
    ValueError
        If the suffix is another one.
    TypeError
        If the model cannot be written in that form.
    ImportError
        If an optional package is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_iris
    >>> from skdistill import SoftmaxMLPClassifier
    >>> from skdistill.export import load, save
    >>> X, y = load_iris(return_X_y=True)
    >>> student = SoftmaxMLPClassifier(random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(student, Path(folder) / "student.joblib")
    ...     loaded = load(Path(folder) / "student.joblib", trusted=True)
    >>> bool((loaded.predict(X) == student.predict(X)).all())
    True
    """
    write = _find(WRITERS, path)
    write_atomically(path, write(model))


def load(path: StrPath, *, trusted: bool = False) -> Any:
    """Load a model that :func:`save` saved.

    Read more in the :ref:`User Guide <export>`.

    Parameters
    ----------
    path : str or path-like
        ``.skops`` gives estimators of scikit-learn, ``.onnx`` an
        :class:`OnnxClassifier` or :class:`OnnxRegressor`, and ``.joblib`` the model as
        it was.
    trusted : bool, default=False
        Whether you trust whoever made the file to run code on your machine. Needed for
        ``.joblib``, and for trees in ``.skops``.

    Returns
    -------
    model : estimator

    Raises
    ------
    ValueError
        If the suffix is another one, or the file has to be trusted and is not.
    ImportError
        If an optional package is not installed.
    """
    read = _find(READERS, path)
    try:
        return read(Path(path).read_bytes(), trusted)
    except UntrustedError as error:
        raise ValueError(
            f"{path} {error}. If you trust whoever made it, load it with trusted=True."
        ) from None


def _find(functions, path):
    suffix = Path(path).suffix
    if suffix not in functions:
        hint = " Programs are not read again." if suffix in (".c", ".js") else ""
        raise ValueError(
            f"The suffix of {str(path)!r} must be one of {', '.join(functions)}.{hint}"
        )
    return functions[suffix]


def _write_skops(model):
    skops = import_optional("skops.io")
    content = skops.dumps(as_plain(model))
    untrusted = set(skops.get_untrusted_types(data=content))
    if untrusted := untrusted - HARMLESS - TREES:
        raise TypeError(
            f"{model!r} holds {', '.join(untrusted)}, which skops would not load "
            "without trust."
        )
    return content


def _write_onnx(model):
    return to_onnx(model).SerializeToString()


def _write_javascript(model):
    return to_javascript(model).encode("ascii")


def _write_joblib(model):
    buffer = BytesIO()
    joblib.dump(model, buffer)
    return buffer.getvalue()


def _read_skops(content, trusted):
    skops = import_optional("skops.io")
    types = set(skops.get_untrusted_types(data=content))
    if types - HARMLESS and not trusted:
        raise UntrustedError(f"holds {', '.join(sorted(types - HARMLESS))}")
    return skops.loads(content, trusted=sorted(types))


def _read_onnx(content, trusted):
    return read_onnx(content)


def _read_joblib(content, trusted):
    if not trusted:
        raise UntrustedError("may run any code when it is loaded")
    return joblib.load(BytesIO(content))


WRITERS: dict[str, Callable[[Any], bytes]] = {
    ".skops": _write_skops,
    ".onnx": _write_onnx,
    ".c": c_bytes,
    ".js": _write_javascript,
    ".joblib": _write_joblib,
}

READERS: dict[str, Callable[[bytes, bool], Any]] = {
    ".skops": _read_skops,
    ".onnx": _read_onnx,
    ".joblib": _read_joblib,
}
