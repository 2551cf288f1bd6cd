"""The report as HTML."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from html import escape
from typing import Any

from skdistill.inspection._table import table_lines


def render_table(report: Any) -> str:
    """Write the table of a report and its verdict as a piece of HTML.

    Parameters
    ----------
    report : DistillationReport

    Returns
    -------
    html : str
    """
    head = "".join(f"<th>{escape(model.name)}</th>" for model in report.models)
    body = "\n".join(
        f"<tr><th>{escape(what)}</th>"
        + "".join(f"<td>{escape(value)}</td>" for value in values)
        + "</tr>"
        for what, values in table_lines(report)
    )
    verdict = "".join(f"<p>{escape(line)}</p>" for line in report.verdict.splitlines())
    return f"<table><thead><tr><th></th>{head}</tr></thead>\n{body}</table>\n{verdict}"
