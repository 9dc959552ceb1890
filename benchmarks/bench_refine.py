"""Step II as published and at rising resolution: seconds until both have come equally close.

    python benchmarks/bench_refine.py --photos FOLDER --rows FILE [--count 8] [--side 256]
        [--published 500] [--steps 24 48 96] [--skips] [--table]

Both start from the same Step I (`choose_start`) with the same loss, on the bundled 256 px model, by
default without its skips, as the published inversion has none. FOLDER holds aligned photos, or
portraits with an index.csv, of which only held-out people are taken; nothing but numbers is
printed or written. Per photo: the loss that the published loop ends with, its CPU seconds (of this
process alone, best with one thread), and the same of the rising schedule for each number of
`--steps`. Also what the bundled readers say: how far the drawing's face is from the photo's
(below 0.6 is the same person), and how much a smile of 2 changes it. Rows are added to FILE
(JSON lines) as they come, those that are there are not measured again; `--table` prints what is
there. `--side`: of the aligned face of 256 px, which Step I sees whole, only so many px in the
middle are refined, at a share of the time; the readers see them within the photo.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

import styleganex_core as sx
from styleganex_core.encode import choose_start
from styleganex_core.losses import multiscale_loss, pixel_loss
from styleganex_lab.training.data.aligned import INDEX, read_index

RATE = 0.05  # the published learning rate
ALIGNED, CELL = 256, 8  # px: the aligned face, and a cell of `f`
SMILE = 2.0  # strength of the edit that must still work
Row = dict[str, Any]


def list_photos(folder: Path, count: int) -> list[Path]:
    if (folder / INDEX).is_file():
        files = [portrait.file for portrait in read_index(folder) if portrait.held_out]
    else:
        files = sorted(file for file in folder.iterdir() if file.suffix in (".jpg", ".png"))
    return files[:: max(1, len(files) // count)][:count]


def middle(picture: torch.Tensor, side: int) -> torch.Tensor:
    """The middle [..., side, side] of a picture or of maps; a view."""
    top, left = (max(0, (length - side) // 2) for length in picture.shape[-2:])
    return picture[..., top : top + side, left : left + side]


def cut_latents(latents: sx.Latents, side: int) -> sx.Latents:
    """The latents of the picture's middle, `side` px."""
    if side == ALIGNED:
        return latents
    return replace(latents, f=middle(latents.f, side // CELL).contiguous(), size=None)


def loss_of(model: sx.Model, latents: sx.Latents, photo: torch.Tensor) -> float:
    drawn = sx.decode_latents(model, latents)
    return float((pixel_loss(drawn, photo) + multiscale_loss(drawn, photo)).sum())


class Readings:
    """What a refined face is like: close to the photo's, and still one that an edit changes."""

    def __init__(self, model: sx.Model) -> None:
        self._model, self._readers = model, sx.readers.load_face_readers()
        self._smile = sx.load_demo_edit("smile")

    @torch.no_grad()
    def __call__(self, latents: sx.Latents, photo: torch.Tensor) -> Row:
        edited = sx.apply_edit_vector(latents, self._smile, SMILE)
        drawn, smiling = (self._draw(one, photo) for one in (latents, edited))
        before, after = (self._readers(picture.clamp(-1, 1)) for picture in (drawn, smiling))
        happy = sx.readers.EXPRESSIONS.index("happy")
        judge = sx.readers.judge_identity
        return {
            "apart": float(judge(photo, drawn, readers=self._readers)),
            "smile": float(after.smile[0] - before.smile[0]),
            "happy": float(after.expression[0, happy] - before.expression[0, happy]),
            "apart_edited": float(judge(photo, smiling, readers=self._readers)),
        }

    def _draw(self, latents: sx.Latents, photo: torch.Tensor) -> torch.Tensor:
        """The aligned photo with what was refined in its middle."""
        drawn, whole = sx.decode_latents(self._model, latents), photo.clone()
        middle(whole, drawn.shape[-1]).copy_(drawn)
        return whole


def time_refining(
    model: sx.Model, start: sx.Latents, photo: torch.Tensor, schedule: str, steps: int
) -> tuple[sx.Latents, Row]:
    """The latents refined, and CPU seconds and loss at the end and (published) every 10 steps."""
    curve: list[tuple[float, float]] = []
    looking = [0.0]  # CPU seconds that looking at the losses took

    def look(picture: torch.Tensor) -> None:
        now = time.process_time()
        loss = float((pixel_loss(picture, photo) + multiscale_loss(picture, photo)).sum())
        curve.append((now - began - looking[0], loss))
        looking[0] += time.process_time() - now

    used: list[int] = []
    how: dict[str, Any] = {"steps": steps, "schedule": schedule, "report": used.append}
    if schedule == "full":
        how |= {"learning_rate": RATE, "preview": look}
    began = time.process_time()
    refined = sx.optimize_latents(model, start, photo, **how)
    seconds = time.process_time() - began - looking[0]
    row = {"steps": steps, "used": used[0], "seconds": seconds}
    return refined, row | {"loss": loss_of(model, refined, photo), "curve": curve}


def measure_photos(
    options: argparse.Namespace, rows: list[Row], add: Callable[[Row], None]
) -> None:
    """Measure what no row holds yet, photo by photo."""
    model = sx.load_demo()
    readings = Readings(model)
    plans = [("full", options.published), *(("rising", steps) for steps in options.steps)]
    for number, file in enumerate(list_photos(options.photos, options.count)):
        photo = middle(sx.load_image(file), ALIGNED).contiguous()
        part = middle(photo, options.side).contiguous()
        one = {"photo": number, "side": options.side, "skips": options.skips}
        skips = None if options.skips else 0
        with torch.no_grad():
            whole = choose_start(model, sx.encode_face(model, photo, skip_layers=skips), photo)
        start = cut_latents(whole, options.side)
        for schedule, steps in plans:
            key = one | {"schedule": schedule, "steps": steps}
            if any(key.items() <= row.items() for row in rows):
                continue
            refined, row = time_refining(model, start, part, schedule, steps)
            add(key | row | readings(refined, photo) | {"start": loss_of(model, start, part)})


def print_table(rows: Sequence[Row]) -> None:
    """Means over the photos that have been refined both ways; times photo by photo."""
    published = {row["photo"]: row for row in rows if row["schedule"] == "full"}
    print(
        "| schedule, at most | photos | used | CPU s | loss | reached | ratio of CPU s | ", end=""
    )
    print("face apart | smile | happy | apart, smiling |\n" + "| --- " * 11 + "|")
    for schedule, steps in dict.fromkeys((row["schedule"], row["steps"]) for row in rows):
        these = [row for row in rows if (row["schedule"], row["steps"]) == (schedule, steps)]
        pairs = [(published[r["photo"]], r) for r in these if r["photo"] in published]
        if not pairs:
            continue
        ratios = [base["seconds"] / row["seconds"] for base, row in pairs]
        reached = sum(row["loss"] <= base["loss"] for base, row in pairs)
        spread = f"{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})"
        cells = [f"{schedule}, {steps}", str(len(pairs))]
        cells += [f"{_mean(pairs, 'used'):.0f}", f"{_mean(pairs, 'seconds'):.1f}"]
        cells += [f"{_mean(pairs, 'loss'):.4f}", str(reached), spread]
        readings = ("apart", "smile", "happy", "apart_edited")
        cells += [f"{_mean(pairs, name):.3f}" for name in readings]
        print(f"| {' | '.join(cells)} |")


def _mean(pairs: Sequence[tuple[Row, Row]], name: str) -> float:
    return statistics.mean(row[name] for _, row in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--rows", type=Path, required=True, help="JSON lines, added to")
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--published", type=int, default=500, help="steps of the published loop")
    parser.add_argument("--steps", type=int, nargs="*", default=[24, 48, 96])
    parser.add_argument("--skips", action="store_true", help="start with the model's skips too")
    parser.add_argument("--table", action="store_true", help="only print the rows that are there")
    options = parser.parse_args()
    rows: list[Row] = []
    if options.rows.is_file():
        rows += map(json.loads, options.rows.read_text(encoding="utf-8").splitlines())

    def add(row: Row) -> None:
        rows.append(row)
        with options.rows.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    print(f"torch {torch.__version__}, {platform.machine()}, {torch.get_num_threads()} threads")
    if not options.table:
        if options.photos is None:
            parser.error("--photos: a folder of aligned photos is needed to measure anything")
        if options.skips and options.side != ALIGNED:
            parser.error(f"--skips: skips belong to the whole face; use --side {ALIGNED}")
        measure_photos(options, rows, add)
    same = {"side": options.side, "skips": options.skips}
    print_table([row for row in rows if same.items() <= row.items()])


if __name__ == "__main__":
    main()
