"""Speed of the renderer: pictures per second of each style, of scenes and of sketches.

    python benchmarks/bench_portraits.py [--size 256] [--count 8] [--repeats 3] [--device cpu]

Every line is measured in the same run and given as a ratio to the first, plain photo portraits.
The last line compares the chunk size in use with one chunk for the whole batch.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Callable

import torch

from styleganex_lab.portraits import (
    STYLES,
    draw_sketch,
    render_portraits,
    render_scenes,
    sample_attributes,
    sample_scenes,
)
from styleganex_lab.portraits.render import CHUNK_PIXELS


def measure(call: Callable[[], object], repeats: int, device: torch.device) -> float:
    """The median seconds of a call, after one to warm up."""
    seconds = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        call()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:])


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=256, help="side of the pictures, px")
    parser.add_argument("--count", type=int, default=8, help="pictures per call")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    device, count, size = torch.device(options.device), options.count, options.size
    print(f"torch {torch.__version__}, {platform.processor()}, {torch.get_num_threads()} threads")

    people = sample_attributes(count, seed=0).to(device)
    scenes = sample_scenes(count, seed=0, size=size).to(device)
    portraits = render_portraits(people, size=size)
    calls: dict[str, Callable[[], object]] = {
        f"{style} portraits": lambda style=style: render_portraits(people, size=size, style=style)
        for style in STYLES
    }
    calls["photo scenes of up to two people"] = lambda: render_scenes(scenes)
    calls["sketches"] = lambda: draw_sketch(portraits.image, portraits.labels)
    first = 0.0
    for name, call in calls.items():
        median = measure(call, options.repeats, device)
        first = first or median
        print(f"{name}: {count / median:.1f} pictures/s, {first / median:.2f} of photo portraits")

    kept = dict(CHUNK_PIXELS)
    CHUNK_PIXELS.update(dict.fromkeys(kept, count * size * size))
    whole = measure(calls["photo portraits"], options.repeats, device)
    CHUNK_PIXELS.update(kept)
    print(f"one chunk of {count} pictures: {whole / first:.2f} times the seconds of the chunks")


if __name__ == "__main__":
    main()
