"""Where the time of a clip goes, and how memory runs, on a drawn clip with the demo model.

    python benchmarks/bench_video.py [--seconds 2] [--height 288] [--chunk 4] [--model photo]
    python benchmarks/bench_video.py --compare 12 [--repeats 3] [--large]

Prints milliseconds per frame for each step, alone and all together, and resident memory.
`--compare`: so many frames of 1280x720 px (a person in their middle, eyes about 115 px apart, so
that the paper's crop of 512 px fits) are read, edited and written by us and by the plain loop over
frames (`usual.edit_frames`), in turns; frames a second by CPU seconds of this process, all its
threads. `--large` does so with random weights of the official 1024 px sizes, once and with crops of
256 px, which such a model draws at 1024 px.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import torch

from styleganex_core import Model, load_demo
from styleganex_core.crop.align import REACH
from styleganex_core.demo import load_demo_edit
from styleganex_core.demo.clip import ExampleClip
from styleganex_core.video import (
    ClipEdit,
    ClipSettings,
    ClipWriter,
    FileClip,
    Selection,
    TensorClip,
    Track,
    edit_frames,
    edit_video,
    parse_keyframes,
    track_faces,
    write_clip,
)

try:
    from benchmarks import usual
    from benchmarks.run import make_model
except ImportError:  # started as a file
    import usual
    from run import make_model

STRENGTH = 2.0  # of the edit
NEAR = 128  # px from the eyes to a crop's sides for a model of the official size: half the paper's


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


def place_in_720p(count: int) -> TensorClip:
    """Frames of the example film at half of 720p's size, in the middle of grey ones."""
    film = ExampleClip("one person", seconds=count / 24 + 1, size=(360, 640))
    frames = [frame.image for frame in islice(film.read(Selection()), count)]
    images = torch.full((count, 720, 1280, 3), 128, dtype=torch.uint8)
    images[:, 180:540, 320:960] = torch.stack(frames).to(torch.uint8)
    return TensorClip(images.float() / 255, film.info.rate)


def compare(
    model: Model, vector: torch.Tensor, count: int, repeats: int, reach: int = REACH
) -> None:
    """Print frames a second of the plain loop and of ours, from file to file."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.mp4", Path(folder) / "edited.mp4"
        write_clip(place_in_720p(count), source)
        clip = FileClip(source)
        track = track_faces(clip)
        edits, settings = [ClipEdit(vector, parse_keyframes(STRENGTH))], ClipSettings(reach=reach)

        def run_usual() -> None:
            frames = usual.edit_frames(
                model, clip.read(Selection()), track, vector, STRENGTH, reach
            )
            with ClipWriter(target, clip.info.size, clip.info) as writer:
                for frame in frames:
                    writer.write(frame.image, frame.time)

        def run_ours() -> None:
            edit_video(model, clip, target, track, edits, settings=settings)

        rates: list[list[float]] = []
        for _ in range(repeats):
            pair = []
            for run in (run_usual, run_ours):
                began = time.process_time()
                run()
                pair.append(count / (time.process_time() - began))
            rates.append(pair)
        check_alike(model, clip, track, edits[0], settings)
    ratios = [ours / base for base, ours in rates]
    first, second = (statistics.median(pair[side] for pair in rates) for side in (0, 1))
    print("| work | the usual way | ours | ratio | of the pairs |\n| --- | --- | --- | --- | --- |")
    print(f"| {count} frames of 720p, {model.name} | {first:.2f} frames/s | {second:.2f} ", end="")
    print(f"| {statistics.median(ratios):.2f} | {min(ratios):.2f} to {max(ratios):.2f} |")


def check_alike(
    model: Model, clip: FileClip, track: Track, edit: ClipEdit, settings: ClipSettings
) -> None:
    """Say how far the two sides' first frame differs, in levels of 255."""
    read, vector, reach = clip.read, edit.vector, settings.reach
    plain = usual.edit_frames(model, read(Selection()), track, vector, STRENGTH, reach)
    ours = edit_frames(model, read(Selection()), track, [edit], settings=settings, chunk=1)
    base, ours = next(plain).image, next(ours).image
    apart = (base.int() - ours.int()).abs()
    print(f"first frame, largest and mean difference: {apart.max()} and {apart.float().mean():.4f}")
    print(f"{(apart > 1).float().mean():.2e} of its numbers differ by more than a level\n")


@torch.no_grad()
def compare_models(options: argparse.Namespace) -> None:
    model = load_demo(options.model)
    compare(model, load_demo_edit("smile"), options.compare, options.repeats)
    if options.large:
        large = make_model(1024, torch.device("cpu"))
        vector = torch.randn(large.num_slots, large.style_dim) / 4
        compare(large, vector, min(2, options.compare), 1, NEAR)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--height", type=int, default=288, help="px; the width is 4/3 of it")
    parser.add_argument("--chunk", type=int, default=4, help="frames at once")
    parser.add_argument("--model", default="photo", help="a demo model with an encoder")
    parser.add_argument("--compare", type=int, metavar="FRAMES", help="beside the plain loop")
    parser.add_argument("--repeats", type=int, default=3, help="of the comparison")
    parser.add_argument("--large", action="store_true", help="compare at the official 1024 px")
    options = parser.parse_args()
    print(f"torch {torch.__version__}, {platform.machine()}, {torch.get_num_threads()} threads")
    if options.compare:
        compare_models(options)
        return
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
