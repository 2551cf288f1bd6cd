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

# The packages, floor by floor, the highest first. A package may import those on lower
# floors, and no other; a new one finds its floor here.
FLOORS = [
    {"__main__"},
    {"cli"},
    {"__init__"},
    {"distillation"},
    {"subtasks"},
    {"neural_network", "students", "teachers", "inspection"},
    {"transfer"},
    {"synthesis", "losses"},
    {"tables", "probability"},
    {"utils", "exceptions"},
]
# What only estimators' own methods import, where they need it, and the command line.
ASIDE = {"export"}

PUBLIC_FILES = {"exceptions.py"}

# Mathematics: arrays in, arrays out, by NumPy and SciPy alone.
MATHEMATICS = {"losses", "probability"}
THIRD_PARTY = {"numpy", "scipy", "sklearn", "joblib", "threadpoolctl"}
OPTIONAL = {
    "dask",
    "jinja2",
    "lightgbm",
    "markupsafe",
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


def imports_of(path, everywhere=True):
    """Dotted names that a file imports; at its top level, or anywhere."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names.add(node.module)
    return names


def package_of(path):
    """The package that a file is in, or its own name where it is in none."""
    return path.relative_to(FOLDER).with_suffix("").parts[0]


def packages_imported(path, **kwargs):
    """Packages of ours that a file imports."""
    parts = (name.split(".") for name in imports_of(path, **kwargs))
    ours = [[*names, "__init__"][1] for names in parts if names[0] == "skdistill"]
    return set(ours) - {package_of(path)}


FILES = sorted(FOLDER.rglob("*.py"))
each_file = pytest.mark.parametrize(
    "path", FILES, ids=lambda path: str(path.relative_to(FOLDER))
)


def test_every_package_has_its_floor():
    assert {package_of(path) for path in FILES} <= set().union(*FLOORS, ASIDE)


@each_file
def test_imports_point_downward(path):
    package = package_of(path)
    if package in ASIDE:
        assert packages_imported(path, everywhere=False) <= {"utils"}
        assert packages_imported(path) <= {"tables", "utils"}
        return
    (floor,) = (i for i, floor in enumerate(FLOORS) if package in floor)
    below = set().union(*FLOORS[floor + 1 :])
    at_once = below | ASIDE if package == "cli" else below
    assert packages_imported(path, everywhere=False) <= at_once
    assert packages_imported(path) <= below | ASIDE


@each_file
def test_files_are_private(path):
    assert path.name.startswith("_") or path.name in PUBLIC_FILES


@each_file
def test_third_parties(path):
    allowed = {"numpy", "scipy"} if package_of(path) in MATHEMATICS else THIRD_PARTY
    roots = {name.split(".")[0] for name in imports_of(path)}
    others = roots - sys.stdlib_module_names - {"skdistill"}
    assert others <= allowed | OPTIONAL
    at_once = {name.split(".")[0] for name in imports_of(path, everywhere=False)}
    assert not at_once & OPTIONAL


BENCHMARKS = [
    path for path in FOLDER.parent.glob("benchmarks/*.py") if path.stem != "internals"
]


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.stem)
def test_benchmarks_import_public_names(path):
    # What they need beyond these is named in one place, benchmarks/internals.py.
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = imports_of(path) | {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    ours = [name for name in names if name.startswith("skdistill")]
    assert not [name for name in ours if "._" in name]


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
    for path in FILES:
        module = ".".join(path.relative_to(FOLDER.parent).with_suffix("").parts)
        if module.removesuffix(".__init__") in imported:
            names |= imports_of(path, everywhere=False)
    sklearn = sorted(name for name in names if name.split(".")[0] == "sklearn")
    assert "sklearn.base" in sklearn
    return modules_after("\n".join(f"import {name}" for name in sklearn))


def test_importing_imports_nothing_optional(imported, imported_anyway):
    # Some of them come with scikit-learn, where they are installed.
    assert "skdistill.distillation" in imported
    assert not {name.split(".")[0] for name in imported - imported_anyway} & OPTIONAL


def test_importing_imports_no_clustering(imported):
    # They take as long as all modules of the package.
    assert not {"scipy.cluster", "sklearn.cluster"} & imported


def test_importing_costs_little_more_than_scikit_learn(imported, imported_anyway):
    more = imported - imported_anyway
    known = sys.stdlib_module_names | {"skdistill", "numpy"}
    assert len([name for name in more if name.split(".")[0] not in known]) <= 10
