"""Fitted students read into graphs."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from sklearn.base import BaseEstimator, is_regressor
from sklearn.utils.validation import check_is_fitted

# The readers are registered by being imported.
from skdistill.export import _sklearn_readers, _student_readers  # noqa: F401
from skdistill.export._graph import Foreign, Graph, Numbers, Table, walk
from skdistill.export._registry import READERS, read
from skdistill.export._served import Signature


def read_graph(estimator: BaseEstimator, *, allow_foreign: bool = False) -> Graph:
    """Read a fitted classifier or regressor.

    Parameters
    ----------
    estimator : classifier or regressor
    allow_foreign : bool, default=False
        Whether estimators of other kinds may be inside.

    Returns
    -------
    graph : Graph
        Of the probabilities, or the numbers, that it predicts.

    Raises
    ------
    TypeError
        If the estimator, or one inside it, is of a kind that cannot be written.
    """
    check_is_fitted(estimator)
    classes = getattr(estimator, "classes_", None)
    if classes is None and not is_regressor(estimator):
        raise TypeError(
            f"{estimator!r} cannot be exported: it is no classifier and no regressor."
        )
    # Of texts, for example, it does not know.
    n_features = getattr(estimator, "n_features_in_", 0)
    output = read(estimator, Numbers(n_features))
    for node in walk(output):
        if isinstance(node, Foreign) and not allow_foreign:
            known = sorted(name.partition(".")[2] for name in READERS)
            raise TypeError(
                f"{node.estimator!r} cannot be exported. These can: {', '.join(known)}."
            )
    names = getattr(estimator, "feature_names_in_", None)
    signature = Signature(
        classes,
        n_features,
        None if names is None else tuple(names),
        next((node.encoder for node in walk(output) if isinstance(node, Table)), None),
    )
    return Graph(output, signature)
