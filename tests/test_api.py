"""The API reference lists every public name, and nothing that is not there."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import inspect
import re
from operator import attrgetter
from pathlib import Path

import pytest

import skdistill
from skdistill import losses, report, softening, synthesis

PAGE = Path(__file__).parents[1] / "docs" / "api.rst"
LISTED = re.findall(r"^   ([A-Za-z]\w*(?:\.\w+)*)$", PAGE.read_text("utf-8"), re.M)


def public_names(module):
    """Dotted names of what a module defines for its users."""
    stem = module.__name__.removeprefix("skdistill.")
    return {
        f"{stem}.{name}"
        for name, value in vars(module).items()
        if (inspect.isclass(value) or inspect.isfunction(value))
        and value.__module__ == module.__name__
        and not name.startswith("_")
    }


@pytest.mark.parametrize("name", LISTED)
def test_listed_names_exist(name):
    assert inspect.getdoc(attrgetter(name)(skdistill))


def test_every_name_of_the_package_is_listed():
    assert set(skdistill.__all__) <= set(LISTED)
    assert len(LISTED) == len(set(LISTED))


@pytest.mark.parametrize("module", [synthesis, softening, losses, report])
def test_every_name_of_a_module_is_listed(module):
    exported = {f"report.{name}" for name in skdistill.__all__}
    assert public_names(module) - exported <= set(LISTED)
