"""Pages of the gallery: titles that ask, and nothing above them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import ast
from pathlib import Path

import pytest

EXAMPLES = sorted(Path(__file__).parents[1].glob("docs/examples/plot_*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_page_begins_with_a_question(path):
    source = path.read_text("utf-8")
    page = ast.get_docstring(ast.parse(source))
    above, title, below, *_ = page.splitlines()
    assert above == below == "=" * len(title)
    assert title.endswith("?")
    # What stands above the docstring would become a box above the title.
    assert source.startswith(('"""', 'r"""'))
    assert "SPDX-License-Identifier: BSD-3-Clause" in page


def test_pages_are_found():
    assert len(EXAMPLES) >= 12
