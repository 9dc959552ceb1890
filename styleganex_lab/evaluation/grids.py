"""Cases side by side on one sheet, each a column of pictures under its heading."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from PIL import Image, ImageDraw, ImageFont

from styleganex_core.contact_sheet import CAPTION, INK, MARGIN, PAPER
from styleganex_core.images import to_pil

from .rows import Pictures

LABEL_WIDTH = 132  # px left of the pictures
TEXT_SIZE = 13  # px


def draw_cases(cases: Sequence[tuple[str, Pictures]], *, side: int = 116) -> Image.Image:
    """One column per case of (heading, label to picture); all cases have the same labels."""
    labels = list(cases[0][1])
    width = LABEL_WIDTH + len(cases) * (side + MARGIN // 2) + MARGIN
    height = CAPTION + len(labels) * (side + MARGIN // 2) + MARGIN
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=TEXT_SIZE)
    for row, label in enumerate(labels):
        y = CAPTION + row * (side + MARGIN // 2)
        draw.text((MARGIN, y + side // 2 - TEXT_SIZE // 2), label, fill=INK, font=font)
    for column, (heading, pictures) in enumerate(cases):
        x = LABEL_WIDTH + column * (side + MARGIN // 2)
        draw.text((x + 2, MARGIN // 2), heading, fill=INK, font=font)
        for row, picture in enumerate(pictures.values()):
            y = CAPTION + row * (side + MARGIN // 2)
            tile = to_pil(picture).resize((side, side), Image.Resampling.LANCZOS)
            sheet.paste(tile, (x, y))
    return sheet


def choose_cases(score: torch.Tensor, each: int = 3) -> list[tuple[str, int]]:
    """Which cases are best, median and worst: (heading, index), at most `each` of a kind."""
    order = score.nan_to_num(-torch.inf).argsort(descending=True).tolist()
    if len(order) <= 3 * each:
        names = ["best", *["between"] * (len(order) - 2), "worst"] if len(order) > 1 else ["case"]
        return list(zip(names, order, strict=True))
    start = (len(order) - each) // 2
    picked = {
        "best": order[:each],
        "median": order[start : start + each],
        "worst": order[-each:],
    }
    return [(name, index) for name, indices in picked.items() for index in indices]
