"""The verdict of a report, in plain words."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from math import isnan
from typing import Any

from skdistill.inspection._intervals import CONFIDENCE, Difference
from skdistill.inspection._score import Score
from skdistill.inspection._speed import BATCH
from skdistill.inspection._table import format_number


def write_verdict(report: Any) -> list[str]:
    """Describe what a report shows.

    Parameters
    ----------
    report : DistillationReport

    Returns
    -------
    sentences : list of str
    """
    sentences = [compare_with_teacher(report)]
    if report.scratch is not None:
        sentences.append(compare_with_scratch(report))
    cost = compare_costs(report.student, report.teacher)
    return [*sentences, cost] if cost else sentences


def compare_with_teacher(report: Any) -> str:
    """Describe how much of the teacher's main score the student keeps."""
    main = main_score(report)
    score = report.metrics.scores[main]
    student, teacher = (
        getattr(report, name).scores[main] for name in ("student", "teacher")
    )
    kept = f"The student's {score.title} is {format_number(student)}, "
    kept += f"its teacher's {format_number(teacher)}"
    if teacher > 0 and score.percent:
        share = f"{student / teacher:.1%}".replace("%", " %")
        verb = "keeps" if student < teacher else "reaches"
        kept = f"The student {verb} {share} of its teacher's {score.title}"
    difference = report.difference("teacher", main)
    return f"{kept}: {judge(difference, score, report.n_samples)}"


def compare_with_scratch(report: Any) -> str:
    """Describe what distillation brought over the labels alone."""
    main = main_score(report)
    score, difference = report.metrics.scores[main], report.difference("scratch", main)
    judged = judge(difference, score, report.n_samples)
    return f"Against the same student trained on the labels alone: {judged}"


def main_score(report: Any) -> str:
    """Find the score that the verdict is about: the first one that is defined.

    R2 is not, where what is to be predicted does not vary.
    """
    metrics, scores = report.metrics, report.student.scores
    return next(n for n in (metrics.main, *metrics.scores) if not isnan(scores[n]))


def judge(difference: Difference, score: Score, n_samples: int) -> str:
    """Describe how large a difference is, and whether it is more than noise.

    Parameters
    ----------
    difference : Difference
    score : Score
    n_samples : int
        Test samples that it rests on.

    Returns
    -------
    sentence : str
    """
    unit = " points" if score.percent else ""
    value, low, high = (
        f"{100 * end:+.1f}" if score.percent else format_number(end, "+")
        for end in (difference.value, difference.low, difference.high)
    )
    if difference.low == difference.high == 0:
        return f"on {n_samples:,} test samples there is no difference."
    noise = "within" if difference.is_within_noise else "more than"
    return (
        f"on {n_samples:,} test samples a difference of {value}{unit} is {noise} noise "
        f"({100 * CONFIDENCE:.0f} % interval {low} to {high})."
    )


def compare_costs(student: Any, teacher: Any) -> str:
    """Describe what one sample, a batch and the file cost, as ratios to the teacher's.

    Parameters
    ----------
    student, teacher : Measures

    Returns
    -------
    sentence : str
        Empty if nothing was measured of the teacher.
    """
    clauses = []
    for n_samples, takes in ((1, "one sample takes"), (BATCH, "10,000 samples take")):
        ours, theirs = student.latency(n_samples), teacher.latency(n_samples)
        if ours and theirs and theirs.median > 0:
            part = fraction(ours.median / theirs.median)
            clauses.append(f"{takes} {part} the teacher's")
    text = f"In processor time, {' and '.join(clauses)}." if clauses else ""
    if student.n_bytes and teacher.n_bytes:
        part = fraction(student.n_bytes / teacher.n_bytes)
        text += f" The file has {part} the teacher's bytes."
    return text.strip()


def fraction(ratio: float) -> str:
    """Write a ratio as a fraction, or as a multiple if it is above one.

    Parameters
    ----------
    ratio : float

    Returns
    -------
    text : str

    Examples
    --------
    >>> from skdistill.inspection._verdict import fraction
    >>> fraction(1 / 233), fraction(0.4), fraction(3.0)
    ('1/233 of', '1/2.5 of', '3.0 times')
    """
    if ratio >= 1:
        return f"{ratio:.1f} times"
    return f"1/{1 / ratio:,.0f} of" if ratio <= 0.1 else f"1/{1 / ratio:.1f} of"
