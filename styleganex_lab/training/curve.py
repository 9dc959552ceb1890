"""A training curve as a picture."""

from __future__ import annotations

import csv
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT, MARGIN = 640, 320, 40


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
