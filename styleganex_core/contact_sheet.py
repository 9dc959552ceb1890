"""Labelled pictures on one sheet."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from PIL import Image, ImageDraw, ImageFont

from .images import to_pil

MARGIN = 8  # px
CAPTION = 24  # px
PAPER, INK = (250, 249, 246), (30, 30, 34)


def draw_contact_sheet(
    pictures: Mapping[str, torch.Tensor], *, columns: int = 4, height: int = 256
) -> Image.Image:
    """One sheet with every picture [1, 3, H, W] in -1..1 over its label, row by row.

    All are shown `height` px tall; the widest sets the column width.
    """
    tiles = {}
    for label, picture in pictures.items():
        tile = to_pil(picture)
        width = max(1, round(tile.width * height / tile.height))
        tiles[label] = tile.resize((width, height), Image.Resampling.LANCZOS)
    columns = min(columns, len(tiles))
    rows = math.ceil(len(tiles) / columns)
    cell_width = max(tile.width for tile in tiles.values()) + MARGIN
    cell_height = height + CAPTION + MARGIN
    sheet = Image.new("RGB", (columns * cell_width + MARGIN, rows * cell_height + MARGIN), PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=15)
    for index, (label, tile) in enumerate(tiles.items()):
        x = MARGIN + index % columns * cell_width
        y = MARGIN + index // columns * cell_height
        sheet.paste(tile, (x, y))
        draw.text((x + 2, y + height + 3), label, fill=INK, font=font)
    return sheet
