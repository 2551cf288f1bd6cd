"""scikit-learn's callbacks, where the installed version has them (1.9 and later)."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from numpy.typing import ArrayLike

try:
    from sklearn.callback import CallbackSupportMixin
except ImportError:  # scikit-learn < 1.9

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Nothing: this version has no callbacks to support."""


class FitCallbacks:
    """The callbacks of one fit, or nothing where there are none.

    Parameters
    ----------
    estimator : CallbackSupportMixin
    X, y : array-like
        What callbacks may score on.
    max_epochs : int
        How many epochs there are at most.
    fitted_attributes : callable
        ``fitted_attributes() -> dict``, with which the estimator can predict.
    """

    def __init__(
        self,
        estimator: Any,
        X: ArrayLike,
        y: ArrayLike,
        max_epochs: int,
        fitted_attributes: Callable[[], dict],
    ) -> None:
        self._arguments = {
            "estimator": estimator,
            "X": X,
            "y": y,
            "reconstruction_attributes": fitted_attributes,
        }
        self._root: Any = None
        self._epoch: Any = None
        self._epochs_left = max_epochs
        if hasattr(estimator, "_skl_callbacks"):
            self._root = estimator._init_callback_context(max_subtasks=max_epochs)
            self._root.call_on_fit_task_begin(estimator=estimator, X=X, y=y)
            self._begin_epoch()

    def end_epoch(self) -> bool:
        """Call the hooks at the end of an epoch; True asks to stop."""
        if self._root is None:
            return False
        stop = self._epoch.call_on_fit_task_end(**self._arguments)
        self._epoch = None
        if not stop and self._epochs_left:
            self._begin_epoch()
        return stop

    def end(self) -> None:
        """Call the hooks at the end of the fit."""
        if self._epoch is not None:  # begun, but the solver was done
            self._epoch.call_on_fit_task_end(estimator=self._arguments["estimator"])
        if self._root is not None:
            self._root.call_on_fit_task_end(**self._arguments)

    def _begin_epoch(self) -> None:
        self._epochs_left -= 1
        self._epoch = self._root.subcontext(task_name="epoch")
        self._epoch.call_on_fit_task_begin(
            estimator=self._arguments["estimator"],
            X=self._arguments["X"],
            y=self._arguments["y"],
        )


def without_callbacks(estimator: Any) -> Any:
    """Take away the callbacks that a clone has of the estimator it was made of.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    estimator : estimator
        The same.
    """
    if hasattr(estimator, "set_callbacks"):
        estimator.set_callbacks()
    return estimator


@contextmanager
def root_task(estimator: Any, X: Any, y: Any) -> Iterator[None]:
    """Open the task of a whole fit, of which those of :func:`fit_task` are parts.

    Parameters
    ----------
    estimator : CallbackSupportMixin
        It has no context of its own before.
    X, y : array-like
        What callbacks may score on.
    """
    if not hasattr(estimator, "set_callbacks"):  # scikit-learn < 1.9
        yield
        return
    root = estimator._init_callback_context(max_subtasks=None)
    root.call_on_fit_task_begin(estimator=estimator, X=X, y=y)
    yield
    root.call_on_fit_task_end(estimator=estimator, X=X, y=y)


@contextmanager
def fit_task(estimator: Any, name: str, part: Any = None) -> Iterator[None]:
    """Open a task of a running fit.

    Parameters
    ----------
    estimator : estimator
        What is being fitted. Without a :func:`root_task` nothing is called.
    name : str
        What is done.
    part : estimator, default=None
        What is fitted in this task. The tasks of its own fit belong to this one, if it
        supports callbacks.
    """
    root = getattr(estimator, "_callback_fit_ctx", None)
    if root is None:
        yield
        return
    task = root.subcontext(task_name=name)
    with ExitStack() as stack:
        if hasattr(part, "set_callbacks"):
            stack.enter_context(task.propagate_callback_context(part))
        task.call_on_fit_task_begin(estimator=estimator)
        yield
        task.call_on_fit_task_end(estimator=estimator)
