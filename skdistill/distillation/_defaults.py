"""Default teacher, student and members of the committee."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, NamedTuple

from sklearn import get_config
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.utils.validation import _num_samples

from skdistill.neural_network import SoftmaxMLPClassifier, SquaredErrorMLPRegressor
from skdistill.neural_network._tabular import (
    DEFAULT_NETWORK,
    FAST_NETWORK,
    behind_encoder,
)
from skdistill.students import SoftTargetClassifier, SoftTargetRegressor
from skdistill.students._soft_target import as_student
from skdistill.tables import is_table
from skdistill.tables._encoding import can_encode, make_encoder, with_encoder
from skdistill.tables._forms import is_records
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


class Defaults(NamedTuple):
    """The parts that stand for None and "auto", for one kind of targets.

    Attributes
    ----------
    forest, trees, network : type
        Estimators: the teacher, a member of the committee, and the student.
    wrapper : type
        Makes a student of any other estimator.
    """

    forest: Any
    trees: Any
    network: Any
    wrapper: Any

    def teacher(self):
        """Make the teacher that ``teacher=None`` stands for."""
        forest = self.forest(n_estimators=300)
        if get_config().get("enable_metadata_routing"):
            forest.set_fit_request(sample_weight=True)
        return forest

    def student(self, name=None):
        """Make the student that ``student=None``, or its name, stands for."""
        return self.network(**(FAST_NETWORK if name == "fast" else DEFAULT_NETWORK))

    def as_student(self, estimator):
        """Clone an estimator as a student, wrapped where it has to be."""
        return as_student(estimator, self.wrapper)

    def members(self, committee, student, X, X_unlabeled=None):
        """List the models that join the teacher.

        Parameters
        ----------
        committee : "auto" or list of (str, estimator)
        student : estimator
            With the student protocol; it is always a member, trained on the labels
            alone.
        X : array-like of shape (n_samples, n_features)
        X_unlabeled : array-like of shape (n_unlabeled, n_features), default=None

        Returns
        -------
        members : list of (str, estimator)
            "auto" adds an additive model and randomized trees, where X is a table, or
            records, that they can read.

        Raises
        ------
        ValueError
            If the committee is no list of names and estimators.
        """
        own = [(SCRATCH, student)]
        if committee != "auto":
            named = check_members(committee)
            return own + [(name, self.as_student(member)) for name, member in named]
        if not ((is_table(X) or is_records(X)) and can_encode(X, X_unlabeled)):
            return own
        encoder = make_encoder(X, X_unlabeled)
        trees = with_encoder(self._bounded_trees(X), encoder)
        return [
            *own,
            ("additive", behind_encoder(self.network(**ADDITIVE), encoder)),
            ("trees", self.as_student(trees)),
        ]

    def reference(self, X):
        """Make the model that a frozen teacher is compared with.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        trees : estimator or None
            Seeded; None where X is nothing that trees can read.
        """
        if not can_encode(X):
            return None
        trees = self._bounded_trees(X).set_params(random_state=0)
        return with_encoder(trees, make_encoder(X))

    def _bounded_trees(self, X):
        """Trees whose time does not grow with the number of samples, above a bound."""
        trees = self.trees(**TREES)
        if _num_samples(X) > 2 * TREE_SAMPLES:
            trees.set_params(bootstrap=True, max_samples=TREE_SAMPLES)
        return trees


CLASS_DEFAULTS = Defaults(
    RandomForestClassifier,
    ExtraTreesClassifier,
    SoftmaxMLPClassifier,
    SoftTargetClassifier,
)

NUMBER_DEFAULTS = Defaults(
    RandomForestRegressor,
    ExtraTreesRegressor,
    SquaredErrorMLPRegressor,
    SoftTargetRegressor,
)


def check_members(committee):
    """Check that a user's committee is a list of names and estimators.

    Parameters
    ----------
    committee : list of (str, estimator)

    Returns
    -------
    committee : list of (str, estimator)

    Raises
    ------
    ValueError
        If it is not, or if names are not distinct.
    """
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
    return committee
