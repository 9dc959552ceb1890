"""Draw the pictures of the help pages with the demo models: web/docs/images/help-<name>.jpg.

    python scripts/make_help_pictures.py [NAME ...]

Needs only the package (`pip install -e ".[standalone]"`), takes about a minute on one CPU core, and
draws the same pictures each time for the same models. Run it again when a demo model has changed.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import help_latents
import help_tasks
import torch
from help_latents import Pictures
from PIL import Image, ImageDraw, ImageFont

import styleganex_core as core

IMAGES = Path(__file__).resolve().parents[1] / "web" / "docs" / "images"
HEIGHT = 176  # px of a picture; the editor's help panel is narrow
QUALITY = 82  # of the JPEG
PAPER, INK = (250, 249, 246), (30, 30, 34)
GAP, CAPTION = 6, 22  # px
RESAMPLING = Image.Resampling.LANCZOS
DRAWN = help_latents.DRAWN | help_tasks.DRAWN


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="which pictures; all without it")
    names = parser.parse_args().names or list(DRAWN)
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in names:
        start = time.monotonic()
        with torch.inference_mode(False), torch.no_grad():
            pictures = DRAWN[name]()
        sheet = lay_out(pictures)
        sheet.save(IMAGES / f"help-{name}.jpg", quality=QUALITY, optimize=True)
        print(f"help-{name}.jpg: {sheet.width}x{sheet.height} in {time.monotonic() - start:.1f} s")


def lay_out(pictures: Pictures) -> Image.Image:
    """All in one row, each as wide as it is and over its caption."""
    tiles = {caption: core.to_pil(picture) for caption, picture in pictures.items()}
    tiles = {
        caption: tile.resize((round(tile.width * HEIGHT / tile.height), HEIGHT), RESAMPLING)
        for caption, tile in tiles.items()
    }
    width = sum(tile.width + GAP for tile in tiles.values()) + GAP
    sheet = Image.new("RGB", (width, HEIGHT + CAPTION + GAP), PAPER)
    brush, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=14)
    x = GAP
    for caption, tile in tiles.items():
        sheet.paste(tile, (x, GAP))
        brush.text((x, HEIGHT + GAP + 2), caption, fill=INK, font=font)
        x += tile.width + GAP
    return sheet


if __name__ == "__main__":
    main()
