"""The report: teacher, scratch student and distilled student side by side."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_consistent_length
from sklearn.utils._optional_dependencies import check_pandas_support

from skdistill.inspection._compared import (
    Compared,
    find_parts,
    fit_keeping_teacher,
    is_fitted,
    leave_out_unknown,
)
from skdistill.inspection._html import render_notebook, render_page
from skdistill.inspection._intervals import Difference, paired_differences
from skdistill.inspection._measures import Measures, measure
from skdistill.inspection._metrics import Metrics, choose_metrics, read_or_predict
from skdistill.inspection._scratch import fit_scratch
from skdistill.inspection._table import table_text
from skdistill.inspection._verdict import write_verdict


@dataclass(frozen=True, eq=False, repr=False)
class DistillationReport:
    """Teacher, scratch student and distilled student, measured on the same samples.

    Print it to read it. A notebook shows it as a table, and :meth:`write_html` writes a
    page with pictures.

    Read more in the :ref:`User Guide <report>`.

    Attributes
    ----------
    model : estimator
        The fitted model that was reported on: the one that was passed, or the one that
        was fitted because that was not.
    teacher : Measures
    scratch : Measures or None
        Of the same student trained on the labels alone. None without training samples,
        and for students other than networks that learned quantiles.
    student : Measures
        Of the distilled student.
    differences : list of Difference
        The student's scores minus the others', with 95 % intervals.
    X_test : array-like of shape (n_samples, n_features)
    y_test : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Class indices, or numbers.
    metrics : Metrics
        What is measured.
    committee_weights : dict of str to float
        Relative weight of the teacher and of the other members of the committee.
    scratch_calibrated_log_loss : float or None
        Log loss of the scratch student after its logits are divided by the one
        temperature that fits best out-of-fold: what calibration alone would have given.
        None for numbers.
    """

    model: Any
    teacher: Measures
    scratch: Measures | None
    student: Measures
    differences: list[Difference]
    X_test: Any
    y_test: NDArray
    metrics: Metrics
    committee_weights: dict[str, float] = field(default_factory=dict)
    scratch_calibrated_log_loss: float | None = None

    @property
    def models(self) -> list[Measures]:
        """The teacher, the scratch student if there is one, and the student."""
        return [m for m in (self.teacher, self.scratch, self.student) if m is not None]

    @property
    def n_samples(self) -> int:
        """Number of test samples."""
        return len(self.y_test)

    @property
    def verdict(self) -> str:
        """What the figures come to, in plain words."""
        return "\n".join(write_verdict(self))

    def difference(self, minus: str, score: str) -> Difference:
        """Find the student's difference from another model.

        Parameters
        ----------
        minus : {"teacher", "scratch"}
        score : str

        Returns
        -------
        difference : Difference

        Raises
        ------
        KeyError
            If there is none.
        """
        for difference in self.differences:
            if (difference.minus, difference.score) == (minus, score):
                return difference
        raise KeyError(f"No difference from {minus!r} in {score!r}.")

    def breakdown(self) -> dict[str, list[dict]]:
        """Return scores of each class, or of each output of numbers, by model."""
        return {
            model.name: self.metrics.breakdown(self.y_test, model.predictions)
            for model in self.models
        }

    def to_dict(self) -> dict[str, Any]:
        """Return all figures as types that JSON has."""
        return {
            "n_test_samples": self.n_samples,
            "verdict": self.verdict,
            "models": {model.name: model.to_dict() for model in self.models},
            "differences": [vars(difference) for difference in self.differences],
            "committee_weights": self.committee_weights,
            "scratch_calibrated_log_loss": self.scratch_calibrated_log_loss,
        }

    def to_json(self) -> str:
        """Return all figures as JSON; what is not defined is null."""
        return json.dumps(_without_nan(self.to_dict()), indent=2, ensure_ascii=False)

    def to_frame(self, table: str = "models") -> Any:
        """Return a table of figures as a DataFrame of pandas.

        Parameters
        ----------
        table : {"models", "differences", "latencies", "breakdown"}, default="models"

        Returns
        -------
        frame : DataFrame
        """
        pandas = check_pandas_support("to_frame")
        if table == "models":
            rows = {m.name: {**m.scores, "n_bytes": m.n_bytes} for m in self.models}
            return pandas.DataFrame.from_dict(rows, orient="index")
        tables = {
            "differences": [vars(difference) for difference in self.differences],
            "latencies": [
                {"model": m.name, **vars(latency)}
                for m in self.models
                for latency in m.latencies
            ],
            "breakdown": [
                {"model": name, **row}
                for name, rows in self.breakdown().items()
                for row in rows
            ],
        }
        if table not in tables:
            raise ValueError(f"table must be 'models' or one of {list(tables)}.")
        return pandas.DataFrame(tables[table])

    def html(self) -> str:
        """Return one self-contained page, with pictures, that needs no network.

        Returns
        -------
        page : str
        """
        return render_page(self)

    def write_html(self, path: str | Path) -> None:
        """Write the page of :meth:`html` to a file.

        Parameters
        ----------
        path : str or Path
        """
        Path(path).write_text(self.html(), encoding="utf-8")

    def _repr_html_(self) -> str:
        return render_notebook(self)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        lines = [table_text(self), "", self.verdict]
        if self.scratch_calibrated_log_loss is not None:
            lines.append(
                "Calibration of the scratch student by one temperature alone gives a "
                f"log loss of {self.scratch_calibrated_log_loss:.4f}."
            )
        if self.committee_weights:
            weights = self.committee_weights.items()
            shares = ", ".join(f"{name} {100 * share:.0f} %" for name, share in weights)
            lines.append(f"Committee: {shares}.")
        return "\n".join(lines)


def distillation_report(
    model: Any,
    X_train: Any = None,
    y_train: ArrayLike | None = None,
    X_test: Any = None,
    y_test: ArrayLike | None = None,
    *,
    teacher: Any = None,
    sample_weight: ArrayLike | None = None,
    **fit_params: Any,
) -> DistillationReport:
    """Measure teacher, scratch student and distilled student on the same samples.

    The scratch student is the baseline: the same estimator with the same settings,
    trained on the labels alone.

    Read more in the :ref:`User Guide <report>`.

    Parameters
    ----------
    model : estimator
        A distilled classifier or regressor, or a pipeline or search around one; or any
        student, with its `teacher`. If it is fitted, it is reported on as it is.
        Otherwise a clone that keeps its teacher is fitted, and is the ``model`` of the
        report.
    X_train : array-like of shape (n_samples, n_features), default=None
    y_train : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
        What to fit on: the scratch student, and a model that is not fitted. None: there
        is no scratch student.
    X_test : array-like of shape (n_test_samples, n_features)
    y_test : array-like of shape (n_test_samples,) or (n_test_samples, n_outputs)
        What to measure on.
    teacher : estimator or array-like of shape (n_test_samples, n_classes), \
            (n_test_samples,) or (n_test_samples, n_outputs), default=None
        The fitted teacher, or its precomputed probabilities or numbers for the test
        samples. Samples with NaN are left out, with a warning. None: the one that the
        model has kept.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the training samples.
    **fit_params : dict
        For the `fit` of a model that is not fitted, such as `X_unlabeled` or `groups`.

    Returns
    -------
    report : DistillationReport

    Raises
    ------
    ValueError
        If there is no teacher, if samples are missing, or if `fit_params` are for a
        model that is fitted already.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import train_test_split
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skdistill import DistilledClassifier, distillation_report
    >>> X, y = load_iris(return_X_y=True)
    >>> X, X_test, y, y_test = train_test_split(X, y, random_state=0)
    >>> tree = DecisionTreeClassifier(max_leaf_nodes=4)
    >>> model = DistilledClassifier(student=tree, random_state=0)
    >>> report = distillation_report(model, X, y, X_test, y_test)
    >>> report.student.scores.accuracy > 0.9
    True
    >>> report.model.student_ is report.student.estimator
    True
    """
    if X_test is None or y_test is None:
        raise ValueError("X_test and y_test are needed: the report measures on them.")
    check_consistent_length(X_test, y_test)
    if not is_fitted(model):
        model = fit_keeping_teacher(
            model, X_train, y_train, sample_weight, **fit_params
        )
    elif fit_params:
        raise ValueError(f"{', '.join(fit_params)}: the model is fitted already.")
    parts = find_parts(model)
    train = None if X_train is None else (X_train, y_train, sample_weight)
    return make_report(parts, train, (X_test, y_test), teacher)


def make_report(
    parts: Compared, train: tuple | None, test: tuple, teacher: Any = None
) -> DistillationReport:
    """Measure fitted models.

    Parameters
    ----------
    parts : Compared
    train : tuple of (X, y, sample_weight) or None
    test : tuple of (X, y)
    teacher : estimator, array-like or None
        Instead of the one among the parts.

    Returns
    -------
    report : DistillationReport
    """
    teacher, X, y = leave_out_unknown(parts.get_teacher(teacher), *test)
    metrics = choose_metrics(parts.student, teacher, parts.quantiles)
    encoded = metrics.encode(y)
    models = {"student": parts.student, "teacher": teacher}
    scratch = None if train is None else fit_scratch(parts, *train)
    if scratch is not None:
        models["scratch"] = scratch
    predictions = {
        name: read_or_predict(metrics, model, X) for name, model in models.items()
    }
    contributions = {
        name: metrics.contributions(encoded, values, predictions["teacher"])
        for name, values in predictions.items()
    }
    measures = {
        name: measure(TITLES[name], model, X, predictions[name], contributions[name])
        for name, model in models.items()
    }
    return DistillationReport(
        parts.model,
        measures["teacher"],
        measures.get("scratch"),
        measures["student"],
        find_differences(metrics, contributions),
        X,
        encoded,
        metrics,
        parts.committee_weights,
        scratch and metrics.calibrated_loss(scratch, train, (X, y)),
    )


# What the models of a report are called.
TITLES = {
    "teacher": "teacher",
    "scratch": "scratch student",
    "student": "distilled student",
}


def find_differences(metrics, contributions):
    """The student's scores minus the other models'.

    Parameters
    ----------
    metrics : Metrics
    contributions : dict of str to dict of str to ndarray of shape (n_samples,)
        By model and score.

    Returns
    -------
    differences : list of Difference
        From the teacher, in what does not compare with it, and from the scratch
        student.
    """
    own = {
        model: {
            name: values
            for name, values in by_score.items()
            if not metrics.scores[name].with_teacher
        }
        for model, by_score in contributions.items()
    }
    differences = paired_differences("student", "teacher", own)
    if "scratch" in contributions:
        differences += paired_differences("student", "scratch", contributions)
    return differences


def _without_nan(value):
    """A nested value with None for NaN, which JSON lacks."""
    if isinstance(value, dict):
        return {name: _without_nan(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_nan(inner) for inner in value]
    return None if value != value else value
