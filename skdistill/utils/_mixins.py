"""What the package's estimators share."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from functools import wraps
from itertools import islice
from numbers import Number

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils import indexable
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import _num_samples, validate_data


def _estimator_name(estimator):
    """What the link to an estimator's page is made of, wherever its file is."""
    return {"estimator_name": type(estimator).__name__}


class ProbabilityClassifierMixin(ClassifierMixin):
    """A classifier whose other predictions follow from its `predict_proba`."""

    _doc_link_module = "skdistill"
    _doc_link_template = (
        "https://skdistill.readthedocs.io/en/stable/api/skdistill.{estimator_name}.html"
    )
    _doc_link_url_param_generator = _estimator_name

    def predict(self, X):
        """Predict class labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows to predict.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            The most probable class of each row, one of ``classes_``.
        """
        proba = self.predict_proba(X)
        return self.classes_[np.argmax(proba, axis=1)]

    @available_if(lambda self: hasattr(self, "predict_proba"))
    def predict_log_proba(self, X):
        """Predict logarithms of class probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows to predict.

        Returns
        -------
        log_proba : ndarray of shape (n_samples, n_classes)
            ``log(predict_proba(X))``; ``-inf`` where a probability is zero.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))


def restore_on_error(fit):
    """Decorate a fit method: when it raises, the estimator is as it was before."""

    @wraps(fit)
    def guarded(self, *args, **kwargs):
        before = dict(vars(self))
        try:
            return fit(self, *args, **kwargs)
        except BaseException:
            vars(self).clear()
            vars(self).update(before)
            raise

    return guarded


def check_X_lazily(estimator, X, *per_row, reset=True):
    """Make rows sliceable and remember their columns, but leave their content alone.

    What the rows may hold is for the estimators inside to say.

    Parameters
    ----------
    estimator : estimator
        Gets ``n_features_in_`` and ``feature_names_in_``.
    X : array-like of shape (n_samples, n_features)
        Rows in any form, also a list of texts.
    *per_row : array-like of shape (n_samples,) or None
        Whatever goes with the rows.
    reset : bool, default=True
        False: the columns must be those that it remembers.

    Returns
    -------
    X, *per_row : list
        Of equal lengths, and sliceable by scikit-learn.

    Raises
    ------
    ValueError
        If lengths differ, there are no rows or no columns, texts have a gap among
        them, or X is a table where `fit` had texts.
    """
    X, *per_row = indexable(_as_table(X), *per_row)
    _check_texts(X)
    shape = getattr(X, "shape", (_num_samples(X),))
    if 0 in shape:
        what = "sample(s)" if shape[0] == 0 else "feature(s)"
        raise ValueError(
            f"Found array with 0 {what} (shape={shape}) while a minimum of 1 is "
            "required."
        )
    if not reset and len(shape) > 1 and not hasattr(estimator, "n_features_in_"):
        raise ValueError(
            f"X is a table of shape {shape}, but {type(estimator).__name__} was fitted "
            "to one text, or other object, for each sample. Pass a single column."
        )
    validate_data(estimator, X, skip_check_array=True, reset=reset)
    return X, *per_row


def _check_texts(X):
    """Refuse texts with something else among them."""
    if len(getattr(X, "shape", (0,))) > 1:
        return
    is_text = [isinstance(value, (str, bytes)) for value in X]
    if any(is_text) and not all(is_text):
        place = is_text.index(False)
        (other,) = islice(X, place, place + 1)
        raise ValueError(
            f"X holds texts, but has {other!r} in place {place}. Replace missing texts "
            'by empty ones, "".'
        )


def _as_table(X):
    """A list of rows as the array that it stands for; anything else as it is."""
    is_list = isinstance(X, (list, tuple))
    if not is_list or not all(isinstance(row, (list, tuple, np.ndarray)) for row in X):
        return X
    if len({len(row) for row in X}) != 1:  # such as the words of texts
        return X
    cells = np.array(X, dtype=object)
    if cells.ndim != 2:
        return X
    is_number = all(isinstance(cell, (Number, np.bool_)) for cell in cells.flat)
    return np.asarray(X) if is_number else cells
