"""The table of a report: one line for each figure, one column for each model."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

# Smaller scores are errors of rounding.
ROUNDING = 1e-12

# Seconds are printed in the largest of these units that leaves a digit.
UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


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
        (score.title, [format_number(model.scores[name]) for model in report.models])
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
    """Write the table of a report as text."""
    head = ("", [model.name for model in report.models])
    return columns_text([head, *table_lines(report)])


def columns_text(rows: list[tuple[str, list[str]]]) -> str:
    """Write rows in columns, all of the same width but the first one.

    Parameters
    ----------
    rows : list of (str, list of str)

    Returns
    -------
    text : str
    """
    first = max(len(what) for what, _ in rows)
    width = 2 + max(len(value) for _, values in rows for value in values)
    return "\n".join(
        f"{what:<{first}}" + "".join(f"{value:>{width}}" for value in values)
        for what, values in rows
    )


def format_number(value: float, sign: str = "") -> str:
    """Write a score with four digits after the point, as far as that makes sense.

    Parameters
    ----------
    value : float
    sign : {"", "+"}, default=""
        "+" also for positive numbers.

    Returns
    -------
    text : str

    Examples
    --------
    >>> from skdistill.inspection._table import format_number
    >>> format_number(0.87), format_number(12345.6, "+"), format_number(2.5e-7)
    ('0.8700', '+12,345.6', '2.5e-07')
    """
    size = abs(value)
    if size != size:
        return "undefined"
    if size >= 1000:
        return f"{value:{sign},.1f}"
    # Errors of numbers may be small and real; those of rounding are zero.
    if ROUNDING < size < 1e-3:
        return f"{value:{sign}.3g}"
    return f"{value:{sign}.4f}"


def _count(number):
    return "" if number is None else f"{number:,}"


def _seconds(latency, name):
    if latency is None:
        return ""
    return write_seconds(getattr(latency, name))


def write_seconds(seconds: float, digits: int = 4) -> str:
    """Write a time with its unit.

    Parameters
    ----------
    seconds : float
    digits : int, default=4
        Significant digits.

    Returns
    -------
    text : str

    Examples
    --------
    >>> from skdistill.inspection._table import write_seconds
    >>> write_seconds(9.4321e-5, digits=2)
    '94 µs'
    """
    unit, sign = next(
        ((unit, sign) for unit, sign in UNITS if seconds >= unit), UNITS[-1]
    )
    return f"{seconds / unit:.{digits}g} {sign}"
