"""Pictures side by side over their captions, in as many rows as they take."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PIL import Image, ImageDraw, ImageFont

PAPER, INK = (250, 249, 246), (30, 30, 34)
GAP, CAPTION = 6, 22  # px


def draw_row(
    pictures: Mapping[str, Image.Image], height: int, widest: float = math.inf
) -> Image.Image:
    """All `height` px tall, each as wide as it then is, in rows of at most `widest` px.

    A row has one picture at least. What is shown narrower than it is drawn has captions that are
    too small to read: choose `widest` for the place where it is shown.
    """
    tiles = {
        caption: picture.resize(
            (round(picture.width * height / picture.height), height), Image.Resampling.LANCZOS
        )
        for caption, picture in pictures.items()
    }
    rows: list[list[str]] = [[]]
    for caption in tiles:
        if rows[-1] and measure([*rows[-1], caption], tiles) > widest:
            rows.append([])
        rows[-1].append(caption)
    size = (max(measure(row, tiles) for row in rows), len(rows) * (height + CAPTION + GAP))
    sheet = Image.new("RGB", size, PAPER)
    brush, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=14)
    for number, row in enumerate(rows):
        x, y = GAP, number * (height + CAPTION + GAP) + GAP
        for caption in row:
            sheet.paste(tiles[caption], (x, y))
            brush.text((x, y + height + 2), caption, fill=INK, font=font)
            x += tiles[caption].width + GAP
    return sheet


def measure(row: list[str], tiles: Mapping[str, Image.Image]) -> int:
    """The width of a row in px."""
    return sum(tiles[caption].width + GAP for caption in row) + GAP
