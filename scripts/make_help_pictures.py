"""Draw the pictures of the help pages with the demo models: web/docs/images/help-<name>.jpg.

    python scripts/make_help_pictures.py [NAME ...]

Needs only the package (`pip install -e ".[standalone]"`), takes some minutes of one CPU core, and
draws the same pictures each time for the same models. Run it again when a demo model has changed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from pathlib import Path

import help_latents
import help_tasks
import torch
from picture_row import GAP, draw_row
from PIL import Image

import styleganex_core as core

IMAGES = Path(__file__).resolve().parents[1] / "web" / "docs" / "images"
HEIGHT = 176  # px of a picture
WIDEST = 380  # px of a row; the editor's help panel shows some 300
QUALITY = 82  # of the JPEG
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
        shown = {caption: core.to_pil(picture) for caption, picture in pictures.items()}
        row = draw_row(shown, choose_height(shown.values()), WIDEST)
        row.save(IMAGES / f"help-{name}.jpg", quality=QUALITY, optimize=True)
        print(f"help-{name}.jpg: {row.width}x{row.height} in {time.monotonic() - start:.1f} s")


def choose_height(pictures: Iterable[Image.Image]) -> int:
    """The height at which two stand side by side, or one where they are very wide."""
    ratio = max(picture.width / picture.height for picture in pictures)
    beside = 2 if ratio < 2 else 1
    return min(HEIGHT, int((WIDEST - (beside + 1) * GAP) / beside / ratio))


if __name__ == "__main__":
    main()
