"""Photos a second of `queue edit` with one and with two worker processes, over the same photos.

    python benchmarks/bench_queue.py --items 24

The clock runs from the first finished photo to the last: start-up and the loading of models do not
count. Each worker has its share of the processor's threads, so two gain little on one busy core.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import tempfile
import time
from pathlib import Path

import torch

import styleganex_core as core
from styleganex_lab.batch import add_queue_arguments, run_queue

REPOSITORY = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=24, help="photos of each run")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    line = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(line, cwd=REPOSITORY, capture_output=True, text=True).stdout.strip()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"commit {commit}, torch {torch.__version__}, {platform.machine()}, {cores} cores usable")
    print("| workers | photos/s |\n| --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "images"
        images.mkdir()
        photo = core.to_pil(core.example_image("astronaut_portrait"))
        for number in range(options.items):
            photo.save(images / f"{number:04}.png")
        for workers in options.workers:
            rate = measure(images, Path(folder) / f"out{workers}", workers)
            print(f"| {workers} | {rate:.2f} |", flush=True)


def measure(images: Path, out: Path, workers: int) -> float:
    """Photos a second. The first photo of every worker is left out: it may wait for the model."""
    parser = argparse.ArgumentParser()
    add_queue_arguments(parser)
    arguments = ["edit", "--edit", "glasses=2", "--images", str(images), "--out", str(out)]
    times: list[tuple[int, float]] = []

    def progress(done: int, total: int) -> None:
        times.append((done, time.perf_counter()))

    code = run_queue(parser.parse_args([*arguments, "--workers", str(workers)]), progress, print)
    if code:
        raise SystemExit("a photo failed; nothing was measured")
    began = next(entry for entry in times if entry[0] >= workers)
    return (times[-1][0] - began[0]) / (times[-1][1] - began[1])


if __name__ == "__main__":
    main()
