"""Who may import whom, and what importing skdistill costs."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import skdistill

FOLDER = Path(skdistill.__file__).parent

# Three layers, the lowest first. A module may import those before it, and no other;
# a new one finds its place here.
LAYERS = {
    "maths": [
        "softening",
        "losses",
        "_softmax",
        "_activations",
        "_piecewise",
        "_network",
        "_prediction",
        "_batches",
        "_solvers",
        "_sparse",
        "_newton",
        "_fusion",
        "_pool",
    ],
    "steps": [
        "_threads",
        "_rows",
        "_targets",
        "_transfer",
        "_parts",
        "_routing",
        "_encoding",
        "_responses",
        "_teacher",
        "_given",
        "_scaling",
        "_weights",
        "_monitor",
        "_training",
        "_joint_steps",
        "_callbacks",
        "_fitting",
        "_export",
        "_generations",
        "_tables",
        "_partitions",
    ],
    "estimators": [
        "_base",
        "synthesis",
        "_unseen",
        "_mlp",
        "_joint",
        "_soft_targets",
        "_committee",
        "_growth",
        "_stacked",
        "_members",
        "_subtasks",
        "_distilled",
        "report",
        "__init__",
        "__main__",
    ],
}
FOUND = {path.stem for path in FOLDER.glob("*.py")}
ORDER = [module for layer in LAYERS.values() for module in layer if module in FOUND]

# What each layer may import besides the package and the standard library.
THIRD_PARTY = {
    "maths": {"numpy", "scipy"},
    "steps": {"numpy", "scipy", "sklearn", "threadpoolctl"},
    "estimators": {"numpy", "scipy", "sklearn", "joblib"},
}
OPTIONAL = {
    "dask",
    "lightgbm",
    "matplotlib",
    "onnx",
    "onnxruntime",
    "pandas",
    "polars",
    "rich",
    "skl2onnx",
    "skops",
    "torch",
}


def imports_of(module, everywhere=True):
    """Dotted names that a module imports; at its top level, or anywhere."""
    tree = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            names.add(node.module)
    return names


def test_every_module_has_its_place():
    assert set(ORDER) == FOUND


@pytest.mark.parametrize("module", ORDER)
def test_imports_point_downward(module):
    names = {name for name in imports_of(module) if name.split(".")[0] == "skdistill"}
    below = {f"skdistill.{other}" for other in ORDER[: ORDER.index(module)]}
    if module == "__main__":
        below.add("skdistill")
    assert names <= below


@pytest.mark.parametrize("layer", LAYERS)
def test_third_parties(layer):
    for module in FOUND.intersection(LAYERS[layer]):
        roots = {name.split(".")[0] for name in imports_of(module)}
        others = roots - sys.stdlib_module_names - {"skdistill"}
        assert others <= THIRD_PARTY[layer] | OPTIONAL, module
        at_once = {name.split(".")[0] for name in imports_of(module, everywhere=False)}
        assert not at_once & OPTIONAL, module


def modules_after(code):
    """Names of the modules that a fresh interpreter has after some code."""
    code += "\nimport sys\nprint(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        cwd=FOLDER.parent,
    )
    return set(run.stdout.split())


@pytest.fixture(scope="module")
def imported():
    return modules_after("import skdistill")


@pytest.fixture(scope="module")
def imported_anyway(imported):
    """What comes with those modules of scikit-learn that the package uses."""
    names = set()
    for name in imported:
        package, _, module = name.partition(".")
        if package == "skdistill":
            names |= imports_of(module or "__init__", everywhere=False)
    sklearn = sorted(name for name in names if name.split(".")[0] == "sklearn")
    assert "sklearn.base" in sklearn
    return modules_after("\n".join(f"import {name}" for name in sklearn))


def test_importing_imports_nothing_optional(imported, imported_anyway):
    # Some of them come with scikit-learn, where they are installed.
    assert "skdistill._distilled" in imported
    assert not {name.split(".")[0] for name in imported - imported_anyway} & OPTIONAL


def test_importing_costs_little_more_than_scikit_learn(imported, imported_anyway):
    more = imported - imported_anyway
    known = sys.stdlib_module_names | {"skdistill"}
    assert len([name for name in more if name.split(".")[0] not in known]) <= 10
