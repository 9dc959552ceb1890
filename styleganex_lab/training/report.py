"""What a training run tells: a table and a picture of its curve, its speed and its memory."""

from __future__ import annotations

import csv
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import torch

from .curve import draw_curve

CURVE = "curve.csv"
COLUMNS: tuple[str, ...] = (
    "step", "loss", "psnr", "input_psnr", "pixel", "perceptual", "style_norm", "identity",
    "adversarial", "critic", "penalty", "flicker", "features", "styles", "teacher",
    "pictures_per_second", "steps_per_second", "memory_mb",
)  # fmt: skip


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
            f"{name.replace('_', ' ')} {value:.2f} dB" for name, value in quality.items()
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
            writer = csv.DictWriter(file, COLUMNS, restval="")
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
