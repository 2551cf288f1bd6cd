"""Configuration of the documentation."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import re
import sys
from pathlib import Path

from docutils import nodes

# Where plots are left out, the gallery looks names up that examples would have enabled.
from sklearn.experimental import enable_halving_search_cv  # noqa: F401

import skdistill

# The folder of `scikit_learn`, an extension of ours.
sys.path.insert(0, str(Path(__file__).parent))

project = "skdistill"
author = "The skdistill developers"
project_copyright = author
release = version = skdistill.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "scikit_learn",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.extlinks",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
# The gallery turns the examples into pages of its own.
exclude_patterns = ["_build", "examples", "templates"]
templates_path = ["templates"]
default_role = "literal"

# The role that scikit-learn's docstrings have for papers.
extlinks = {"arxiv": ("https://arxiv.org/abs/%s", "arXiv:%s")}

# The class template lists members by itself.
numpydoc_show_class_members = False

sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "auto_examples",
    "doc_module": ("skdistill",),
    "backreferences_dir": "api/backreferences",
    "abort_on_example_error": True,
    "show_memory": False,
}

toc_object_entries_show_parents = "hide"
html_theme = "pydata_sphinx_theme"
html_title = f"skdistill {release}"
html_static_path = ["static"]
html_logo = html_favicon = "static/logo.svg"
html_css_files = ["wide.css"]
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": f"skdistill {release}", "alt_text": "skdistill, home"},
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": False,
}
alone = ["index", "quick_start", "changelog", "development", "versions", "security"]
html_sidebars = {page: [] for page in alone}


def unlink(app, what, name, obj, options, lines):
    """Turn references inside scikit-learn's inherited docstrings into plain text.

    What they refer to is in scikit-learn's documentation, and a build needs no network.
    """
    if getattr(obj, "__module__", "").startswith("sklearn."):
        reference = r":(?:ref|term):`([^`<]*?)(?: <[^`]*>)?`"
        lines[:] = [re.sub(reference, r"\1", line) for line in lines]


def describe_constant(app, what, name, obj, options, lines):
    """Say what a constant is: its type's docstring says how to convert strings."""
    if name == "skdistill.probability.UNKNOWN_RESOLUTION":
        lines[:] = ["Where probabilities of unknown origin are cut."]


def show_figure(name, rawtext, text, lineno, inliner, options=None, content=None):
    """Show the figure that `benchmarks.render` compares with the results."""
    shown, _, _ = text.partition(" <")
    return [nodes.Text(shown)], []


def setup(app):
    app.add_role("figure", show_figure)
    app.connect("autodoc-process-docstring", unlink)
    app.connect("autodoc-process-docstring", describe_constant)
