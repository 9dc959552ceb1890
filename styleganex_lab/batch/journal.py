"""What a queue has done so far: an append-only file in the folder of its results.

One JSON object a line, flushed to disk before its item counts as done. The first line names the
graph; a line cut off by a break is passed over. Only one queue at a time writes into a folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from styleganex_core.errors import StyleGANEXError

NAME = "queue.jsonl"


class Journal:
    """The journal of `folder`, locked while it is open; `done` maps item keys to file names."""

    def __init__(self, folder: Path, work: str) -> None:
        """`work`: fingerprint of the graph; a journal of another is refused."""
        self.folder = folder
        self.done: dict[str, list[str]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = (folder / NAME).open("a+b")
        except OSError as error:
            raise StyleGANEXError(f"cannot write to {folder}: {error.strerror}.") from error
        try:
            self._start(work)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):  # a full disk was reported when the line was written
            self._file.close()

    def holds(self, key: str) -> bool:
        """Whether the item is done and its files are still there."""
        files = self.done.get(key)
        return files is not None and all((self.folder / name).is_file() for name in files)

    def add_done(self, key: str, item: str, files: list[str], server: str) -> None:
        self._write({"done": key, "item": item, "files": files, "server": server})
        self.done[key] = files

    def add_failed(self, key: str, item: str, error: str) -> None:
        """Note an error, for the reader; the item is tried again by the next run."""
        self._write({"failed": key, "item": item, "error": error})

    def _start(self, work: str) -> None:
        if not _lock(self._file):
            raise StyleGANEXError(
                f"another queue is writing into {self.folder}; wait for it or choose another --out."
            )
        self._file.seek(0)
        content = self._file.read()
        entries = _read_entries(content)
        if content and (not entries or "work" not in entries[0]):
            raise StyleGANEXError(
                f"{self.folder / NAME} is not a journal of this command; choose another --out."
            )
        if entries and entries[0]["work"] != work:
            raise StyleGANEXError(
                f"{self.folder} holds results of another graph or other settings; choose another "
                "--out, or give the ones it was begun with."
            )
        for entry in entries:
            files = entry.get("files")
            if "done" in entry and isinstance(files, list):
                # A changed journal must not lead out of the folder.
                self.done[str(entry["done"])] = [Path(str(name)).name for name in files]
        if content and not content.endswith(b"\n"):
            self._file.write(b"\n")
        if not content:
            self._write({"work": work})

    def _write(self, entry: dict[str, Any]) -> None:
        try:
            self._file.write(json.dumps(entry).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StyleGANEXError(f"cannot write to {self.folder}: {error.strerror}.") from error


def _read_entries(content: bytes) -> list[dict[str, Any]]:
    entries = []
    for line in content.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            entries.append(entry)
    return entries


def _lock(file: IO[bytes]) -> bool:
    """Lock the file until it is closed, also by a crash; False if another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 30)  # a byte that is never written: others may still read the journal
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
