"""The archive that people install: complete, small, and without tests, figures or lab."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.make_release import LARGEST_MB, make_release, read_rules

ROOT = Path(__file__).resolve().parents[2]
NEEDED = [
    "__init__.py",
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    "pyproject.toml",
    "nodes/__init__.py",
    "web/js/styleganex.js",
    "web/docs/StyleGANEX_Encode.md",
    "locales/en/nodeDefs.json",
    "styleganex_core/__main__.py",
    "styleganex_core/demo/pictures/README.md",
    "workflows/start-here.json",
    "workflows/start-here.jpg",
]
UNWANTED = ("tests/", "styleganex_lab/", "docs/images/", "benchmarks/", "scripts/", ".")


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("NO GIT CHECKOUT: the release archive is made from a commit; clone to test it")
    out = tmp_path_factory.mktemp("release") / "release.zip"
    make_release(out)
    return out


@pytest.fixture(scope="module")
def names(archive) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()


def tracked(*folders: str) -> set[str]:
    """The files of the current commit in these folders."""
    command = ["git", "ls-tree", "-r", "--name-only", "-z", "HEAD", *folders]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return set(listed.rstrip("\0").split("\0"))


def test_it_is_small(archive):
    assert archive.stat().st_size < LARGEST_MB * 1e6


def test_it_holds_what_runs(names):
    assert [name for name in NEEDED if name not in names] == []
    runs = tracked("nodes", "web", "locales", "workflows", "styleganex_core")
    assert runs - set(names) == set()


def test_it_holds_every_licence(names):
    licences = {name for name in tracked() if "LICENSE" in name or "LICENCE" in name}
    assert {name for name in licences if not name.startswith(UNWANTED)} <= set(names)
    assert len([name for name in names if "LICENSE" in name]) >= 6


def test_it_holds_no_tests_figures_or_lab(names):
    assert [name for name in names if name.startswith(UNWANTED)] == []


def test_the_same_commit_gives_the_same_archive(archive, tmp_path):
    make_release(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_it_runs_unpacked(archive, tmp_path):
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    where = "import styleganex_core; print(styleganex_core.__file__)"
    for command in (["-m", "styleganex_core", "edit", "--help"], ["-c", where]):
        ran = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert ("--paste" if "edit" in command else str(tmp_path)) in ran.stdout


@pytest.mark.parametrize("line", ["*.py", "tests", "!/tests/", "/a/*/b", "/", "/*", "/a?", "/a b"])
def test_rules_that_would_be_read_differently_are_refused(line):
    with pytest.raises(ValueError, match=r"\.comfyignore: expected a path from the root"):
        read_rules(f"# a note\n\n{line}\n")


def test_rules_leave_out_whole_folders_only():
    folder, file, hidden = read_rules("/docs/images/\n/tsconfig.json\n/.*\n")
    assert folder.leaves_out("docs/images/a/b.jpg")
    assert not folder.leaves_out("docs/images.md")
    assert file.leaves_out("tsconfig.json")
    assert not file.leaves_out("web/tsconfig.json")
    assert not file.leaves_out("tsconfig.json5")
    assert hidden.leaves_out(".github/workflows/ci.yml")
    assert not hidden.leaves_out("web/.keep")
