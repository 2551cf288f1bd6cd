"""The words of docs, docstrings, comments and messages: standard, American, brief."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    *ROOT.glob("*.md"),
    ROOT / "benchmarks" / "README.md",
    *(path for path in ROOT.glob("docs/*.rst") if "sg_" not in path.name),
    *ROOT.glob("docs/user_guide/**/*.rst"),
]
CODE = [
    *ROOT.glob("skdistill/**/*.py"),
    *ROOT.glob("docs/examples/*.py"),
    *ROOT.glob("benchmarks/*.py"),
]
TESTS = [path for path in ROOT.glob("tests/**/*.py") if path.name != "test_words.py"]

# Regular expressions for whole words.
BRITISH = [
    r"\w*(?:label|model|travel|cancel|signal)l(?:ed|ing)",
    r"cent(?:re[sd]?|ring)",
    r"(?:behavi|col|fav|hon|lab|neighb)our\w*",
    r"\w*(?:emphas|equal|factor|general|initial|local|maxim|memor|minim|normal|optim"
    r"|organ|parametr|penal|random|real|recogn|regular|special|standard|summar|util"
    r"|vector|visual)is(?:e[srd]?|ing|ation)",
    r"analyse[sd]?|artefacts?|burnt|catalogue|grey|judgement|learnt|licence|whilst",
    r"distil|fulfil|instil",
]

# Words of our own, and the standard term for each.
PRIVATE = {
    r"lessons?": "teacher predictions",
    r"mis(?:lead|leads|led)": "worse than scratch",
    r"(?:a|the|no|little) say": "weight",
    r"by heart": "memorize",
    r"made[- ]up": "synthetic",
    r"honest\w*": "leak-free; baseline",
    r"rivals?": "baseline",
    r"conven\w+(?<!convention)(?<!conventions)(?<!convenient)": "fit the committee",
    r"tame": "without overflow",
    r"likeliest": "most likely",
    r"margins": "decision-function scores",
    r"own kind": "the same model",
    r"(?:teachers?|committee) (?:says?|said|tells?|told|speaks?)": "predict",
    r"(?:teachers?|models?) (?:is|are) asked": "predict",
}

# Where such a word may stay.
ALLOWED = {
    "docs/examples/plot_digits.py": ["margins"],  # of a plot
    # The command has the other spelling, too.
    "skdistill/cli/_arguments.py": ["distil"],
    "skdistill/cli/_main.py": ["distil"],
}

# A figure without its zero, but no attribute, file name or slice.
BARE_FIGURE = re.compile(r"(?<![\w.)\]\"'`/*:}])\.\d+(?![\w%])")

LONGEST = 32


def prose_of(path):
    """Lines of a page, or of a module's comments and strings, with their numbers."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        return list(enumerate(text.splitlines(), 1))
    kinds = {"COMMENT", "STRING", "FSTRING_MIDDLE"}
    return [
        (token.start[0] + number, line)
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if tokenize.tok_name[token.type] in kinds
        for number, line in enumerate(token.string.splitlines())
    ]


def words(patterns):
    """Whole words that match one of several patterns, whatever their case."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.I)


def found(pattern):
    """What matches in any file, and where."""
    paths = *PAGES, *CODE, *TESTS
    names = {path: path.relative_to(ROOT).as_posix() for path in paths}
    return [
        f"{name}:{number}: {match[0]}"
        for path, name in names.items()
        for number, line in prose_of(path)
        for match in pattern.finditer(line)
        if match[0].lower() not in ALLOWED.get(name, ())
    ]


def test_spelling_is_american():
    assert found(words(BRITISH)) == []


def test_words_are_standard():
    assert found(words(PRIVATE)) == []


def test_figures_have_leading_zeros():
    assert found(BARE_FIGURE) == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("Centre and colours", ["Centre", "colours"]),
        ("neighbours, unlabelled", ["neighbours", "unlabelled"]),
        ("minimised or optimising", ["minimised", "optimising"]),
        ("center, labeled, minimizes, distilled, precision, promise", []),
    ],
)
def test_british_spelling_is_recognized(line, wrong):
    assert words(BRITISH).findall(line) == wrong


def test_bare_figures_are_recognized():
    line = "from .5 to +.18, (.25), -.3, but 0.5, x.5, file.1, a[1:.5], {x:.2f} and ..."
    assert BARE_FIGURE.findall(line) == [".5", ".18", ".25", ".3"]


def sentences_of(text):
    """Sentences of the running text of a page: no code, no tables, no directives."""
    text = re.sub(r"<!--.*?-->|^```.*?^```$", "", text, flags=re.M | re.S)
    # Directives with what is indented below them, and what follows "::".
    text = re.sub(r"^( *)\.\. .*\n(?:\1 +.*\n|\n)*", "\n", text, flags=re.M)
    text = re.sub(r"::\n\n(?: +.*\n|\n)+", "\n\n", text)
    text = re.sub(r"(?:^ *(?:>>>|\|).*\n)(?:^.*\S.*\n)*", "", text, flags=re.M)
    text = re.sub(r"^(.*)\n([=~^-])\2+$", r"\n", text, flags=re.M)
    text = re.sub(r":\w+:`[^`]*`|``.*?``|`[^`]*`_?", "code", text, flags=re.S)
    for item in re.split(r"\n\s*\n|\n *(?:[-*]|\d+\.) |\n(?=\S.*\n    )", text):
        yield from re.split(r"(?<=[.?!])[\s)*]+(?=[A-Z0-9*(\"]|code)", item.strip())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_sentences_are_short(page):
    sentences = sentences_of(page.read_text("utf-8"))
    assert [text for text in sentences if len(text.split()) > LONGEST] == []


def docstrings_of(path):
    """Docstrings of a file, without headings, and without names and types of values."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            text = ast.get_docstring(node) or ""
            yield re.sub(r"^(?:\S.* : .*|-+|[A-Z]\w+)$", "", text, flags=re.M)


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_sentences_of_docstrings_are_short(path):
    sentences = [text for doc in docstrings_of(path) for text in sentences_of(doc)]
    assert [text for text in sentences if len(text.split()) > LONGEST] == []


def test_sentences_are_found():
    text = """Title
=====

One sentence with ``code in it``. Another one
that goes on:

>>> print("no sentence. None")
no sentence

- An item. And
  its end.

.. list-table::

   * - no sentence
"""
    assert [
        " ".join(sentence.split()) for sentence in sentences_of(text) if sentence
    ] == [
        "One sentence with code.",
        "Another one that goes on:",
        "- An item.",
        "And its end.",
    ]
