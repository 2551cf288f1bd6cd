"""SurrogateReport: how closely a readable student imitates a model."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.utils import _safe_indexing, resample

from skdistill.inspection._class_metrics import ClassMetrics, divergence
from skdistill.inspection._compared import (
    find_parts,
    fit_keeping_teacher,
    is_fitted,
    known_classes,
)
from skdistill.inspection._intervals import Interval, mean_intervals
from skdistill.inspection._real_metrics import r_squared
from skdistill.inspection._regions import Region, find_regions
from skdistill.inspection._score import Score
from skdistill.inspection._surrogate_tree import SurrogateTree
from skdistill.probability import UNKNOWN_RESOLUTION
from skdistill.utils._metaestimators import unwrap

# Surrogates of other draws of the training samples, that stability is judged by.
N_BOOTSTRAPS = 5

SCORES = {
    "agreement": Score("agreement"),
    "divergence": Score("KL from the model", greater_is_better=False),
    "r2": Score("R2 of probabilities"),
}


@dataclass(frozen=True, eq=False, repr=False)
class SurrogateReport:
    """How closely a readable student imitates a model, on samples that none has seen.

    Print it to read it; :meth:`plot` draws the tree.

    Read more in the :ref:`User Guide <explain>`.

    Attributes
    ----------
    model : estimator
        The fitted surrogate with its teacher: the one that was passed, or the one that
        was fitted because that was not.
    surrogate : estimator
        The student alone.
    fidelity : dict of str to dict of str to Interval
        Of the "surrogate", of the "textbook" one, and their "difference"; each by
        score: "agreement", "divergence" and "r2".
    regions : list of Region
        Where surrogate and model predict different classes; the worst region first.
    stability : list of float
        Share of test samples on which the surrogate agrees with one that was fitted to
        a bootstrap of the training samples.
    n_samples : int
        Number of test samples.
    tree : SurrogateTree or None
        None if the surrogate is no tree.
    """

    model: Any
    surrogate: Any
    fidelity: dict[str, dict[str, Interval]]
    regions: list[Region]
    stability: list[float]
    n_samples: int
    tree: SurrogateTree | None

    def to_dict(self) -> dict[str, Any]:
        """Return all figures as types that JSON has."""
        return {
            "n_test_samples": self.n_samples,
            "fidelity": {
                name: {score: interval._asdict() for score, interval in scores.items()}
                for name, scores in self.fidelity.items()
            },
            "regions": [vars(region) for region in self.regions],
            "stability": self.stability,
            "n_leaves": self.tree and self.tree.n_leaves,
            "depth": self.tree and self.tree.depth,
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw the tree.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None: new ones.

        Returns
        -------
        ax : matplotlib Axes

        Raises
        ------
        TypeError
            If the surrogate is no tree.
        """
        if self.tree is None:
            raise TypeError(f"{self.surrogate!r} is no tree.")
        return self.tree.plot(ax)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        teacher = unwrap(find_parts(self.model).teacher)
        what = (
            self.tree.describe() if self.tree else type(unwrap(self.surrogate)).__name__
        )
        parts = [
            f"{what} imitates {type(teacher).__name__}, on {self.n_samples:,} test "
            "samples:",
            "\n".join(self._lines()),
            self._say_where_and_how_stable(),
        ]
        return "\n\n".join([*parts, self.tree.text()] if self.tree else parts)

    def _lines(self):
        names = list(self.fidelity)
        yield f"{'':<20}" + "".join(f"{name:>26}" for name in names)
        for score in SCORES:
            cells = (_write(self.fidelity[name][score]) for name in names)
            yield f"{SCORES[score].title:<20}" + "".join(f"{c:>26}" for c in cells)

    def _say_where_and_how_stable(self):
        worst = self.regions[0]
        where = f" where {worst.rule}" if worst.rule else ""
        text = (
            f"They disagree most{where}: on {100 * worst.disagreement:.1f} % of "
            f"{worst.n_samples:,} samples."
        )
        if self.stability:
            low, high = 100 * min(self.stability), 100 * max(self.stability)
            text += (
                f"\nSurrogates of {len(self.stability)} bootstraps agree with this one "
                f"on {low:.1f} to {high:.1f} % of the test samples."
            )
        return text


def _write(interval):
    return "{:.3f} ({:.3f} to {:.3f})".format(*interval)


