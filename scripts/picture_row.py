"""Pictures side by side over their captions."""

from __future__ import annotations

from collections.abc import Mapping

from PIL import Image, ImageDraw, ImageFont

PAPER, INK = (250, 249, 246), (30, 30, 34)
GAP, CAPTION = 6, 22  # px


def draw_row(pictures: Mapping[str, Image.Image], height: int) -> Image.Image:
    """All in one row, `height` px tall, each as wide as it then is."""
    tiles = {
        caption: picture.resize(
            (round(picture.width * height / picture.height), height), Image.Resampling.LANCZOS
        )
        for caption, picture in pictures.items()
    }
    width = sum(tile.width + GAP for tile in tiles.values()) + GAP
    row = Image.new("RGB", (width, height + CAPTION + GAP), PAPER)
    brush, font = ImageDraw.Draw(row), ImageFont.load_default(size=14)
    x = GAP
    for caption, tile in tiles.items():
        row.paste(tile, (x, GAP))
        brush.text((x, height + GAP + 2), caption, fill=INK, font=font)
        x += tile.width + GAP
    return row
