"""Where the time of a clip goes, and how memory runs, on a drawn clip with the demo model.

    python benchmarks/bench_video.py [--seconds 2] [--height 288] [--chunk 4] [--model photo]

Prints milliseconds per frame for each step, alone and all together, and resident memory.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from styleganex_core import (
    ClipEdit,
    ClipSettings,
    ExampleClip,
    FileClip,
    Selection,
    edit_video,
    load_demo,
    parse_keyframes,
    track_faces,
    write_clip,
)


def resident() -> float:
    """Megabytes in memory; 0 where the system does not say."""
    statm = Path("/proc/self/statm")
    if not statm.is_file():
        return 0.0
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Steps:
    """Time and memory at every frame; call it as a progress."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.seconds: list[float] = []
        self.memory: list[float] = []

    def __call__(self, done: int, total: int) -> None:
        now = time.perf_counter()
        self.seconds.append(now - self._last)
        self.memory.append(resident())
        self._last = now


def report(label: str, run: Callable[[Steps], object]) -> None:
    steps = Steps()
    start = time.perf_counter()
    run(steps)
    whole = (time.perf_counter() - start) / len(steps.seconds)
    spread = statistics.median(steps.seconds)
    print(
        f"{label}: {1000 * whole:.0f} ms a frame over all, median step {1000 * spread:.0f} ms; "
        f"{steps.memory[0]:.0f} MB at the first frame, {steps.memory[-1]:.0f} MB at the last"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--height", type=int, default=288, help="px; the width is 4/3 of it")
    parser.add_argument("--chunk", type=int, default=4, help="frames at once")
    parser.add_argument("--model", default="photo", help="a demo model with an encoder")
    options = parser.parse_args()
    print(f"torch {torch.__version__}, {platform.processor()}, {torch.get_num_threads()} threads")
    model = load_demo(options.model)
    size = (options.height, options.height * 4 // 3)
    edits = []
    if model.edit_vectors:
        vector = next(iter(model.edit_vectors.values()))
        edits = [ClipEdit(vector, parse_keyframes("0:0, 24:2"))]

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.mp4", Path(folder) / "edited.mp4"
        drawn = ExampleClip("one person", seconds=options.seconds, size=size)
        report("draw and write", lambda steps: write_clip(drawn, source, progress=steps))
        clip = FileClip(source)
        report("read", lambda steps: [steps(0, 0) for _ in clip.read(Selection())])
        tracks = []
        report("track", lambda steps: tracks.append(track_faces(clip, progress=steps)))
        report(
            "edit",
            lambda steps: edit_video(
                model,
                clip,
                target,
                tracks[0],
                edits,
                settings=ClipSettings(reach=128),
                chunk=options.chunk,
                progress=steps,
            ),
        )


if __name__ == "__main__":
    main()
