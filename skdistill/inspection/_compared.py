"""What a report compares: teacher and student, inside whatever the user has."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils import _safe_indexing, check_consistent_length
from sklearn.utils.validation import check_is_fitted

from skdistill.utils._metaestimators import weight_params
from skdistill.utils._warnings import warn_user


@dataclass(frozen=True, eq=False)
class Compared:
    """A student, its teacher, and the model that they were found in.

    Attributes
    ----------
    model : estimator
        Fitted.
    student : estimator
        What is shipped; it takes samples as the model does.
    teacher : estimator or None
        None if the model has not kept it.
    committee_weights : dict of str to float
        Empty if there was no committee.
    quantiles : sequence of float or None
        Levels of the quantiles that both predict, where they do.
    """

    model: Any
    student: Any
    teacher: Any = None
    committee_weights: dict[str, float] = field(default_factory=dict)
    quantiles: Any = None

    def get_teacher(self, teacher: Any = None) -> Any:
        """Return the teacher that the user passed, or else the one that was kept.

        Parameters
        ----------
        teacher : estimator, array-like or None, default=None

        Returns
        -------
        teacher : estimator or array-like

        Raises
        ------
        ValueError
            If there is none.
        """
        teacher = self.teacher if teacher is None else teacher
        if teacher is None:
            raise ValueError(
                "The model has not kept its teacher. Pass teacher=, a fitted estimator "
                "or its probabilities for the samples; or fit the model with "
                "keep_teacher=True."
            )
        return teacher


def is_fitted(model: Any) -> bool:
    """Return whether a model is fitted; what has no `fit` counts as fitted.

    Raises
    ------
    TypeError
        If it is no model.
    """
    if isinstance(model, type) or not is_model(model):
        raise TypeError(f"model={model!r} is no estimator.")
    try:
        check_is_fitted(model)
    except NotFittedError:
        return False
    except TypeError:
        return True
    return True


def fit_keeping_teacher(model, X, y, sample_weight=None, **fit_params):
    """Fit a clone of a model that keeps its teacher, wherever in it that is.

    Parameters
    ----------
    model : estimator
        Distilled model, or a pipeline or search around one.
    X : array-like of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    sample_weight : array-like of shape (n_samples,), default=None
    **fit_params : dict
        For the model's `fit`.

    Returns
    -------
    model : estimator

    Raises
    ------
    ValueError
        If there are no training samples.
    """
    if X is None or y is None:
        raise ValueError("model is not fitted: pass X_train and y_train to fit it.")
    model = clone(model)
    keep = "keep_teacher"
    names = [name for name in model.get_params() if name.split("__")[-1] == keep]
    model.set_params(**dict.fromkeys(names, True))
    if sample_weight is not None:
        weights = weight_params(model, sample_weight)
        fit_params |= weights or {"sample_weight": sample_weight}
    return model.fit(X, y, **fit_params)


def find_parts(model: Any) -> Compared:
    """Find student and teacher in a fitted model.

    Parameters
    ----------
    model : estimator
        With a `student_`; or a search, a pipeline or a frozen estimator around one; or
        any other estimator, which is a student itself.

    Returns
    -------
    parts : Compared
        Student and teacher take samples as the model does: behind the steps of a
        pipeline that come before them.
    """
    steps, core = [], model
    while not hasattr(core, "student_"):
        if isinstance(core, Pipeline):
            steps += [step for _, step in core.steps[:-1]]
            core = core.steps[-1][1]
        elif isinstance(core, FrozenEstimator):
            core = core.estimator
        elif hasattr(core, "best_estimator_"):
            core = core.best_estimator_
        else:
            return Compared(model, model)
    student, teacher = core.student_, getattr(core, "teacher_", None)
    if steps:
        student = make_pipeline(*steps, student)
        teacher = teacher and make_pipeline(*steps, teacher)
    weights = getattr(core, "committee_weights_", {})
    quantiles = getattr(core, "quantiles", None)
    return Compared(model, student, teacher, weights, quantiles)


def is_model(teacher: Any) -> bool:
    """Tell a teacher that predicts from predictions that it made elsewhere."""
    return hasattr(teacher, "predict") or hasattr(teacher, "predict_proba")


def leave_out_unknown(teacher: Any, X: Any, y: Any) -> tuple[Any, Any, Any]:
    """Leave out samples for which the precomputed predictions are NaN.

    Parameters
    ----------
    teacher : estimator or array-like of shape (n_samples,) or (n_samples, n_outputs)
        Of an estimator, nothing is left out.
    X : array-like of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)

    Returns
    -------
    teacher, X, y
        With the samples that have a prediction, in their order.

    Raises
    ------
    ValueError
        If there are not as many predictions as samples, or none.

    Warns
    -----
    UserWarning
        If samples are left out.
    """
    if is_model(teacher):
        return teacher, X, y
    check_consistent_length(teacher, X)
    values = np.asarray(teacher, dtype=np.float64)
    is_known = ~np.isnan(values.reshape(len(values), -1)).all(axis=1)
    n_unknown = np.count_nonzero(~is_known)
    if not n_unknown:
        return teacher, X, y
    if n_unknown == len(values):
        raise ValueError("teacher is NaN everywhere: there is no prediction in it.")
    warn_user(
        f"teacher: {n_unknown:,} of {len(values):,} test samples have no prediction "
        "(NaN), and are left out of the report."
    )
    known = np.flatnonzero(is_known)
    kept_teacher, kept_X, kept_y = (
        _safe_indexing(part, known) for part in (teacher, X, y)
    )
    return kept_teacher, kept_X, kept_y


def known_classes(*estimators: Any) -> NDArray:
    """Class labels that any of several classifiers knows.

    Raises
    ------
    TypeError
        If none of them has class labels.
    """
    known = [e.classes_ for e in estimators if hasattr(e, "classes_")]
    if not known:
        raise TypeError(f"{estimators[-1]!r} is no fitted classifier.")
    return np.unique(np.concatenate(known))
