"""A minute of 720p takes no more memory than five seconds.

One process does all that a user's run does: the file is read twice by the real decoder, faces are
searched and followed by the real detector, every frame is cut, encoded, edited, decoded, pasted
and written with sound by the real encoder. Only the network's weights are few (64 px, random), as
its size does not depend on the clip's length. The process itself reads its resident memory as the
kernel counts it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("av", reason="reads and writes video files with PyAV")

REPOSITORY = Path(__file__).resolve().parents[3]
FPS = 4
SECONDS, EARLY = 60, 5
GROWTH = 1.05
# glibc's allocator otherwise keeps freed frames, more or fewer of them from run to run (50 MB).
ALLOCATOR = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="reads /proc")
def test_a_minute_of_720p_takes_the_memory_of_five_seconds(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.video.long_clip", str(tmp_path), str(SECONDS)],
        cwd=REPOSITORY,
        env={**os.environ, "OMP_NUM_THREADS": "1", **ALLOCATOR},
        capture_output=True,
        text=True,
        timeout=590,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout.splitlines()[-1])
    for phase in ("tracking", "editing"):
        memory = report[phase]
        assert len(memory) == SECONDS * FPS
        early = max(memory[(EARLY - 1) * FPS : EARLY * FPS])
        late = max(memory[-FPS:])
        assert late <= GROWTH * early, f"{phase}: {early:.0f} MB at 5 s, {late:.0f} MB at 60 s"
    # A clip kept in memory would be seen: 55 s of its frames are many times the growth allowed.
    kept = report["frame_megabytes"] * (SECONDS - EARLY) * FPS
    assert kept > 10 * (GROWTH - 1) * max(report["editing"])
    assert report["edited"] == report["frames"] == SECONDS * FPS
    assert report["seconds"] == pytest.approx(SECONDS, abs=0.1)
    assert report["sound"] == pytest.approx(SECONDS, abs=0.1)
    assert report["changed"] > 0.9, "nearly every frame shows the edit"
    assert report["files"] == ["edited.mp4", "source.mp4"]
