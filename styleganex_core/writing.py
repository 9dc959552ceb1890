"""Files that appear whole or not at all, whatever happens to the program that writes them."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import time
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path

UNFINISHED = ".part"
FORGOTTEN = 3600  # seconds after which an unfinished file of an unknown writer counts as dead
_NAME = re.compile(r"\..*\.(?:(?P<host>[0-9a-f]{8})-(?P<process>\d+)-)?[0-9a-f]{32}\.part")


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to, which becomes `path` at the end.

    On an error, or when the program is killed, what was at `path` stays as it was. The data are on
    the disk before the new file takes its name. What killed programs left unfinished in the same
    folder is removed first.
    """
    aside = begin_beside(path)
    try:
        yield aside
        put_in_place(aside, path)
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def begin_beside(path: Path) -> Path:
    """A path in the same folder to write to, in which this program can be recognised.

    What killed programs left unfinished in the folder is removed.
    """
    _remove_unfinished(path.parent)
    start = path.name.encode(errors="ignore")[:60].decode(errors="ignore")
    return path.with_name(f".{start}.{_host()}-{os.getpid()}-{uuid.uuid4().hex}{UNFINISHED}")


def put_in_place(aside: Path, path: Path) -> None:
    """Gives a finished file its name, once its data are on the disk."""
    _to_disk(aside)
    aside.replace(path)
    _to_disk(path.parent)


def _remove_unfinished(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            match = _NAME.fullmatch(path.name) if path.suffix == UNFINISHED else None
            if match and not _is_being_written(path, match):
                with contextlib.suppress(OSError):  # a system may still hold it
                    path.unlink()


def _is_being_written(path: Path, match: re.Match[str]) -> bool:
    if match["host"] == _host() and os.name == "posix":
        return _is_running(int(match["process"]))
    # Of another machine, an older version or Windows, where asking for a process may end it.
    return time.time() - path.stat().st_mtime < FORGOTTEN


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)  # signal 0 sends nothing
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True


def _host() -> str:
    return f"{zlib.crc32(socket.gethostname().encode()):08x}"


def _to_disk(path: Path) -> None:
    """Waits until a file, or a folder's list of names, is on the disk."""
    with contextlib.suppress(OSError):  # Windows cannot open folders, and some disks cannot wait
        handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
