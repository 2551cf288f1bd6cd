"""Teachers and students by the words of the command line."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skdistill.cli._errors import CommandError, command_errors
from skdistill.export import load
from skdistill.tables import TableEncoder

N_TREES = 300
N_LEAVES = 32


def _vote(task):
    forest, boosting, trees, vote = {
        "classes": (
            RandomForestClassifier(N_TREES),
            HistGradientBoostingClassifier(),
            ExtraTreesClassifier(N_TREES),
            VotingClassifier,
        ),
        "numbers": (
            RandomForestRegressor(N_TREES),
            HistGradientBoostingRegressor(),
            ExtraTreesRegressor(N_TREES),
            VotingRegressor,
        ),
    }[task]
    members = [("forest", forest), ("boosting", boosting), ("trees", trees)]
    soft = {"voting": "soft"} if task == "classes" else {}
    return vote(members, **soft)


# For each word: for classes, and for numbers.
TEACHERS: dict[str, dict[str, Any]] = {
    "forest": {
        "classes": lambda: RandomForestClassifier(N_TREES),
        "numbers": lambda: RandomForestRegressor(N_TREES),
    },
    "boosting": {
        "classes": HistGradientBoostingClassifier,
        "numbers": HistGradientBoostingRegressor,
    },
    "svc": {
        "classes": lambda: make_pipeline(StandardScaler(), SVC()),
        "numbers": lambda: make_pipeline(StandardScaler(), SVR()),
    },
    "vote": {"classes": lambda: _vote("classes"), "numbers": lambda: _vote("numbers")},
}
# Values of the parameter `student`.
OWN_STUDENTS = {"default": None, "fast": "fast"}
STUDENTS: dict[str, dict[str, Any]] = {
    "tree": {
        "classes": lambda: DecisionTreeClassifier(max_leaf_nodes=N_LEAVES),
        "numbers": lambda: DecisionTreeRegressor(max_leaf_nodes=N_LEAVES),
    },
    "linear": {
        "classes": lambda: make_pipeline(
            StandardScaler(), LogisticRegression(max_iter=1000)
        ),
        "numbers": lambda: make_pipeline(StandardScaler(), Ridge()),
    },
}


def find_teacher(word: str, task: str, trust: bool) -> Any:
    """Make the teacher that a word stands for.

    Parameters
    ----------
    word : str
        One of the names, a file that :func:`skdistill.export.load` reads, or
        "module:Object".
    task : {"classes", "numbers"}
    trust : bool
        Whether a file may run code.

    Returns
    -------
    teacher : estimator
        The model of a file is frozen: it teaches as it is.

    Raises
    ------
    CommandError
        If there is no such thing.
    """
    if Path(word).suffix in {".skops", ".onnx", ".joblib"}:
        return FrozenEstimator(load_model(word, trust))
    return _find(TEACHERS, word, task, "--teacher")


def find_student(word: str, task: str) -> Any:
    """Make the student that a word stands for.

    Parameters
    ----------
    word : str
        One of the names, or "module:Object".
    task : {"classes", "numbers"}

    Returns
    -------
    student : estimator, "fast" or None
        None is the default student; it and the fast one have no parts to name.

    Raises
    ------
    CommandError
        If there is no such thing.
    """
    if word in OWN_STUDENTS:
        return OWN_STUDENTS[word]
    return _find(STUDENTS, word, task, "--student")


def load_model(path: str, trust: bool) -> Any:
    """Load a model, and say in one line what is wrong with the file.

    Parameters
    ----------
    path : str
    trust : bool
        Whether the file may run code.

    Returns
    -------
    model : estimator

    Raises
    ------
    CommandError
        If it cannot be loaded.
    """
    try:
        return load(path, trusted=trust)
    except (OSError, ValueError, TypeError, ImportError) as error:
        message = getattr(error, "strerror", None) or str(error)
        # What the user has here is an option.
        message = message.replace("trusted=True", "--trust")
        raise CommandError(f"{path}: {message}") from error


def _find(words, word, task, option):
    if word in words:
        return make_pipeline(TableEncoder(), words[word][task]())
    if ":" in word:
        return _import_object(word, option)
    raise CommandError(
        f"{option} must be one of {', '.join(words)}, or module:Object, not {word!r}."
    )


def _import_object(word, option):
    """The estimator that "module:Object" names, or one of a class behind an encoder."""
    module, _, name = word.partition(":")
    # As of `python -m`: the modules of the folder that the user stands in.
    if "" not in sys.path:
        sys.path.insert(0, "")
    with command_errors(ImportError, AttributeError, what=f"{option}: "):
        found = getattr(import_module(module), name)
    is_class = isinstance(found, type)
    return make_pipeline(TableEncoder(), found()) if is_class else found
