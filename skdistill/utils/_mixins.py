"""What the package's estimators share: predictions from probabilities, safe fits."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils.metaestimators import available_if

Method = TypeVar("Method", bound=Callable[..., Any])


def _public_name(estimator: Any) -> dict[str, str]:
    """What the link to an estimator's page is made of, wherever its file is."""
    package, room = type(estimator).__module__.split(".")[:2]
    name = type(estimator).__name__
    if hasattr(sys.modules[package], name):
        return {"public_name": f"{package}.{name}"}
    return {"public_name": f"{package}.{room}.{name}"}


class DocLinkMixin:
    """An estimator with a page of its own in this package's documentation."""

    _doc_link_module = "skdistill"
    _doc_link_template = (
        "https://skdistill.readthedocs.io/en/stable/api/{public_name}.html"
    )
    _doc_link_url_param_generator = _public_name


class MultiOutputRegressorMixin(DocLinkMixin, RegressorMixin):
    """A regressor that takes several outputs."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


class ProbabilityClassifierMixin(DocLinkMixin, ClassifierMixin):
    """A classifier whose other predictions follow from its `predict_proba`."""

    def predict(self, X: ArrayLike) -> NDArray:
        """Predict class labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            The most probable class of each sample, one of ``classes_``.
        """
        proba = self.predict_proba(X)
        return self.classes_[np.argmax(proba, axis=1)]

    @available_if(lambda self: hasattr(self, "predict_proba"))
    def predict_log_proba(self, X: ArrayLike) -> NDArray:
        """Predict logarithms of class probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        log_proba : ndarray of shape (n_samples, n_classes)
            ``log(predict_proba(X))``; ``-inf`` where a probability is zero.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))


def restore_on_error(fit: Method) -> Method:
    """Decorate a fit method: when it raises, the estimator is as it was before.

    Parameters
    ----------
    fit : method

    Returns
    -------
    fit : method
    """

    @wraps(fit)
    def guarded(self, *args, **kwargs):
        before = dict(vars(self))
        try:
            return fit(self, *args, **kwargs)
        except BaseException:
            # One assignment, so that no other thread and no second interrupt can find
            # the estimator empty.
            self.__dict__ = before
            raise

    return guarded  # type: ignore[return-value]
