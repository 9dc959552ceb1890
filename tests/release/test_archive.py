"""The archive that people install: complete, small, and without tests, figures or lab."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.make_release import LARGEST_MB, choose_files, make_release, read_rules

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
def checkout() -> Path:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("NO GIT CHECKOUT: the release archive is made from a commit; clone to test it")
    return ROOT


@pytest.fixture(scope="module")
def archive(checkout, tmp_path_factory) -> Path:
    """Packing it takes seconds, so what is in it is tested by `names`."""
    out = tmp_path_factory.mktemp("release") / "release.zip"
    make_release(out)
    return out


@pytest.fixture(scope="module")
def names(checkout) -> list[str]:
    return choose_files(tracked(), told_by_git("show", "HEAD:.comfyignore"))


def told_by_git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def tracked(*folders: str) -> set[str]:
    """The files of the current commit in these folders."""
    listed = told_by_git("ls-tree", "-r", "--name-only", "-z", "HEAD", *folders)
    return set(listed.rstrip("\0").split("\0"))


@pytest.mark.slow
def test_it_is_small_and_holds_what_was_chosen(archive, names):
    assert archive.stat().st_size < LARGEST_MB * 1e6
    with zipfile.ZipFile(archive) as opened:
        assert opened.namelist() == names


def test_unpacked_it_is_hardly_larger(checkout):
    """Weights and pictures hardly shrink: a file too many is seen before the archive is packed."""
    lines = told_by_git("ls-tree", "-r", "-l", "-z", "HEAD").rstrip("\0").split("\0")
    sizes = {line.split("\t", 1)[1]: int(line.split("\t", 1)[0].split()[3]) for line in lines}
    kept = choose_files(sizes, told_by_git("show", "HEAD:.comfyignore"))
    assert sum(sizes[name] for name in kept) < 1.1 * LARGEST_MB * 1e6


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


def git(folder: Path, *arguments: str) -> None:
    known = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", folder, *known, *arguments], check=True, capture_output=True)


@pytest.fixture
def small_checkout(tmp_path) -> Path:
    """A repository of one commit with a file of each kind that an archive treats differently."""
    if shutil.which("git") is None:
        pytest.skip("NO GIT: the release archive is made from a commit")
    folder = tmp_path / "checkout"
    (folder / "tests").mkdir(parents=True)
    for name in ("main.py", "picture.jpg", "tests/test_main.py"):
        (folder / name).write_bytes(name.encode() * 1000)
    (folder / "run.sh").write_text("true\n")
    (folder / "run.sh").chmod(0o755)
    (folder / ".comfyignore").write_text("/tests/\n/.*\n")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "update-index", "--chmod=+x", "run.sh")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder


def test_the_same_commit_gives_the_same_archive(small_checkout, tmp_path):
    first, again = tmp_path / "first.zip", tmp_path / "again.zip"
    assert make_release(first, root=small_checkout) == ["main.py", "picture.jpg", "run.sh"]
    for path in small_checkout.rglob("*.*"):
        if path.is_file():
            os.utime(path, (1e9, 1e9))
    (small_checkout / "not_committed.py").write_text("")
    make_release(again, root=small_checkout)
    assert again.read_bytes() == first.read_bytes()
    with zipfile.ZipFile(first) as opened:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in opened.infolist()}
        kinds = {entry.filename: entry.compress_type for entry in opened.infolist()}
    assert modes == {"main.py": 0o644, "picture.jpg": 0o644, "run.sh": 0o755}
    assert [name for name, kind in kinds.items() if kind == zipfile.ZIP_STORED] == ["picture.jpg"]


@pytest.mark.slow
def test_the_release_itself_is_the_same_again(archive, tmp_path):
    make_release(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


@pytest.mark.slow
def test_it_runs_unpacked(archive, tmp_path):
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    start = (
        "import runpy, sys, styleganex_core; print(styleganex_core.__file__, flush=True);"
        "sys.argv[1:] = ['edit', '--help']; runpy.run_module('styleganex_core', None, '__main__')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", start],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert str(tmp_path) in ran.stdout and "--paste" in ran.stdout


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
