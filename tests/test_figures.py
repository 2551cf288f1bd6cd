"""Figures on pages: they are those of the benchmarks' results, of today's defaults."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json

import pytest

pytest.importorskip("benchmarks", reason="The benchmarks are not here.")

from benchmarks import draw, render, results
from benchmarks.results import MINUS, Table

TABLE = Table({"log loss": "{:.3f}", "µs / ms": "{:,.0f} / {:.1f}"})
TABLE.add("forest", 0.25, (1234.4, 2))
TABLE.add("none", None, "too slow")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A place for results and pages, with one result in it."""
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    monkeypatch.setattr(render, "RESULTS", tmp_path)
    monkeypatch.setattr(render, "ROOT", tmp_path)
    monkeypatch.setattr(render, "PAGES", ["*.rst"])
    monkeypatch.setattr("sys.argv", ["bench_speed.py", "--data", "/there", "--fast"])
    results.write_result(
        "speed",
        {"all": TABLE},
        defaults=["default student", "committee"],
        figures={"forest": 1234.4, "gain": -0.25},
    )
    return tmp_path


def test_pages_show_the_results():
    assert render.problems() == []


def test_results_are_not_typed_by_hand():
    page = (render.ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("## Results")
    results, _, _ = rest.partition("## Earlier measurements")
    for marked in (render.MARKDOWN_TABLE, render.MARKDOWN_FIGURE):
        results = marked.sub("", results)
    assert not [line for line in results.splitlines() if line.startswith("|")]


def test_a_result_says_where_it_is_from(folder):
    result = json.loads((folder / "speed.json").read_text())
    assert result["command"] == "python -m benchmarks.bench_speed --data FOLDER --fast"
    assert result["versions"].keys() >= {"python", "skdistill", "scikit-learn"}
    assert result["date"].count("-") == 2
    assert result["defaults"].keys() == {"default student", "committee"}


def test_a_table_returns_from_its_file(folder):
    table = results.read_result("speed")["tables"]["all"]
    assert table.texts() == [
        ["", "log loss", "µs / ms"],
        ["forest", "0.250", "1,234 / 2.0"],
        ["none", "", "too slow"],
    ]
    assert str(table).splitlines()[1] == "forest     0.250  1,234 / 2.0"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            "<!-- table: speed all -->\nold\n<!-- end -->",
            "| | log loss | µs / ms |\n|---|---|---|\n| forest | 0.250 | 1,234 / 2.0 |",
        ),
        (
            "<!-- source: speed --><!-- end -->",
            "-->`python -m benchmarks.bench_speed --data FOLDER --fast`, 20",
        ),
        (".. table: speed all: log loss\n.. end\n", "\n   forest,0.250\n"),
        (".. table: speed all\n.. end\n", '   forest,0.250,"1,234 / 2.0"\n'),
        ("<!-- figure: speed forest -->7<!-- end -->", "-->1,234<!--"),
        (
            ":figure:`+7.0 <speed gain>` points",
            f":figure:`{MINUS}0.2 <speed gain>` points",
        ),
        (":figure:`7.00 <speed forest>`", ":figure:`1,234.40 <speed forest>`"),
    ],
)
def test_render_puts_figures_into_pages(folder, page, expected):
    rendered = render.render(page)
    assert expected in rendered
    assert render.render(rendered) == rendered


def test_pages_of_old_figures_are_found(folder):
    (folder / "page.rst").write_text(":figure:`1,233 <speed forest>`")
    assert render.problems() == [
        "page.rst differs from the results: python -m benchmarks.render"
    ]


def test_a_page_cannot_show_what_no_benchmark_measured(folder):
    with pytest.raises(KeyError):
        render.render(":figure:`7 <speed light>`")


def test_results_of_older_defaults_are_found(folder, monkeypatch):
    assert render.problems() == []
    part = (*results.DEFAULTS["committee"], 7)
    monkeypatch.setitem(results.DEFAULTS, "committee", part)
    (problem,) = render.problems()
    assert "speed.json was measured with other defaults of committee" in problem
    assert problem.endswith("--fast")


def test_a_parameter_that_is_off_makes_no_result_an_old_one():
    names = dict(results._parameters(results.DEFAULTS["distillation"][0]))
    assert "alpha" in names
    assert "verbose" not in names


@pytest.mark.skipif(
    not (results.RESULTS / "compiled.json").exists(), reason="It is not measured."
)
def test_the_picture_shows_the_results():
    source = draw.source_of(results.read_result("compiled"))
    drawn = draw.PICTURE.read_text(encoding="utf-8")
    assert source in drawn, "python -m benchmarks.draw"
