"""Default teacher, student and members of the committee."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

from sklearn import get_config
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.utils.validation import _num_samples

from skdistill.neural_network import SoftmaxMLPClassifier
from skdistill.neural_network._tabular import DEFAULT_NETWORK, behind_encoder
from skdistill.students._soft_target_classifier import as_student
from skdistill.tables import is_table
from skdistill.tables._encoding import can_encode, make_encoder, with_encoder
from skdistill.teachers._committee import SCRATCH

# A network without hidden layers adds up what each feature tells: simple enough for
# tables on which larger ones, and teachers, learn noise.
ADDITIVE: dict[str, Any] = {"hidden_layer_sizes": (), "numeric_encoding": "auto"}

# Extremely randomized trees see steps and interactions that networks smooth over.
TREES = {"n_estimators": 30, "max_features": 0.5}
# Samples that each of them draws, of many more: so their time does not grow.
TREE_SAMPLES = 5_000

# Names of the committee's members by default.
MEMBERS = ("teacher", SCRATCH, "additive", "trees")


def default_teacher():
    """Make the teacher that ``teacher=None`` stands for."""
    forest = RandomForestClassifier(n_estimators=300)
    if get_config().get("enable_metadata_routing"):
        forest.set_fit_request(sample_weight=True)
    return forest


def default_student():
    """Make the student that ``student=None`` stands for."""
    return SoftmaxMLPClassifier(**DEFAULT_NETWORK)


def committee_members(committee, student, X, X_unlabeled=None):
    """List the models that join the teacher.

    Parameters
    ----------
    committee : "auto" or list of (str, estimator)
    student : estimator
        With the student protocol; it is always a member, trained on the labels alone.
    X : array-like of shape (n_samples, n_features)
    X_unlabeled : array-like of shape (n_unlabeled, n_features), default=None

    Returns
    -------
    members : list of (str, estimator)
        "auto" adds an additive model and randomized trees, where X is a table that they
        can read.

    Raises
    ------
    ValueError
        If the committee is no list of names and estimators.
    """
    own = [(SCRATCH, student)]
    if committee != "auto":
        return own + _named_members(committee)
    if not (is_table(X) and can_encode(X, X_unlabeled)):
        return own
    trees = ExtraTreesClassifier(**TREES)
    if _num_samples(X) > 2 * TREE_SAMPLES:
        trees.set_params(bootstrap=True, max_samples=TREE_SAMPLES)
    additive = SoftmaxMLPClassifier(**ADDITIVE)
    encoder = make_encoder(X, X_unlabeled)
    return [
        *own,
        ("additive", behind_encoder(additive, encoder)),
        ("trees", as_student(with_encoder(trees, encoder))),
    ]


def _named_members(committee):
    """A user's members, with the student protocol."""
    pairs = [pair for pair in committee if isinstance(pair, tuple) and len(pair) == 2]
    names = {"teacher", SCRATCH, *(name for name, _ in pairs)}
    if (
        len(pairs) < len(committee)
        or len(names) < len(committee) + 2
        or not all(hasattr(member, "fit") for _, member in pairs)
    ):
        raise ValueError(
            "committee must be a list of (name, estimator), with different names that "
            f"are not 'teacher' or {SCRATCH!r}, got {committee!r}."
        )
    return [(name, as_student(member)) for name, member in pairs]
