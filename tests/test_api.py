"""The API reference lists every public name, and nothing that is not there."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import importlib
import inspect
import pkgutil
import re
from operator import attrgetter
from pathlib import Path

import pytest
from sklearn.base import BaseEstimator

import skdistill

DOCS = Path(__file__).parents[1] / "docs"
LISTED = re.findall(
    r"^   ([A-Za-z]\w*(?:\.\w+)*)$", (DOCS / "api.rst").read_text("utf-8"), re.M
)
LABELS = {
    label
    for page in (*DOCS.glob("*.rst"), *DOCS.glob("user_guide/*.rst"))
    for label in re.findall(r"^\.\. _([\w-]+):$", page.read_text("utf-8"), re.M)
}


# Packages and modules with public names; a name that the package itself has is listed
# by that.
DOORS = [
    importlib.import_module(f"skdistill.{name}")
    for _, name, _ in pkgutil.iter_modules(skdistill.__path__)
    if not name.startswith("_")
]
CLASSES = [
    name
    for name in LISTED
    if inspect.isclass(attrgetter(name)(skdistill))
    and not name.endswith(("Warning", "Error"))
]


@pytest.mark.parametrize("name", LISTED)
def test_listed_names_exist(name):
    assert inspect.getdoc(attrgetter(name)(skdistill))


def test_every_name_of_the_package_is_listed():
    assert set(skdistill.__all__) <= set(LISTED)
    assert len(LISTED) == len(set(LISTED))


@pytest.mark.parametrize("module", DOORS, ids=lambda module: module.__name__)
def test_every_name_of_a_package_is_listed(module):
    stem = module.__name__.removeprefix("skdistill.")
    names = set(getattr(module, "__all__", ())) - set(skdistill.__all__)
    assert {f"{stem}.{name}" for name in names} <= set(LISTED)


@pytest.mark.parametrize("name", CLASSES)
def test_classes_refer_to_the_guide(name):
    doc = inspect.getdoc(attrgetter(name)(skdistill))
    (label,) = re.findall(r"Read more in the :ref:`User Guide\s+<(\w+)>`", doc)
    assert label in LABELS


@pytest.mark.parametrize("name", CLASSES)
def test_diagrams_of_estimators_link_to_their_pages(name):
    kind = attrgetter(name)(skdistill)
    if issubclass(kind, BaseEstimator):
        link = object.__new__(kind)._get_doc_link()
        assert link.endswith(f"/api/skdistill.{name}.html")


def signatures_of(name):
    """The functions of a public name: itself, or the methods of a class."""
    value = attrgetter(name)(skdistill)
    if inspect.isfunction(value):
        return [value]
    if not inspect.isclass(value) or issubclass(value, Warning | Exception):
        return []
    ours = [kind for kind in value.__mro__ if kind.__module__.startswith("skdistill")]
    members = {key: member for kind in ours for key, member in vars(kind).items()}
    methods = [
        getattr(member, "fget", getattr(member, "__func__", member))
        for key, member in members.items()
        if not key.startswith("_") or key == "__init__"
    ]
    functions = [method for method in methods if inspect.isfunction(method)]
    return [function for function in functions if function.__module__ != "typing"]


@pytest.mark.parametrize("name", LISTED)
def test_public_signatures_are_annotated(name):
    for function in signatures_of(name):
        signature = inspect.signature(function)
        annotations = [
            parameter.annotation
            for key, parameter in signature.parameters.items()
            if key not in ("self", "cls", "_")
        ]
        annotations.append(signature.return_annotation)
        assert inspect.Signature.empty not in annotations, function.__qualname__


WALK = re.findall(
    r"^     - ((?:``[\w.]+``, )+)``(\w+/_\w+\.py)``$",
    (DOCS / "development.rst").read_text("utf-8"),
    re.M,
)


@pytest.mark.parametrize(("functions", "file"), WALK, ids=lambda text: text)
def test_the_walk_goes_through_functions(functions, file):
    code = (Path(skdistill.__file__).parent / file).read_text("utf-8")
    for function in re.findall(r"[\w.]+(?=``)", functions):
        assert re.search(rf"(?:def|class) {function.split('.')[-1]}\b", code)


def test_the_map_has_all_packages():
    page = (DOCS / "development.rst").read_text("utf-8")
    folders = Path(skdistill.__file__).parent.glob("*/__init__.py")
    packages = {folder.parent.name for folder in folders}
    assert packages == set(re.findall(r"^   \* - ``(\w+)/``$", page, re.M))