def surrogate_report(
    model: Any,
    X_train: Any,
    y_train: ArrayLike | None,
    X_test: Any,
    *,
    n_bootstraps: int = N_BOOTSTRAPS,
) -> SurrogateReport:
    """Measure how closely a surrogate imitates a model.

    It is compared with the *textbook's surrogate*: the same student, fitted to the
    labels that the model predicts for its training samples. A model that has memorized
    these predicts their labels, so that surrogate is often the student of the labels.

    Read more in the :ref:`User Guide <explain>`.

    Parameters
    ----------
    model : DistilledClassifier
        As :func:`make_surrogate` makes it. If it is fitted, it is reported on as it is.
        Otherwise a clone is fitted, and is the ``model`` of the report.
    X_train : array-like of shape (n_samples, n_features)
    y_train : array-like of shape (n_samples,) or None
        Training samples and labels. The labels are for a model that is not fitted.
    X_test : array-like of shape (n_test_samples, n_features)
        Samples that none was fitted on. Labels are not needed.
    n_bootstraps : int, default=5
        Surrogates to fit for the stability.

    Returns
    -------
    report : SurrogateReport

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from sklearn.model_selection import train_test_split
    >>> from skdistill import make_surrogate, surrogate_report
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    >>> forest = RandomForestClassifier(n_estimators=30, random_state=0)
    >>> model = make_surrogate(forest.fit(X_train, y_train), random_state=0)
    >>> report = surrogate_report(model, X_train, y_train, X_test, n_bootstraps=2)
    >>> report.fidelity["surrogate"]["agreement"].value > 0.9
    True
    >>> report.tree.n_leaves
    16
    """
    if not is_fitted(model):
        model = fit_keeping_teacher(model, X_train, y_train)
    parts = find_parts(model)
    teacher = parts.get_teacher()
    metrics = ClassMetrics(known_classes(teacher, parts.student))
    expected = metrics.predict(teacher, X_test)
    labels = teacher.predict(X_train)
    students = {"surrogate": parts.student}
    if len(np.unique(labels)) > 1:
        students["textbook"] = clone(parts.student).fit(X_train, labels)
    predictions = {name: metrics.predict(m, X_test) for name, m in students.items()}
    found = predictions["surrogate"]
    disagrees = (found.labels != expected.labels).astype(float)
    return SurrogateReport(
        model,
        parts.student,
        measure_fidelity(predictions, expected),
        find_regions(X_test, disagrees),
        [
            float((metrics.predict(other, X_test).labels == found.labels).mean())
            for other in refit(model, X_train, labels, n_bootstraps)
        ],
        len(disagrees),
        SurrogateTree.of(parts.student),
    )


def measure_fidelity(predictions: dict, expected: Any) -> dict:
    """Compare surrogates with the model, and with each other.

    Parameters
    ----------
    predictions : dict of str to ClassPredictions
        By the name of the surrogate.
    expected : ClassPredictions
        The model's.

    Returns
    -------
    fidelity : dict of str to dict of str to Interval
    """
    columns = {
        name: np.column_stack(list(fidelity_contributions(found, expected).values()))
        for name, found in predictions.items()
    }
    if "textbook" in columns:
        columns["difference"] = columns["surrogate"] - columns["textbook"]
    low, high = mean_intervals(np.hstack(list(columns.values())))
    ends = zip(*(np.split(end, len(columns)) for end in (low, high)), strict=True)
    return {
        name: {
            score: Interval(*map(float, interval))
            for score, *interval in zip(SCORES, values.mean(axis=0), *both, strict=True)
        }
        for (name, values), both in zip(columns.items(), ends, strict=True)
    }


def fidelity_contributions(found: Any, expected: Any) -> dict[str, NDArray]:
    """Return what each sample adds to each score of fidelity.

    Parameters
    ----------
    found, expected : ClassPredictions
        Of the surrogate, and of the model.

    Returns
    -------
    contributions : dict of str to ndarray of shape (n_samples,)
        The divergence takes probabilities below 0.001 for 0.001, since leaves of trees
        have zeros.
    """
    return {
        "agreement": (found.labels == expected.labels).astype(float),
        "divergence": divergence(expected.values, found.values, UNKNOWN_RESOLUTION),
        "r2": r_squared(expected.values, found.values),
    }


def refit(model: Any, X: Any, labels: NDArray, n_bootstraps: int):
    """Fit a surrogate to bootstraps of the training samples; the model stays.

    Parameters
    ----------
    model : DistilledClassifier
        Fitted, with its teacher.
    X : array-like of shape (n_samples, n_features)
    labels : ndarray of shape (n_samples,)
        The model's predictions for them.
    n_bootstraps : int

    Yields
    ------
    surrogate : DistilledClassifier
    """
    frozen = FrozenEstimator(model.teacher_)
    again = clone(model).set_params(teacher=frozen, target_source="train")
    for seed in range(n_bootstraps):
        drawn = resample(np.arange(len(labels)), stratify=labels, random_state=seed)
        yield clone(again).fit(_safe_indexing(X, drawn), labels[drawn])
