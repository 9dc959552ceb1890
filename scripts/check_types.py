"""Check the types of what has changed: pyright on Python files, TypeScript's checker on web/js.

    python scripts/check_types.py [--all]

What counts is every file that differs from where this branch left origin/main (without that: from
the last commit), new files among them, and the modules that import one of these, also through
their package. `--all`, as .ci/run does, checks everything; so does a change to pyproject.toml.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ("styleganex_core/", "styleganex_lab/", "nodes/")
WIDGETS = ("web/js/", "tests/javascript/editor/", "tsconfig.json", "scripts/check_javascript.sh")


def changed_files(root: Path = ROOT) -> list[str] | None:
    """The paths that differ from the branch's start, new ones too; None where git cannot say."""

    def git(*arguments: str) -> list[str] | None:
        command = ["git", "-C", str(root), "-c", "core.quotePath=false", *arguments]
        ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        return ran.stdout.splitlines() if ran.returncode == 0 else None

    start = git("merge-base", "HEAD", "origin/main") or ["HEAD"]
    differing = git("diff", "--name-only", start[0])
    new = git("ls-files", "--others", "--exclude-standard")
    return None if differing is None or new is None else sorted({*differing, *new})


def affected_modules(changed: Iterable[str], root: Path = ROOT) -> list[str]:
    """The Python files among `changed` and those that import one of them, as paths in `root`.

    Whoever imports from a package that hands a changed module on counts as importing that.
    """
    sources = {
        path.relative_to(root).as_posix(): path
        for folder in PYTHON
        for path in (root / folder).rglob("*.py")
    }
    names = {file: _module_name(file) for file in sources}
    imports = {file: _imported(path, names[file]) for file, path in sources.items()}
    changed = {file for file in changed if file.startswith(PYTHON) and file.endswith(".py")}
    touched = {_module_name(file) for file in changed}
    packages = {names[f] for f in sources if f.endswith("/__init__.py") and imports[f] & touched}
    touched |= packages
    return sorted(file for file in sources if file in changed or imports[file] & touched)


def _module_name(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imported(path: Path, module: str) -> set[str]:
    """The modules that a file imports, and what it imports from them in case those are modules."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            found |= {source, *(f"{source}.{alias.name}" for alias in node.names)}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="whatever has changed")
    changed = None if parser.parse_args().all else changed_files()
    everything = changed is None or "pyproject.toml" in changed
    modules = [] if everything or changed is None else affected_modules(changed)
    failed = False
    if everything or modules:
        print(f"== pyright: {'all' if everything else len(modules)} modules", flush=True)
        command = [sys.executable, "-m", "pyright", *modules]
        failed |= subprocess.run(command, cwd=ROOT, check=False).returncode != 0
    else:
        print("== pyright: no module has changed", flush=True)
    if changed is None or everything or any(file.startswith(WIDGETS) for file in changed):
        command = ["bash", "scripts/check_javascript.sh"]
        failed |= subprocess.run(command, cwd=ROOT, check=False).returncode != 0
    else:
        print("== the widgets' types: no module has changed", flush=True)
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
