"""Write the archive that the ComfyUI Registry and the Manager install, from what git holds.

    python scripts/make_release.py OUT.zip [--revision HEAD] [--tag v1.2.3]

The archive holds the files of one commit less those that `.comfyignore` names, which is what the
Registry's own publishing does. The same commit gives the same bytes with the same Python.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LARGEST_MB = 60
PACKED_ALREADY = {".jpg", ".png", ".mp4", ".webp"}  # deflating them again gains nothing
EXECUTABLE, PLAIN = 0o100755, 0o100644


@dataclass(frozen=True)
class Rule:
    """One line of .comfyignore: a path from the root, or the start of every name there ("/.*")."""

    start: str

    def leaves_out(self, path: str) -> bool:
        """Whether the rule names the file, or a folder that it is in."""
        if self.start.endswith(("/", "*")):
            return path.startswith(self.start.removesuffix("*"))
        return path == self.start or path.startswith(self.start + "/")


def read_rules(text: str) -> list[Rule]:
    """The rules of a .comfyignore.

    Of what .gitignore allows, only paths from the root are read: "/folder/", "/file" and "/start*".
    Everything else is refused with a ValueError, so that this archive never differs from the
    Registry's in silence.
    """
    rules = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        path = line[1:].removesuffix("*")
        if not line.startswith("/") or not path or any(sign in path for sign in "*?[]!\\ "):
            raise ValueError(
                f".comfyignore: expected a path from the root such as /tests/, got {line!r}; "
                "write it so, or teach scripts/make_release.py to read it"
            )
        rules.append(Rule(line[1:]))
    return rules


def files_of(revision: str, root: Path = ROOT) -> dict[str, tuple[bytes, int]]:
    """The contents and modes of all files of a commit, by their paths."""
    command = ["git", "-C", str(root), "archive", "--format=tar", revision]
    packed = subprocess.run(command, check=True, capture_output=True).stdout
    found = {}
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive.getmembers():
            opened = archive.extractfile(member) if member.isfile() else None
            if opened is not None:
                mode = EXECUTABLE if member.mode & 0o100 else PLAIN
                found[member.name] = (opened.read(), mode)
    return found


def choose_files(paths: Iterable[str], ignored: str) -> list[str]:
    """The paths that a .comfyignore of this text leaves in the archive, sorted."""
    rules = read_rules(ignored)
    return sorted(path for path in paths if not any(rule.leaves_out(path) for rule in rules))


def make_release(out: Path, revision: str = "HEAD", root: Path = ROOT) -> list[str]:
    """Write the archive; the paths in it, sorted.

    The rules are those of the same commit. A commit without a .comfyignore raises KeyError.
    """
    files = files_of(revision, root)
    kept = choose_files(files, files[".comfyignore"][0].decode())
    with zipfile.ZipFile(out, "w") as archive:
        for path in kept:
            content, mode = files[path]
            entry = zipfile.ZipInfo(path)  # dated 1980, so that equal commits give equal archives
            entry.external_attr = mode << 16
            packed = Path(path).suffix in PACKED_ALREADY
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return kept


def check_tag(tag: str, pyproject: str) -> None:
    """SystemExit unless the tag is "v" and the version that pyproject.toml states."""
    stated = re.search(r'^version = "(.+)"$', pyproject, re.MULTILINE)
    if stated is None or tag != f"v{stated[1]}":
        version = stated[1] if stated else "none"
        raise SystemExit(
            f"The tag must name pyproject.toml's version, {version}; got {tag}. Raise the version "
            "in pyproject.toml and styleganex_core/__init__.py, commit, and tag that commit."
        )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="the archive to write")
    parser.add_argument("--revision", default="HEAD", help="the commit or tag (default HEAD)")
    parser.add_argument("--tag", help="refuse a tag that does not name the version")
    options = parser.parse_args()
    if options.tag is not None:
        check_tag(options.tag, files_of(options.revision)["pyproject.toml"][0].decode())
    paths = make_release(options.out, options.revision)
    megabytes = options.out.stat().st_size / 1e6
    print(f"{options.out}: {len(paths)} files, {megabytes:.1f} MB")
    if megabytes >= LARGEST_MB:
        raise SystemExit(f"The archive must stay under {LARGEST_MB} MB; add to .comfyignore.")


if __name__ == "__main__":
    main()
