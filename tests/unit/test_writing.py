"""Files appear whole, reach the disk before they get their name, and dead runs leave nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import styleganex_core
from styleganex_core.checkpoints.read import read_file
from styleganex_core.checkpoints.write import write_safetensors
from styleganex_core.errors import CheckpointError
from styleganex_core.writing import FORGOTTEN, written_whole

CORE = Path(styleganex_core.__file__).parent
KILLED = """
import os, sys, types
from pathlib import Path
package = types.ModuleType("styleganex_core")  # its own __init__ imports torch, which takes seconds
package.__path__ = [sys.argv[2]]
sys.modules["styleganex_core"] = package
from styleganex_core.writing import written_whole
with written_whole(Path(sys.argv[1])) as aside:
    aside.write_bytes(bytes(1000))
    os._exit(9)
"""


def test_what_killed_programs_left_is_gone_after_the_next_save(tmp_path: Path) -> None:
    for index in range(2):
        command = [sys.executable, "-c", KILLED, tmp_path / f"a{index}", CORE]
        done = subprocess.run(command)
        assert done.returncode == 9
    assert len(list(tmp_path.iterdir())) == 1  # the second has removed the first's
    write_safetensors(tmp_path / "b.safetensors", {}, {})
    assert [path.name for path in tmp_path.iterdir()] == ["b.safetensors"]


def test_what_others_are_writing_stays(tmp_path: Path) -> None:
    foreign = tmp_path / f".c.deadbeef-1-{'0' * 32}.part"
    foreign.write_bytes(b"another machine's")
    mine = tmp_path / "notes.part"
    mine.write_bytes(b"a user's")
    with written_whole(tmp_path / "a") as first, written_whole(tmp_path / "b") as second:
        first.write_bytes(b"1")
        second.write_bytes(b"2")
    assert foreign.exists() and mine.exists()
    old = time.time() - FORGOTTEN - 1
    os.utime(foreign, (old, old))
    with written_whole(tmp_path / "c") as third:
        third.write_bytes(b"3")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c", "notes.part"]


def test_the_data_reach_the_disk_before_the_name(tmp_path: Path, monkeypatch) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_sync(handle: int) -> None:
        steps.append("sync")
        fsync(handle)

    def note_replace(self: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    write_safetensors(tmp_path / "a.safetensors", {}, {})
    assert steps[:2] == ["sync", "rename"]


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"before")
    with pytest.raises(RuntimeError), written_whole(path) as aside:
        aside.write_bytes(b"after")
        raise RuntimeError
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"before"]


@pytest.mark.parametrize("name", ["a\0b", "a" * 300, "a\ud800b/c", "\ud800"])
def test_names_that_no_system_takes_are_a_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="cannot write") as refused:
        write_safetensors(tmp_path / name, {}, {})
    assert str(refused.value).isprintable()


def test_metadata_with_lone_surrogates_are_stored_readably(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "a", {}, {"a\ud800": "b\udfff"})
    assert read_file(tmp_path / "a").metadata == {"a\\ud800": "b\\udfff"}


def test_clips_and_results_of_a_queue_are_written_the_same_way() -> None:
    """No other name for an unfinished file, which nothing would ever remove."""
    root = Path(__file__).parents[2]
    by_hand = [
        path.name
        for package in ("styleganex_core", "styleganex_lab", "nodes")
        for path in (root / package).rglob("*.py")
        if re.search(r"\.(part|tmp|new)[\"'}]", path.read_text()) and path.name != "writing.py"
    ]
    assert by_hand == []
