"""The report as HTML: a table for a notebook, and a page that needs no network."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from base64 import b64encode
from collections.abc import Callable
from html import escape
from importlib.resources import files
from io import BytesIO
from typing import Any

from sklearn.utils._optional_dependencies import check_matplotlib_support

from skdistill.inspection._agreement_display import AgreementDisplay
from skdistill.inspection._committee_display import CommitteeDisplay
from skdistill.inspection._disagreement_display import DisagreementDisplay
from skdistill.inspection._playground import make_playground
from skdistill.inspection._regions import find_regions
from skdistill.inspection._reliability_display import ReliabilityDisplay
from skdistill.inspection._table import format_number, table_lines


def render_table(report: Any) -> str:
    """Write the table of a report as a piece of HTML.

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
    return f"<table><thead><tr><th></th>{head}</tr></thead>\n{body}</table>"


def render_notebook(report: Any) -> str:
    """Write the table of a report and its verdict as a piece of HTML."""
    verdict = "".join(f"<p>{escape(line)}</p>" for line in report.verdict.splitlines())
    return f"{render_table(report)}\n{verdict}"


def render_page(report: Any) -> str:
    """Write a report as one page, with pictures and the student in it.

    Parameters
    ----------
    report : DistillationReport

    Returns
    -------
    page : str

    Raises
    ------
    ImportError
        If jinja2 or matplotlib is not installed.
    """
    try:
        from jinja2 import Environment
    except ImportError as error:
        raise ImportError(
            "This needs the package jinja2: pip install 'skdistill[report]'"
        ) from error
    from markupsafe import Markup

    teacher, student = report.teacher, report.student
    template = files("skdistill.inspection") / "templates" / "report.html"
    playground = make_playground(
        student.estimator, report.X_test, report.metrics.columns(teacher.predictions)
    )
    return (
        Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
        .from_string(template.read_text(encoding="utf-8"))
        .render(
            report=report,
            title="Distillation report",
            about=f"The student is a {type(student.estimator).__name__}.",
            table=Markup(render_table(report)),
            pictures=draw_pictures(report),
            playground=playground and type(playground)(*map(Markup, playground)),
            format_number=format_number,
        )
    )


def draw_pictures(report: Any) -> list[tuple[str, str]]:
    """Draw the displays of a report.

    Parameters
    ----------
    report : DistillationReport

    Returns
    -------
    pictures : list of (str, str)
        Captions, and addresses that hold the pictures themselves.
    """
    check_matplotlib_support("DistillationReport.html")
    teacher, student = report.teacher.predictions, report.student.predictions
    values = {"teacher": teacher.values, "student": student.values}
    classes = report.metrics.classes
    drawings: dict[str, Callable] = {
        "Does the student predict as the teacher does?": lambda ax: (
            AgreementDisplay.from_predictions(*values.values(), classes=classes, ax=ax)
        )
    }
    if classes is not None:
        drawings["Can the probabilities be trusted?"] = lambda ax: (
            ReliabilityDisplay.from_predictions(classes[report.y_test], values, ax=ax)
        )
    regions = find_regions(report.X_test, student.disagreement(teacher))
    drawings["Where do student and teacher disagree?"] = lambda ax: DisagreementDisplay(
        regions, is_share=classes is not None
    ).plot(ax)
    if len(report.committee_weights) > 1:
        drawings["Whom did the student learn from?"] = lambda ax: (
            CommitteeDisplay.from_weights(report.committee_weights, ax=ax)
        )
    return [(caption, _draw(drawing)) for caption, drawing in drawings.items()]


def _draw(drawing: Callable) -> str:
    """A picture as the address of an image."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    figure, file = Figure(figsize=(6, 5), layout="constrained"), BytesIO()
    # Texts stay texts, and two reports of the same figures are equal.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "skdistill"}):
        drawing(figure.subplots())
        figure.savefig(file, format="svg", metadata={"Date": None})
    return f"data:image/svg+xml;base64,{b64encode(file.getvalue()).decode()}"
