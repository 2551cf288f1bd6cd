"""make_surrogate: the preset for a student that explains a model by imitating it."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

from numpy.random import RandomState
from sklearn.base import is_regressor
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skdistill.distillation._classifier import DistilledClassifier
from skdistill.distillation._regressor import DistilledRegressor
from skdistill.inspection._compared import is_fitted
from skdistill.tables import TableEncoder
from skdistill.utils._metaestimators import is_frozen

# What imitates a classifier, and what a regressor: the preset's class, and its tree.
KINDS = {
    False: (DistilledClassifier, DecisionTreeClassifier),
    True: (DistilledRegressor, DecisionTreeRegressor),
}


def make_surrogate(
    model: Any,
    student: Any = None,
    *,
    random_state: int | RandomState | None = None,
) -> DistilledClassifier | DistilledRegressor:
    """Make a student that imitates a model as closely as it can.

    To *explain* a model is another task than to *replace* it. A replacement learns from
    the labels and from a committee as well, and may be better than the model. A
    surrogate learns from the model alone.

    Read more in the :ref:`User Guide <explain>`.

    Parameters
    ----------
    model : classifier or regressor
        What to imitate. A fitted one is taken as it is. Of one that is not, a clone is
        fitted, whose leak-free predictions are learned from.
    student : estimator, default=None
        What people can read: a small tree, a linear or an additive model. None: a
        :class:`~sklearn.tree.DecisionTreeClassifier` of 16 leaves, or such a
        :class:`~sklearn.tree.DecisionTreeRegressor`, behind a
        :class:`~skdistill.tables.TableEncoder`, which names categories and fills gaps.
    random_state : int, RandomState instance or None, default=None

    Returns
    -------
    surrogate : DistilledClassifier or DistilledRegressor
        Not fitted. It has ``alpha=1`` and no committee, and keeps its teacher.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from skdistill import make_surrogate
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> approved = RandomForestClassifier(n_estimators=50, random_state=0).fit(X, y)
    >>> surrogate = make_surrogate(approved, random_state=0).fit(X, y)
    >>> bool((surrogate.predict(X) == approved.predict(X)).mean() > 0.95)
    True
    """
    is_ready = not is_frozen(model) and is_fitted(model)
    distilled, tree = KINDS[is_regressor(model)]
    if student is None:
        student = make_pipeline(TableEncoder(), tree(max_leaf_nodes=16))
    return distilled(
        FrozenEstimator(model) if is_ready else model,
        student,
        alpha=1.0,
        committee=None,
        # What a model says of its own training samples is part of what it does.
        target_source="train" if is_ready or is_frozen(model) else "auto",
        keep_teacher=True,
        random_state=random_state,
    )
