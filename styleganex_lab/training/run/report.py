"""What a training run tells: a table and a picture of its curve, its speed, its memory, a bar."""

from __future__ import annotations

import csv
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

import torch
from PIL import Image, ImageDraw

CURVE = "curve.csv"
COLUMNS: tuple[str, ...] = (
    "step", "loss", "psnr", "input_psnr", "face_psnr", "f_psnr", "f_face_psnr", "styles_psnr",
    "styles_face_psnr", "likeness", "pixel", "perceptual", "style_norm", "identity",
    "adversarial", "discriminator", "penalty", "flicker", "change", "renders", "edits", "gates",
    "features", "styles", "teacher",
    "pictures_per_second", "steps_per_second", "memory_mb",
)  # fmt: skip
WIDTH, HEIGHT, MARGIN = 640, 320, 40
BAR_WIDTH = 24  # characters of the bar
LINES = 50  # without a terminal: how many lines a run writes in all


class Report:
    """Adds up the losses between two lines of the table."""

    def __init__(self, out: Path, batch: int) -> None:
        self.path = out / CURVE
        self.batch = batch
        self.start()

    def start(self) -> None:
        """Begin a new stretch."""
        self.steps, self.sums = 0, defaultdict[str, float](float)
        self.began = time.monotonic()

    def add(self, terms: Mapping[str, torch.Tensor]) -> None:
        """Note one step's losses."""
        self.steps += 1
        for name, term in terms.items():
            self.sums[name] += float(term)

    def means(self) -> dict[str, float]:
        """The mean of each loss in this stretch."""
        return {name: total / max(1, self.steps) for name, total in self.sums.items()}

    def write(self, step: int, quality: Mapping[str, float]) -> str:
        """Add a line to the table, draw the curve; the line in words. Begins a new stretch."""
        speed = self.steps / max(1e-9, time.monotonic() - self.began)
        means = self.means()
        row = {
            "step": step,
            "loss": sum(means.values()),
            **means,
            **quality,
            "steps_per_second": speed,
            "pictures_per_second": speed * self.batch,
            "memory_mb": peak_memory() / 1e6,
        }
        new = not self.path.exists()
        with self.path.open("a", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            if new:
                writer.writeheader()
            writer.writerow({key: _short(value) for key, value in row.items()})
        draw_curve(self.path, self.path.with_suffix(".png"))
        self.start()
        losses = ", ".join(f"{name} {value:.4g}" for name, value in means.items())
        found = ", ".join(
            f"{name.replace('_', ' ')} {value:.2f}{' dB' if name.endswith('psnr') else ''}"
            for name, value in quality.items()
        )
        return (
            f"step {step}: {losses}; {found}; {speed * self.batch:.1f} pictures/s "
            f"({speed:.2f} steps/s), {row['memory_mb']:.0f} MB"
        )

    def cut(self, step: int) -> None:
        """Drop the lines after a step: those of a run that was killed before its checkpoint."""
        if not self.path.is_file():
            return
        with self.path.open(newline="") as file:
            rows = [row for row in csv.DictReader(file) if int(row["step"]) <= step]
        with self.path.open("w", newline="") as file:
            # A column that an earlier version wrote and this one does not know is dropped.
            writer = csv.DictWriter(file, COLUMNS, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)


def peak_memory() -> float:
    """The most bytes that the run has held: of the GPU where one is used, else of the process."""
    if torch.cuda.is_available() and torch.cuda.max_memory_allocated():
        return float(torch.cuda.max_memory_allocated())
    try:
        import resource  # not on Windows
    except ImportError:
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak if sys.platform == "darwin" else peak * 1024)


def _short(value: float | int) -> str:
    return str(value) if isinstance(value, int) else f"{value:.5g}"


def draw_curve(table: Path, picture: Path) -> None:
    """Draw column `psnr` of a CSV file, else `loss`, over column `step`; axes show their ends."""
    with table.open(newline="") as file:
        lines = list(csv.DictReader(file))
    shown = "psnr" if any(line["psnr"] for line in lines) else "loss"
    rows = [(float(line["step"]), float(line[shown])) for line in lines if line[shown]]
    if not rows:
        return
    steps, values = zip(*rows, strict=True)
    low, high = min(values), max(max(values), min(values) + (1 if shown == "psnr" else 1e-3))
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((MARGIN, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN), outline="#bbbbbb")

    def place(step: float, value: float) -> tuple[float, float]:
        across = step / max(steps)
        up = (value - low) / (high - low)
        return MARGIN + across * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - up * (HEIGHT - 2 * MARGIN)

    points = [place(step, value) for step, value in rows]
    draw.line(points, fill="#1f5fa8", width=2)
    title = f"PSNR of held-out pictures: {values[-1]:.2f} dB"
    if shown == "loss":
        title = f"loss: {values[-1]:.4g}"
    draw.text((MARGIN, MARGIN / 3), title, fill="black")
    draw.text((4, MARGIN), f"{high:.1f}", fill="black")
    draw.text((4, HEIGHT - MARGIN - 10), f"{low:.1f}", fill="black")
    draw.text((WIDTH - 2 * MARGIN, HEIGHT - MARGIN + 6), f"step {steps[-1]:.0f}", fill="black")
    image.save(picture)


class ProgressBar:
    """A bar with the losses and the time left, redrawn in place; lines where there is no terminal.

    The time left is told from the steps of this session alone, so a resumed run is not flattered.
    """

    def __init__(self, label: str, stream: TextIO = sys.stderr) -> None:
        self.label, self.stream = label, stream
        self.started = time.monotonic()
        self.first: int | None = None

    def show(self, done: int, total: int, losses: str) -> None:
        """Draw `done` of `total` steps and the losses in words."""
        if self.first is None:  # the first step also waited for the data
            self.first, self.started = done, time.monotonic()
        steps = done - self.first
        left = (time.monotonic() - self.started) / steps * (total - done) if steps else None
        bar = "#" * (BAR_WIDTH * done // total)
        place = f"{self.label} [{bar:.<{BAR_WIDTH}}] {done}/{total}"
        line = f"{place}, {_duration(left)} left, {losses}"
        if self.stream.isatty():
            self.stream.write(f"\r\x1b[K{line}" + ("\n" if done == total else ""))
        elif done == total or done % max(1, total // LINES) == 0:
            self.stream.write(line + "\n")
        self.stream.flush()


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
