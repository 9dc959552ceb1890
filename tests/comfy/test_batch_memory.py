"""Whole batches take at most 1.2 times their own memory beyond it, however long they are."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from conftest import ONE_THREAD, PACK, REPOSITORY, find_comfyui

LARGEST_SHARE = 1.2
# glibc's allocator otherwise keeps freed frames, more or fewer of them from run to run.
ALLOCATOR = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072"}
ALLOCATOR |= {"MALLOC_TRIM_THRESHOLD_": "131072"}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="reads /proc")
@pytest.mark.parametrize("count", [150, 600])
@pytest.mark.parametrize(
    ("node", "height", "width"),
    [
        ("CropFace", 360, 640),
        ("BeforeAfter", 180, 320),
        ("PasteFace", 180, 320),
        ("PhotoToSketch", 90, 160),
        ("Decode", 64, 64),
    ],
)
def test_a_batch_is_held_no_more_than_twice(tmp_path, node, height, width, count):
    folder, python = find_comfyui()
    pack = tmp_path / PACK.replace("-", "_")
    pack.symlink_to(REPOSITORY, target_is_directory=True)
    command = [python, str(Path(__file__).with_name("measure_batches.py")), str(folder)]
    command += [str(pack), node, str(count), str(height), str(width)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=500, cwd=tmp_path,
        env={**os.environ, **ONE_THREAD, **ALLOCATOR}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    share = json.loads(done.stdout.splitlines()[-1])["share"]
    assert share <= LARGEST_SHARE, f"{share:.2f} times the batch"
