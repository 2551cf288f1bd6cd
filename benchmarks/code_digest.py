"""Digests of code: results are reused only where nothing that made them changed."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import ast
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("skdistill", "benchmarks")


def is_ours(module):
    """Whether a module belongs to this project, by its name."""
    return module.split(".")[0] in PACKAGES


@cache
def code_digest(*modules):
    """Digest of modules and of all of ours that they import, comments apart.

    Parameters
    ----------
    *modules : str
        Names of modules of this project.

    Returns
    -------
    digest : str
    """
    trees, waiting = {}, set(modules)
    while waiting:
        module = waiting.pop()
        tree = ast.parse(Path(find_spec(module).origin).read_text(encoding="utf-8"))
        trees[module] = ast.dump(_without_docstrings(tree))
        waiting |= _our_imports(tree) - trees.keys()
    code = "\n".join(f"{module} {trees[module]}" for module in sorted(trees))
    return sha256(code.encode()).hexdigest()[:12]


def _without_docstrings(tree):
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                del body[0]
    return tree


def _our_imports(tree):
    """Names of our modules that a module imports by ``from ... import ...``."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and is_ours(node.module):
            found.add(node.module)
    return found
