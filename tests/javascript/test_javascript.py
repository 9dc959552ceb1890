"""The widgets' pure modules by node's own runner, and that each file asks for its types' check."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OLDEST_NODE = (20, 19)  # reads .js files with `import` as modules


@cache
def find_node() -> str:
    node = shutil.which("node")
    if node is None:
        pytest.skip("NO NODE: put node 20.19 or newer on the PATH to test the widgets' modules")
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    major, minor = (int(number) for number in shown.strip().removeprefix("v").split(".")[:2])
    if (major, minor) < OLDEST_NODE:
        pytest.skip(f"OLD NODE {shown.strip()}: 20.19 or newer tests the widgets' modules")
    return node


@pytest.mark.parametrize("path", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_module(path):
    command = [find_node(), "--test-reporter=tap", str(path)]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    passed = re.search(r"^# pass (\d+)$", ran.stdout, re.MULTILINE)
    written = len(re.findall(r"^test\(", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert passed is not None
    assert int(passed[1]) == written > 0


def test_every_file_asks_for_its_types_to_be_checked():
    files = sorted((ROOT / "web" / "js").rglob("*.js"))
    assert len(files) > 20
    unchecked = [
        str(path.relative_to(ROOT))
        for path in files
        if not path.read_text(encoding="utf-8").startswith("// @ts-check\n")
    ]
    assert unchecked == []
