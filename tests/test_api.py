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

import skdistill

PAGE = Path(__file__).parents[1] / "docs" / "api.rst"
LISTED = re.findall(r"^   ([A-Za-z]\w*(?:\.\w+)*)$", PAGE.read_text("utf-8"), re.M)


# Packages and modules with public names; a name that the package itself has is listed
# by that.
DOORS = [
    importlib.import_module(f"skdistill.{name}")
    for _, name, _ in pkgutil.iter_modules(skdistill.__path__)
    if not name.startswith("_")
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
