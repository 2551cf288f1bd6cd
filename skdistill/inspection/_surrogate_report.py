"""SurrogateReport: how closely a readable student imitates a model."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone, is_classifier
from sklearn.frozen import FrozenEstimator
from sklearn.utils import _safe_indexing, resample

from skdistill.inspection._compared import (
    find_parts,
    fit_keeping_teacher,
    is_fitted,
)
from skdistill.inspection._intervals import Interval, mean_intervals
from skdistill.inspection._metrics import Metrics, choose_metrics
from skdistill.inspection._regions import Region, find_regions
from skdistill.inspection._surrogate_tree import SurrogateTree
from skdistill.inspection._table import columns_text, format_number
from skdistill.utils._metaestimators import unwrap

# Surrogates of other draws of the training samples, that stability is judged by.
N_BOOTSTRAPS = 5


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
        score: "agreement", "divergence" and "r2" of classes, "r2" and "rmse" of
        numbers.
    regions : list of Region
        Where surrogate and model predict differently; the worst region first.
    stability : list of float
        Agreement of the surrogate with one that was fitted to a bootstrap of the
        training samples: a share of test samples, or R2 of numbers.
    n_samples : int
        Number of test samples.
    tree : SurrogateTree or None
        None if the surrogate is no tree.
    metrics : Metrics
        What is measured.
    """

    model: Any
    surrogate: Any
    fidelity: dict[str, dict[str, Interval]]
    regions: list[Region]
    stability: list[float]
    n_samples: int
    tree: SurrogateTree | None
    metrics: Metrics

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
            self._table_text(),
            self._say_where_and_how_stable(),
        ]
        return "\n\n".join([*parts, self.tree.text()] if self.tree else parts)

    def _table_text(self):
        names = list(self.fidelity)
        rows = [("", names)]
        for key, score in self.metrics.fidelity_scores.items():
            rows.append((score.title, [_write(self.fidelity[n][key]) for n in names]))
        return columns_text(rows)

    def _say_where_and_how_stable(self):
        is_share = self.metrics.classes is not None
        worst = self.regions[0]
        where = f" where {worst.rule}" if worst.rule else ""
        how = f"by {worst.disagreement:.3g} in the mean of"
        if is_share:
            how = f"on {100 * worst.disagreement:.1f} % of"
        text = f"They disagree most{where}: {how} {worst.n_samples:,} samples."
        if self.stability:
            low, high = min(self.stability), max(self.stability)
            span = f"with an R2 of {low:.3f} to {high:.3f}."
            if is_share:
                span = f"on {100 * low:.1f} to {100 * high:.1f} % of the test samples."
            n_bootstraps = len(self.stability)
            text += (
                f"\nSurrogates of {n_bootstraps} bootstraps agree with this one {span}"
            )
        return text


def _write(interval):
    return "{} ({} to {})".format(*map(format_number, interval))


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
    model's own predictions for its training samples. A model that has memorized these
    predicts their labels, so that surrogate is often the student of the labels.

    Read more in the :ref:`User Guide <explain>`.

    Parameters
    ----------
    model : DistilledClassifier or DistilledRegressor
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
    metrics = choose_metrics(parts.student, teacher)
    expected = metrics.predict(teacher, X_test)
    answers = teacher.predict(X_train)
    students = {"surrogate": parts.student}
    if len(np.unique(answers)) > 1:
        students["textbook"] = clone(parts.student).fit(X_train, answers)
    predictions = {
        name: metrics.predict(student, X_test) for name, student in students.items()
    }
    found = predictions["surrogate"]
    disagreement = found.disagreement(expected)
    agreement = next(iter(metrics.fidelity_scores))
    others = refit(model, X_train, answers, n_bootstraps)
    return SurrogateReport(
        model,
        parts.student,
        measure_fidelity(metrics, predictions, expected),
        find_regions(X_test, disagreement),
        [
            float(
                metrics.fidelity(metrics.predict(other, X_test), found)[
                    agreement
                ].mean()
            )
            for other in others
        ],
        len(disagreement),
        SurrogateTree.of(parts.student),
        metrics,
    )


def measure_fidelity(metrics: Metrics, predictions: dict, expected: Any) -> dict:
    """Compare surrogates with the model, and with each other.

    Parameters
    ----------
    metrics : Metrics
    predictions : dict of str to predictions
        By the name of the surrogate.
    expected : predictions
        The model's.

    Returns
    -------
    fidelity : dict of str to dict of str to Interval
    """
    columns = {
        name: np.column_stack(list(metrics.fidelity(found, expected).values()))
        for name, found in predictions.items()
    }
    if "textbook" in columns:
        columns["difference"] = columns["surrogate"] - columns["textbook"]
    low, high = mean_intervals(np.hstack(list(columns.values())))
    ends = zip(*(np.split(end, len(columns)) for end in (low, high)), strict=True)
    return {
        name: {
            score: Interval(*map(float, interval))
            for score, *interval in zip(
                metrics.fidelity_scores, values.mean(axis=0), *both, strict=True
            )
        }
        for (name, values), both in zip(columns.items(), ends, strict=True)
    }


def refit(model: Any, X: Any, answers: NDArray, n_bootstraps: int):
    """Fit a surrogate to bootstraps of the training samples; the model stays.

    Parameters
    ----------
    model : DistilledClassifier or DistilledRegressor
        Fitted, with its teacher.
    X : array-like of shape (n_samples, n_features)
    answers : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        The model's predictions for them.
    n_bootstraps : int

    Yields
    ------
    surrogate : estimator
    """
    frozen = FrozenEstimator(model.teacher_)
    again = clone(model).set_params(teacher=frozen, target_source="train")
    strata = answers if is_classifier(model) else None
    for seed in range(n_bootstraps):
        drawn = resample(np.arange(len(answers)), stratify=strata, random_state=seed)
        yield clone(again).fit(_safe_indexing(X, drawn), answers[drawn])
