"""What others rely on: `public_surface.json` changes only on purpose."""

from __future__ import annotations

import ast
import inspect
import json
from operator import attrgetter
from pathlib import Path
from types import ModuleType

import pytest

import styleganex_core as core
from styleganex_core import first_release

TESTS = Path(__file__).parent
SURFACE = json.loads((TESTS / "public_surface.json").read_text())
OF_0_1_0 = json.loads((TESTS / "frozen" / "0.1.0" / "names.json").read_text())
GROUPS = {name for name in core.__all__ if isinstance(getattr(core, name), ModuleType)}
FRONT = set(core.__all__) - GROUPS - set(first_release.__all__)


def names_of(group: str) -> set[str]:
    """The public names of a group: those it lists, or those that its one module defines."""
    module = getattr(core, group)
    if listed := getattr(module, "__all__", None):
        return set(listed)
    own = {
        name
        for name, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__
    }
    return {name for name in own if not name.startswith("_")}


def test_names_of_the_core():
    assert sorted(core.__all__) == SURFACE["core"]
    assert all(hasattr(core, name) for name in core.__all__)


def test_names_of_the_groups():
    assert {group for group in SURFACE["groups"] if group not in GROUPS} == set()
    for group, names in SURFACE["groups"].items():
        assert set(names) <= names_of(group), group


def test_parameters_of_the_core():
    came = {
        name: list(inspect.signature(attrgetter(name)(core)).parameters)
        for name in SURFACE["parameters"]
    }
    assert came == SURFACE["parameters"]


def test_every_name_of_the_first_release_can_be_imported():
    assert set(OF_0_1_0) <= set(core.__all__)


def test_the_front_page_is_short_and_names_its_groups():
    assert len(FRONT) <= 30, "put it into a group"
    assert set(first_release.__all__) <= set(OF_0_1_0), "put new names into a group"
    assert core.__doc__ is not None
    assert {group for group in GROUPS if f"`{group}`" not in core.__doc__} == set()


@pytest.mark.parametrize(
    "path",
    sorted((TESTS.parent / "nodes").rglob("*.py")),
    ids=lambda path: path.relative_to(TESTS.parent).as_posix(),
)
def test_nodes_take_names_from_the_front_page_or_a_group(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Attribute):
            continue
        owner = ast.unparse(node.value)
        if owner == "core":
            assert node.attr in core.__all__, f"line {node.lineno}: core.{node.attr} is in a group"
        elif owner.startswith("core.") and (group := owner.removeprefix("core.")) in GROUPS:
            assert node.attr in names_of(group), f"line {node.lineno}: {owner} has no {node.attr}"
