"""Put the figures of results into pages, or check that they are there.

    python -m benchmarks.render
    python -m benchmarks.render --check

A page of Markdown marks the place of a table, of the command that measured it, and of a
single figure by comments:

    <!-- table: imbalance means -->
    <!-- end -->
    <!-- source: imbalance --><!-- end -->
    A forest is <!-- figure: predict forest -->10.3<!-- end --> times slower.

A page of reStructuredText has comments and a role:

    .. table: imbalance means
    .. end

    A forest is :figure:`10.3 <predict forest>` times slower.

The first word names a file of ``results``, the others a table or a figure there. A page
may choose columns: ``imbalance means: log loss; average precision``. It also chooses
how many decimals of a figure it shows, and shows a sign if there is one.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import csv
import io
import re
from pathlib import Path

from benchmarks.results import MINUS, RESULTS, outdated, read_result

ROOT = Path(__file__).parents[1]
COMMAND = "python -m benchmarks.render"
PAGES = ("README.md", "benchmarks/README.md", "docs/**/*.rst")

MARKDOWN_TABLE = re.compile(
    r"(<!-- table: ([a-z_]+) (.+?) -->\n)(.*?)(<!-- end -->)", re.S
)
MARKDOWN_FIGURE = re.compile(
    r"(<!-- figure: ([a-z_]+) (.+?) -->)(.*?)(<!-- end -->)", re.S
)
MARKDOWN_SOURCE = re.compile(r"(<!-- source: ([a-z_]+) -->)(.*?)(<!-- end -->)", re.S)
RST_TABLE = re.compile(
    r"(^\.\. table: ([a-z_]+) (.+?)\n)(.*?)(^\.\. end$)", re.S | re.M
)
RST_FIGURE = re.compile(r"(:figure:`)([^<`]+) <([a-z_]+) ([^>`]+)>`")


def pages():
    """Paths of the pages that may show figures, the generated ones left out."""
    found = [path for pattern in PAGES for path in sorted(ROOT.glob(pattern))]
    generated = ROOT / "docs" / "_build", ROOT / "docs" / "auto_examples"
    return [path for path in found if not any(map(path.is_relative_to, generated))]


def render(text):
    """A page with the tables and figures of the results.

    Parameters
    ----------
    text : str
        A page, of either kind.

    Returns
    -------
    text : str

    Raises
    ------
    KeyError
        If a result has no such table, or no such figure.
    """

    def table(write):
        def replace(match):
            head, name, key, _, end = match.groups()
            key, _, columns = key.partition(": ")
            lines = read_result(name)["tables"][key].texts()
            return head + write(_chosen(lines, columns)) + end

        return replace

    def markdown_source(match):
        head, name, _, end = match.groups()
        result = read_result(name)
        return f"{head}`{result['command']}`, {result['date']}.{end}"

    def markdown_figure(match):
        head, name, key, shown, end = match.groups()
        return head + _like(shown, read_result(name)["figures"][key]) + end

    def rst_figure(match):
        head, shown, name, key = match.groups()
        return (
            f"{head}{_like(shown, read_result(name)['figures'][key])} <{name} {key}>`"
        )

    text = MARKDOWN_TABLE.sub(table(_markdown), text)
    text = MARKDOWN_SOURCE.sub(markdown_source, text)
    text = MARKDOWN_FIGURE.sub(markdown_figure, text)
    text = RST_TABLE.sub(table(_rst), text)
    return RST_FIGURE.sub(rst_figure, text)


def _chosen(lines, columns):
    """Some columns of rows of texts, named like "accuracy; log loss"; "" is all."""
    titles = columns.split("; ") if columns else lines[0][1:]
    indices = [0, *map(lines[0].index, titles)]
    return [[line[i] for i in indices] for line in lines]


def _markdown(lines):
    """Rows of texts as a table in Markdown."""
    head, *rows = (f"| {' | '.join(line)} |\n".replace("|  |", "| |") for line in lines)
    return "".join([head, "|" + "---|" * len(lines[0]) + "\n", *rows])


def _rst(lines):
    """Rows of texts as a table in reStructuredText."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    rows = "".join(f"   {row}\n" for row in text.getvalue().splitlines())
    options = "   :header-rows: 1\n   :stub-columns: 1\n"
    return f"\n.. csv-table::\n{options}\n{rows}\n"


def _like(shown, value):
    """A number with as many decimals as are shown now, and a sign if there is one."""
    decimals = len(shown.partition(".")[2].strip())
    sign = "+" if shown.strip()[0] in ("+", MINUS) else ""
    return f"{value:{sign},.{decimals}f}".replace("-", MINUS)


def problems():
    """Pages that show other figures than the results, and results of older defaults.

    Returns
    -------
    problems : list of str
    """
    stale = [
        f"{path.relative_to(ROOT)} differs from the results: {COMMAND}"
        for path in pages()
        if (text := path.read_text(encoding="utf-8")) != render(text)
    ]
    for path in sorted(RESULTS.glob("*.json")):
        result = read_result(path.stem)
        if parts := outdated(result):
            stale.append(
                f"{path.name} was measured with other defaults of {', '.join(parts)}: "
                f"{result['command']}"
            )
    return stale


def main():
    """Rewrite all pages, or name what is out of date."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing")
    if not parser.parse_args().check:
        for path in pages():
            path.write_text(render(path.read_text(encoding="utf-8")), encoding="utf-8")
    if stale := problems():
        raise SystemExit("\n".join(stale))


if __name__ == "__main__":
    main()
