"""Oil paint: broad strokes over the picture, finer ones where they would lose its detail.

Convention: strokes hold on to the person's units, so they keep their size and place on a face
wherever it stands; lengths are in those units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from .geometry import Units, smoothstep
from .noise import cell_noise

LUMA = (0.35, 0.50, 0.15)
COOL, WARM = (-0.05, -0.01, 0.07), (0.05, 0.015, -0.05)  # added to shadows and to lights
VIVID, CONTRAST = 1.25, 1.12
REACH = 0.60  # half a stroke's breadth in cells: strokes overlap
LEAN = 0.8  # the most that a stroke leans out of its layer's direction, in cells
BRISTLES = 160.0  # radians per unit


@dataclass(frozen=True)
class _Brush:
    """One layer of strokes: their length and breadth, direction in radians, and a seed."""

    length: float
    breadth: float
    direction: float
    seed: int


BROAD = _Brush(0.30, 0.115, 0.9, 1)
FINE = _Brush(0.13, 0.050, -0.5, 2)


def paint_in_oil(image: torch.Tensor, units: Units) -> torch.Tensor:
    """The picture [B, 3, H, W] (0..1) as an oil painting, same shape and range."""
    image = _shift_colours(image)
    canvas = _lay_strokes(image, units, BROAD)
    for brush, low, high in ((FINE, 0.05, 0.16), (None, 0.10, 0.25)):
        detail = image if brush is None else _lay_strokes(image, units, brush)
        lost = (image - canvas).abs().amax(dim=1, keepdim=True)
        canvas = torch.lerp(canvas, detail, 0.95 * smoothstep(low, high, lost))
    bristles = 1 + 0.018 * torch.sin((0.6 * units.x - 0.8 * units.y) * BRISTLES)
    return (canvas * bristles[:, None]).clamp(0, 1)


def _shift_colours(image: torch.Tensor) -> torch.Tensor:
    """Richer colours, cool in the shadows and warm in the light."""
    luma = (image * image.new_tensor(LUMA)[:, None, None]).sum(dim=1, keepdim=True)
    grey = image.mean(dim=1, keepdim=True)
    cool, warm = (image.new_tensor(colour)[:, None, None] for colour in (COOL, WARM))
    image = grey + (image - grey) * VIVID + torch.lerp(cool, warm, smoothstep(0.15, 0.75, luma))
    return ((image - 0.5) * CONTRAST + 0.5).clamp(0, 1)


def _lay_strokes(image: torch.Tensor, units: Units, brush: _Brush) -> torch.Tensor:
    """The picture in strokes of one colour each: that of the picture at the stroke's middle.

    One stroke starts at a random place of every cell of a slanted grid; of those that cover a px
    the one with the highest rank lies on top.
    """
    cos, sin = math.cos(brush.direction), math.sin(brush.direction)
    along = (units.x * cos + units.y * sin) / brush.length  # in cells
    across = (units.y * cos - units.x * sin) / brush.breadth
    column, row = along.floor(), across.floor()
    top = torch.full_like(along, -1.0)
    offset_along, offset_across = torch.zeros_like(along), torch.zeros_like(along)
    place = torch.zeros_like(along)  # across the stroke, -1..1
    for right in (-1, 0, 1):
        for down in (-1, 0, 1):
            start, side, rank = cell_noise(column + right, row + down, brush.seed)
            ahead = column + right + start - along
            beside = row + down + side - across
            bent = (beside + LEAN * (start - side) * ahead) / REACH
            covers = (ahead.abs() < 0.95) & (bent.abs() < 1) & (rank > top)
            top = torch.where(covers, rank, top)
            offset_along = torch.where(covers, ahead, offset_along)
            offset_across = torch.where(covers, beside, offset_across)
            place = torch.where(covers, bent, place)
    offset_along, offset_across = offset_along * brush.length, offset_across * brush.breadth
    columns, rows = units.to_pixels(
        offset_along * cos - offset_across * sin, offset_along * sin + offset_across * cos
    )
    height, width = image.shape[2:]
    columns = columns + torch.arange(width, device=image.device)
    rows = rows + torch.arange(height, device=image.device)[:, None]
    grid = torch.stack([(2 * columns + 1) / width - 1, (2 * rows + 1) / height - 1], dim=-1)
    colour = F.grid_sample(image, grid, padding_mode="border", align_corners=False)
    relief = 1 + 0.07 * (top - 0.5) + 0.03 * (1 - 1.4 * place * place)
    return colour * relief[:, None]
