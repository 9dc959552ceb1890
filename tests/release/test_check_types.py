"""Which modules scripts/check.sh has pyright read: what changed, and what imports that."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.check_types import affected_modules, changed_files

SOURCES = {
    "styleganex_core/__init__.py": "from .photo import edit\n",
    "styleganex_core/photo.py": "from .networks import Model\n",
    "styleganex_core/sound.py": "import math\n",
    "styleganex_core/networks/__init__.py": "from .encoder import Model\n",
    "styleganex_core/networks/encoder.py": "from ..warp import (\n    turn,\n)\n",
    "styleganex_core/networks/swap.py": "from . import Model\n",
    "styleganex_core/warp.py": "",
    "styleganex_lab/train.py": "import styleganex_core.warp\n",
    "styleganex_lab/tell.py": "import styleganex_core as sx\n",
    "nodes/faces.py": "from ..styleganex_core import edit\n",
    "tests/test_warp.py": "from styleganex_core.warp import turn\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in SOURCES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "affected"),
    [
        ("sound.py", []),
        ("warp.py", ["styleganex_core/networks/encoder.py", "styleganex_lab/train.py"]),
        (
            "networks/encoder.py",
            [
                f"styleganex_core/{name}.py"
                for name in ("networks/__init__", "networks/swap", "photo")
            ],
        ),
        (
            "photo.py",
            ["nodes/faces.py", "styleganex_core/__init__.py", "styleganex_lab/tell.py"],
        ),
    ],
)
def test_a_module_is_checked_with_those_that_import_it_also_through_its_package(
    root, changed, affected
):
    changed = f"styleganex_core/{changed}"
    assert affected_modules([changed], root) == sorted([changed, *affected])


def test_other_files_affect_no_module(root):
    assert affected_modules(["README.md", "tests/test_warp.py"], root) == []


def test_a_module_that_is_gone_affects_its_importers(root):
    (root / "styleganex_core/warp.py").unlink()
    found = affected_modules(["styleganex_core/warp.py"], root)
    assert found == ["styleganex_core/networks/encoder.py", "styleganex_lab/train.py"]


def git(folder: Path, *arguments: str) -> None:
    known = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", folder, *known, *arguments], check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="NO GIT: it tells what has changed")
def test_what_differs_from_the_start_of_the_branch_has_changed(root):
    assert changed_files(root) is None, "without a repository nobody can say"
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "all")
    assert changed_files(root) == []
    (root / "styleganex_core/warp.py").write_text("turn = 1\n")
    (root / "nodes/new.py").write_text("")
    assert changed_files(root) == ["nodes/new.py", "styleganex_core/warp.py"]
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "a branch's own")
    assert changed_files(root) == ["nodes/new.py", "styleganex_core/warp.py"]
