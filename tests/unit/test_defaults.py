"""A default stands in one place: in the core, where a schema reads it, or in the schema."""

from __future__ import annotations

import ast
import inspect
import re
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

import styleganex_core as core

NODES = Path(__file__).parents[2] / "nodes"
each_module = pytest.mark.parametrize(
    "path", sorted(NODES.rglob("*.py")), ids=lambda path: path.relative_to(NODES).as_posix()
)

# Where a node starts elsewhere than the core, on purpose: (core's, the node's).
OTHERWISE = {
    ("Decode", "noise"): ("zero", "stored"),  # shows what Encode and Optimize kept
    ("ExampleVideo", "seconds"): (2.0, 1.0),
    ("Optimize", "steps"): (150, 200),
    ("Sample", "truncation"): (1.0, 0.7),  # likely faces for a first look
}


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def called_of_core(tree: ast.AST) -> list[Any]:
    """What of the core is called below a node of the tree."""
    names = {
        match[1]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (match := re.fullmatch(r"core\.([\w.]+)", ast.unparse(node.func)))
    }
    return [attrgetter(name)(core) for name in sorted(names)]


def literal_inputs(tree: ast.AST) -> dict[str, Any]:
    """Inputs by name with the default that the schema itself gives."""
    found = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith(".Input"):
            continue
        for keyword in node.keywords:
            if keyword.arg == "default" and isinstance(keyword.value, ast.Constant):
                found[ast.literal_eval(node.args[0])] = keyword.value.value
    return found


@each_module
def test_execute_repeats_no_default(path):
    for function in ast.walk(parse(path)):
        if isinstance(function, ast.FunctionDef) and function.name == "execute":
            defaults = [*function.args.defaults, *filter(None, function.args.kw_defaults)]
            came = {ast.unparse(default) for default in defaults}
            assert came <= {"None", "()"}, f"line {function.lineno}: leave it to the schema"


@each_module
def test_a_default_of_the_core_is_read_from_it(path):
    for node in ast.walk(parse(path)):
        if not isinstance(node, ast.ClassDef):
            continue
        written = literal_inputs(node)
        for source in called_of_core(node):
            parameters = inspect.signature(source).parameters
            for name in written.keys() & parameters.keys():
                default = parameters[name].default
                if default in (None, inspect.Parameter.empty):
                    continue
                named = OTHERWISE.get((node.name, name))
                assert named == (default, written[name]), (
                    f"{node.name}: read the default of {name} from core.{source.__name__}"
                )
