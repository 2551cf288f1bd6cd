"""The table of a report: one line for each figure, one column for each model."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

# Seconds are printed in the largest of these units that leaves a digit.
UNITS = ((1.0, "s"), (1e-3, "ms"), (0.0, "µs"))


def table_lines(report: Any) -> list[tuple[str, list[str]]]:
    """Write the figures of a report as text.

    Parameters
    ----------
    report : DistillationReport

    Returns
    -------
    lines : list of (str, list of str)
        What it is, and its value for each of ``report.models``.
    """
    lines = [
        (score.title, [_number(model.scores[name]) for model in report.models])
        for name, score in report.metrics.scores.items()
    ]
    lines.append(("bytes", [_count(model.n_bytes) for model in report.models]))
    for latency in report.student.latencies:
        n_samples, form = latency.n_samples, latency.form
        what = "1 sample" if n_samples == 1 else f"{n_samples:,} samples"
        what += "" if form == "as given" else f", {form}"
        times = [model.latency(n_samples, form) for model in report.models]
        lines.append((what, [_seconds(time, "median") for time in times]))
        highs = [_seconds(time, "percentile_95") for time in times]
        lines.append(("  95th percentile", highs))
    return lines


def table_text(report: Any) -> str:
    """Print the table in columns of equal width."""
    head = ("", [model.name for model in report.models])
    lines = [head, *table_lines(report)]
    width = max(len(what) for what, _ in lines)
    return "\n".join(
        f"{what:<{width}}" + "".join(f"{value:>19}" for value in values)
        for what, values in lines
    )


def _number(value):
    """Four digits after the point, and fewer of large numbers."""
    return f"{value:.4f}" if abs(value) < 1000 else f"{value:,.1f}"


def _count(number):
    return "" if number is None else f"{number:,}"


def _seconds(latency, name):
    if latency is None:
        return ""
    seconds = getattr(latency, name)
    for unit, sign in UNITS:
        if seconds >= unit:
            return f"{seconds / (unit or 1e-6):.4g} {sign}"
    return ""
