"""How long a cancel waits at most: the longest time between two looks for it, in CPU seconds.

    python benchmarks/bench_cancel.py [--only NAME ...] [--size 1024]

Every case runs whole, as its node runs it, and is watched as the nodes are watched. Times are of
one thread (OMP_NUM_THREADS=1), so they do not depend on what else the machine does. A model of the
published size has random weights.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from bench_networks import OFFICIAL_WIDTHS

import styleganex_core as core
from styleganex_core.networks import EncoderConfig, GeneratorConfig, Model, ModelConfig
from styleganex_core.patience import Watch

Work = Callable[[], object]


class Gaps:
    """The longest time between two checks, and where it ended."""

    def __init__(self) -> None:
        self.longest, self._last = 0.0, time.thread_time()

    def check(self) -> None:
        now = time.thread_time()
        self.longest = max(self.longest, now - self._last)
        self._last = now


def measure(work: Work) -> tuple[float, float]:
    """The longest gap, and the whole time, in seconds."""
    started, gaps = time.thread_time(), Gaps()
    with torch.no_grad(), Watch(gaps.check):
        work()
    gaps.check()
    return gaps.longest, time.thread_time() - started


def published(size: int) -> Model:
    """A model of StyleGANEX's own size, with random weights."""
    channels = OFFICIAL_WIDTHS[: size.bit_length() - 2]
    generator = GeneratorConfig(size, 512, channels)
    encoder = EncoderConfig(num_slots=generator.num_slots, style_dim=512, feature_channels=512)
    return Model(ModelConfig(generator, encoder, ())).eval().requires_grad_(False)


def cases(size: int) -> Mapping[str, Work]:
    demo, made = core.load_demo(), {}

    def large() -> Model:
        return made.setdefault("model", published(size))

    def latents(model: Model, count: int) -> core.Latents:
        return core.join_latents([core.sample_latents(model, seed) for seed in range(count)])

    def decode(model: Model, count: int, largest: int) -> None:
        people = latents(model, count)
        for start in range(0, count, largest):
            core.to_bhwc(core.decode_latents(model, people[start : start + largest]))

    def encode(count: int, side: int) -> None:
        core.encode_face(large(), torch.zeros(count, 3, side, side))

    def enlarge() -> None:
        model, small = core.load_demo("super_resolution_4x"), torch.zeros(8, 3, 64, 64)
        result = core.super_resolve(model, small, 4, style="whole picture")
        core.to_bhwc(core.decode_latents(model, result.latents, noise="stored"))

    def optimize(model: Model, side: int) -> None:
        photo = torch.zeros(1, 3, side, side)
        start = core.encode_face(model, photo)
        core.optimize_latents(model, start, photo, steps=1)

    def clip(act: Callable[[core.Clip, Path], object], height: int, width: int) -> None:
        frames = torch.zeros(4, height, width, 3, dtype=torch.uint8)
        with tempfile.TemporaryDirectory() as folder:
            act(core.TensorClip(frames, 24), Path(folder) / "clip.mp4")

    return {
        "decode 64 (demo)": lambda: decode(demo, 64, 8),
        "decode 8 at once (published)": lambda: decode(large(), 8, 8),
        "decode 1 (published)": lambda: decode(large(), 1, 1),
        "encode 8 at once (published)": lambda: encode(8, 256),
        "encode 1 of 1024 px (published)": lambda: encode(1, 1024),
        "super resolve 8": enlarge,
        "weights (published)": lambda: core.factorize_weights(large(), 8),
        "samples (published)": lambda: core.find_components(large(), 8, 10_000),
        "boundary of 400 (published)": lambda: core.find_boundary(*torch.randn(2, 200, 18, 512)),
        "boundary of 6000 (published)": lambda: core.find_boundary(*torch.randn(2, 3000, 18, 512)),
        "labels (demo)": lambda: core.labelled_vectors.find_labelled_vector(
            demo, "smile", samples=24
        ),
        "optimize 1 step (published)": lambda: optimize(large(), 256),
        "optimize 1 step of 1024 px (demo)": lambda: optimize(demo, 1024),
        "sketch of 4000 px": lambda: core.sketch_photo(torch.rand(1, 3, 4000, 4000)),
        "sketch of 8000 px": lambda: core.sketch_photo(torch.rand(1, 3, 8000, 8000)),
        "clip of 2160 px written": lambda: clip(core.write_clip, 2160, 3840),
        "find faces in 4000 px": lambda: core.find_faces(torch.zeros(1, 3, 4000, 4000)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1024, help="the published generator's, px")
    parser.add_argument("--only", nargs="*", default=[], metavar="TEXT", help="parts of the names")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name, work in cases(options.size).items():
        if not options.only or any(part in name for part in options.only):
            longest, whole = measure(work)
            print(
                f"{name}: {longest:.2f} s at most between two looks, {whole:.1f} s in all",
                flush=True,
            )


if __name__ == "__main__":
    main()
