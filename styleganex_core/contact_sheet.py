"""Labelled pictures on one sheet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from .errors import ShapeError, echo
from .images import from_uint8, to_pil

MARGIN = 8  # px
CAPTION = 24  # px
WIDEST = 16  # heights
PAPER, INK = (250, 249, 246), (30, 30, 34)


def draw_contact_sheet(
    pictures: Mapping[str, torch.Tensor], *, columns: int = 4, height: int = 256
) -> Image.Image:
    """One sheet with every picture [1, 3, H, W] in -1..1 over its label, row by row.

    All are shown `height` px tall; the widest sets the column width.
    """
    tiles = [_draw_tile(picture, height) for picture in pictures.values()]
    return _lay_out(list(pictures), tiles, min(columns, len(tiles)))


def draw_strip(
    pictures: torch.Tensor, labels: Sequence[str], *, height: int = 256, columns: int | None = None
) -> torch.Tensor:
    """The pictures [B, 3, H, W] in one row, each over its label: a picture [1, 3, h, w], -1..1.

    All are shown `height` px tall; with `columns` in as many rows as they take. Raises ShapeError
    unless there is one label per picture.
    """
    if len(pictures) != len(labels) or not labels:
        raise ShapeError(
            f"a strip needs one label per picture, and one picture at least; got {len(labels)} "
            f"labels for {len(pictures)} pictures."
        )
    tiles = [_draw_tile(picture, height) for picture in pictures.split(1)]
    strip = _lay_out(labels, tiles, columns or len(tiles))
    return from_uint8(torch.from_numpy(np.array(strip))[None])


def _draw_tile(picture: torch.Tensor, height: int) -> Image.Image:
    tile = to_pil(picture)
    width = round(tile.width * height / tile.height)
    width = max(1, min(width, WIDEST * height))  # a picture thinner than that is shown wider
    return tile.resize((width, height), Image.Resampling.LANCZOS)


def _lay_out(labels: Sequence[str], tiles: Sequence[Image.Image], columns: int) -> Image.Image:
    """Tiles of one height on paper, row by row."""
    rows = math.ceil(len(tiles) / columns)
    height = tiles[0].height
    cell_width = max(tile.width for tile in tiles) + MARGIN
    cell_height = height + CAPTION + MARGIN
    sheet = Image.new("RGB", (columns * cell_width + MARGIN, rows * cell_height + MARGIN), PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=15)
    for index, (label, tile) in enumerate(zip(labels, tiles, strict=True)):
        x = MARGIN + index % columns * cell_width
        y = MARGIN + index // columns * cell_height
        sheet.paste(tile, (x, y))
        draw.text((x + 2, y + height + 3), echo(label), fill=INK, font=font)
    return sheet
