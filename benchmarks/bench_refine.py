"""Step II as published and at rising resolution: how close each comes, and at what cost.

    python benchmarks/bench_refine.py --photos FOLDER [--count 8] [--side 256] [--published 500]
        [--steps 24 48 96] [--seconds 0]

Both start from the same Step I (`choose_start`) with the same loss, on the bundled 256 px model.
FOLDER holds aligned photos, or portraits with an index.csv, of which only held-out people are
taken; nothing but numbers is printed. Per number of `--steps`, the mean loss that the rising
schedule ends with, what its steps cost in full steps (by the seconds that each size takes, measured
beforehand), and how many published steps it takes to come as close. `--side`: of the photo's
middle that is refined, px. `--seconds`: stop taking photos after so many seconds.
"""

from __future__ import annotations

import argparse
import bisect
import platform
import statistics
import time
from pathlib import Path

import torch

import styleganex_core as sx
from styleganex_core.encode import choose_start, rising
from styleganex_core.losses import multiscale_loss, pixel_loss
from styleganex_lab.training.data.aligned import INDEX, read_index

QUARTER = 64  # px, of a 256 px generator
RATE = 0.05  # the published learning rate


def list_photos(folder: Path, count: int) -> list[Path]:
    if (folder / INDEX).is_file():
        files = [portrait.file for portrait in read_index(folder) if portrait.held_out]
    else:
        files = sorted(file for file in folder.iterdir() if file.suffix in (".jpg", ".png"))
    return files[:: max(1, len(files) // count)][:count]


def read_middle(file: Path, side: int) -> torch.Tensor:
    photo = sx.load_image(file)
    top, left = (max(0, (length - side) // 2) for length in photo.shape[-2:])
    return photo[..., top : top + side, left : left + side].contiguous()


def loss_of(model: sx.Model, latents: sx.Latents, photo: torch.Tensor) -> float:
    drawn = sx.decode_latents(model, latents)
    return float((pixel_loss(drawn, photo) + multiscale_loss(drawn, photo)).sum())


def time_step(model: sx.Model, latents: sx.Latents, side: int | None, repeats: int = 5) -> float:
    """CPU seconds of a step of gradient that draws up to `side`."""
    f, w_plus = latents.f.clone().requires_grad_(), latents.w_plus.clone().requires_grad_()
    seconds = []
    for _ in range(repeats):
        began = time.process_time()
        with torch.enable_grad():
            model.generator(f, w_plus, largest_side=side).square().mean().backward()
        seconds.append(time.process_time() - began)
    return statistics.median(seconds)


def publish(
    model: sx.Model, start: sx.Latents, photo: torch.Tensor, steps: int
) -> list[tuple[int, float]]:
    """The published loop: the losses of its pictures, by the step, the least so far."""
    losses: list[tuple[int, float]] = []

    def look(picture: torch.Tensor) -> None:
        loss = float((pixel_loss(picture, photo) + multiscale_loss(picture, photo)).sum())
        losses.append((10 * len(losses), min([loss, *(least for _, least in losses[-1:])])))

    sx.optimize_latents(model, start, photo, steps=steps, learning_rate=RATE, preview=look)
    return losses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--published", type=int, default=500, help="steps of the published loop")
    parser.add_argument("--steps", type=int, nargs="+", default=[24, 48, 96])
    parser.add_argument("--seconds", type=float, default=0.0)
    options = parser.parse_args()
    began = time.monotonic()
    model = sx.load_demo()
    print(f"torch {torch.__version__}, {platform.machine()}, {torch.get_num_threads()} threads")
    ends: list[float] = []
    found: dict[int, list[tuple[float, int, int]]] = {steps: [] for steps in options.steps}
    share = 0.0
    for file in list_photos(options.photos, options.count):
        photo = read_middle(file, options.side)
        with torch.no_grad():
            start = choose_start(model, sx.encode_face(model, photo), photo)
        if not share:
            share = time_step(model, start, QUARTER) / time_step(model, start, None)
        curve = publish(model, start, photo, options.published)
        ends.append(curve[-1][1])
        for steps, results in found.items():
            used: list[int] = []
            refined = sx.optimize_latents(
                model, start, photo, steps=steps, schedule="rising", report=used.append
            )
            loss = loss_of(model, refined, photo)
            place = bisect.bisect_left(curve, -loss, key=lambda entry: -entry[1])
            same = curve[place][0] if place < len(curve) else options.published
            results.append((loss, used[0], same))
        if options.seconds and time.monotonic() - began > options.seconds:
            break
    print(f"{len(ends)} photos of {options.side} px; a step at {QUARTER} px costs {share:.2f}")
    print(f"published, {options.published} steps: loss {statistics.mean(ends):.4f}\n")
    print("| at most | used | full steps' worth | loss | published steps to it | ratio |")
    print("| --- | --- | --- | --- | --- | --- |")
    for steps, results in found.items():
        losses, used, same = (statistics.mean(column) for column in zip(*results, strict=True))
        small = rising.SMALL_SHARE
        worth = used * (small * share + 1 - small) + 2 / 3  # the start and the end are drawn too
        print(f"| {steps} | {used:.0f} | {worth:.0f} | {losses:.4f} | {same:.0f} ", end="")
        print(f"| {same / worth:.1f} |", flush=True)


if __name__ == "__main__":
    main()
